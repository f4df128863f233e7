/* SPDX-License-Identifier: GPL-2.0 */
/* Prototypes in XFRM's state code that changed, and one private layout. */
#ifndef _XPCPU_COMPAT_STATE_H
#define _XPCPU_COMPAT_STATE_H

#include <net/xfrm.h>

/* __xfrm_state_destroy() lost its second argument. */
#ifdef COMPAT_STATE_DESTROY_SYNC
#define COMPAT_DESTROY_PROTO	struct xfrm_state *x, bool sync
#define COMPAT_DESTROY_ARGS	x, sync
#else
#define COMPAT_DESTROY_PROTO	struct xfrm_state *x
#define COMPAT_DESTROY_ARGS	x
#endif

static inline void compat_state_destroy(struct xfrm_state *x)
{
#ifdef COMPAT_STATE_DESTROY_SYNC
	__xfrm_state_destroy(x, false);
#else
	__xfrm_state_destroy(x);
#endif
}

/* xfrm_alloc_spi() got a fourth argument. */
#ifdef COMPAT_ALLOC_SPI_EXTACK
#define COMPAT_ALLOC_SPI_PROTO						\
	struct xfrm_state *x, u32 low, u32 high,			\
	struct netlink_ext_ack *extack
#define COMPAT_ALLOC_SPI_ARGS	x, low, high, extack
#else
#define COMPAT_ALLOC_SPI_PROTO	struct xfrm_state *x, u32 low, u32 high
#define COMPAT_ALLOC_SPI_ARGS	x, low, high
#endif

/* The security module got a part of the flow instead of all of it. */
#ifdef COMPAT_SECURITY_FLOW_COMMON
#define COMPAT_SECURITY_FLOW(fl)	(&(fl)->u.__fl_common)
#else
#define COMPAT_SECURITY_FLOW(fl)	(fl)
#endif

/* xs_net() took no const pointer. */
static inline struct net *compat_xs_net(const struct xfrm_state *x)
{
	return read_pnet(&x->xs_net);
}

/*
 * Packet offload (6.2): a device does all for the SAs and policies it was given,
 * and for these only.
 */
static inline bool compat_state_in_device(const struct xfrm_state *x)
{
#ifdef COMPAT_HAVE_PACKET_OFFLOAD
	return x->xso.type == XFRM_DEV_OFFLOAD_PACKET;
#else
	return false;
#endif
}

static inline bool compat_policy_in_device(const struct xfrm_policy *pol)
{
#ifdef COMPAT_HAVE_PACKET_OFFLOAD
	return pol->xdo.type == XFRM_DEV_OFFLOAD_PACKET;
#else
	return false;
#endif
}

/*
 * The argument that xfrm_user gives to its dump callback.  It is private to
 * net/xfrm/xfrm_user.c; these two members came first in every version from
 * 2.6.19 to 6.12.
 */
struct compat_xfrm_dump_info {
	struct sk_buff *in_skb;
	struct sk_buff *out_skb;
};

#endif

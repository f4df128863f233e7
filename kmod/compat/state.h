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

/* xs_net() took no const pointer. */
static inline struct net *compat_xs_net(const struct xfrm_state *x)
{
	return read_pnet(&x->xs_net);
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

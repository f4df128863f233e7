/* SPDX-License-Identifier: GPL-2.0 */
/* The function through which nlmsg_multicast() sends, and the socket it sends from. */
#ifndef _XPCPU_COMPAT_NETLINK_H
#define _XPCPU_COMPAT_NETLINK_H

#include <linux/netlink.h>
#include <net/net_namespace.h>

/* 5.10 does not say that it is RCU's.  Only to be compared. */
static inline const struct sock *compat_nlsk(const struct net *net)
{
	return (__force const struct sock *)READ_ONCE(net->xfrm.nlsk);
}

#ifdef COMPAT_MULTICAST_FILTERED
#define compat_broadcast	netlink_broadcast_filtered
#define COMPAT_BROADCAST_NAME	"netlink_broadcast_filtered"
#define COMPAT_BROADCAST_PROTO						\
	struct sock *ssk, struct sk_buff *skb, u32 portid, u32 group,	\
	gfp_t allocation, netlink_filter_fn filter, void *filter_data
#define COMPAT_BROADCAST_ARGS						\
	ssk, skb, portid, group, allocation, filter, filter_data
#else
#define compat_broadcast	netlink_broadcast
#define COMPAT_BROADCAST_NAME	"netlink_broadcast"
#define COMPAT_BROADCAST_PROTO						\
	struct sock *ssk, struct sk_buff *skb, u32 portid, u32 group,	\
	gfp_t allocation
#define COMPAT_BROADCAST_ARGS	ssk, skb, portid, group, allocation
#endif

#endif

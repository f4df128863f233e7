/* SPDX-License-Identifier: GPL-2.0 */
/* NAPI without a device of its own, and ESP in UDP over IPv6. */
#ifndef _XPCPU_COMPAT_NAPI_H
#define _XPCPU_COMPAT_NAPI_H

#include <linux/netdevice.h>
#include <net/xfrm.h>

static inline void compat_napi_add(struct net_device *dev,
				   struct napi_struct *napi,
				   int (*poll)(struct napi_struct *, int))
{
#ifdef COMPAT_NAPI_ADD_WITHOUT_WEIGHT
	netif_napi_add(dev, napi, poll);
#else
	netif_napi_add(dev, napi, poll, NAPI_POLL_WEIGHT);
#endif
}

/* Several; then synchronize_net(), before their memory goes. */
static inline void compat_napi_del(struct napi_struct *napi)
{
#ifdef COMPAT_HAVE_NAPI_DEL_UNSYNCED
	__netif_napi_del(napi);
#else
	netif_napi_del(napi);
#endif
}

static inline struct net_device *compat_dummy_netdev_new(void)
{
#ifdef COMPAT_HAVE_ALLOC_NETDEV_DUMMY
	return alloc_netdev_dummy(0);
#else
	struct net_device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);

	if (dev)
		init_dummy_netdev(dev);
	return dev;
#endif
}

static inline void compat_dummy_netdev_free(struct net_device *dev)
{
#ifdef COMPAT_HAVE_ALLOC_NETDEV_DUMMY
	free_netdev(dev);
#else
	kfree(dev);
#endif
}

#if !defined(COMPAT_HAVE_XFRM6_RCV_ENCAP) && IS_ENABLED(CONFIG_IPV6)
static inline int xfrm6_rcv_encap(struct sk_buff *skb, int nexthdr, __be32 spi,
				  int encap_type)
{
	kfree_skb(skb);
	return 0;
}
#endif

#endif

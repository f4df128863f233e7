/* SPDX-License-Identifier: GPL-2.0 */
/* Parts of generic netlink messages, shared by replies, dumps and events. */
#ifndef _XPCPU_GENL_PUT_H
#define _XPCPU_GENL_PUT_H

#include <linux/xfrm_pcpu.h>
#include <net/netlink.h>

#include "acquire.h"
#include "sa.h"

int xpcpu_put_addr(struct sk_buff *skb, int attr, const xfrm_address_t *addr,
		   u16 family);
int xpcpu_put_group_key(struct sk_buff *skb,
			const struct xpcpu_group_key *key);
int xpcpu_put_member(struct sk_buff *skb, struct xpcpu_sa *sa);
int xpcpu_put_acquire(struct sk_buff *skb, u32 cpu,
		      const struct xpcpu_acquire_view *view);

#endif

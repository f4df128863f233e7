// SPDX-License-Identifier: GPL-2.0
/* Parts of generic netlink messages, shared by replies, dumps and events. */
#include "genl_put.h"

/**
 * xpcpu_put_addr() - put an address
 * @skb: message
 * @attr: XFRM_PCPU_A_DADDR or XFRM_PCPU_A_SADDR
 * @addr: address
 * @family: AF_INET or AF_INET6
 *
 * Return: 0 or -EMSGSIZE.
 */
int xpcpu_put_addr(struct sk_buff *skb, int attr, const xfrm_address_t *addr,
		   u16 family)
{
	return nla_put(skb, attr, family == AF_INET ? 4 : 16, addr);
}

/**
 * xpcpu_put_group_key() - put what the members of a group have in common
 * @skb: message
 * @key: key
 *
 * Return: 0 or -EMSGSIZE.
 */
int xpcpu_put_group_key(struct sk_buff *skb,
			const struct xpcpu_group_key *key)
{
	if (nla_put_u16(skb, XFRM_PCPU_A_FAMILY, key->family) ||
	    xpcpu_put_addr(skb, XFRM_PCPU_A_DADDR, &key->daddr, key->family) ||
	    nla_put_u8(skb, XFRM_PCPU_A_PROTO, key->proto) ||
	    nla_put_u8(skb, XFRM_PCPU_A_MODE, key->mode) ||
	    nla_put_u32(skb, XFRM_PCPU_A_REQID, key->reqid) ||
	    nla_put_u32(skb, XFRM_PCPU_A_IF_ID, key->if_id))
		return -EMSGSIZE;
	return 0;
}

/**
 * xpcpu_put_member() - put a member of a group
 * @skb: message
 * @sa: entry
 *
 * Context: RCU read side.
 * Return: 0 (also if the SA is gone, then nothing was put) or -EMSGSIZE.
 */
int xpcpu_put_member(struct sk_buff *skb, struct xpcpu_sa *sa)
{
	const struct xfrm_state *x = READ_ONCE(sa->x);
	u8 dir = READ_ONCE(sa->dir);
	struct nlattr *nest;

	if (!x)
		return 0;
	nest = nla_nest_start(skb, XFRM_PCPU_A_SA);
	if (!nest)
		return -EMSGSIZE;
	if (nla_put_be32(skb, XFRM_PCPU_A_SPI, sa->spi) ||
	    xpcpu_put_addr(skb, XFRM_PCPU_A_SADDR, &x->props.saddr,
			   x->props.family) ||
	    nla_put_u8(skb, XFRM_PCPU_A_STATE, READ_ONCE(x->km.state)))
		goto full;
	if (sa->cpu != XPCPU_NONE &&
	    nla_put_u32(skb, XFRM_PCPU_A_CPU, sa->cpu))
		goto full;
	if (dir && nla_put_u8(skb, XFRM_PCPU_A_DIR, dir))
		goto full;
	if ((sa->mark.v | sa->mark.m) &&
	    (nla_put_u32(skb, XFRM_PCPU_A_MARK, sa->mark.v) ||
	     nla_put_u32(skb, XFRM_PCPU_A_MARK_MASK, sa->mark.m)))
		goto full;
	if (xpcpu_sa_held(sa) && nla_put_flag(skb, XFRM_PCPU_A_HELD))
		goto full;
	nla_nest_end(skb, nest);
	return 0;

full:
	nla_nest_cancel(skb, nest);
	return -EMSGSIZE;
}

/**
 * xpcpu_put_acquire() - put a pending acquire
 * @skb: message
 * @cpu: its CPU
 * @view: acquire
 *
 * Return: 0 or -EMSGSIZE.
 */
int xpcpu_put_acquire(struct sk_buff *skb, u32 cpu,
		      const struct xpcpu_acquire_view *view)
{
	struct nlattr *nest = nla_nest_start(skb, XFRM_PCPU_A_ACQUIRE);

	if (!nest)
		return -EMSGSIZE;
	if (nla_put_u32(skb, XFRM_PCPU_A_CPU, cpu) ||
	    nla_put_u32(skb, XFRM_PCPU_A_SEQ, view->seq) ||
	    nla_put_u32(skb, XFRM_PCPU_A_TIMEOUT_MS, view->left_ms)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/* Inbound steering in the module's own interface: settings and counters. */
#include <linux/xfrm_pcpu.h>
#include <net/protocol.h>

#include "genl_dump.h"
#include "genl_put.h"
#include "genl_steer.h"
#include "stats.h"
#include "steer.h"
#include "steer_queue.h"

static const struct {
	enum xpcpu_stat stat;
	int attr;
} counters[] = {
	{ XPCPU_STAT_STEER_HOME, XFRM_PCPU_A_STEER_HOME },
	{ XPCPU_STAT_STEER_OUT, XFRM_PCPU_A_STEER_OUT },
	{ XPCPU_STAT_STEER_IN, XFRM_PCPU_A_STEER_IN },
	{ XPCPU_STAT_STEER_FULL, XFRM_PCPU_A_STEER_FULL },
	{ XPCPU_STAT_STEER_GONE, XFRM_PCPU_A_STEER_GONE },
	{ XPCPU_STAT_STEER_LEFT, XFRM_PCPU_A_STEER_LEFT },
	{ XPCPU_STAT_STEER_OFFLOAD, XFRM_PCPU_A_STEER_OFFLOAD },
	{ XPCPU_STAT_STEER_TCP, XFRM_PCPU_A_STEER_TCP },
};

/*
 * With them GRO gives ESP to XFRM without asking its handlers, on devices that
 * have GRO on.
 */
static u8 bypass(void)
{
	u8 bits = 0;

	if (rcu_access_pointer(inet_offloads[IPPROTO_ESP]))
		bits |= XFRM_PCPU_BYPASS_ESP4;
#if IS_ENABLED(CONFIG_IPV6)
	if (rcu_access_pointer(inet6_offloads[IPPROTO_ESP]))
		bits |= XFRM_PCPU_BYPASS_ESP6;
#endif
	return bits;
}

/**
 * xpcpu_put_steer() - put how a netns steers
 * @skb: message
 * @xn: the netns' part
 *
 * Return: 0 or -EMSGSIZE.
 */
int xpcpu_put_steer(struct sk_buff *skb, const struct xpcpu_net *xn)
{
	int mode = READ_ONCE(xn->steer);

	if (mode == XPCPU_STEER_ENDING)
		mode = XPCPU_STEER_OFF;
	if (nla_put_u8(skb, XFRM_PCPU_A_STEER_MODE, mode) ||
	    nla_put_u8(skb, XFRM_PCPU_A_STEER_SPREAD,
		       READ_ONCE(xn->steer_spread)) ||
	    nla_put_u32(skb, XFRM_PCPU_A_STEER_AUTO_SHARE,
			READ_ONCE(xn->steer_auto_share)) ||
	    nla_put_u32(skb, XFRM_PCPU_A_STEER_AUTO_MS,
			READ_ONCE(xn->steer_auto_ms)) ||
	    nla_put_u32(skb, XFRM_PCPU_A_STEER_QUEUE_LEN,
			READ_ONCE(xpcpu_steer_queue_len)) ||
	    nla_put_u8(skb, XFRM_PCPU_A_STEER_BYPASS, bypass()))
		return -EMSGSIZE;
	return 0;
}

static int put_counters(struct sk_buff *skb, struct netlink_callback *cb,
			const struct xpcpu_net *xn, u32 cpu)
{
	const struct xpcpu_stats *stats = per_cpu_ptr(xn->stats, cpu);
	void *hdr;
	int i;

	hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  &xpcpu_genl_family, NLM_F_MULTI,
			  XFRM_PCPU_CMD_NEW_STEER);
	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u32(skb, XFRM_PCPU_A_CPU, cpu))
		goto full;
	for (i = 0; i < ARRAY_SIZE(counters); i++)
		if (nla_put_u64_64bit(skb, counters[i].attr,
				      READ_ONCE(stats->count[counters[i].stat]),
				      XFRM_PCPU_A_PAD))
			goto full;
	genlmsg_end(skb, hdr);
	return 0;

full:
	genlmsg_cancel(skb, hdr);
	return -EMSGSIZE;
}

/**
 * xpcpu_dump_steer() - a message for each possible CPU
 * @skb: filled
 * @cb: the dump; args[0] is the CPU to go on with
 *
 * Context: process; the socket keeps the netns.
 * Return: length of @skb, 0 at the end, or a negative errno.
 */
int xpcpu_dump_steer(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct xpcpu_net *xn = xpcpu_net(sock_net(skb->sk));
	u32 cpu = cb->args[0];

	for (; cpu < nr_cpu_ids; cpu++)
		if (cpu_possible(cpu) && put_counters(skb, cb, xn, cpu))
			break;
	cb->args[0] = cpu;
	return skb->len;
}

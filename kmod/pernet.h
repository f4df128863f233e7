/* SPDX-License-Identifier: GPL-2.0 */
/* What the module keeps for a network namespace. */
#ifndef _XPCPU_PERNET_H
#define _XPCPU_PERNET_H

#include <linux/spinlock.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

struct ctl_table_header;
struct xpcpu_request;
struct xpcpu_stats;

/**
 * struct xpcpu_net - the module's part of a network namespace
 * @lock: protects the table of this netns: links of SAs and groups, counts;
 *	taken with BH off, inside x->lock and xfrm_state_lock, never around them
 * @stats: counters, NULL once @dead
 * @dead: the netns is going: hooks still run in it, but count nothing
 * @imported: its SAs from before the module were taken in
 * @nr_sas: SAs in the table
 * @nr_groups: groups in the table
 * @nr_bound: SAs with a CPU in the table
 * @group_id: the last group's identifier
 * @expects: expectations (expect.c), protected by @lock
 * @nr_expects: how many
 * @acquire_bytes: memory of the acquires of its groups (acquire_limit.c)
 * @request: the XFRM netlink request that is being served; the netns'
 *	xfrm_cfg_mutex protects it, see xpcpu_request_current()
 * @net: the netns
 * @sysctl: its directory net.xfrm_pcpu, NULL without
 * @follow_udp: sysctl
 * @follow_tcp_ms: sysctl
 * @following: its sockets' routes are looked at (follow.c), protected by @lock
 * @steer: mode of inbound steering, enum xpcpu_steer_mode
 * @steer_spread: whether SAs without a CPU are spread by their SPI
 * @steer_auto_share: percentage of an SA's packets, see auto_decide()
 * @steer_auto_ms: milliseconds, likewise
 *
 * Every packet's look-up reads it, and in steady state nobody writes it; so no
 * other object may share its cache lines either.
 */
struct xpcpu_net {
	spinlock_t lock; /* the table of this netns */
	struct xpcpu_stats __percpu *stats;
	bool dead;
	bool imported;
	u32 nr_sas;
	u32 nr_groups;
	u32 nr_bound;
	u64 group_id;
	struct list_head expects;
	u32 nr_expects;
	atomic_long_t acquire_bytes;
	struct xpcpu_request *request;
	struct net *net;
	struct ctl_table_header *sysctl;
	int follow_udp;
	int follow_tcp_ms;
	bool following;
	int steer;
	int steer_spread;
	int steer_auto_share;
	int steer_auto_ms;
} ____cacheline_aligned_in_smp;

extern unsigned int xpcpu_net_id;

/**
 * xpcpu_net() - the module's part of a netns
 * @net: network namespace
 *
 * Context: any; valid as long as the netns' XFRM is.
 */
static inline struct xpcpu_net *xpcpu_net(const struct net *net)
{
	return net_generic(net, xpcpu_net_id);
}

int xpcpu_pernet_init(void);
void xpcpu_pernet_exit(void);

#endif

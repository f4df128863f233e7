/* SPDX-License-Identifier: GPL-2.0 */
/* Counters per netns, shown in /proc/net/xfrm_pcpu_stat. */
#ifndef _XPCPU_STATS_H
#define _XPCPU_STATS_H

#include <linux/percpu.h>

#include "pernet.h"

/**
 * enum xpcpu_stat - what is counted
 * @XPCPU_STAT_OWN: look-ups that ended at the CPU's own SA
 * @XPCPU_STAT_FALLBACK: look-ups that ended at a fallback SA, in groups with
 *	per-CPU SAs or a CPU_ACQUIRE policy
 * @XPCPU_STAT_HELD: of these, look-ups whose own SA waits (parameter hold_ms)
 * @XPCPU_STAT_NONE: look-ups that found neither
 * @XPCPU_STAT_ACQUIRE_SENT: ACQUIREs with a CPU that somebody heard
 * @XPCPU_STAT_ACQUIRE_SUPPRESSED: look-ups that would have sent one, but the
 *	CPU's acquire is pending, or its SA is being installed
 * @XPCPU_STAT_ACQUIRE_ANSWERED: acquires ended by an SA for that CPU
 * @XPCPU_STAT_ACQUIRE_EXPIRED: acquires that ended unanswered; counted when
 *	the CPU next wants an SA
 * @XPCPU_STAT_ACQUIRE_NO_LISTENER: ACQUIREs that nobody heard
 * @XPCPU_STAT_ACQUIRE_NO_MEMORY: ACQUIREs not sent for want of memory
 * @XPCPU_STAT_REFUSED: XFRM netlink requests that the module refused
 * @XPCPU_STAT_FILTERED: SAs of another CPU kept from a packet at the last
 *	moment (an SA got its CPU while the kernel looked for one)
 * @XPCPU_STAT_FOLLOWED: routes that sockets gave up for their CPU's SA
 * @XPCPU_STAT_STAYED: packets that stayed on a socket's route though their CPU
 *	would not choose its SA (sysctls follow_udp, follow_tcp_ms)
 * @XPCPU_STAT_REPORT_DROPPED: messages dropped because no room could be made
 *	for their attributes
 * @XPCPU_STAT_STEER_HOME: ESP packets that arrived on their SA's CPU while
 *	steering was on
 * @XPCPU_STAT_STEER_OUT: ESP packets handed over to another CPU; counted there
 *	where they arrived
 * @XPCPU_STAT_STEER_IN: ESP packets that were handed over and given to the
 *	kernel; counted on the CPU that got them
 * @XPCPU_STAT_STEER_FULL: ESP packets dropped because the queue was full
 * @XPCPU_STAT_STEER_GONE: ESP packets dropped because their device or netns went
 *	while they waited; those of a netns that ends count in the initial one
 * @XPCPU_STAT_STEER_LEFT: ESP packets left where they arrived, on another CPU
 *	than their SA's: that is offline, mode auto sees no need, or no memory
 * @XPCPU_STAT_STEER_OFFLOAD: ESP packets left alone because a device, GRO or an
 *	outer SA had them before
 * @XPCPU_STAT_STEER_TCP: ESP packets left alone because they came in TCP
 */
enum xpcpu_stat {
	XPCPU_STAT_OWN,
	XPCPU_STAT_FALLBACK,
	XPCPU_STAT_HELD,
	XPCPU_STAT_NONE,
	XPCPU_STAT_ACQUIRE_SENT,
	XPCPU_STAT_ACQUIRE_SUPPRESSED,
	XPCPU_STAT_ACQUIRE_ANSWERED,
	XPCPU_STAT_ACQUIRE_EXPIRED,
	XPCPU_STAT_ACQUIRE_NO_LISTENER,
	XPCPU_STAT_ACQUIRE_NO_MEMORY,
	XPCPU_STAT_REFUSED,
	XPCPU_STAT_FILTERED,
	XPCPU_STAT_FOLLOWED,
	XPCPU_STAT_STAYED,
	XPCPU_STAT_REPORT_DROPPED,
	XPCPU_STAT_STEER_HOME,
	XPCPU_STAT_STEER_OUT,
	XPCPU_STAT_STEER_IN,
	XPCPU_STAT_STEER_FULL,
	XPCPU_STAT_STEER_GONE,
	XPCPU_STAT_STEER_LEFT,
	XPCPU_STAT_STEER_OFFLOAD,
	XPCPU_STAT_STEER_TCP,

	XPCPU_STAT_NR
};

struct xpcpu_stats {
	unsigned long count[XPCPU_STAT_NR];
};

/**
 * xpcpu_count() - count one event
 * @xn: the netns' part
 * @stat: which
 *
 * Context: RCU read side (the counters go one RCU period after the netns was
 *	marked dead).
 */
static __always_inline void xpcpu_count(struct xpcpu_net *xn,
					enum xpcpu_stat stat)
{
	if (likely(!READ_ONCE(xn->dead)))
		this_cpu_inc(xn->stats->count[stat]);
}

/**
 * xpcpu_count_rare() - count one event off the hot path
 * @net: network namespace
 * @stat: which
 *
 * Context: any.
 */
static inline void xpcpu_count_rare(const struct net *net,
				    enum xpcpu_stat stat)
{
	rcu_read_lock();
	xpcpu_count(xpcpu_net(net), stat);
	rcu_read_unlock();
}

int xpcpu_stats_net_init(struct net *net);
void xpcpu_stats_net_exit(struct net *net);

#endif

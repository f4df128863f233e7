// SPDX-License-Identifier: GPL-2.0
/* /proc/net/xfrm_pcpu_stat */
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

#include "stats.h"

#define STAT_FILE	"xfrm_pcpu_stat"

static const char *const stat_names[XPCPU_STAT_NR] = {
	[XPCPU_STAT_OWN]		= "XfrmPcpuOwn",
	[XPCPU_STAT_FALLBACK]		= "XfrmPcpuFallback",
	[XPCPU_STAT_HELD]		= "XfrmPcpuHeld",
	[XPCPU_STAT_NONE]		= "XfrmPcpuNone",
	[XPCPU_STAT_ACQUIRE_SENT]	= "XfrmPcpuAcquireSent",
	[XPCPU_STAT_ACQUIRE_SUPPRESSED]	= "XfrmPcpuAcquireSuppressed",
	[XPCPU_STAT_ACQUIRE_ANSWERED]	= "XfrmPcpuAcquireAnswered",
	[XPCPU_STAT_ACQUIRE_EXPIRED]	= "XfrmPcpuAcquireExpired",
	[XPCPU_STAT_ACQUIRE_NO_LISTENER] = "XfrmPcpuAcquireNoListener",
	[XPCPU_STAT_ACQUIRE_NO_MEMORY]	= "XfrmPcpuAcquireNoMemory",
	[XPCPU_STAT_REFUSED]		= "XfrmPcpuRefused",
	[XPCPU_STAT_FILTERED]		= "XfrmPcpuFiltered",
	[XPCPU_STAT_FOLLOWED]		= "XfrmPcpuFollowed",
	[XPCPU_STAT_STAYED]		= "XfrmPcpuStayed",
	[XPCPU_STAT_REPORT_DROPPED]	= "XfrmPcpuReportDropped",
	[XPCPU_STAT_STEER_HOME]		= "XfrmPcpuSteerHome",
	[XPCPU_STAT_STEER_OUT]		= "XfrmPcpuSteerOut",
	[XPCPU_STAT_STEER_IN]		= "XfrmPcpuSteerIn",
	[XPCPU_STAT_STEER_FULL]		= "XfrmPcpuSteerFull",
	[XPCPU_STAT_STEER_GONE]		= "XfrmPcpuSteerGone",
	[XPCPU_STAT_STEER_LEFT]		= "XfrmPcpuSteerLeft",
	[XPCPU_STAT_STEER_OFFLOAD]	= "XfrmPcpuSteerOffload",
	[XPCPU_STAT_STEER_TCP]		= "XfrmPcpuSteerTcp",
};

static void show_line(struct seq_file *seq, const char *name,
		      unsigned long value)
{
	seq_printf(seq, "%-28s\t%lu\n", name, value);
}

static int stat_show(struct seq_file *seq, void *v)
{
	struct net *net = seq->private;
	struct xpcpu_net *xn = xpcpu_net(net);
	int i, cpu;

	for (i = 0; i < XPCPU_STAT_NR; i++) {
		unsigned long sum = 0;

		for_each_possible_cpu(cpu)
			sum += per_cpu_ptr(xn->stats, cpu)->count[i];
		show_line(seq, stat_names[i], sum);
	}
	show_line(seq, "XfrmPcpuSas", READ_ONCE(xn->nr_sas));
	show_line(seq, "XfrmPcpuGroups", READ_ONCE(xn->nr_groups));
	return 0;
}

/**
 * xpcpu_stats_net_init() - counters and their file for a new netns
 * @net: network namespace
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int xpcpu_stats_net_init(struct net *net)
{
	struct xpcpu_net *xn = xpcpu_net(net);

	xn->stats = alloc_percpu_gfp(struct xpcpu_stats,
				     GFP_KERNEL_ACCOUNT);
	if (!xn->stats)
		return -ENOMEM;
	if (!proc_create_net_single(STAT_FILE, 0444, net->proc_net, stat_show,
				    NULL)) {
		free_percpu(xn->stats);
		return -ENOMEM;
	}
	return 0;
}

/**
 * xpcpu_stats_net_exit() - undo xpcpu_stats_net_init()
 * @net: network namespace, marked dead at least an RCU period ago
 *
 * Context: process, may sleep.
 */
void xpcpu_stats_net_exit(struct net *net)
{
	remove_proc_entry(STAT_FILE, net->proc_net);
	free_percpu(xpcpu_net(net)->stats);
}

// SPDX-License-Identifier: GPL-2.0
/* /proc/sys/net/xfrm_pcpu */
#include <linux/slab.h>

#include "follow.h"
#include "pernet.h"
#include "sysctl.h"

static int follow_min;
static int follow_udp_max = 1;
static int follow_tcp_max = XPCPU_FOLLOW_TCP_MAX_MS;

static int follow_handler(COMPAT_CTL_TABLE *table, int write, void *buffer,
			  size_t *len, loff_t *pos)
{
	struct xpcpu_net *xn = table->extra1;
	struct ctl_table limited = *table;
	int err;

	limited.extra1 = &follow_min;
	err = proc_dointvec_minmax(&limited, write, buffer, len, pos);
	if (!err && write)
		xpcpu_follow_changed(xn);
	return err;
}

/*
 * The data is the place in struct xpcpu_net; extra1 becomes the netns' part.
 * The values are int and begin with 0.
 */
static const struct ctl_table net_table[] = {
	{
		.procname = "follow_udp",
		.data = (void *)offsetof(struct xpcpu_net, follow_udp),
		.maxlen = sizeof(int),
		.mode = 0644,
		.proc_handler = follow_handler,
		.extra2 = &follow_udp_max,
	}, {
		.procname = "follow_tcp_ms",
		.data = (void *)offsetof(struct xpcpu_net, follow_tcp_ms),
		.maxlen = sizeof(int),
		.mode = 0644,
		.proc_handler = follow_handler,
		.extra2 = &follow_tcp_max,
	},
	{}
};

/**
 * xpcpu_sysctl_net_init() - the settings of a new netns
 * @xn: its part, with the defaults
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int xpcpu_sysctl_net_init(struct xpcpu_net *xn)
{
	struct ctl_table *table, *entry;

	if (!IS_ENABLED(CONFIG_SYSCTL))
		return 0;
	table = kmemdup(net_table, sizeof(net_table), GFP_KERNEL_ACCOUNT);
	if (!table)
		return -ENOMEM;
	for (entry = table; entry->procname; entry++) {
		entry->data = (char *)xn + (unsigned long)entry->data;
		entry->extra1 = xn;
	}
	xn->sysctl = compat_register_net_sysctl(xn->net, "net/xfrm_pcpu", table,
						ARRAY_SIZE(net_table) - 1);
	if (!xn->sysctl) {
		kfree(table);
		return -ENOMEM;
	}
	return 0;
}

/**
 * xpcpu_sysctl_net_exit() - undo xpcpu_sysctl_net_init()
 * @xn: the netns' part
 *
 * Context: process, may sleep.  Who is reading or writing one has left then.
 */
void xpcpu_sysctl_net_exit(struct xpcpu_net *xn)
{
	const struct ctl_table *table;

	if (!xn->sysctl)
		return;
	table = xn->sysctl->ctl_table_arg;
	unregister_net_sysctl_table(xn->sysctl);
	kfree(table);
}

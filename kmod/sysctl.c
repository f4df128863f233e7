// SPDX-License-Identifier: GPL-2.0
/* /proc/sys/net/xfrm_pcpu */
#include <linux/slab.h>

#include "follow.h"
#include "pernet.h"
#include "steer.h"
#include "steer_queue.h"
#include "sysctl.h"

static int follow_min;
static int follow_udp_max = 1;
static int follow_tcp_max = XPCPU_FOLLOW_TCP_MAX_MS;
static int steer_mode_max = XPCPU_STEER_MODE_MAX;
static int share_max = XPCPU_STEER_SHARE_MAX;
static int auto_ms_min = XPCPU_STEER_AUTO_MS_MIN;
static int auto_ms_max = XPCPU_STEER_AUTO_MS_MAX;
static int queue_len_max = XPCPU_STEER_QUEUE_LEN_MAX;

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

/* Switching on or off takes more than writing the number. */
static int steer_handler(COMPAT_CTL_TABLE *table, int write,
			 COMPAT_CTL_BUFFER *buffer, size_t *len, loff_t *pos)
{
	struct xpcpu_net *xn = container_of((int *)table->data,
					    struct xpcpu_net, steer);
	int mode = READ_ONCE(xn->steer);
	struct ctl_table copy = *table;
	int err;

	/* While it is being switched off, it is off for who asks. */
	if (mode == XPCPU_STEER_ENDING)
		mode = XPCPU_STEER_OFF;
	copy.data = &mode;
	err = proc_dointvec_minmax(&copy, write, buffer, len, pos);
	if (!err && write)
		err = xpcpu_steer_set(xn, mode);
	return err;
}

/*
 * The data is the place in struct xpcpu_net; without extra1, that becomes the
 * netns' part, and the values begin with 0.  All are int.
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
	}, {
		.procname = "steer",
		.data = (void *)offsetof(struct xpcpu_net, steer),
		.maxlen = sizeof(int),
		.mode = 0644,
		.proc_handler = steer_handler,
		.extra1 = SYSCTL_ZERO,
		.extra2 = &steer_mode_max,
	}, {
		.procname = "steer_spread",
		.data = (void *)offsetof(struct xpcpu_net, steer_spread),
		.maxlen = sizeof(int),
		.mode = 0644,
		.proc_handler = proc_dointvec_minmax,
		.extra1 = SYSCTL_ZERO,
		.extra2 = SYSCTL_ONE,
	}, {
		.procname = "steer_auto_share",
		.data = (void *)offsetof(struct xpcpu_net, steer_auto_share),
		.maxlen = sizeof(int),
		.mode = 0644,
		.proc_handler = proc_dointvec_minmax,
		.extra1 = SYSCTL_ZERO,
		.extra2 = &share_max,
	}, {
		.procname = "steer_auto_ms",
		.data = (void *)offsetof(struct xpcpu_net, steer_auto_ms),
		.maxlen = sizeof(int),
		.mode = 0644,
		.proc_handler = proc_dointvec_minmax,
		.extra1 = &auto_ms_min,
		.extra2 = &auto_ms_max,
	},
};

/* The queues serve all netns: the initial one says how long they are. */
static const struct ctl_table init_net_table[] = {
	{
		.procname = "steer_queue_len",
		.data = &xpcpu_steer_queue_len,
		.maxlen = sizeof(int),
		.mode = 0644,
		.proc_handler = proc_dointvec_minmax,
		.extra1 = SYSCTL_ONE,
		.extra2 = &queue_len_max,
	},
};

#define NR_NET		ARRAY_SIZE(net_table)
#define NR_INIT_NET	ARRAY_SIZE(init_net_table)

/**
 * xpcpu_sysctl_net_init() - the settings of a new netns
 * @xn: its part, with the defaults
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int xpcpu_sysctl_net_init(struct xpcpu_net *xn)
{
	struct ctl_table *table;
	size_t i, nr = NR_NET;

	if (!IS_ENABLED(CONFIG_SYSCTL))
		return 0;
	/* And an empty one at the end. */
	table = kcalloc(NR_NET + NR_INIT_NET + 1, sizeof(*table),
			GFP_KERNEL_ACCOUNT);
	if (!table)
		return -ENOMEM;
	memcpy(table, net_table, sizeof(net_table));
	for (i = 0; i < NR_NET; i++) {
		table[i].data = (char *)xn + (unsigned long)table[i].data;
		if (!table[i].extra1)
			table[i].extra1 = xn;
	}
	if (net_eq(xn->net, &init_net)) {
		memcpy(table + nr, init_net_table, sizeof(init_net_table));
		nr += NR_INIT_NET;
	}
	xn->sysctl = compat_register_net_sysctl(xn->net, "net/xfrm_pcpu", table,
						nr);
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

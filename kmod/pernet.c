// SPDX-License-Identifier: GPL-2.0
/* Network namespaces come and go. */
#include <linux/module.h>

#include "expect.h"
#include "follow.h"
#include "output.h"
#include "pernet.h"
#include "stats.h"
#include "steer.h"
#include "sysctl.h"

unsigned int xpcpu_net_id;

static int __net_init net_start(struct net *net)
{
	struct xpcpu_net *xn = xpcpu_net(net);
	int err;

	xn->net = net;
	spin_lock_init(&xn->lock);
	INIT_LIST_HEAD(&xn->expects);
	xpcpu_follow_net_init(xn);
	xpcpu_steer_net_init(xn);
	err = xpcpu_stats_net_init(net);
	if (err)
		return err;
	err = xpcpu_sysctl_net_init(xn);
	if (err)
		xpcpu_stats_net_exit(net);
	return err;
}

/*
 * Runs before XFRM's exit, which deletes the SAs and so still reaches our
 * hooks.  The caller waits an RCU period between this and net_stop(): after it
 * nobody counts any more.
 */
static void __net_exit net_dying(struct net *net)
{
	struct xpcpu_net *xn = xpcpu_net(net);

	WRITE_ONCE(xn->dead, true);
	xpcpu_follow_changed(xn);
}

static void __net_exit net_stop(struct net *net)
{
	xpcpu_sysctl_net_exit(xpcpu_net(net));
	xpcpu_steer_net_exit(xpcpu_net(net));
	xpcpu_expect_flush(xpcpu_net(net));
	xpcpu_stats_net_exit(net);
	/* Its policies may have been the last that wanted the hook. */
	xpcpu_output_release();
}

static struct pernet_operations net_ops = {
	.init = net_start,
	.pre_exit = net_dying,
	.exit = net_stop,
	.id = &xpcpu_net_id,
	.size = sizeof(struct xpcpu_net),
};

/**
 * xpcpu_pernet_init() - prepare every netns that there is and will be
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int xpcpu_pernet_init(void)
{
	return register_pernet_subsys(&net_ops);
}

/**
 * xpcpu_pernet_exit() - undo xpcpu_pernet_init()
 *
 * Context: process, may sleep.  No hook is running.
 */
void xpcpu_pernet_exit(void)
{
	unregister_pernet_subsys(&net_ops);
}

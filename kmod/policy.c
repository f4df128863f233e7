// SPDX-License-Identifier: GPL-2.0
/* Policies that want an SA per CPU. */
#include <linux/rwsem.h>
#include <net/net_namespace.h>
#include <net/xfrm.h>

#include "policy.h"

/* Any number that ends the walk. */
#define FOUND	1

static int is_cpu_acquire(struct xfrm_policy *pol, int dir, int count,
			  void *data)
{
	return pol->flags & XFRM_POLICY_CPU_ACQUIRE ? FOUND : 0;
}

static bool net_has(struct net *net)
{
	struct xfrm_policy_walk walk;
	bool found;

	xfrm_policy_walk_init(&walk, XFRM_POLICY_TYPE_ANY);
	found = xfrm_policy_walk(net, &walk, is_cpu_acquire, NULL) == FOUND;
	xfrm_policy_walk_done(&walk, net);
	return found;
}

/**
 * xpcpu_policy_any_cpu_acquire() - whether any netns has a policy with
 *	XFRM_POLICY_CPU_ACQUIRE
 *
 * Context: process, may sleep; takes net_rwsem and each netns' policy lock.
 */
bool xpcpu_policy_any_cpu_acquire(void)
{
	bool found = false;
	struct net *net;

	down_read(&net_rwsem);
	for_each_net(net) {
		found = net_has(net);
		if (found)
			break;
	}
	up_read(&net_rwsem);
	return found;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Policies that want an SA per CPU: those of the SPD, which come as requests
 * (request.c), and those of sockets: wrapper of xfrm_sk_policy_insert().
 */
#include <linux/rwsem.h>
#include <net/net_namespace.h>
#include <net/xfrm.h>

#include "output.h"
#include "policy.h"

/* Any number that ends the walk. */
#define FOUND	1

/* Both kinds are in one list; a socket's policy has a direction of its own. */
static int is_cpu_acquire(struct xfrm_policy *pol, int dir, int count,
			  void *data)
{
	enum xpcpu_policy_want *want = data;

	if (!(pol->flags & XFRM_POLICY_CPU_ACQUIRE))
		return 0;
	if (dir >= XFRM_POLICY_MAX) {
		*want = XPCPU_POLICY_WANT_SOCKET;
		return 0;
	}
	*want = XPCPU_POLICY_WANT_SPD;
	return FOUND;
}

/**
 * xpcpu_policy_cpu_acquire() - whether any netns has a policy with
 *	XFRM_POLICY_CPU_ACQUIRE
 *
 * Context: process, may sleep; takes net_rwsem and each netns' policy lock.
 * Return: which; the SPD's before a socket's.
 */
enum xpcpu_policy_want xpcpu_policy_cpu_acquire(void)
{
	enum xpcpu_policy_want want = XPCPU_POLICY_WANT_NONE;
	struct xfrm_policy_walk walk;
	struct net *net;

	down_read(&net_rwsem);
	for_each_net(net) {
		xfrm_policy_walk_init(&walk, XFRM_POLICY_TYPE_ANY);
		xfrm_policy_walk(net, &walk, is_cpu_acquire, &want);
		xfrm_policy_walk_done(&walk, net);
		if (want == XPCPU_POLICY_WANT_SPD)
			break;
	}
	up_read(&net_rwsem);
	return want;
}

/*
 * The caller ignores what it returns, and a socket without its policy would
 * send in clear: if the look-up cannot be hooked, the policy serves as it does
 * on a kernel that does not know the flag.
 */
static int wrap_sk_policy_insert(struct sock *sk, int dir,
				 struct xfrm_policy *pol)
{
	int err;

	xpcpu_wrapper_enter();
	if (pol && pol->flags & XFRM_POLICY_CPU_ACQUIRE && xpcpu_output_need())
		pr_warn_ratelimited("CPU_ACQUIRE of a socket's policy is ignored: cannot hook the output look-up\n");
	err = XPCPU_HOOK_ORIG(xpcpu_hook_sk_policy, xfrm_sk_policy_insert)
		(sk, dir, pol);
	xpcpu_wrapper_leave();
	return err;
}

struct xpcpu_hook xpcpu_hook_sk_policy = {
	.name = "xfrm_sk_policy_insert",
	.wrapper = XPCPU_WRAPPER(xfrm_sk_policy_insert, wrap_sk_policy_insert),
};

// SPDX-License-Identifier: GPL-2.0
/*
 * What was there before the module: SAs, which count as fallbacks (their
 * SA_PCPU was dropped by the kernel), and policies with CPU_ACQUIRE.
 */
#include <linux/rwsem.h>
#include <net/net_namespace.h>
#include <net/xfrm.h>

#include "import.h"
#include "output.h"
#include "policy.h"
#include "sa.h"

/* With xfrm_state_lock held. */
static int import_one(struct xfrm_state *x, int count, void *data)
{
	/* Without a number nobody can name it: a larval SA that nobody took up. */
	if (!x->id.spi)
		return 0;
	/* Came while we were on the way here: its wrapper has recorded it. */
	if (xpcpu_sa_known(x))
		return 0;
	return xpcpu_sa_record(x, XPCPU_NONE, 0, false, NULL);
}

static int import_net(struct net *net)
{
	struct xfrm_state_walk walk;
	int err;

	/* Who was adding an SA unseen has finished when we hold this. */
	mutex_lock(&net->xfrm.xfrm_cfg_mutex);
	xfrm_state_walk_init(&walk, IPSEC_PROTO_ANY, NULL);
	err = xfrm_state_walk(net, &walk, import_one, NULL);
	xfrm_state_walk_done(&walk, net);
	mutex_unlock(&net->xfrm.xfrm_cfg_mutex);
	/* An empty table. */
	return err == -ENOENT ? 0 : err;
}

/* The next netns that was not imported, with a reference. */
static struct net *next_net(void)
{
	struct net *net, *found = NULL;

	down_read(&net_rwsem);
	for_each_net(net) {
		struct xpcpu_net *xn = xpcpu_net(net);

		if (xn->imported)
			continue;
		xn->imported = true;
		found = maybe_get_net(net);
		if (found)
			break;
	}
	up_read(&net_rwsem);
	return found;
}

/**
 * xpcpu_import() - take in the SAs of all netns, and hook the output look-up
 *	if a policy wants it
 *
 * Context: process, may sleep.  All hooks but the output look-up's are armed.
 * Return: 0, -ENOMEM, or a negative errno from xpcpu_output_need().
 */
int xpcpu_import(void)
{
	struct net *net;
	int err;

	/* A deletion that began unseen is over. */
	synchronize_rcu();

	while ((net = next_net())) {
		err = import_net(net);
		put_net(net);
		if (err) {
			pr_err("cannot take in the SAs that exist: error %d\n",
			       err);
			return err;
		}
	}
	return xpcpu_policy_cpu_acquire() ? xpcpu_output_need() : 0;
}

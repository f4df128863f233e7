// SPDX-License-Identifier: GPL-2.0
/*
 * The look-up of an SA for a packet that goes out: wrapper of
 * xfrm_state_find().
 *
 * It is hooked on demand: from the first SA with a CPU, or policy with
 * CPU_ACQUIRE, until some time after the last is gone.
 */
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>

#include "acquire.h"
#include "choice.h"
#include "hook.h"
#include "output.h"
#include "policy.h"
#include "sa.h"
#include "stats.h"
#include "trace.h"

/* Not at once: a daemon that restarts would patch the kernel each time. */
#define XPCPU_DISARM_DELAY	(10 * HZ)

static bool direct_call;
module_param(direct_call, bool, 0444);
MODULE_PARM_DESC(direct_call, "hook the look-up by a direct call: fewer instructions per packet, not on every kernel (off)");

static struct xpcpu_hook hook_find;

/* Look-ups in flight, apart: they end before the other hooks go. */
static DEFINE_PER_CPU(long, output_inflight);

/* RCU read side.  What follows from a choice, whose SA is referenced. */
static struct xfrm_state *find_chosen(struct xpcpu_group *group,
				      const struct xpcpu_lookup *l,
				      const struct xpcpu_choice *choice,
				      int *err)
{
	struct xpcpu_net *xn = xpcpu_net(l->net);

	trace_xpcpu_choice(l, choice);

	switch (choice->kind) {
	case XPCPU_CHOICE_OWN:
		xpcpu_count(xn, XPCPU_STAT_OWN);
		break;
	case XPCPU_CHOICE_HELD:
		xpcpu_count(xn, XPCPU_STAT_HELD);
		xpcpu_count(xn, XPCPU_STAT_FALLBACK);
		break;
	case XPCPU_CHOICE_FALLBACK:
		xpcpu_count(xn, XPCPU_STAT_FALLBACK);
		/* No other SA could serve a template that names the SPI. */
		if (l->pol->flags & XFRM_POLICY_CPU_ACQUIRE &&
		    !l->tmpl->id.spi)
			xpcpu_acquire_cpu(group, l);
		break;
	case XPCPU_CHOICE_NONE:
		xpcpu_count(xn, XPCPU_STAT_NONE);
		if (choice->coming)
			*err = -EAGAIN;
		else if (choice->expired)
			*err = -ESRCH;
		else
			*err = xpcpu_acquire_any(group, l);
		return NULL;
	}
	return choice->x;
}

/*
 * RCU read side.  An SA that ends while it is being chosen has left its group, or
 * is not valid any more: the next choice is another one.  Returns false if that
 * happened again and again.
 */
static bool choose(struct xpcpu_group *group, const struct xpcpu_lookup *l,
		   struct xpcpu_choice *choice)
{
	int tries;

	for (tries = 0; tries < 8; tries++) {
		xpcpu_choose(group, l, choice);
		if (!choice->x || refcount_inc_not_zero(&choice->x->refcnt))
			return true;
	}
	return false;
}

/* RCU read side.  Where the CPU's own SA is not at hand. */
static noinline struct xfrm_state *find_other(struct xpcpu_group *group,
					      const struct xpcpu_lookup *l,
					      int *err, bool *stock)
{
	struct xpcpu_choice choice;

	*stock = true;
	if (!group || compat_policy_in_device(l->pol))
		return NULL;
	if (!READ_ONCE(group->nr_bound) &&
	    !(l->pol->flags & XFRM_POLICY_CPU_ACQUIRE))
		return NULL;

	if (!choose(group, l, &choice)) {
		xpcpu_count(xpcpu_net(l->net), XPCPU_STAT_NONE);
		*stock = false;
		*err = -EAGAIN;
		return NULL;
	}
	/*
	 * Where no SA has a CPU, what follows from having none at all is the
	 * kernel's business: acquire, larval SA, errors.
	 */
	if (!choice.x && !READ_ONCE(group->nr_bound))
		return NULL;
	*stock = false;
	return find_chosen(group, l, &choice, err);
}

/*
 * The kernel's look-up, for groups without per-CPU SAs and for policies that a
 * device has.  It knows no CPU; if an SA got one since @binds was read, it may
 * have been that one: then the group has a choice by now.
 */
static struct xfrm_state *find_stock(const struct xpcpu_lookup *l, int *err,
				     unsigned int binds)
{
	struct xpcpu_sa_info info;
	struct xfrm_state *x;
	bool stock;

	x = XPCPU_HOOK_ORIG(hook_find, xfrm_state_find)
		(l->daddr, l->saddr, l->fl, l->tmpl, l->pol, err, l->family,
		 l->if_id);
	/* The SA was found before the count is read again. */
	smp_rmb();
	if (likely(!x || (xpcpu_group_bind_count() == binds &&
			  !compat_policy_in_device(l->pol))))
		return x;
	if (!xpcpu_sa_info(x, &info) || info.cpu == XPCPU_NONE ||
	    info.cpu == l->cpu)
		return x;

	xpcpu_count_rare(l->net, XPCPU_STAT_FILTERED);
	xpcpu_sa_put(x);
	rcu_read_lock();
	x = find_other(xpcpu_group_lookup(l), l, err, &stock);
	rcu_read_unlock();
	if (!stock)
		return x;
	*err = -EAGAIN;
	return NULL;
}

/* RCU read side.  The usual case: the CPU has an SA of its own. */
static __always_inline struct xfrm_state *find_own(struct xpcpu_group *group,
						   const struct xpcpu_lookup *l)
{
	struct xfrm_state *x = xpcpu_choose_own(group, l);

	if (unlikely(!x || !refcount_inc_not_zero(&x->refcnt)))
		return NULL;
	if (trace_xpcpu_choice_enabled()) {
		struct xpcpu_choice choice = {
			.x = x,
			.kind = XPCPU_CHOICE_OWN,
		};

		trace_xpcpu_choice(l, &choice);
	}
	xpcpu_count(group->xn, XPCPU_STAT_OWN);
	return x;
}

static struct xfrm_state *wrap_find(const xfrm_address_t *daddr,
				    const xfrm_address_t *saddr,
				    const struct flowi *fl,
				    struct xfrm_tmpl *tmpl,
				    struct xfrm_policy *pol, int *err,
				    unsigned short family, u32 if_id)
{
	struct xpcpu_lookup l = {
		.daddr = daddr,
		.saddr = saddr,
		.fl = fl,
		.tmpl = tmpl,
		.pol = pol,
		.family = family,
		.if_id = if_id,
		.cpu = raw_smp_processor_id(),
		.net = xp_net(pol),
	};
	unsigned int binds = xpcpu_group_bind_count();
	struct xpcpu_group *group;
	struct xfrm_state *x;
	bool stock;

	/* Pairs with the barrier after the count in xpcpu_group_link(). */
	smp_rmb();

	this_cpu_inc(output_inflight);
	rcu_read_lock();
	group = xpcpu_group_lookup(&l);
	x = group && !compat_policy_in_device(pol) ? find_own(group, &l) : NULL;
	if (likely(x)) {
		rcu_read_unlock();
	} else {
		x = find_other(group, &l, err, &stock);
		rcu_read_unlock();
		if (stock)
			x = find_stock(&l, err, binds);
	}
	this_cpu_dec(output_inflight);
	return x;
}

COMPAT_FTRACE_TRAMPOLINE(find_trampoline, wrap_find);

static struct xpcpu_hook hook_find = {
	.name = "xfrm_state_find",
	.wrapper = XPCPU_WRAPPER(xfrm_state_find, wrap_find),
};

static struct xpcpu_hook *output_hooks[] = { &hook_find };
static XPCPU_HOOK_SET(output_set, output_hooks);

/* Protects the three below. */
static DEFINE_MUTEX(arm_lock);
static bool armed;
/* The module goes; wrappers that still run must not arm or schedule again. */
static bool closing;
static unsigned long needed_at;

static void disarm_work(struct work_struct *work);
static DECLARE_DELAYED_WORK(disarm, disarm_work);

/**
 * xpcpu_output_need() - hook the look-up, if it is not hooked
 *
 * Call before an SA with a CPU or a policy with CPU_ACQUIRE comes.
 *
 * Context: process, may sleep.
 * Return: 0 or a negative errno from xpcpu_hook_set_arm().
 */
int xpcpu_output_need(void)
{
	int err = 0;

	mutex_lock(&arm_lock);
	needed_at = jiffies;
	if (!armed && !closing) {
		err = xpcpu_hook_set_arm(&output_set);
		WRITE_ONCE(armed, !err);
		/* What it was needed for may not come after all. */
		if (!err)
			schedule_delayed_work(&disarm, XPCPU_DISARM_DELAY);
	}
	mutex_unlock(&arm_lock);
	return err;
}

/**
 * xpcpu_output_release() - the look-up may need no hook any more
 *
 * Call when an SA with a CPU, or policies, went.
 *
 * Context: any.
 */
void xpcpu_output_release(void)
{
	if (READ_ONCE(armed) && !xpcpu_group_any_bound())
		schedule_delayed_work(&disarm, XPCPU_DISARM_DELAY);
}

static void disarm_work(struct work_struct *work)
{
	mutex_lock(&arm_lock);
	if (!armed || xpcpu_group_any_bound())
		goto out;
	/* Somebody asked for it and may not have come to using it. */
	if (time_before(jiffies, needed_at + XPCPU_DISARM_DELAY)) {
		schedule_delayed_work(&disarm, XPCPU_DISARM_DELAY);
		goto out;
	}
	switch (xpcpu_policy_cpu_acquire()) {
	case XPCPU_POLICY_WANT_SPD:
		goto out;
	case XPCPU_POLICY_WANT_SOCKET:
		/* Nobody tells when a socket is closed. */
		schedule_delayed_work(&disarm, XPCPU_DISARM_DELAY);
		goto out;
	case XPCPU_POLICY_WANT_NONE:
		break;
	}
	xpcpu_hook_set_disarm(&output_set);
	WRITE_ONCE(armed, false);
out:
	mutex_unlock(&arm_lock);
}

/**
 * xpcpu_output_armed() - whether the look-up is hooked
 *
 * Context: any.
 */
bool xpcpu_output_armed(void)
{
	return READ_ONCE(armed);
}

/**
 * xpcpu_output_init() - find the look-up and try whether it can be hooked
 *
 * Context: process, may sleep.
 * Return: 0 or a negative errno with a message.
 */
int xpcpu_output_init(void)
{
	int err;

	if (direct_call)
		output_set.direct = find_trampoline;
	err = xpcpu_hook_set_resolve(&output_set);
	return err ?: xpcpu_hook_set_test(&output_set);
}

/**
 * xpcpu_output_close() - unhook the look-up for good
 *
 * Call while SAs that are deleted and destroyed are still seen: a look-up would
 * come upon an SA whose memory is gone.  Afterwards none is running.
 *
 * Context: process, may sleep.
 */
void xpcpu_output_close(void)
{
	mutex_lock(&arm_lock);
	closing = true;
	if (armed)
		xpcpu_hook_set_disarm(&output_set);
	WRITE_ONCE(armed, false);
	mutex_unlock(&arm_lock);
	xpcpu_hook_drain(&output_inflight);
}

/**
 * xpcpu_output_exit() - the rest, when nobody can call xpcpu_output_release()
 *
 * Whoever was in it while xpcpu_output_close() ran may have started the work:
 * a wrapper, or a netns that goes.
 *
 * Context: process, may sleep.  No wrapper is running, no netns is known.
 */
void xpcpu_output_exit(void)
{
	cancel_delayed_work_sync(&disarm);
}

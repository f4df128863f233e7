// SPDX-License-Identifier: GPL-2.0
/* Redirect kernel functions with ftrace; nothing of XFRM in here. */
#include <linux/delay.h>
#include <linux/module.h>

#include "hook.h"
#include "symbol.h"

DEFINE_PER_CPU(long, xpcpu_inflight);

/* How long unloading waits between two looks at the wrappers in flight. */
#define XPCPU_DRAIN_POLL_MS	10

/*
 * The ftrace handler: the traced function's callers continue in the wrapper.
 * Calls from this module go through: its own calls are not requests.
 */
void notrace xpcpu_hook_redirect(unsigned long ip, unsigned long parent_ip,
				 struct ftrace_ops *ops,
				 struct compat_ftrace_regs *regs)
{
	struct xpcpu_hook_set *set =
		container_of(ops, struct xpcpu_hook_set, ops);
	unsigned int i;

	if (within_module(parent_ip, THIS_MODULE))
		return;

	for (i = 0; i < set->nr; i++) {
		const struct xpcpu_hook *hook = set->hooks[i];

		if (ip - hook->entry < COMPAT_FTRACE_ENTRY_SPAN) {
			if (hook->passes &&
			    hook->passes(compat_first_argument(regs)))
				return;
			compat_set_ip(regs, (unsigned long)hook->wrapper);
			return;
		}
	}
}

/*
 * The same for a set of one hook, whose function this module calls only
 * through xpcpu_hook.orig: once per packet.
 */
void notrace xpcpu_hook_redirect_one(unsigned long ip, unsigned long parent_ip,
				     struct ftrace_ops *ops,
				     struct compat_ftrace_regs *regs)
{
	struct xpcpu_hook_set *set =
		container_of(ops, struct xpcpu_hook_set, ops);

	if (!COMPAT_FTRACE_BODY_OFFSET && within_module(parent_ip, THIS_MODULE))
		return;
	compat_set_ip(regs, (unsigned long)set->hooks[0]->wrapper);
}

/**
 * xpcpu_hook_set_resolve() - find the functions of a set
 * @set: hooks with names
 *
 * Context: process, may sleep.
 * Return: 0, -ENOENT with a message that names the function, -ENOMEM, or
 *	-EOPNOTSUPP with a message.
 */
int xpcpu_hook_set_resolve(struct xpcpu_hook_set *set)
{
	unsigned int i;

	if (compat_indirect_calls_tracked()) {
		pr_err("this kernel tracks indirect branches, which the hooks cannot serve: boot with ibt=off\n");
		return -EOPNOTSUPP;
	}
	if (set->direct && !COMPAT_FTRACE_DIRECT) {
		pr_err("this kernel has no direct calls that the module can use: load without direct_call\n");
		return -EOPNOTSUPP;
	}
	for (i = 0; i < set->nr; i++) {
		struct xpcpu_hook *hook = set->hooks[i];

		if (hook->func) {
			hook->entry = (unsigned long)hook->func;
		} else {
			int err = xpcpu_symbol(hook->name, &hook->entry);

			if (err)
				return err;
		}
		hook->orig = (void *)(hook->entry + COMPAT_FTRACE_BODY_OFFSET);
	}
	return 0;
}

static void filter_clear(struct xpcpu_hook_set *set, unsigned int nr)
{
	while (nr--)
		ftrace_set_filter_ip(&set->ops, set->hooks[nr]->entry, 1, 0);
}

static void notrace test_nothing(unsigned long ip, unsigned long parent_ip,
				 struct ftrace_ops *ops,
				 struct compat_ftrace_regs *regs)
{
}

/* A user that must not be switched off, and patches nothing but a call. */
static struct ftrace_ops test_ops = {
	.func = test_nothing,
	.flags = COMPAT_FTRACE_STAY_FLAG | COMPAT_FTRACE_NEST_FLAG,
};

/* Say why the set could not be armed; ftrace itself only returns a number. */
static void explain(struct xpcpu_hook_set *set, int err)
{
	unsigned long entry = set->hooks[0]->entry;
	int test;

	if (err == -ENODEV) {
		pr_err("ftrace is out of order on this kernel (it disabled itself after an error)\n");
		return;
	}
	test = ftrace_set_filter_ip(&test_ops, entry, 0, 0);
	if (!test) {
		test = register_ftrace_function(&test_ops);
		if (!test)
			unregister_ftrace_function(&test_ops);
		ftrace_set_filter_ip(&test_ops, entry, 1, 0);
	}
	if (test == -EBUSY)
		pr_err("ftrace is switched off: sysctl kernel.ftrace_enabled=1, then load again\n");
	else if (err == -EBUSY)
		pr_err("another user (live patch, BPF fentry, kprobe) redirects one of the functions that are needed; see /sys/kernel/tracing/enabled_functions\n");
	else
		pr_err("ftrace cannot redirect the functions that are needed: error %d\n",
		       err);
}

/**
 * xpcpu_hook_set_arm() - from now on callers reach the wrappers
 * @set: resolved hooks
 *
 * All of them or none.
 *
 * Context: process, may sleep.
 * Return: 0, or a negative errno with a message that says why: -EINVAL for a
 *	function that ftrace does not know, -EBUSY if ftrace is switched off or
 *	somebody else redirects one of the functions, -ENODEV, -ENOMEM.
 */
int xpcpu_hook_set_arm(struct xpcpu_hook_set *set)
{
	unsigned int i;
	int err;

	if (set->direct) {
		err = compat_direct_register(set->hooks[0]->entry, set->direct);
		if (err)
			explain(set, err);
		return err;
	}
	for (i = 0; i < set->nr; i++) {
		err = ftrace_set_filter_ip(&set->ops, set->hooks[i]->entry,
					   0, 0);
		if (err) {
			pr_err("ftrace cannot trace %s(): error %d\n",
			       set->hooks[i]->name, err);
			filter_clear(set, i);
			return err;
		}
	}
	err = register_ftrace_function(&set->ops);
	if (err) {
		filter_clear(set, set->nr);
		explain(set, err);
	}
	return err;
}

/**
 * xpcpu_hook_set_disarm() - callers reach the originals again
 * @set: armed hooks
 *
 * Wrappers may still be running afterwards; see xpcpu_hook_drain().  If ftrace
 * refuses, the patched functions lead into this module for ever: then its text
 * must never be freed, and this function does not return.
 *
 * Context: process, may sleep.
 */
void xpcpu_hook_set_disarm(struct xpcpu_hook_set *set)
{
	int err;

	if (set->direct)
		err = compat_direct_unregister(set->hooks[0]->entry,
					       set->direct);
	else
		err = unregister_ftrace_function(&set->ops);
	if (err) {
		pr_emerg("ftrace does not let go of the hooks (error %d): the module stays until the next boot\n",
			 err);
		while (1)
			ssleep(3600);
	}
	if (!set->direct)
		filter_clear(set, set->nr);
}

/**
 * xpcpu_hook_set_test() - whether a set could be armed later
 * @set: resolved hooks
 *
 * Context: process, may sleep.
 * Return: as xpcpu_hook_set_arm().
 */
int xpcpu_hook_set_test(struct xpcpu_hook_set *set)
{
	int err = xpcpu_hook_set_arm(set);

	if (!err)
		xpcpu_hook_set_disarm(set);
	return err;
}

static long sum_of(const long __percpu *inflight)
{
	long sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(*per_cpu_ptr(inflight, cpu));
	return sum;
}

/**
 * xpcpu_hook_drain() - wait until no wrapper is running
 * @inflight: what these wrappers count themselves in
 *
 * Call with every set of them disarmed, before anything that they use is freed.
 *
 * Context: process, may sleep.
 */
void xpcpu_hook_drain(const long __percpu *inflight)
{
	/* Who was on the way into a wrapper has counted himself now ... */
	compat_synchronize_tasks();
	/* ... the sum can only fall, so that 0 means nobody ... */
	while (sum_of(inflight))
		msleep(XPCPU_DRAIN_POLL_MS);
	/* ... but for the instructions between the count and the return. */
	compat_synchronize_tasks();
}

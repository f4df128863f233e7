/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Send a kernel function's callers to a wrapper.
 *
 * A set of hooks is armed and disarmed as one: one ftrace_ops per function
 * costs a grace period each.
 */
#ifndef _XPCPU_HOOK_H
#define _XPCPU_HOOK_H

#include <linux/build_bug.h>
#include <linux/ftrace.h>
#include <linux/percpu.h>

/**
 * struct xpcpu_hook - one hooked function
 * @name: symbol, for messages and, if @func is NULL, for the look-up
 * @func: the function, where it is exported
 * @wrapper: what its callers reach instead
 * @passes: whether a call with this first argument is none of ours: then the
 *	wrapper is not even entered; NULL if all are.  Called by ftrace, so it
 *	must be notrace
 * @entry: address of the function; set by xpcpu_hook_set_resolve()
 * @orig: what the wrapper calls for the original; set likewise
 */
struct xpcpu_hook {
	const char *name;
	void *func;
	void *wrapper;
	bool (*passes)(const void *first);
	unsigned long entry;
	void *orig;
};

/**
 * struct xpcpu_hook_set - functions that are hooked together
 * @ops: the one ftrace user for all of them
 * @hooks: the functions, the most often called first
 * @nr: number of @hooks
 * @direct: trampoline to the wrapper of the only hook, which is called instead
 *	of @ops; NULL without
 */
struct xpcpu_hook_set {
	struct ftrace_ops ops;
	struct xpcpu_hook **hooks;
	unsigned int nr;
	void *direct;
};

/**
 * XPCPU_HOOK_ORIG() - the original of a hooked function
 * @hook: struct xpcpu_hook
 * @func: the function, or one with the same prototype
 */
#define XPCPU_HOOK_ORIG(hook, func)	((typeof(&(func)))(hook).orig)

/**
 * XPCPU_WRAPPER() - a wrapper of a function; both must have the same type
 * @func: the function, or one with the same prototype
 * @wrapper: wrapper
 *
 * A kernel whose prototype differs must not build: the wrapper would read
 * arguments that nobody passes.
 */
#define XPCPU_WRAPPER(func, wrapper)					\
	((void *)(wrapper) + BUILD_BUG_ON_ZERO(!__same_type(func, wrapper)))

DECLARE_PER_CPU(long, xpcpu_inflight);

/*
 * Every wrapper of the control hooks stands between these two; the output
 * look-up counts its own.  A wrapper that sleeps is invisible to RCU-tasks, and
 * it may leave on another CPU: only the sum counts.
 */
static __always_inline void xpcpu_wrapper_enter(void)
{
	this_cpu_inc(xpcpu_inflight);
}

static __always_inline void xpcpu_wrapper_leave(void)
{
	this_cpu_dec(xpcpu_inflight);
}

void notrace xpcpu_hook_redirect(unsigned long ip, unsigned long parent_ip,
				 struct ftrace_ops *ops,
				 struct compat_ftrace_regs *regs);

void notrace xpcpu_hook_redirect_one(unsigned long ip, unsigned long parent_ip,
				     struct ftrace_ops *ops,
				     struct compat_ftrace_regs *regs);

#define XPCPU_HOOK_SET(_name, _hooks)					\
	struct xpcpu_hook_set _name = {					\
		.ops = {						\
			.func = ARRAY_SIZE(_hooks) == 1 ?		\
				xpcpu_hook_redirect_one :		\
				xpcpu_hook_redirect,			\
			.flags = COMPAT_FTRACE_FLAGS,			\
		},							\
		.hooks = (_hooks),					\
		.nr = ARRAY_SIZE(_hooks),				\
	}

int xpcpu_hook_set_resolve(struct xpcpu_hook_set *set);
int xpcpu_hook_set_test(struct xpcpu_hook_set *set);
int xpcpu_hook_set_arm(struct xpcpu_hook_set *set);
void xpcpu_hook_set_disarm(struct xpcpu_hook_set *set);
void xpcpu_hook_drain(const long __percpu *inflight);

#endif

// SPDX-License-Identifier: GPL-2.0
/* Holds up who calls a function on one CPU: what comes in between is no chance. */
#include <linux/ftrace.h>
#include <linux/module.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

/* For all calls together: less than what the kernel takes for a CPU that hangs. */
#define MOST_MS 15000

static char *function = "";
module_param(function, charp, 0444);
MODULE_PARM_DESC(function, "name of a function of the kernel or a module");

static unsigned int cpu;
module_param(cpu, uint, 0444);
MODULE_PARM_DESC(cpu, "whose calls are held up");

static bool release;
module_param(release, bool, 0644);
MODULE_PARM_DESC(release, "they may go on");

static unsigned int calls;
module_param(calls, uint, 0444);
MODULE_PARM_DESC(calls, "that were held up, or are");

/* The type of the last argument differs between kernels. */
static void notrace hold_up(unsigned long ip, unsigned long parent_ip,
			    struct ftrace_ops *ops, void *regs)
{
	u64 begin;

	if (raw_smp_processor_id() != cpu)
		return;
	WRITE_ONCE(calls, calls + 1);
	/* By the clock: in a guest a calibrated delay may be any time. */
	begin = ktime_get_mono_fast_ns();
	while (!READ_ONCE(release)) {
		if (ktime_get_mono_fast_ns() - begin >
		    MOST_MS * (u64)NSEC_PER_MSEC)
			WRITE_ONCE(release, true);
		cpu_relax();
	}
}

static struct ftrace_ops ops = {
	.func = (ftrace_func_t)hold_up,
};

static int __init delay_init(void)
{
	int err = ftrace_set_filter(&ops, function, strlen(function), 1);

	return err ?: register_ftrace_function(&ops);
}

static void __exit delay_exit(void)
{
	unregister_ftrace_function(&ops);
}

module_init(delay_init);
module_exit(delay_exit);
MODULE_DESCRIPTION("Holds up the callers of a function");
MODULE_LICENSE("GPL");

// SPDX-License-Identifier: GPL-2.0
/* Redirects a function to itself: who comes second gets EBUSY. */
#include <linux/ftrace.h>
#include <linux/module.h>
#include <linux/string.h>

static char *function = "";
module_param(function, charp, 0444);
MODULE_PARM_DESC(function, "name of a kernel function");

/* The type of the last argument differs between kernels. */
static void notrace pass(unsigned long ip, unsigned long parent_ip,
			 struct ftrace_ops *ops, void *regs)
{
}

static struct ftrace_ops ops = {
	.func = (ftrace_func_t)pass,
	.flags = FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_SAVE_REGS,
};

static int __init blocker_init(void)
{
	int err = ftrace_set_filter(&ops, function, strlen(function), 1);

	return err ?: register_ftrace_function(&ops);
}

static void __exit blocker_exit(void)
{
	unregister_ftrace_function(&ops);
}

module_init(blocker_init);
module_exit(blocker_exit);
MODULE_DESCRIPTION("Takes a function that xfrm_pcpu wants");
MODULE_LICENSE("GPL");

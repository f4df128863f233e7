// SPDX-License-Identifier: GPL-2.0
/*
 * xfrm_pcpu: per-CPU SAs (RFC 9611) for kernels that do not have them.
 *
 * The order of init is the architecture: the tables, the interface that shows
 * them, then the hooks that fill them, then what was there before.
 */
#include <linux/module.h>

#include "acquire.h"
#include "choice.h"
#include "follow.h"
#include "genl.h"
#include "hook.h"
#include "import.h"
#include "lifecycle.h"
#include "output.h"
#include "pernet.h"
#include "policy.h"
#include "report.h"
#include "request.h"
#include "sa.h"
#include "steer.h"
#include "user.h"

/* The output look-up is a set of its own (output.c); here the most called
 * come first.
 */
static struct xpcpu_hook *control_hooks[] = {
	&xpcpu_hook_unicast,
	&xpcpu_hook_broadcast,
	&xpcpu_hook_rcv_msg,
	&xpcpu_hook_destroy,
	&xpcpu_hook_delete,
	&xpcpu_hook_add,
	&xpcpu_hook_update,
	&xpcpu_hook_alloc_spi,
	&xpcpu_hook_walk,
	&xpcpu_hook_sk_policy,
#ifdef CONFIG_XFRM_MIGRATE
	&xpcpu_hook_migrate,
#endif
};

static XPCPU_HOOK_SET(control_set, control_hooks);

/*
 * First whatever follows a pointer to an SA, then what sees SAs end.  Until the
 * last wrapper has left, nothing of the tables may go.
 */
static void unhook(void)
{
	xpcpu_steer_close();
	xpcpu_acquire_stop();
	xpcpu_follow_stop();
	xpcpu_output_close();
	xpcpu_group_stop();
	xpcpu_hook_set_disarm(&control_set);
	xpcpu_hook_drain(&xpcpu_inflight);
}

static int __init xpcpu_init(void)
{
	int err;

	err = xpcpu_user_pin();
	if (err)
		return err;
	err = xpcpu_choice_init();
	if (err)
		goto err_choice;
	err = xpcpu_acquire_init();
	if (err)
		goto err_acquire;
	err = xpcpu_group_init();
	if (err)
		goto err_group;
	err = xpcpu_sa_init();
	if (err)
		goto err_sa;
	xpcpu_follow_init();
	err = xpcpu_pernet_init();
	if (err)
		goto err_pernet;
	err = xpcpu_output_init();
	if (err)
		goto err_output;
	err = xpcpu_hook_set_resolve(&control_set);
	if (err)
		goto err_resolve;
	err = xpcpu_hook_set_arm(&control_set);
	if (err)
		goto err_resolve;
	err = xpcpu_import();
	if (err)
		goto err_import;
	err = xpcpu_genl_init();
	if (err)
		goto err_import;

	if (!COMPAT_FTRACE_STAY_FLAG)
		pr_warn("on this kernel sysctl kernel.ftrace_enabled=0 switches the hooks off unnoticed\n");
	pr_info("version " XPCPU_VERSION ": per-CPU SAs for %u possible CPUs\n",
		num_possible_cpus());
	return 0;

err_import:
	unhook();
	goto err_output;
err_resolve:
	/* It was armed for a moment. */
	xpcpu_output_close();
err_output:
	xpcpu_pernet_exit();
	xpcpu_output_exit();
err_pernet:
	xpcpu_sa_exit();
err_sa:
	xpcpu_group_exit();
err_group:
	xpcpu_acquire_exit();
err_acquire:
err_choice:
	xpcpu_user_unpin();
	if (err == -ENOMEM)
		pr_err("no memory\n");
	return err;
}

static void __exit xpcpu_exit(void)
{
	xpcpu_genl_exit();
	unhook();
	xpcpu_pernet_exit();
	xpcpu_output_exit();
	xpcpu_sa_exit();
	xpcpu_group_exit();
	xpcpu_acquire_exit();
	xpcpu_user_unpin();
}

module_init(xpcpu_init);
module_exit(xpcpu_exit);
MODULE_DESCRIPTION("Per-CPU IPsec SAs (RFC 9611) for kernels without them");
MODULE_AUTHOR("The xfrm-pcpu project");
MODULE_VERSION(XPCPU_VERSION);
MODULE_LICENSE("GPL");

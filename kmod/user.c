// SPDX-License-Identifier: GPL-2.0
/*
 * The module xfrm_user, whose functions are hooked.  It must not be unloaded
 * under a hook: the patched text would be somebody else's at the next load.
 */
#include <linux/kmod.h>
#include <linux/module.h>

#include "symbol.h"
#include "user.h"

/* NULL if it is built into the kernel. */
static struct module *xfrm_user;
/* Its callback for dumps; tells its walks from others where it is built in. */
static unsigned long dump_callback;

/**
 * xpcpu_user_pin() - load xfrm_user and keep it
 *
 * Context: process, may sleep.
 * Return: 0, -ENOENT with a message if this kernel has none, -ENOMEM.
 */
int xpcpu_user_pin(void)
{
	/* Not exported, but the only way from a function to its module. */
	struct module *(*module_of)(unsigned long addr);
	unsigned long addr, module_of_addr;
	int err, loading;
	bool pinned;

	/* If it fails, the module may be there all the same. */
	loading = request_module("xfrm_user");
	err = xpcpu_symbol("__module_address", &module_of_addr);
	if (!err)
		err = xpcpu_symbol("xfrm_user_rcv_msg", &addr);
	if (!err)
		err = xpcpu_symbol("dump_one_state", &dump_callback);
	if (err == -ENOENT && loading == -ENOMEM)
		return -ENOMEM;
	if (err == -ENOENT)
		pr_err("XFRM netlink (module xfrm_user) is missing\n");
	if (err)
		return err;

	module_of = (void *)module_of_addr;
	preempt_disable();
	xfrm_user = module_of(addr);
	pinned = !xfrm_user || try_module_get(xfrm_user);
	preempt_enable();
	if (!pinned) {
		pr_err("module xfrm_user is being unloaded\n");
		return -ENOENT;
	}
	return 0;
}

/**
 * xpcpu_user_unpin() - undo xpcpu_user_pin()
 *
 * Context: any.  Nothing of xfrm_user is hooked.
 */
void xpcpu_user_unpin(void)
{
	module_put(xfrm_user);
}

/**
 * xpcpu_xfrm_user_has() - whether a callback is xfrm_user's for dumps
 * @addr: address of the callback
 *
 * Context: any.
 */
bool xpcpu_xfrm_user_has(unsigned long addr)
{
	return xfrm_user ? within_module(addr, xfrm_user) :
			   addr == dump_callback;
}

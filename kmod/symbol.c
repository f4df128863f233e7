// SPDX-License-Identifier: GPL-2.0
/* Addresses of kernel functions that are not exported to modules. */
#include <linux/kprobes.h>

#include "symbol.h"

/**
 * xpcpu_symbol() - address of a kernel function by name
 * @name: symbol, in the kernel or in a loaded module
 * @addr: filled with the address
 *
 * A kprobe that is registered disabled resolves the name and patches nothing.
 *
 * Context: process, may sleep.
 * Return: 0, -ENOENT with a message if there is no such function, -ENOMEM.
 */
int xpcpu_symbol(const char *name, unsigned long *addr)
{
	struct kprobe kp = {
		.symbol_name = name,
		.flags = KPROBE_FLAG_DISABLED,
	};
	int err = register_kprobe(&kp);

	if (err == -ENOMEM)
		return err;
	if (err) {
		pr_err("this kernel has no function %s() to hook or call\n",
		       name);
		return -ENOENT;
	}
	*addr = (unsigned long)kp.addr;
	unregister_kprobe(&kp);
	return 0;
}

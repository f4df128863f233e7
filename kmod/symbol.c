// SPDX-License-Identifier: GPL-2.0
/* Addresses of kernel functions that are not exported to modules. */
#include <linux/kprobes.h>

#include "symbol.h"

/**
 * xpcpu_symbol() - address of a kernel function by name
 * @name: symbol, in the kernel or in a loaded module
 *
 * A kprobe that is registered disabled resolves the name and patches nothing.
 *
 * Context: process, may sleep.
 * Return: the address, or 0 if there is no such function.
 */
unsigned long xpcpu_symbol(const char *name)
{
	struct kprobe kp = {
		.symbol_name = name,
		.flags = KPROBE_FLAG_DISABLED,
	};
	unsigned long addr;

	if (register_kprobe(&kp))
		return 0;
	addr = (unsigned long)kp.addr;
	unregister_kprobe(&kp);
	return addr;
}

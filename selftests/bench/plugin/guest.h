/* SPDX-License-Identifier: GPL-2.0 */
/* What both plugins know about the guest: its marks and its look-ups. */
#ifndef BENCH_GUEST_H
#define BENCH_GUEST_H

#include "qemu.h"

/* Kernel addresses are in the upper half. */
#define GUEST_IS_KERNEL(vaddr) ((vaddr) >> 63)

/**
 * struct guest_ops - what a plugin wants to be told
 * @mark: the guest's program executed a mark (mark.h)
 * @enter: a look-up begins; before its first instruction
 * @leave: the look-up has returned @sa; before the caller's next instruction
 */
struct guest_ops {
	void (*mark)(unsigned int vcpu, unsigned int number);
	void (*enter)(unsigned int vcpu);
	void (*leave)(unsigned int vcpu, uint64_t sa);
};

/*
 * Read the arguments of the plugin: lookup=ADDRESS (may be repeated) for the
 * functions that look up an SA; out=FILE for the results.
 */
FILE *guest_init(const struct guest_ops *ops, int argc, char **argv);

/* Of each vcpu, from the plugin's own callback. */
void guest_vcpu_init(unsigned int vcpu);

/*
 * Of each block that is translated, before the plugin registers its own
 * callbacks for it: these come first then.
 */
void guest_translate(struct qemu_plugin_tb *tb);

#endif

// SPDX-License-Identifier: GPL-2.0
/*
 * QEMU plugin: instructions between two marks, in all, in look-ups and by
 * address.
 *
 *	block ADDRESS SIZE ENTERED IN_LOOKUPS	of the sample
 *	sample TOTAL USER LOOKUPS LOOKUP_INSTRUCTIONS
 *	cell
 *
 * One vcpu.  With -icount the figures repeat exactly, but for interrupts.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "../guest/mark.h"
#include "guest.h"

QEMU_EXPORT int qemu_plugin_version = 4;

struct block {
	struct block *next;
	uint64_t vaddr;
	uint64_t hits, in_lookups;
	unsigned int insns;
};

static struct block *blocks;
static FILE *out;
static bool on, in_lookup;
static uint64_t total, user, lookups, lookup_insns;

static void on_block(unsigned int vcpu, void *data)
{
	struct block *block = data;

	(void)vcpu;
	if (!on)
		return;
	block->hits++;
	total += block->insns;
	if (in_lookup) {
		lookup_insns += block->insns;
		block->in_lookups++;
	}
	if (!GUEST_IS_KERNEL(block->vaddr))
		user += block->insns;
}

static void write_blocks(void)
{
	for (struct block *block = blocks; block; block = block->next) {
		if (!block->hits)
			continue;
		if (GUEST_IS_KERNEL(block->vaddr))
			fprintf(out,
				"block %" PRIx64 " %u %" PRIu64 " %" PRIu64
				"\n",
				block->vaddr, block->insns, block->hits,
				block->in_lookups);
		block->hits = 0;
		block->in_lookups = 0;
	}
}

static void on_mark(unsigned int vcpu, unsigned int number)
{
	(void)vcpu;
	switch (number) {
	case MARK_START:
		total = 0;
		user = 0;
		lookups = 0;
		lookup_insns = 0;
		on = true;
		break;
	case MARK_STOP:
		on = false;
		write_blocks();
		fprintf(out,
			"sample %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64
			"\n",
			total, user, lookups, lookup_insns);
		break;
	case MARK_CELL:
		fprintf(out, "cell\n");
		fflush(out);
		break;
	}
}

static void on_enter(unsigned int vcpu)
{
	(void)vcpu;
	in_lookup = true;
	lookups += on;
}

static void on_leave(unsigned int vcpu, uint64_t sa)
{
	(void)vcpu;
	(void)sa;
	in_lookup = false;
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	struct block *block = calloc(1, sizeof(*block));

	(void)id;
	if (!block)
		abort();
	block->vaddr = qemu_plugin_tb_vaddr(tb);
	block->insns = qemu_plugin_tb_n_insns(tb);
	block->next = blocks;
	blocks = block;

	guest_translate(tb);
	qemu_plugin_register_vcpu_tb_exec_cb(tb, on_block,
					     QEMU_PLUGIN_CB_NO_REGS, block);
}

static void vcpu_init(qemu_plugin_id_t id, unsigned int vcpu)
{
	(void)id;
	guest_vcpu_init(vcpu);
}

static const struct guest_ops ops = {
	.mark = on_mark,
	.enter = on_enter,
	.leave = on_leave,
};

QEMU_EXPORT int qemu_plugin_install(qemu_plugin_id_t id,
				    const struct qemu_info_t *info, int argc,
				    char **argv);

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info,
			int argc, char **argv)
{
	(void)info;
	out = guest_init(&ops, argc, argv);
	qemu_plugin_register_vcpu_init_cb(id, vcpu_init);
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	return 0;
}

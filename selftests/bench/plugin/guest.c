// SPDX-License-Identifier: GPL-2.0
/*
 * Marks and look-ups, found in the code of the guest as it is translated.
 *
 * A look-up lasts from a direct call of one of the functions until the
 * instruction behind that call: what hooks do in between counts, on whatever
 * way they are reached.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../guest/mark.h"
#include "guest.h"

#define LOOKUPS_MAX 8
#define CALLS_MAX 64
#define VCPUS_MAX 64

#define CALL_REL32 0xe8
#define CALL_LEN 5

static const struct guest_ops *ops;
static uint64_t lookups[LOOKUPS_MAX];
static unsigned int nr_lookups;
/* Where calls of them return to. */
static uint64_t returns[CALLS_MAX];
static unsigned int nr_returns;

static struct {
	struct qemu_plugin_register *rax;
	GByteArray *buf;
	/* A call was made, or a look-up is running. */
	bool called, inside;
} vcpus[VCPUS_MAX];

static bool is_lookup(uint64_t vaddr)
{
	for (unsigned int i = 0; i < nr_lookups; i++)
		if (lookups[i] == vaddr)
			return true;
	return false;
}

static bool is_return(uint64_t vaddr)
{
	for (unsigned int i = 0; i < nr_returns; i++)
		if (returns[i] == vaddr)
			return true;
	return false;
}

static void on_mark(unsigned int vcpu, void *data)
{
	ops->mark(vcpu, (uintptr_t)data);
}

static void on_call(unsigned int vcpu, void *data)
{
	(void)data;
	vcpus[vcpu].called = true;
}

/* The module may call the function again from within; that is inside. */
static void on_enter(unsigned int vcpu, void *data)
{
	(void)data;
	if (!vcpus[vcpu].called || vcpus[vcpu].inside)
		return;
	vcpus[vcpu].called = false;
	vcpus[vcpu].inside = true;
	if (ops->enter)
		ops->enter(vcpu);
}

static void on_return(unsigned int vcpu, void *data)
{
	uint64_t sa = 0;

	(void)data;
	if (!vcpus[vcpu].inside)
		return;
	vcpus[vcpu].inside = false;
	g_byte_array_set_size(vcpus[vcpu].buf, 0);
	if (qemu_plugin_read_register(vcpus[vcpu].rax, vcpus[vcpu].buf) ==
	    sizeof(sa))
		memcpy(&sa, vcpus[vcpu].buf->data, sizeof(sa));
	if (ops->leave)
		ops->leave(vcpu, sa);
}

/* The number of the mark that an instruction is, 0 if it is none. */
static unsigned int mark_of(const uint8_t *code, size_t len)
{
	static const uint8_t opcode[] = MARK_OPCODE;
	uint32_t value;

	if (len != MARK_LEN || memcmp(code, opcode, sizeof(opcode)))
		return 0;
	memcpy(&value, code + sizeof(opcode), sizeof(value));
	return (value & ~0xffU) == MARK_MAGIC ? value & 0xff : 0;
}

static void look_for_call(struct qemu_plugin_insn *insn, const uint8_t *code,
			  size_t len)
{
	uint64_t next = qemu_plugin_insn_vaddr(insn) + CALL_LEN;
	int32_t rel;

	if (len != CALL_LEN || code[0] != CALL_REL32)
		return;
	memcpy(&rel, code + 1, sizeof(rel));
	if (!is_lookup(next + rel))
		return;
	qemu_plugin_register_vcpu_insn_exec_cb(insn, on_call,
					       QEMU_PLUGIN_CB_NO_REGS, NULL);
	if (!is_return(next) && nr_returns < CALLS_MAX)
		returns[nr_returns++] = next;
}

void guest_translate(struct qemu_plugin_tb *tb)
{
	uint64_t vaddr = qemu_plugin_tb_vaddr(tb);
	size_t count = qemu_plugin_tb_n_insns(tb);

	if (is_lookup(vaddr))
		qemu_plugin_register_vcpu_tb_exec_cb(
			tb, on_enter, QEMU_PLUGIN_CB_NO_REGS, NULL);
	if (is_return(vaddr))
		qemu_plugin_register_vcpu_tb_exec_cb(
			tb, on_return, QEMU_PLUGIN_CB_R_REGS, NULL);
	for (size_t i = 0; i < count; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint8_t code[16];
		size_t len = qemu_plugin_insn_size(insn);
		uintptr_t mark;

		if (len > sizeof(code))
			continue;
		len = qemu_plugin_insn_data(insn, code, len);
		if (GUEST_IS_KERNEL(vaddr)) {
			look_for_call(insn, code, len);
			continue;
		}
		mark = mark_of(code, len);
		if (mark)
			qemu_plugin_register_vcpu_insn_exec_cb(
				insn, on_mark, QEMU_PLUGIN_CB_NO_REGS,
				(void *)mark);
	}
}

void guest_vcpu_init(unsigned int vcpu)
{
	GArray *regs = qemu_plugin_get_registers();

	for (guint i = 0; i < regs->len; i++) {
		struct qemu_reg *reg = &g_array_index(regs, struct qemu_reg, i);

		if (!strcmp(reg->name, "rax"))
			vcpus[vcpu].rax = reg->handle;
	}
	vcpus[vcpu].buf = g_byte_array_new();
	g_array_free(regs, TRUE);
	if (!vcpus[vcpu].rax) {
		fprintf(stderr, "bench plugin: QEMU shows no register rax\n");
		exit(1);
	}
}

FILE *guest_init(const struct guest_ops *wanted, int argc, char **argv)
{
	FILE *out = NULL;

	ops = wanted;
	for (int i = 0; i < argc; i++) {
		if (!strncmp(argv[i], "lookup=", 7) && nr_lookups < LOOKUPS_MAX)
			lookups[nr_lookups++] = strtoull(argv[i] + 7, NULL, 16);
		else if (!strncmp(argv[i], "out=", 4))
			out = fopen(argv[i] + 4, "w");
		else
			fprintf(stderr, "bench plugin: what is %s?\n", argv[i]);
	}
	if (!out || !nr_lookups) {
		fprintf(stderr, "bench plugin: lookup= and out= are needed\n");
		exit(1);
	}
	return out;
}

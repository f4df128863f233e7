// SPDX-License-Identifier: GPL-2.0
/*
 * QEMU plugin: cache lines that two CPUs of the guest touch, and one writes.
 *
 *	sa CPU ADDRESS			a look-up on that CPU returned this SA
 *	line ADDRESS CPU READS WRITES	of all samples of the cell, for each CPU
 *	by CODE CPU READS WRITES	and for each instruction that touched it
 *	cell
 *
 * Real machines pay for each of these by moving the line from one CPU's cache
 * to the other's.  With thread=multi: in one thread QEMU 10 tells the wrong vcpu.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../guest/mark.h"
#include "guest.h"

QEMU_EXPORT int qemu_plugin_version = 4;

#define CPUS 2
#define LINE_SHIFT 6
#define TABLE_BITS 20
#define TABLE_SIZE (1U << TABLE_BITS)
#define SAS_MAX 4096

struct access {
	uint32_t reads, writes;
};

/* An instruction that touched a line. */
struct user {
	uint64_t code;
	struct access cpu[CPUS];
};

struct line {
	uint64_t number;
	struct access cpu[CPUS];
	struct user *users;
	unsigned int nr_users;
};

static struct line *table;
static FILE *out;
static bool on;
/* Protects the tables; each vcpu is a thread. */
static pthread_spinlock_t lock;

static struct {
	unsigned int cpu;
	uint64_t address;
} sas[SAS_MAX];
static unsigned int nr_sas;

static struct line *find_line(uint64_t number)
{
	uint32_t at = (number * 0x9e3779b97f4a7c15ULL) >> (64 - TABLE_BITS);

	for (uint32_t i = 0; i < TABLE_SIZE; i++) {
		struct line *line = &table[(at + i) % TABLE_SIZE];

		if (line->number == number)
			return line;
		if (!line->number) {
			line->number = number;
			return line;
		}
	}
	fprintf(stderr, "bench plugin: more than %u lines\n", TABLE_SIZE);
	exit(1);
}

static struct user *find_user(struct line *line, uint64_t code)
{
	struct user *user;

	for (unsigned int i = 0; i < line->nr_users; i++)
		if (line->users[i].code == code)
			return &line->users[i];
	line->users = realloc(line->users,
			      (line->nr_users + 1) * sizeof(*line->users));
	if (!line->users)
		abort();
	user = &line->users[line->nr_users++];
	memset(user, 0, sizeof(*user));
	user->code = code;
	return user;
}

static void count(struct access *access, bool store)
{
	if (store)
		access->writes++;
	else
		access->reads++;
}

static void on_access(unsigned int vcpu, qemu_plugin_meminfo_t info,
		      uint64_t vaddr, void *data)
{
	uint64_t code = (uintptr_t)data;
	bool store = qemu_plugin_mem_is_store(info);
	struct line *line;

	if (!on || !GUEST_IS_KERNEL(vaddr) || vcpu >= CPUS)
		return;
	pthread_spin_lock(&lock);
	line = find_line(vaddr >> LINE_SHIFT);
	count(&line->cpu[vcpu], store);
	count(&find_user(line, code)->cpu[vcpu], store);
	pthread_spin_unlock(&lock);
}

static bool is_touched(const struct access *access)
{
	return access->reads || access->writes;
}

static void write_accesses(const char *what, uint64_t address,
			   const struct access *cpu)
{
	for (unsigned int i = 0; i < CPUS; i++)
		if (is_touched(&cpu[i]))
			fprintf(out, "%s %" PRIx64 " %u %u %u\n", what, address,
				i, cpu[i].reads, cpu[i].writes);
}

/* Also lines of SAs that nobody wrote: whose they are is asked later. */
static void write_line(const struct line *line)
{
	bool is_sa = false;

	for (unsigned int i = 0; i < nr_sas; i++)
		is_sa |= line->number - (sas[i].address >> LINE_SHIFT) < 16;
	if (!is_sa &&
	    !(is_touched(&line->cpu[0]) && is_touched(&line->cpu[1]) &&
	      (line->cpu[0].writes || line->cpu[1].writes)))
		return;
	write_accesses("line", line->number << LINE_SHIFT, line->cpu);
	for (unsigned int i = 0; i < line->nr_users; i++)
		write_accesses("by", line->users[i].code, line->users[i].cpu);
}

static void write_cell(void)
{
	for (uint32_t i = 0; i < TABLE_SIZE; i++) {
		if (table[i].number)
			write_line(&table[i]);
		free(table[i].users);
	}
	for (unsigned int i = 0; i < nr_sas; i++)
		fprintf(out, "sa %u %" PRIx64 "\n", sas[i].cpu, sas[i].address);
	fprintf(out, "cell\n");
	fflush(out);
	memset(table, 0, TABLE_SIZE * sizeof(*table));
	nr_sas = 0;
}

static void on_mark(unsigned int vcpu, unsigned int number)
{
	(void)vcpu;
	pthread_spin_lock(&lock);
	if (number == MARK_CELL)
		write_cell();
	else
		on = number == MARK_START;
	pthread_spin_unlock(&lock);
}

static void on_leave(unsigned int vcpu, uint64_t sa)
{
	unsigned int i = 0;

	/* Not an SA: an error, or none. */
	if (!GUEST_IS_KERNEL(sa) || sa >= (uint64_t)-4096)
		return;
	pthread_spin_lock(&lock);
	while (i < nr_sas && (sas[i].cpu != vcpu || sas[i].address != sa))
		i++;
	if (i == SAS_MAX) {
		fprintf(stderr, "bench plugin: more than %d SAs\n", SAS_MAX);
		exit(1);
	}
	if (i == nr_sas) {
		sas[i].cpu = vcpu;
		sas[i].address = sa;
		nr_sas++;
	}
	pthread_spin_unlock(&lock);
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t insns = qemu_plugin_tb_n_insns(tb);

	(void)id;
	guest_translate(tb);
	if (!GUEST_IS_KERNEL(qemu_plugin_tb_vaddr(tb)))
		return;
	for (size_t i = 0; i < insns; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uintptr_t code = qemu_plugin_insn_vaddr(insn);

		qemu_plugin_register_vcpu_mem_cb(insn, on_access,
						 QEMU_PLUGIN_CB_NO_REGS,
						 QEMU_PLUGIN_MEM_RW,
						 (void *)code);
	}
}

static void vcpu_init(qemu_plugin_id_t id, unsigned int vcpu)
{
	(void)id;
	guest_vcpu_init(vcpu);
}

static const struct guest_ops ops = {
	.mark = on_mark,
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
	table = calloc(TABLE_SIZE, sizeof(*table));
	if (!table || pthread_spin_init(&lock, PTHREAD_PROCESS_PRIVATE))
		abort();
	qemu_plugin_register_vcpu_init_cb(id, vcpu_init);
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	return 0;
}

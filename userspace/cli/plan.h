/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which CPU each SA of a reqid shall have ("attach").  Nothing here does I/O.
 */
#ifndef XFRM_PCPU_CLI_PLAN_H
#define XFRM_PCPU_CLI_PLAN_H

#include "args.h"
#include "kernel/sad.h"

/**
 * struct plan_entry - one SA
 * @sa: the SA
 * @order: its place in the dump, newest first
 * @cpu: CPU that it shall have, XFRM_PCPU_CPU_NONE to stay a fallback
 */
struct plan_entry {
	const struct xp_sad_sa *sa;
	size_t order;
	uint32_t cpu;
};

/**
 * struct plan - all of them
 * @entry: @count SAs, by group and then by age, oldest first
 * @count: number of SAs
 */
struct plan {
	struct plan_entry *entry;
	size_t count;
};

/**
 * plan_attach() - give CPUs to the SAs of a reqid
 * @plan: result, for plan_free()
 * @sad: all SAs; the plan points into it
 * @args: reqid, CPUs in order, restrictions
 *
 * In each group (destination, protocol, mode, mark, interface) an SA that has a
 * CPU keeps it; the others get the CPUs that are free, the oldest SA the first.
 * The newest of them stays a fallback unless @args->no_fallback: it has the
 * longest life before it, and the group is never without one while SAs are
 * rekeyed.  What is left when no CPU is free stays a fallback too.
 *
 * Return: 0, -ENOMEM.
 */
int plan_attach(struct plan *plan, const struct xp_sad *sad,
		const struct attach_args *args);

/**
 * plan_free() - forget the plan
 * @plan: the plan
 */
void plan_free(struct plan *plan);

#endif

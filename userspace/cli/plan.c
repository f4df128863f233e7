// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int compare_addr(const struct xp_addr *a, const struct xp_addr *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	return memcmp(&a->v6, &b->v6, sizeof(a->v6));
}

#define COMPARE(a, b)                              \
	do {                                       \
		if ((a) != (b))                    \
			return (a) < (b) ? -1 : 1; \
	} while (0)

/* What SAs that may stand for each other have in common. */
static int by_group(const struct xp_sad_sa *a, const struct xp_sad_sa *b)
{
	int order = compare_addr(&a->id.dst, &b->id.dst);

	if (order)
		return order;
	COMPARE(a->id.proto, b->id.proto);
	COMPARE(a->mode, b->mode);
	COMPARE(a->if_id, b->if_id);
	COMPARE(a->id.mark.value, b->id.mark.value);
	COMPARE(a->id.mark.mask, b->id.mark.mask);
	return 0;
}

static int by_age(const void *left, const void *right)
{
	const struct plan_entry *a = left, *b = right;
	int order = by_group(a->sa, b->sa);

	if (order)
		return order;
	COMPARE(a->sa->used.add_time, b->sa->used.add_time);
	/* Of one second, the later one in the dump is older. */
	COMPARE(b->order, a->order);
	return 0;
}

static bool is_meant(const struct xp_sad_sa *sa, const struct attach_args *args)
{
	return sa->reqid == args->reqid && sa->id.spi &&
	       (args->dst.family == AF_UNSPEC ||
		!compare_addr(&sa->id.dst, &args->dst)) &&
	       (!args->proto || sa->id.proto == args->proto);
}

/* The first CPU of the list that no SA of the group has. */
static uint32_t free_cpu(const struct plan_entry *group, size_t count,
			 const struct attach_args *args)
{
	for (size_t i = 0; i < args->nr_cpus; i++) {
		size_t j = 0;

		while (j < count && group[j].cpu != args->cpus[i])
			j++;
		if (j == count)
			return args->cpus[i];
	}
	return XFRM_PCPU_CPU_NONE;
}

static void plan_group(struct plan_entry *group, size_t count,
		       const struct attach_args *args)
{
	size_t fallback = count;

	if (!args->no_fallback) {
		for (size_t i = 0; i < count; i++) {
			if (group[i].cpu == XFRM_PCPU_CPU_NONE)
				fallback = i;
		}
	}
	for (size_t i = 0; i < count; i++) {
		if (group[i].cpu == XFRM_PCPU_CPU_NONE && i != fallback)
			group[i].cpu = free_cpu(group, count, args);
	}
}

int plan_attach(struct plan *plan, const struct xp_sad *sad,
		const struct attach_args *args)
{
	size_t start = 0;

	plan->count = 0;
	plan->entry = calloc(sad->count + 1, sizeof(*plan->entry));
	if (!plan->entry)
		return -ENOMEM;
	for (size_t i = 0; i < sad->count; i++) {
		if (is_meant(&sad->sa[i], args))
			plan->entry[plan->count++] = (struct plan_entry){
				.sa = &sad->sa[i],
				.order = i,
				.cpu = sad->sa[i].cpu,
			};
	}
	qsort(plan->entry, plan->count, sizeof(*plan->entry), by_age);
	for (size_t i = 1; i <= plan->count; i++) {
		if (i < plan->count &&
		    !by_group(plan->entry[start].sa, plan->entry[i].sa))
			continue;
		plan_group(plan->entry + start, i - start, args);
		start = i;
	}
	return 0;
}

void plan_free(struct plan *plan)
{
	free(plan->entry);
	memset(plan, 0, sizeof(*plan));
}

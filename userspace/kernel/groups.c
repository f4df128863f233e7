// SPDX-License-Identifier: GPL-2.0-or-later
#include "groups.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void xp_group_free(struct xp_group *group)
{
	free(group->sas);
	free(group->acquires);
	memset(group, 0, sizeof(*group));
}

void xp_groups_free(struct xp_groups *groups)
{
	for (size_t i = 0; i < groups->count; i++)
		xp_group_free(&groups->group[i]);
	free(groups->group);
	memset(groups, 0, sizeof(*groups));
}

int xp_groups_add(struct xp_groups *groups, struct xp_group *group)
{
	if (groups->count == groups->room) {
		size_t room = groups->room ? 2 * groups->room : 16;
		struct xp_group *larger;

		larger = reallocarray(groups->group, room, sizeof(*larger));
		if (!larger) {
			xp_group_free(group);
			return -ENOMEM;
		}
		groups->group = larger;
		groups->room = room;
	}
	groups->group[groups->count++] = *group;
	memset(group, 0, sizeof(*group));
	return 0;
}

#define COMPARE(a, b) (((a) > (b)) - ((a) < (b)))

static int by_id(const void *left, const void *right)
{
	const struct xp_group *a = left, *b = right;

	return COMPARE(a->id, b->id);
}

static int by_key(const void *left, const void *right)
{
	const struct xp_group *a = left, *b = right;
	int order = COMPARE(a->key.dst.family, b->key.dst.family);

	if (!order) /* the unused bytes of an IPv4 address are 0 */
		order = memcmp(&a->key.dst.v6, &b->key.dst.v6,
			       sizeof(a->key.dst.v6));
	if (!order)
		order = COMPARE(a->key.reqid, b->key.reqid);
	if (!order)
		order = COMPARE(a->key.mode, b->key.mode);
	if (!order)
		order = COMPARE(a->key.proto, b->key.proto);
	if (!order)
		order = COMPARE(a->key.if_id, b->key.if_id);
	return order ? order : by_id(a, b);
}

/* What names an SA within its group. */
static int by_name(const void *left, const void *right)
{
	const struct xp_sa *a = left, *b = right;
	int order = COMPARE(a->spi, b->spi);

	if (!order)
		order = COMPARE(a->mark.value, b->mark.value);
	return order ? order : COMPARE(a->mark.mask, b->mark.mask);
}

/* XFRM_PCPU_CPU_NONE + 1 is 0: the fallback comes before CPU 0. */
static int by_cpu(const void *left, const void *right)
{
	const struct xp_sa *a = left, *b = right;
	int order = COMPARE(a->cpu + 1, b->cpu + 1);

	return order ? order : COMPARE(a->spi, b->spi);
}

static int acquire_by_cpu(const void *left, const void *right)
{
	const struct xp_acquire *a = left, *b = right;
	int order = COMPARE(a->cpu, b->cpu);

	return order ? order : COMPARE(a->seq, b->seq);
}

/* Append @count elements of @size bytes at @more to the array *@array. */
static int append(void **array, size_t *length, const void *more, size_t count,
		  size_t size)
{
	void *larger;

	if (!count)
		return 0;
	larger = reallocarray(*array, *length + count, size);
	if (!larger)
		return -ENOMEM;
	memcpy((char *)larger + *length * size, more, count * size);
	*array = larger;
	*length += count;
	return 0;
}

/* Move the members of @from to @into. */
static int merge(struct xp_group *into, struct xp_group *from)
{
	void *sas = into->sas, *acquires = into->acquires;
	int err;

	if (!into->has_key && from->has_key) {
		into->has_key = true;
		into->key = from->key;
	}
	if (from->nr_bound > into->nr_bound)
		into->nr_bound = from->nr_bound;
	err = append(&sas, &into->nr_sas, from->sas, from->nr_sas,
		     sizeof(*from->sas));
	into->sas = sas;
	if (err)
		return err;
	err = append(&acquires, &into->nr_acquires, from->acquires,
		     from->nr_acquires, sizeof(*from->acquires));
	into->acquires = acquires;
	if (!err)
		xp_group_free(from);
	return err;
}

static void sort(void *array, size_t count, size_t size,
		 int (*compare)(const void *, const void *))
{
	if (count > 1) /* qsort() wants no NULL, even for nothing */
		qsort(array, count, size, compare);
}

/*
 * Drop repeated members: a table that is resized during a dump is walked again
 * from its beginning (rhashtable_walk_next() of the kernel).  Larval SAs have
 * SPI 0 and no name, so all of them stay.
 */
static void drop_repeated(struct xp_group *group)
{
	size_t kept = 0;

	sort(group->sas, group->nr_sas, sizeof(*group->sas), by_name);
	for (size_t i = 0; i < group->nr_sas; i++) {
		if (kept && group->sas[i].spi &&
		    !by_name(&group->sas[kept - 1], &group->sas[i]))
			continue;
		group->sas[kept++] = group->sas[i];
	}
	group->nr_sas = kept;

	kept = 0;
	sort(group->acquires, group->nr_acquires, sizeof(*group->acquires),
	     acquire_by_cpu);
	for (size_t i = 0; i < group->nr_acquires; i++) {
		if (kept && !acquire_by_cpu(&group->acquires[kept - 1],
					    &group->acquires[i]))
			continue;
		group->acquires[kept++] = group->acquires[i];
	}
	group->nr_acquires = kept;
}

static int merge_parts(struct xp_groups *groups)
{
	size_t last = 0;
	int err;

	for (size_t i = 1; i < groups->count; i++) {
		struct xp_group *part = &groups->group[i];

		if (part->id == groups->group[last].id) {
			err = merge(&groups->group[last], part);
			if (err)
				return err;
		} else if (++last != i) {
			groups->group[last] = *part;
			memset(part, 0, sizeof(*part));
		}
	}
	if (groups->count)
		groups->count = last + 1;
	return 0;
}

int xp_groups_finish(struct xp_groups *groups)
{
	int err;

	sort(groups->group, groups->count, sizeof(*groups->group), by_id);
	err = merge_parts(groups);
	if (err)
		return err;

	for (size_t i = 0; i < groups->count; i++) {
		struct xp_group *group = &groups->group[i];

		if (!group->has_key)
			return -EBADMSG;
		drop_repeated(group); /* sorts the acquires too */
		sort(group->sas, group->nr_sas, sizeof(*group->sas), by_cpu);
	}
	sort(groups->group, groups->count, sizeof(*groups->group), by_key);
	return 0;
}

uint64_t xp_group_packets(const struct xp_group *group, bool only_fallback)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < group->nr_sas; i++) {
		const struct xp_sa *sa = &group->sas[i];

		if (!only_fallback || sa->cpu == XFRM_PCPU_CPU_NONE)
			sum += sa->packets;
	}
	return sum;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "top_rates.h"

#include <errno.h>
#include <stdlib.h>

#include "kernel/sad.h"

void top_sample_free(struct top_sample *sample)
{
	xp_groups_free(&sample->groups);
	steer_free(&sample->steer);
	*sample = (struct top_sample){ 0 };
}

static bool is_same_key(const struct xp_key *a, const struct xp_key *b)
{
	return xp_addr_is(&a->dst, &b->dst) && a->reqid == b->reqid &&
	       a->if_id == b->if_id && a->mode == b->mode &&
	       a->proto == b->proto;
}

static const struct xp_group *find_group(const struct xp_groups *groups,
					 const struct xp_key *key)
{
	for (size_t i = 0; i < groups->count; i++) {
		if (is_same_key(&groups->group[i].key, key))
			return &groups->group[i];
	}
	return NULL;
}

/* The same SA earlier, NULL if there was none. */
static const struct xp_sa *find_sa(const struct xp_group *group,
				   const struct xp_sa *sa)
{
	for (size_t i = 0; group && i < group->nr_sas; i++) {
		const struct xp_sa *old = &group->sas[i];

		if (old->spi == sa->spi && old->mark.value == sa->mark.value &&
		    old->mark.mask == sa->mark.mask &&
		    old->add_time == sa->add_time &&
		    old->packets <= sa->packets && old->bytes <= sa->bytes)
			return old;
	}
	return NULL;
}

/* Counters may have begun anew, with a module that was loaded anew. */
static uint64_t grown(uint64_t before, uint64_t after)
{
	return after >= before ? after - before : after;
}

/* Members are sorted by CPU, the fallback first. */
static void add_sa(struct top_group *to, const struct xp_sa *sa,
		   const struct xp_sa *old, double seconds)
{
	struct top_cpu *cpu = to->nr_cpus ? &to->cpus[to->nr_cpus - 1] : NULL;
	double packets = (sa->packets - (old ? old->packets : 0)) / seconds;
	double bits = (sa->bytes - (old ? old->bytes : 0)) * 8 / seconds;

	if (!cpu || cpu->cpu != sa->cpu) {
		cpu = &to->cpus[to->nr_cpus++];
		cpu->cpu = sa->cpu;
	}
	cpu->sas++;
	cpu->packets += packets;
	cpu->bits += bits;
	to->packets += packets;
	to->bits += bits;
}

static int make_group(struct top_group *to, const struct xp_group *group,
		      const struct xp_group *old, double seconds)
{
	to->group = group;
	to->cpus = calloc(group->nr_sas ? group->nr_sas : 1, sizeof(*to->cpus));
	if (!to->cpus)
		return -ENOMEM;
	for (size_t i = 0; i < group->nr_sas; i++)
		add_sa(to, &group->sas[i], find_sa(old, &group->sas[i]),
		       seconds);
	if (to->packets > 0 && to->cpus[0].cpu == XFRM_PCPU_CPU_NONE)
		to->fallback = to->cpus[0].packets / to->packets;
	return 0;
}

/* The busiest first; of equal ones as the groups were sorted. */
static int compare_groups(const void *a, const void *b)
{
	const struct top_group *p = a, *q = b;

	if (p->bits != q->bits)
		return p->bits > q->bits ? -1 : 1;
	return (p->group > q->group) - (p->group < q->group);
}

static uint64_t per_second(uint64_t before, uint64_t after, double seconds)
{
	return (uint64_t)(grown(before, after) / seconds + 0.5);
}

static int make_steer(struct top_rates *rates,
		      const struct steer_counts *before,
		      const struct steer_counts *after, double seconds)
{
	/* Both have all possible CPUs, or steering was off. */
	if (!after->count || before->count != after->count)
		return 0;
	rates->steer = calloc(after->count, sizeof(*rates->steer));
	if (!rates->steer)
		return -ENOMEM;
	rates->nr_steer = after->count;
	for (size_t i = 0; i < after->count; i++) {
		const struct xp_steer *a = &before->cpu[i], *b = &after->cpu[i];

		rates->steer[i] = (struct xp_steer){
			.cpu = b->cpu,
			.home = per_second(a->home, b->home, seconds),
			.out = per_second(a->out, b->out, seconds),
			.in = per_second(a->in, b->in, seconds),
			.full = per_second(a->full, b->full, seconds),
			.gone = per_second(a->gone, b->gone, seconds),
			.left = per_second(a->left, b->left, seconds),
			.offload = per_second(a->offload, b->offload, seconds),
			.tcp = per_second(a->tcp, b->tcp, seconds),
		};
	}
	return 0;
}

int top_rates_make(struct top_rates *rates, const struct top_sample *before,
		   const struct top_sample *after)
{
	double seconds = after->seconds - before->seconds;
	int err = 0;

	*rates = (struct top_rates){ 0 };
	/* Of one moment there is no rate. */
	if (seconds <= 0)
		seconds = 1;
	if (after->groups.count) {
		rates->groups =
			calloc(after->groups.count, sizeof(*rates->groups));
		if (!rates->groups)
			return -ENOMEM;
	}
	for (size_t i = 0; i < after->groups.count && !err; i++) {
		const struct xp_group *group = &after->groups.group[i];

		err = make_group(&rates->groups[rates->nr_groups++], group,
				 find_group(&before->groups, &group->key),
				 seconds);
	}
	if (!err)
		err = make_steer(rates, &before->steer, &after->steer, seconds);
	if (err) {
		top_rates_free(rates);
		return err;
	}
	if (rates->nr_groups)
		qsort(rates->groups, rates->nr_groups, sizeof(*rates->groups),
		      compare_groups);
	for (int i = 0; i < TOP_EVENTS; i++)
		rates->events[i] =
			grown(before->events[i], after->events[i]) / seconds;
	return 0;
}

void top_rates_free(struct top_rates *rates)
{
	for (size_t i = 0; i < rates->nr_groups; i++)
		free(rates->groups[i].cpus);
	free(rates->groups);
	free(rates->steer);
	*rates = (struct top_rates){ 0 };
}

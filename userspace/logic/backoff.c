// SPDX-License-Identifier: GPL-2.0-or-later
#include "backoff.h"

#include "group.h"
#include "times.h"

static void not_before(struct lg_slot *slot, uint64_t end)
{
	if (slot->not_before < end)
		slot->not_before = end;
}

void lg_backoff_gap(struct lg *lg, struct lg_group *group, uint32_t cpu)
{
	not_before(lg_slot_of(lg, group, cpu), lg->now + LG_GAP_MS);
}

void lg_backoff(struct lg *lg, struct lg_group *group, uint32_t cpu)
{
	struct lg_slot *slot = lg_slot_of(lg, group, cpu);
	uint64_t delay = LG_BACKOFF_FIRST_MS;

	for (unsigned int i = 0;
	     i < slot->failures && delay < LG_BACKOFF_MAX_MS; i++)
		delay *= 2;
	if (delay > LG_BACKOFF_MAX_MS)
		delay = LG_BACKOFF_MAX_MS;
	slot->failures++;
	not_before(slot, lg->now + delay);
}

void lg_backoff_ended(struct lg *lg, struct lg_group *group,
		      const struct lg_child *child, enum lg_end end)
{
	struct lg_slot *slot = lg_slot_of(lg, group, child->cpu_out);

	if (lg->now - child->born_at >= LG_STABLE_MS)
		slot->failures = 0;
	if (end == LG_BY_US)
		lg_backoff_gap(lg, group, child->cpu_out);
	else
		lg_backoff(lg, group, child->cpu_out);
	/* The peer may have room again. */
	if (lg_child_additional(child))
		lg_earlier(&group->full_until, lg->now + LG_BACKOFF_FIRST_MS);
}

void lg_backoff_full(struct lg *lg, struct lg_group *group)
{
	group->refused = true;
	group->full_until = lg->now + LG_FULL_MS;
}

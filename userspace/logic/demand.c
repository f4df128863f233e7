// SPDX-License-Identifier: GPL-2.0-or-later
#include "demand.h"

#include <string.h>

#include "address.h"
#include "backoff.h"
#include "choice.h"
#include "group.h"
#include "limit.h"
#include "move.h"
#include "pending.h"
#include "times.h"

bool lg_demand_at_once(const struct lg *lg, const struct lg_group *group)
{
	if (lg->kernel == LG_KERNEL_NATIVE)
		return true;
	return group->mode == LG_MODE_DEFAULT ? lg->config.at_once
					      : group->mode == LG_MODE_AT_ONCE;
}

void lg_demand_acquire(struct lg *lg, const struct lg_event *event)
{
	uint32_t cpu = event->acquire.cpu;

	if (cpu >= lg->config.cpus)
		return;
	for (struct lg_ike *ike = lg->ikes; ike; ike = ike->next) {
		struct lg_group *group;

		group = lg_group_find(ike, event->acquire.reqid);
		if (!group || !lg_group_served(lg, group) ||
		    !lg_address_is(&event->acquire.dst, &ike->peer))
			continue;
		group->slot[cpu].wanted_until = lg->now + LG_WANTED_MS;
		group->slot[cpu].packet = event->acquire.packet;
		group->due = 0;
		return;
	}
}

static void start(struct lg *lg, struct lg_group *group, uint32_t cpu)
{
	const struct lg_ref ref = { .kind = LG_JOB };
	const struct lg_slot *slot = lg_slot_of(lg, group, cpu);
	struct lg_pending *job = lg_pending_add(lg, group->ike, ref);
	struct lg_action *action;

	if (!job)
		return;
	job->reqid = group->reqid;
	job->cpu_in = cpu;
	job->cpu_out = cpu;
	job->ours = true;
	lg_backoff_gap(lg, group, cpu);

	action = lg_act(lg, LG_NEGOTIATE);
	lg_name(action, group, NULL);
	action->ref = job->ref;
	action->cpu = cpu;
	action->cpu_in = cpu;
	if (slot->wanted_until > lg->now)
		action->packet = slot->packet;
	action->has_identifier = job->has_identifier;
	memcpy(action->identifier, job->identifier, sizeof(job->identifier));
}

/* A negotiation that will give the group a fallback, or a job for any CPU. */
static bool in_the_making(const struct lg_group *group, bool fallback)
{
	for (struct lg_pending *p = group->ike->pending; p; p = p->next) {
		if (p->reqid != group->reqid || p->replaces)
			continue;
		if (fallback ? p->cpu_out == LG_CPU_NONE
			     : p->ref.kind == LG_JOB)
			return true;
	}
	return false;
}

/* Additional SAs are there, but none that the other CPUs could use. */
static void start_fallback(struct lg *lg, struct lg_group *group)
{
	const struct lg_slot *slot = lg_slot_of(lg, group, LG_CPU_NONE);

	if (!group->children || in_the_making(group, true))
		return;
	if (slot->not_before > lg->now)
		lg_earlier(&group->due, slot->not_before);
	else
		start(lg, group, LG_CPU_NONE);
}

static void start_cpu(struct lg *lg, struct lg_group *group, uint32_t cpu)
{
	const struct lg_slot *slot = &group->slot[cpu];
	uint64_t end = lg_demand_at_once(lg, group) ? LG_NEVER
						    : slot->wanted_until;
	uint64_t at = slot->not_before;

	if (at < group->full_until)
		at = group->full_until;
	if (!lg->online[cpu] || end <= lg->now ||
	    lg_choice_count(group->ike, group->reqid, cpu))
		return;
	if (at > lg->now) {
		if (at < end)
			lg_earlier(&group->due, at);
		return;
	}
	/* A peer that was full is asked for one SA at a time. */
	if (group->refused && in_the_making(group, false))
		return;
	if (lg_limit_room(lg, group->ike, group->reqid))
		start(lg, group, cpu);
	else
		lg_move_spare(lg, group, cpu);
}

void lg_demand_settle(struct lg *lg, struct lg_group *group)
{
	if (lg->kernel == LG_KERNEL_STOCK || !lg->daemon)
		return;
	if (!lg_group_fallback(group)) {
		start_fallback(lg, group);
		return;
	}
	for (uint32_t cpu = 0; cpu < lg->config.cpus; cpu++)
		start_cpu(lg, group, cpu);
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "bind.h"

#include "address.h"
#include "backoff.h"
#include "group.h"
#include "idle.h"

void lg_bind(struct lg *lg, const struct lg_group *group,
	     const struct lg_child *child, unsigned int direction)
{
	struct lg_action *action = lg_act(lg, LG_SET_CPU);

	lg_name(action, group, child);
	action->sa = lg_sa_id(group->ike, child, direction);
	action->direction = direction;
	action->cpu = direction == LG_IN ? child->cpu_in : child->cpu_out;
}

void lg_bind_all(struct lg *lg)
{
	for (struct lg_ike *ike = lg->ikes; ike; ike = ike->next) {
		for (struct lg_group *g = ike->groups; g; g = g->next) {
			for (struct lg_child *c = g->children; c; c = c->next) {
				if (c->cpu_in != LG_CPU_NONE)
					lg_bind(lg, g, c, LG_IN);
				if (c->cpu_out != LG_CPU_NONE && !c->held)
					lg_bind(lg, g, c, LG_OUT);
			}
		}
	}
}

/* What carries all that @child would. */
static bool has_other_fallback(struct lg_group *group, struct lg_child *child)
{
	bool was = child->unneeded;
	bool has;

	child->unneeded = true;
	has = lg_group_fallback(group);
	child->unneeded = was;
	return has;
}

/*
 * One that was made for its CPU and missed it is of no use; its CPU gets another
 * later.  What the peer has begun is of use to the peer.
 */
static void take_native(struct lg *lg, struct lg_group *group,
			struct lg_child *child, uint32_t cpu_in,
			uint32_t cpu_out, bool ours)
{
	uint32_t wanted = child->cpu_out;

	if (child->held)
		cpu_out = wanted;
	if (child->cpu_in == cpu_in && wanted == cpu_out)
		return;
	child->cpu_in = cpu_in;
	child->cpu_out = cpu_out;
	lg_log(lg, group->ike->id, group->reqid, wanted,
	       "an SA was not installed for its CPU; this kernel cannot move it");
	if (wanted != cpu_out)
		lg_backoff(lg, group, wanted);
	if (ours && wanted != LG_CPU_NONE && cpu_out == LG_CPU_NONE &&
	    has_other_fallback(group, child))
		lg_idle_unneeded(lg, group, child);
}

void lg_bind_new(struct lg *lg, struct lg_group *group, struct lg_child *child,
		 uint32_t cpu_in, uint32_t cpu_out, bool ours)
{
	if (lg->kernel == LG_KERNEL_NATIVE) {
		take_native(lg, group, child, cpu_in, cpu_out, ours);
		return;
	}
	if (lg->kernel != LG_KERNEL_MODULE)
		return;
	if (child->cpu_in != cpu_in)
		lg_bind(lg, group, child, LG_IN);
	if (child->cpu_out != cpu_out && !child->held)
		lg_bind(lg, group, child, LG_OUT);
}

void lg_bind_expect(struct lg *lg, const struct xp_sa_id *sa, uint32_t cpu)
{
	struct lg_action *action;

	if (lg->kernel != LG_KERNEL_MODULE || cpu == LG_CPU_NONE)
		return;
	action = lg_act(lg, LG_EXPECT);
	action->sa = *sa;
	action->cpu = cpu;
}

void lg_bind_refused(struct lg *lg, const struct lg_event *event)
{
	struct lg_group *group;
	struct lg_child *child =
		lg_child_find(lg, &event->refused.child, &group);
	uint32_t *cpu;

	if (!child)
		return;
	cpu = event->refused.direction == LG_IN ? &child->cpu_in
						: &child->cpu_out;
	if (*cpu != event->refused.cpu) /* overtaken by a later one */
		return;
	if (*cpu != LG_CPU_NONE)
		lg_backoff(lg, group, *cpu);
	*cpu = LG_CPU_NONE;
	child->doubtful = true;
	group->due = 0;
	if (child->by_helper)
		lg_idle_unneeded(lg, group, child);
}

void lg_bind_seen(struct lg *lg, const struct lg_event *event)
{
	struct lg_group *group;
	unsigned int direction;
	struct lg_child *child =
		lg_child_of_sa(lg, &event->sa_cpu.dst, event->sa_cpu.spi,
			       event->sa_cpu.proto, &group, &direction);
	uint32_t *cpu;

	if (!child || lg->kernel != LG_KERNEL_MODULE ||
	    (event->sa_cpu.cpu >= lg->config.cpus &&
	     event->sa_cpu.cpu != LG_CPU_NONE))
		return;
	cpu = direction == LG_IN ? &child->cpu_in : &child->cpu_out;
	if (*cpu == event->sa_cpu.cpu)
		return;
	lg_log(lg, group->ike->id, group->reqid, event->sa_cpu.cpu,
	       "somebody else has changed the CPU of an SA");
	*cpu = event->sa_cpu.cpu;
	group->due = 0;
}

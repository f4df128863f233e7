// SPDX-License-Identifier: GPL-2.0-or-later
#include "move.h"

#include <errno.h>
#include <string.h>

#include "bind.h"
#include "choice.h"
#include "group.h"
#include "pending.h"

#define BOTH (LG_IN | LG_OUT)

static void moved(struct lg *lg, uint64_t id, int error, const char *text)
{
	struct lg_action *action = lg_act(lg, LG_MOVED);

	action->ref.id = id;
	action->error = error;
	action->text = text;
}

/* A rekey is under way already, or was. */
static bool is_replaced(const struct lg_group *group,
			const struct lg_child *child)
{
	if (child->replaced)
		return true;
	for (struct lg_pending *p = group->ike->pending; p; p = p->next)
		if (p->replaces == child->spi_in)
			return true;
	return false;
}

static void by_rekey(struct lg *lg, struct lg_group *group,
		     struct lg_child *child, const struct lg_event *event)
{
	const struct lg_ref ref = { .kind = LG_JOB };
	struct lg_pending *job = lg_pending_add(lg, group->ike, ref);
	struct lg_action *action;

	if (!job)
		return;
	job->reqid = group->reqid;
	job->cpu_in = event->move.cpu;
	job->cpu_out = event->move.cpu;
	job->replaces = child->spi_in;
	job->ours = true;
	job->move = event->move.id + 1;

	action = lg_act(lg, LG_REKEY);
	lg_name(action, group, child);
	action->ref = job->ref;
	action->cpu = event->move.cpu;
	action->cpu_in = event->move.cpu;
	action->has_identifier = job->has_identifier;
	memcpy(action->identifier, job->identifier, sizeof(job->identifier));
}

static void by_module(struct lg *lg, struct lg_group *group,
		      struct lg_child *child, uint32_t cpu,
		      unsigned int directions)
{
	if (directions & LG_IN) {
		child->cpu_in = cpu;
		lg_bind(lg, group, child, LG_IN);
	}
	if (directions & LG_OUT) {
		child->cpu_out = cpu;
		if (!child->held) /* else it is released for the new CPU */
			lg_bind(lg, group, child, LG_OUT);
	}
}

/*
 * Its CPU has another one, or it was to have one and has none; and nobody is about
 * to end it.
 */
static bool is_spare(const struct lg *lg, const struct lg_group *group,
		     const struct lg_child *child)
{
	if (child->held || child->unneeded || child->leaving_until > lg->now ||
	    is_replaced(group, child))
		return false;
	if (child->cpu_out == LG_CPU_NONE)
		return child != lg_group_fallback(group);
	return !child->doubtful &&
	       lg_choice_count(group->ike, group->reqid, child->cpu_out) > 1;
}

void lg_move_spare(struct lg *lg, struct lg_group *group, uint32_t cpu)
{
	struct lg_child *child = group->children;

	if (lg->kernel != LG_KERNEL_MODULE)
		return;
	while (child && !is_spare(lg, group, child))
		child = child->next;
	if (!child)
		return;
	lg_log(lg, group->ike->id, group->reqid, cpu,
	       "the group is full: the CPU gets an SA that another can spare");
	child->doubtful = false;
	by_module(lg, group, child, cpu,
		  child->cpu_in == child->cpu_out || group->host ? BOTH
								 : LG_OUT);
}

static void by_operator(struct lg *lg, struct lg_group *group,
			struct lg_child *child, const struct lg_event *event)
{
	by_module(lg, group, child, event->move.cpu, event->move.directions);
	group->due = 0;
	moved(lg, event->move.id, 0, "moved");
}

void lg_move(struct lg *lg, const struct lg_event *event)
{
	struct lg_group *group;
	struct lg_child *child = lg_child_find(lg, &event->move.child, &group);
	unsigned int directions = event->move.directions;
	uint64_t id = event->move.id;

	if (!child)
		moved(lg, id, -ESRCH, "no such Child SA");
	else if (event->move.cpu >= lg->config.cpus)
		moved(lg, id, -ERANGE, "no such CPU");
	else if (!lg->online[event->move.cpu])
		moved(lg, id, -EINVAL, "the CPU is offline");
	else if (!directions || directions & ~BOTH)
		moved(lg, id, -EINVAL, "no such direction");
	else if (!lg_child_additional(child))
		moved(lg, id, -EINVAL, "a fallback is every CPU's");
	else if (directions != BOTH && group->host)
		moved(lg, id, -EINVAL,
		      "this machine makes the traffic: the pair stays together");
	else if (lg->kernel == LG_KERNEL_MODULE)
		by_operator(lg, group, child, event);
	else if (lg->kernel == LG_KERNEL_STOCK)
		moved(lg, id, -ENODEV, "the kernel has no per-CPU SAs");
	else if (directions != BOTH)
		moved(lg, id, -EOPNOTSUPP,
		      "this kernel moves by a rekey, which moves the pair");
	else if (!lg->rekeys)
		moved(lg, id, -EOPNOTSUPP,
		      "this kernel moves by a rekey, which the daemon cannot do");
	else if (is_replaced(group, child))
		moved(lg, id, -EBUSY, "the Child SA is being rekeyed");
	else
		by_rekey(lg, group, child, event);
}

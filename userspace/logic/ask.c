// SPDX-License-Identifier: GPL-2.0-or-later
#include "ask.h"

#include <string.h>

#include "choice.h"
#include "group.h"
#include "limit.h"
#include "pending.h"

static void answer(struct lg *lg, const struct lg_event *event,
		   enum lg_verdict verdict)
{
	struct lg_action *action = lg_act(lg, LG_ANSWER);

	action->ref.kind = LG_QUESTION;
	action->ref.id = event->ask.id;
	action->ike = event->ask.ike;
	action->reqid = event->ask.reqid;
	action->verdict = verdict;
}

/* What the daemon wants itself is none of the peer's doing. */
static void no_room(struct lg *lg, const struct lg_event *event)
{
	answer(lg, event, event->ask.ours ? LG_ORDINARY : LG_REFUSE);
}

/* Go on, on these CPUs. */
static void go_on(struct lg *lg, struct lg_ike *ike,
		  const struct lg_event *event, uint32_t reqid, uint32_t cpu_in,
		  uint32_t cpu_out)
{
	const struct lg_ref ref = { LG_QUESTION, event->ask.id };
	struct lg_pending *pending = lg_pending_add(lg, ike, ref);
	struct lg_action *action;

	if (!pending)
		return;
	pending->reqid = reqid;
	pending->cpu_in = cpu_in;
	pending->cpu_out = cpu_out;
	pending->replaces = event->ask.replaces;
	pending->ours = event->ask.ours;

	action = lg_act(lg, LG_ANSWER);
	action->ref = ref;
	action->ike = ike->id;
	action->reqid = pending->reqid;
	action->verdict = LG_ACCEPT;
	action->cpu = cpu_out;
	action->cpu_in = cpu_in;
	action->has_identifier = pending->has_identifier;
	memcpy(action->identifier, pending->identifier,
	       sizeof(pending->identifier));
}

/* A Child SA beside the fallback. */
static void additional(struct lg *lg, struct lg_group *group,
		       const struct lg_event *event)
{
	uint32_t cpu;

	if (!lg_group_has(group, event->ask.properties)) {
		lg_log(lg, group->ike->id, group->reqid, LG_CPU_NONE,
		       "a Child SA with other properties than its group's is an ordinary one");
		answer(lg, event, LG_ORDINARY);
		return;
	}
	if (!lg_limit_room(lg, group->ike, group->reqid)) {
		no_room(lg, event);
		return;
	}
	cpu = lg_choice(lg, group);
	if (cpu == LG_CPU_NONE)
		answer(lg, event, LG_ORDINARY);
	else
		go_on(lg, group->ike, event, group->reqid, cpu, cpu);
}

/* The peer may rekey an SA once for nothing, and so may we at the same time. */
static bool is_rekeyed_again(const struct lg_ike *ike,
			     const struct lg_child *old)
{
	if (old->replaced)
		return true;
	for (const struct lg_pending *p = ike->pending; p; p = p->next)
		if (p->replaces == old->spi_in && !p->ours)
			return true;
	return false;
}

/* The old SA says which group it is. */
static void rekey(struct lg *lg, struct lg_ike *ike,
		  const struct lg_event *event)
{
	const struct lg_child_name name = { ike->id, event->ask.replaces };
	struct lg_group *group;
	struct lg_child *old = lg_child_find(lg, &name, &group);

	if (!old)
		answer(lg, event, LG_ORDINARY);
	else if (!event->ask.ours && is_rekeyed_again(ike, old) &&
		 !lg_limit_room(lg, ike, group->reqid))
		no_room(lg, event);
	else
		go_on(lg, ike, event, group->reqid, old->cpu_in, old->cpu_out);
}

void lg_ask(struct lg *lg, const struct lg_event *event)
{
	const struct lg_ref ref = { LG_QUESTION, event->ask.id };
	struct lg_ike *ike = lg_ike_find(lg, event->ask.ike);
	struct lg_group *group;
	struct lg_ike *owner;
	struct lg_pending *twin = lg_pending_find(lg, &ref, &owner);

	if (twin) {
		lg_log(lg, event->ask.ike, event->ask.reqid, LG_CPU_NONE,
		       "a question's number is in use: the first is forgotten");
		lg_pending_drop(lg, owner, twin);
	}
	/* Not announced: not to be served (RFC 9611, section 7). */
	if (!ike || lg->kernel == LG_KERNEL_STOCK) {
		answer(lg, event, LG_ORDINARY);
		return;
	}
	if (event->ask.replaces) {
		rekey(lg, ike, event);
		return;
	}
	group = lg_group_find(ike, event->ask.reqid);
	/* The peer has not offered it. */
	if (!event->ask.ours && !event->ask.info)
		answer(lg, event, LG_ORDINARY);
	else if (group && lg_group_fallback(group))
		additional(lg, group, event);
	else if (event->ask.reqid && !lg_limit_room(lg, ike, event->ask.reqid))
		no_room(lg, event);
	else
		go_on(lg, ike, event, event->ask.reqid, LG_CPU_NONE,
		      LG_CPU_NONE);
}

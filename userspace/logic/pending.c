// SPDX-License-Identifier: GPL-2.0-or-later
#include "pending.h"

#include <errno.h>
#include <stdlib.h>

#include "backoff.h"
#include "group.h"
#include "identifier.h"
#include "ready.h"
#include "times.h"

struct lg_pending *lg_pending_add(struct lg *lg, struct lg_ike *ike,
				  struct lg_ref ref)
{
	struct lg_pending *pending = calloc(1, sizeof(*pending));

	if (!pending) {
		lg->no_memory = true;
		return NULL;
	}
	if (ref.kind == LG_JOB)
		ref.id = ++lg->last_job;
	pending->ref = ref;
	pending->cpu_in = LG_CPU_NONE;
	pending->cpu_out = LG_CPU_NONE;
	pending->until = lg->now + (ref.kind == LG_JOB ? LG_JOB_MS : LG_ASK_MS);
	pending->has_identifier = lg_identifier(lg, ike, pending->identifier);
	pending->next = ike->pending;
	ike->pending = pending;
	return pending;
}

struct lg_pending *lg_pending_find(const struct lg *lg,
				   const struct lg_ref *ref,
				   struct lg_ike **ike)
{
	if (ref->kind == LG_NO_REF)
		return NULL;
	for (struct lg_ike *i = lg->ikes; i; i = i->next) {
		for (struct lg_pending *p = i->pending; p; p = p->next) {
			if (p->ref.kind != ref->kind || p->ref.id != ref->id)
				continue;
			*ike = i;
			return p;
		}
	}
	return NULL;
}

void lg_pending_remove(struct lg_ike *ike, struct lg_pending *pending)
{
	struct lg_group *group = lg_group_find(ike, pending->reqid);
	struct lg_pending **at = &ike->pending;

	if (group)
		group->due = 0;
	while (*at != pending)
		at = &(*at)->next;
	*at = pending->next;
	free(pending);
}

void lg_pending_drop(struct lg *lg, struct lg_ike *ike,
		     struct lg_pending *pending)
{
	if (pending->move) {
		struct lg_action *action = lg_act(lg, LG_MOVED);

		action->ref.id = pending->move - 1;
		action->error = -EIO;
		action->text = "the rekey onto the other CPU failed";
	}
	lg_pending_remove(ike, pending);
}

void lg_pending_fail(struct lg *lg, struct lg_ike *ike,
		     struct lg_pending *pending, enum lg_reason reason)
{
	struct lg_group *group = lg_group_find(ike, pending->reqid);

	/* What the daemon does by itself, it repeats by its own rules. */
	if (group && pending->ref.kind == LG_JOB && !pending->replaces) {
		if (reason == LG_MAX_QUEUE && pending->cpu_out != LG_CPU_NONE)
			lg_backoff_full(lg, group);
		else
			lg_backoff(lg, group, pending->cpu_out);
	}
	lg_pending_drop(lg, ike, pending);
}

void lg_pending_expire(struct lg *lg)
{
	for (struct lg_ike *ike = lg->ikes; ike; ike = ike->next) {
		struct lg_pending *next;

		for (struct lg_pending *p = ike->pending; p; p = next) {
			next = p->next;
			if (p->until > lg->now)
				continue;
			lg_log(lg, ike->id, p->reqid, p->cpu_out,
			       p->ref.kind == LG_JOB
				       ? "the daemon did not end a negotiation"
				       : "no Child SA came of a question");
			lg_ready_abandon(lg, ike, p);
			lg_pending_fail(lg, ike, p, LG_FAILED);
		}
	}
}

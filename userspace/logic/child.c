// SPDX-License-Identifier: GPL-2.0-or-later
#include "child.h"

#include <string.h>

#include "backoff.h"
#include "bind.h"
#include "choice.h"
#include "demand.h"
#include "group.h"
#include "limit.h"
#include "pending.h"
#include "ready.h"
#include "rekey.h"
#include "times.h"

/**
 * struct arrival - a Child SA that comes
 * @event: LG_CHILD_UP
 * @ike: its IKE SA
 * @group: its group, NULL if it would be the first
 * @pending: its negotiation, NULL if it was not asked for
 * @old: the SA that it replaces, or NULL
 * @cpu_in: CPU that the inbound SA should have
 * @cpu_out: CPU that the outbound SA should have
 */
struct arrival {
	const struct lg_event *event;
	struct lg_ike *ike;
	struct lg_group *group;
	struct lg_pending *pending;
	struct lg_child *old;
	uint32_t cpu_in;
	uint32_t cpu_out;
};

static void say(struct lg *lg, const struct arrival *a, const char *text)
{
	lg_log(lg, a->ike->id, a->event->child_up.reqid, a->cpu_out, text);
}

/* Also of one that the peer has deleted meanwhile. */
static bool is_rekey(const struct arrival *a)
{
	return a->old || (a->pending && a->pending->replaces);
}

/* A first SA needs both sides' SA_RESOURCE_INFO, a request of the peer had it. */
static bool is_ordinary(const struct arrival *a)
{
	if (is_rekey(a))
		return false;
	if (!a->pending)
		return !a->event->child_up.info;
	return a->pending->ours && a->pending->cpu_out == LG_CPU_NONE &&
	       !a->event->child_up.info;
}

/* It was asked about before its reqid was known, and its group has its fallback. */
static bool is_unforeseen(const struct arrival *a)
{
	return a->pending && !is_rekey(a) && a->group &&
	       a->pending->reqid != a->group->reqid &&
	       lg_group_fallback(a->group);
}

static bool fits(const struct arrival *a)
{
	/*
	 * A rekey may widen the selectors (RFC 9611, section 3), and a new
	 * fallback says what its group is like.
	 */
	return is_rekey(a) || !a->group ||
	       (a->cpu_in == LG_CPU_NONE && a->cpu_out == LG_CPU_NONE &&
		!is_unforeseen(a)) ||
	       lg_group_has(a->group, a->event->child_up.properties);
}

/*
 * A helper that was killed may have bound one SA of the pair, and not yet the one
 * that was held back: half a pair takes a place of its group and serves nobody.
 */
static void complete(struct arrival *a)
{
	if (a->cpu_in == LG_CPU_NONE)
		a->cpu_in = a->cpu_out;
	else if (a->cpu_out == LG_CPU_NONE)
		a->cpu_out = a->cpu_in;
}

static void choose(const struct lg *lg, struct arrival *a)
{
	const struct lg_event *event = a->event;

	a->cpu_in = LG_CPU_NONE;
	a->cpu_out = LG_CPU_NONE;
	/* The old one may have been moved since the question. */
	if (a->old && !(a->pending && a->pending->move)) {
		a->cpu_in = a->old->cpu_in;
		a->cpu_out = a->old->cpu_out;
	} else if (a->pending) {
		a->cpu_in = a->pending->cpu_in;
		a->cpu_out = a->pending->cpu_out;
	} else if (event->child_up.cpu_in < lg->config.cpus ||
		   event->child_up.cpu_out < lg->config.cpus) {
		a->cpu_in = event->child_up.cpu_in;
		a->cpu_out = event->child_up.cpu_out;
		if (lg->kernel == LG_KERNEL_MODULE)
			complete(a);
	} else if (a->group && lg_group_fallback(a->group) &&
		   lg->kernel != LG_KERNEL_NATIVE) { /* it has what it has */
		a->cpu_in = lg_choice(lg, a->group);
		a->cpu_out = a->cpu_in;
	}
}

static void done(struct lg *lg, struct arrival *a, const struct lg_child *child)
{
	if (!a->pending)
		return;
	if (a->pending->move && child->cpu_out == a->cpu_out) {
		struct lg_action *action = lg_act(lg, LG_MOVED);

		action->ref.id = a->pending->move - 1;
		action->text = "rekeyed onto the CPU";
		a->pending->move = 0;
	}
	if (a->pending->ref.kind == LG_JOB && a->cpu_out != LG_CPU_NONE)
		a->group->refused = false;
	lg_pending_drop(lg, a->ike, a->pending);
}

/* Not what the daemon makes by itself. */
static bool is_ours(const struct arrival *a)
{
	return a->pending && a->pending->ours &&
	       (a->pending->ref.kind == LG_JOB || is_rekey(a));
}

/* A daemon that tells what it has may tell what is missing in a moment. */
static void wait_for_others(struct lg *lg, struct lg_group *group)
{
	if (!lg_group_fallback(group))
		lg_backoff_gap(lg, group, LG_CPU_NONE);
	if (!lg_demand_at_once(lg, group))
		return;
	for (uint32_t cpu = 0; cpu < lg->config.cpus; cpu++)
		lg_backoff_gap(lg, group, cpu);
}

static void join(struct lg *lg, struct arrival *a)
{
	const struct lg_event *event = a->event;
	struct lg_child *child;

	if (!a->group)
		a->group = lg_group_add(lg, a->ike, event->child_up.reqid);
	child = a->group ? lg_child_add(lg, a->group) : NULL;
	if (!child)
		return;
	child->spi_in = event->child_up.child.spi_in;
	child->spi_out = event->child_up.spi_out;
	child->proto = event->child_up.proto;
	child->mark_in = event->child_up.mark_in;
	child->mark_out = event->child_up.mark_out;
	child->cpu_in = a->cpu_in;
	child->cpu_out = a->cpu_out;
	child->born_at = lg->now;
	child->used_at = lg->now;
	if (a->pending) {
		child->has_identifier = a->pending->has_identifier;
		memcpy(child->identifier, a->pending->identifier,
		       sizeof(child->identifier));
		child->by_helper = a->pending->by_helper;
		child->held = a->pending->hold;
		child->held_until = lg->now + LG_HOLD_MS;
	}
	if (a->old)
		lg_rekey_link(child, a->old);
	if (!child->next || !lg_child_additional(child)) {
		const char *properties = event->child_up.properties;

		a->group->host = event->child_up.host;
		a->group->limit = event->child_up.limit;
		a->group->mode = event->child_up.mode;
		strncpy(a->group->properties, properties ? properties : "",
			LG_PROPERTIES_MAX);
	}
	if (!a->pending)
		wait_for_others(lg, a->group);
	a->group->due = 0;
	lg_bind_new(lg, a->group, child, event->child_up.cpu_in,
		    event->child_up.cpu_out, is_ours(a));
	done(lg, a, child);
}

/* It is in no group. */
static void delete_new(struct lg *lg, const struct arrival *a)
{
	struct lg_action *action = lg_act(lg, LG_DELETE);

	action->ike = a->ike->id;
	action->reqid = a->group->reqid;
	action->child = a->event->child_up.child;
}

static void drop_pending(struct lg *lg, struct arrival *a)
{
	if (!a->pending)
		return;
	lg_ready_abandon(lg, a->ike, a->pending);
	lg_pending_fail(lg, a->ike, a->pending, LG_FAILED);
}

void lg_child_up(struct lg *lg, const struct lg_event *event)
{
	struct arrival a = { .event = event };
	struct lg_ike *owner = NULL;

	a.ike = lg_ike_find(lg, event->child_up.child.ike);
	if (!a.ike) /* not announced: not to be served */
		return;
	a.pending = lg_pending_find(lg, &event->child_up.ref, &owner);
	if (owner != a.ike)
		a.pending = NULL;
	a.group = lg_group_find(a.ike, event->child_up.reqid);
	if (a.group && event->child_up.replaces)
		a.old = lg_child_in(a.group, event->child_up.replaces);
	choose(lg, &a);

	if (lg_child_find(lg, &event->child_up.child, NULL)) {
		say(lg, &a, "a Child SA was told twice");
		drop_pending(lg, &a);
	} else if (is_ordinary(&a)) {
		if (a.pending)
			say(lg, &a, "the peer does not know RFC 9611");
		drop_pending(lg, &a);
	} else if (!fits(&a)) {
		say(lg, &a, "a Child SA has other properties than its group's");
		/* Not one that went well before, nor an ordinary one. */
		if (a.pending && !is_unforeseen(&a))
			delete_new(lg, &a);
		drop_pending(lg, &a);
	} else if (is_unforeseen(&a) &&
		   !lg_limit_room(lg, a.ike, a.group->reqid)) {
		say(lg, &a, "a Child SA is one too many for its group");
		if (!a.pending->ours)
			delete_new(lg, &a);
		drop_pending(lg, &a);
	} else {
		join(lg, &a);
	}
}

static void gone(struct lg *lg, struct lg_group *group, struct lg_child *child,
		 enum lg_end end)
{
	/* What its CPU has missed was put off already. */
	if (!child->replaced && !child->unneeded)
		lg_backoff_ended(lg, group, child, end);
	lg_rekey_unlink(group, child);
	lg_child_remove(group, child);
	group->forget_at = lg->now + LG_BACKOFF_MAX_MS;
	group->due = 0;
}

void lg_child_down(struct lg *lg, const struct lg_event *event)
{
	struct lg_group *group;
	struct lg_child *child =
		lg_child_find(lg, &event->child_down.child, &group);

	if (child)
		gone(lg, group, child, event->child_down.end);
}

void lg_child_expired(struct lg *lg, const struct lg_event *event)
{
	struct lg_group *group;
	unsigned int direction;
	struct lg_child *child =
		lg_child_of_sa(lg, &event->expired.dst, event->expired.spi,
			       event->expired.proto, &group, &direction);

	if (child)
		gone(lg, group, child, LG_EXPIRED);
}

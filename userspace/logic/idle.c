// SPDX-License-Identifier: GPL-2.0-or-later
#include "idle.h"

#include "address.h"
#include "demand.h"
#include "group.h"
#include "ready.h"
#include "times.h"

/* Read an SA pair's counters if it is time to. */
static void use_read(struct lg *lg, struct lg_group *group,
		     struct lg_child *child, uint64_t every)
{
	if (child->read_at <= lg->now) {
		struct lg_action *action = lg_act(lg, LG_READ_USE);

		lg_name(action, group, child);
		action->sa = lg_sa_id(group->ike, child, LG_IN);
		action->other = lg_sa_id(group->ike, child, LG_OUT);
		child->read_at = lg->now + every;
	}
	/* Times may have been longer when that was set. */
	lg_earlier(&child->read_at, lg->now + every);
	lg_earlier(&group->due, child->read_at);
}

static bool watched(const struct lg *lg, const struct lg_group *group,
		    const struct lg_child *child)
{
	return lg->config.idle_ms && !lg_demand_at_once(lg, group) &&
	       lg_child_additional(child) && !child->replaced && !child->held &&
	       !child->unneeded && child->leaving_until <= lg->now;
}

static void leave(struct lg *lg, struct lg_group *group, struct lg_child *child)
{
	child->leaving_until = lg->now + LG_DELETE_MS;
	lg_name(lg_act(lg, LG_DELETE), group, child);
}

void lg_idle_unneeded(struct lg *lg, struct lg_group *group,
		      struct lg_child *child)
{
	child->unneeded = true;
	group->due = 0;
	leave(lg, group, child);
}

/* It did not go. What can carry nothing need not wait for what can. */
static bool leaves_again(const struct lg_group *group,
			 const struct lg_child *child)
{
	return child->unneeded && (child->doubtful || lg_group_fallback(group));
}

void lg_use(struct lg *lg, const struct lg_event *event)
{
	struct lg_group *group;
	struct lg_child *child = lg_child_find(lg, &event->use.child, &group);
	bool in, out;

	if (!child)
		return;
	in = event->use.in != child->packets_in;
	out = event->use.out != child->packets_out;
	child->packets_in = event->use.in;
	child->packets_out = event->use.out;
	if (in && child->held)
		lg_ready_release(lg, group, child);
	if (in || out) {
		child->used_at = lg->now;
		return;
	}
	if (!watched(lg, group, child) ||
	    lg->now - child->used_at < lg->config.idle_ms)
		return;
	/* That its CPU asked a while ago would bring it back. */
	lg_slot_of(lg, group, child->cpu_out)->wanted_until = lg->now;
	group->due = 0;
	leave(lg, group, child);
}

void lg_idle_settle(struct lg *lg, struct lg_group *group)
{
	uint64_t every = lg->config.idle_ms / LG_IDLE_POLLS;

	if (every < LG_SECOND)
		every = LG_SECOND;
	for (struct lg_child *c = group->children; c; c = c->next) {
		if (c->leaving_until <= lg->now && leaves_again(group, c))
			leave(lg, group, c);
		if (c->held) {
			lg_earlier(&group->due, c->held_until);
			use_read(lg, group, c, LG_HOLD_POLL_MS);
		} else if (c->leaving_until > lg->now) {
			lg_earlier(&group->due, c->leaving_until);
		} else if (watched(lg, group, c)) {
			use_read(lg, group, c, every);
		}
	}
}

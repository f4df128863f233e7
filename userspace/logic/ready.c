// SPDX-License-Identifier: GPL-2.0-or-later
#include "ready.h"

#include "address.h"
#include "bind.h"
#include "group.h"

bool lg_ready_holds(const struct lg_ike *ike, const struct lg_pending *pending)
{
	const struct lg_group *group = lg_group_find(ike, pending->reqid);

	if (pending->ours && !pending->replaces)
		return false;
	if (!group)
		return false;
	return lg_group_fallback(group) ||
	       (pending->replaces && lg_child_in(group, pending->replaces));
}

static void release(struct lg *lg, const struct lg_ike *ike, uint32_t reqid,
		    const struct lg_child *child)
{
	struct xp_sa_id sa = lg_sa_id(ike, child, LG_OUT);
	struct lg_child_name name = { ike->id, child->spi_in };
	struct lg_action *action;

	if (child->by_helper) {
		action = lg_act(lg, LG_INSTALL_SA);
		action->ike = ike->id;
		action->reqid = reqid;
		action->child = name;
		action->direction = LG_OUT;
		action->sa = sa;
		action->other = lg_sa_id(ike, child, LG_IN);
		action->cpu = child->cpu_out;
	} else {
		lg_bind_expect(lg, &sa, child->cpu_out);
	}
	action = lg_act(lg, LG_RELEASE);
	action->ike = ike->id;
	action->reqid = reqid;
	action->child = name;
	action->by_helper = child->by_helper;
}

void lg_ready_release(struct lg *lg, struct lg_group *group,
		      struct lg_child *child)
{
	release(lg, group->ike, group->reqid, child);
	child->held = false;
	group->due = 0;
}

void lg_ready_abandon(struct lg *lg, const struct lg_ike *ike,
		      struct lg_pending *pending)
{
	const struct lg_child child = {
		.spi_in = pending->spi_in,
		.spi_out = pending->spi_out,
		.proto = pending->proto,
		.mark_out = pending->mark_out,
		.cpu_out = pending->cpu_out,
		.by_helper = pending->by_helper,
	};

	if (pending->hold)
		release(lg, ike, pending->reqid, &child);
	pending->hold = false;
}

bool lg_installs_later(const struct lg *lg, const struct lg_child_name *name)
{
	const struct lg_child *child = lg_child_find(lg, name, NULL);
	const struct lg_ike *ike = lg_ike_find(lg, name->ike);

	if (child)
		return child->held && child->by_helper;
	for (const struct lg_pending *p = ike ? ike->pending : NULL; p;
	     p = p->next)
		if (p->hold && p->by_helper && p->spi_in == name->spi_in)
			return true;
	return false;
}

/* Does another SA take what this one will? */
static bool replaceable(const struct lg_group *group,
			const struct lg_child *child)
{
	if (lg_group_fallback(group))
		return true;
	for (const struct lg_child *c = group->children; c; c = c->next)
		if (c != child && !c->held && !c->doubtful && !c->unneeded &&
		    c->cpu_out == child->cpu_out)
			return true;
	return false;
}

void lg_ready_settle(struct lg *lg, struct lg_group *group)
{
	for (struct lg_child *c = group->children; c; c = c->next) {
		bool old_went = c->replaces && !lg_child_in(group, c->replaces);

		if (c->held && (c->held_until <= lg->now || old_went ||
				!replaceable(group, c)))
			lg_ready_release(lg, group, c);
	}
}

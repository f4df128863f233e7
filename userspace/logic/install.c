// SPDX-License-Identifier: GPL-2.0-or-later
#include "install.h"

#include "address.h"
#include "bind.h"
#include "group.h"
#include "pending.h"
#include "ready.h"

static void one(struct lg *lg, const struct lg_event *event,
		const struct lg_ike *ike, const struct lg_child *child,
		unsigned int direction, uint32_t cpu)
{
	struct xp_sa_id sa = lg_sa_id(ike, child, direction);
	struct lg_action *action;

	if (!event->install.by_helper) {
		lg_bind_expect(lg, &sa, cpu);
		return;
	}
	action = lg_act(lg, LG_INSTALL_SA);
	action->ike = event->install.child.ike;
	action->child = event->install.child;
	action->sa = sa;
	action->other = lg_sa_id(ike, child, LG_IN + LG_OUT - direction);
	action->direction = direction;
	action->cpu = cpu;
}

void lg_install(struct lg *lg, const struct lg_event *event)
{
	const struct lg_child child = {
		.spi_in = event->install.child.spi_in,
		.spi_out = event->install.spi_out,
		.proto = event->install.proto,
		.mark_in = event->install.mark_in,
		.mark_out = event->install.mark_out,
	};
	uint32_t cpu_in = LG_CPU_NONE, cpu_out = LG_CPU_NONE;
	struct lg_ike *ike = NULL;
	struct lg_pending *pending =
		lg_pending_find(lg, &event->install.ref, &ike);
	struct lg_action *action;
	bool hold = false;

	if (pending && ike->id != event->install.child.ike)
		pending = NULL;
	if (pending) {
		cpu_in = pending->cpu_in;
		cpu_out = pending->cpu_out;
		pending->by_helper = event->install.by_helper;
		if (event->install.can_hold)
			hold = lg_ready_holds(ike, pending);
		pending->hold = hold;
		pending->spi_in = child.spi_in;
		pending->spi_out = child.spi_out;
		pending->proto = child.proto;
		pending->mark_out = child.mark_out;
	}
	/* What is not asked for any more is installed as a fallback is. */
	if (!pending)
		ike = lg_ike_find(lg, event->install.child.ike);
	if (ike) {
		one(lg, event, ike, &child, LG_IN, cpu_in);
		if (!hold)
			one(lg, event, ike, &child, LG_OUT, cpu_out);
	}
	action = lg_act(lg, LG_GO);
	action->ref = event->install.ref;
	action->ike = event->install.child.ike;
	action->child = event->install.child;
	action->cpu = cpu_out;
	action->cpu_in = cpu_in;
	action->hold = hold;
	action->by_helper = event->install.by_helper;
}

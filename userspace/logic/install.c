// SPDX-License-Identifier: GPL-2.0-or-later
#include "install.h"

#include "address.h"
#include "bind.h"
#include "pending.h"
#include "ready.h"

static void one(struct lg *lg, const struct lg_event *event,
		const struct xp_sa_id *sa, unsigned int direction, uint32_t cpu)
{
	struct lg_action *action;

	if (!event->install.by_helper) {
		lg_bind_expect(lg, sa, cpu);
		return;
	}
	action = lg_act(lg, LG_INSTALL_SA);
	action->ike = event->install.child.ike;
	action->child = event->install.child;
	action->sa = *sa;
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
	struct xp_sa_id sa;
	bool hold = false;

	if (pending) {
		cpu_in = pending->cpu_in;
		cpu_out = pending->cpu_out;
		pending->by_helper = event->install.by_helper;
		if (event->install.by_helper || event->install.can_hold)
			hold = lg_ready_holds(ike, pending);
		pending->hold = hold;
		pending->spi_in = child.spi_in;
		pending->spi_out = child.spi_out;
		pending->proto = child.proto;
		pending->mark_out = child.mark_out;
	}
	/* Without an IKE SA only the helper's own SAs are left to install. */
	if (ike || event->install.by_helper) {
		const struct lg_ike nowhere = { 0 };
		const struct lg_ike *ends = ike ? ike : &nowhere;

		sa = lg_sa_id(ends, &child, LG_IN);
		one(lg, event, &sa, LG_IN, cpu_in);
		sa = lg_sa_id(ends, &child, LG_OUT);
		if (!hold)
			one(lg, event, &sa, LG_OUT, cpu_out);
	}
	action = lg_act(lg, LG_GO);
	action->ref = event->install.ref;
	action->ike = event->install.child.ike;
	action->child = event->install.child;
	action->cpu = cpu_out;
	action->cpu_in = cpu_in;
	action->hold = hold;
}

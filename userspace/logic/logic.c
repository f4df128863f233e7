// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What an event does is in the file of its concept; here is the way there, and
 * what follows from any event: groups whose time has come are looked at.
 */
#include "logic.h"

#include <errno.h>
#include <stdlib.h>

#include "ask.h"
#include "bind.h"
#include "child.h"
#include "demand.h"
#include "flag.h"
#include "group.h"
#include "idle.h"
#include "install.h"
#include "move.h"
#include "pending.h"
#include "ready.h"
#include "state.h"
#include "times.h"

static void configure(struct lg *lg, const struct lg_config *config)
{
	lg->config.limit = config->limit ? config->limit : 2 * lg->config.cpus;
	lg->config.idle_ms = config->idle_ms;
	lg->config.at_once = config->at_once;
	lg_groups_touch(lg);
}

struct lg *lg_new(const struct lg_config *config)
{
	struct lg *lg =
		calloc(1, sizeof(*lg) + config->cpus * sizeof(*lg->online));

	if (!lg)
		return NULL;
	lg->config = *config;
	configure(lg, config);
	return lg;
}

void lg_free(struct lg *lg)
{
	if (!lg)
		return;
	while (lg->ikes)
		lg_ike_remove(lg, lg->ikes);
	while (lg->policies) {
		struct lg_policy *policy = lg->policies;

		lg->policies = policy->next;
		free(policy);
	}
	free(lg->queue.action);
	free(lg);
}

static void kernel_changed(struct lg *lg, enum lg_kernel kernel)
{
	bool came = kernel == LG_KERNEL_MODULE && lg->kernel != kernel;

	lg->kernel = kernel;
	/* A module that comes takes all SAs for fallbacks. */
	if (came)
		lg_bind_all(lg);
	lg_groups_touch(lg);
}

static void cpu_changed(struct lg *lg, const struct lg_event *event)
{
	if (event->hotplug.cpu >= lg->config.cpus)
		return;
	lg->online[event->hotplug.cpu] = event->hotplug.online;
	lg_groups_touch(lg);
}

/* Nobody is left to tell what becomes of anything. */
static void daemon_gone(struct lg *lg)
{
	for (struct lg_ike *ike = lg->ikes; ike; ike = ike->next) {
		for (struct lg_pending *p = ike->pending; p; p = p->next)
			lg_ready_abandon(lg, ike, p);
		for (struct lg_group *g = ike->groups; g; g = g->next)
			for (struct lg_child *c = g->children; c; c = c->next)
				if (c->held)
					lg_ready_release(lg, g, c);
	}
	while (lg->ikes)
		lg_ike_remove(lg, lg->ikes);
	lg->daemon = false;
	lg_flag_update_all(lg);
}

static void daemon_came(struct lg *lg, const struct lg_event *event)
{
	if (lg->daemon)
		daemon_gone(lg);
	lg->daemon = true;
	lg->rekeys = event->daemon.rekeys;
	lg_flag_wait(lg);
}

static void ike_up(struct lg *lg, const struct lg_event *event)
{
	struct lg_ike *ike = lg_ike_find(lg, event->ike_up.ike);

	if (!ike && event->ike_up.replaces) {
		ike = lg_ike_find(lg, event->ike_up.replaces);
		if (ike)
			ike->id = event->ike_up.ike;
	}
	if (!ike)
		ike = lg_ike_add(lg, event->ike_up.ike);
	if (!ike)
		return;
	ike->local = event->ike_up.local;
	ike->peer = event->ike_up.peer;
}

static void ike_down(struct lg *lg, const struct lg_event *event)
{
	struct lg_ike *ike = lg_ike_find(lg, event->ike_down);

	if (!ike)
		return;
	lg_ike_remove(lg, ike);
	lg_flag_update_all(lg);
}

static void fail(struct lg *lg, const struct lg_event *event)
{
	struct lg_ike *ike;
	struct lg_pending *pending =
		lg_pending_find(lg, &event->fail.ref, &ike);

	if (pending)
		lg_pending_fail(lg, ike, pending, event->fail.reason);
}

static void dispatch(struct lg *lg, const struct lg_event *event)
{
	switch (event->type) {
	case LG_TIMER:
		break;
	case LG_KERNEL:
		kernel_changed(lg, event->kernel);
		break;
	case LG_CPU:
		cpu_changed(lg, event);
		break;
	case LG_ACQUIRE:
		lg_demand_acquire(lg, event);
		break;
	case LG_POLICY:
		lg_flag_seen(lg, event);
		break;
	case LG_FLAG_LEFT:
		lg_flag_left(lg, event->left);
		break;
	case LG_USE:
		lg_use(lg, event);
		break;
	case LG_SA_EXPIRED:
		lg_child_expired(lg, event);
		break;
	case LG_SA_CPU:
		lg_bind_seen(lg, event);
		break;
	case LG_CPU_REFUSED:
		lg_bind_refused(lg, event);
		break;
	case LG_DAEMON_UP:
		daemon_came(lg, event);
		break;
	case LG_DAEMON_DOWN:
		daemon_gone(lg);
		break;
	case LG_IKE_UP:
		ike_up(lg, event);
		break;
	case LG_IKE_DOWN:
		ike_down(lg, event);
		break;
	case LG_ASK:
		lg_ask(lg, event);
		break;
	case LG_INSTALL:
		lg_install(lg, event);
		break;
	case LG_CHILD_UP:
		lg_child_up(lg, event);
		break;
	case LG_CHILD_DOWN:
		lg_child_down(lg, event);
		break;
	case LG_FAIL:
		fail(lg, event);
		break;
	case LG_MOVE:
		lg_move(lg, event);
		break;
	case LG_CONFIGURE:
		configure(lg, &event->config);
		break;
	}
}

static void settle_group(struct lg *lg, struct lg_group *group)
{
	uint32_t reqid = group->reqid;

	lg_ready_settle(lg, group);
	group->due = LG_NEVER;
	lg_idle_settle(lg, group);
	lg_demand_settle(lg, group);
	if (!group->children) {
		if (group->forget_at <= lg->now)
			lg_group_remove(group);
		else
			lg_earlier(&group->due, group->forget_at);
	}
	lg_flag_update(lg, reqid);
}

static void settle(struct lg *lg)
{
	lg_pending_expire(lg);
	for (struct lg_ike *ike = lg->ikes; ike; ike = ike->next) {
		struct lg_group *next;

		for (struct lg_group *g = ike->groups; g; g = next) {
			next = g->next;
			if (g->due <= lg->now)
				settle_group(lg, g);
		}
	}
	lg_flag_settle(lg);
}

int lg_event(struct lg *lg, uint64_t now, const struct lg_event *event)
{
	lg->now = now;
	dispatch(lg, event);
	settle(lg);
	return lg->no_memory ? -ENOMEM : 0;
}

uint64_t lg_deadline(const struct lg *lg)
{
	uint64_t end = LG_NEVER;

	for (const struct lg_ike *ike = lg->ikes; ike; ike = ike->next) {
		for (const struct lg_pending *p = ike->pending; p; p = p->next)
			lg_earlier(&end, p->until);
		for (const struct lg_group *g = ike->groups; g; g = g->next)
			lg_earlier(&end, g->due);
	}
	for (const struct lg_policy *p = lg->policies; p; p = p->next)
		if (p->want != p->on)
			lg_earlier(&end, p->not_before);
	return end;
}

bool lg_addresses(const struct lg *lg, uint64_t ike, struct xp_addr *local,
		  struct xp_addr *peer)
{
	const struct lg_ike *found = lg_ike_find(lg, ike);

	if (!found)
		return false;
	*local = found->local;
	*peer = found->peer;
	return true;
}

void lg_view(const struct lg *lg, uint64_t now,
	     void (*fn)(const struct lg_view *view, void *arg), void *arg)
{
	for (const struct lg_ike *ike = lg->ikes; ike; ike = ike->next) {
		for (const struct lg_group *g = ike->groups; g; g = g->next) {
			for (const struct lg_child *c = g->children; c;
			     c = c->next) {
				const struct lg_view view = {
					.name = { ike->id, c->spi_in },
					.spi_out = c->spi_out,
					.reqid = g->reqid,
					.cpu_in = c->cpu_in,
					.cpu_out = c->cpu_out,
					.age_ms = now - c->born_at,
					.replaced = c->replaced,
					.held = c->held,
				};

				fn(&view, arg);
			}
		}
	}
}

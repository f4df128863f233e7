/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asking the daemon for SAs: when a CPU asks, or for all CPUs at once.
 */
#ifndef XFRM_PCPU_LOGIC_DEMAND_H
#define XFRM_PCPU_LOGIC_DEMAND_H

#include "state.h"

/**
 * lg_demand_at_once() - do all CPUs get an SA without asking?
 * @lg: logic
 * @group: group
 *
 * A kernel without per-CPU triggers that can be used (RFC 9611, section 6), or
 * the administrator's wish.
 */
bool lg_demand_at_once(const struct lg *lg, const struct lg_group *group);

/**
 * lg_demand_acquire() - a CPU asks
 * @lg: logic
 * @event: LG_ACQUIRE
 *
 * Of groups with the same reqid the newest IKE SA's is meant, as when a daemon
 * reauthenticates.
 */
void lg_demand_acquire(struct lg *lg, const struct lg_event *event);

/**
 * lg_demand_settle() - start what may be started
 * @lg: logic
 * @group: group
 */
void lg_demand_settle(struct lg *lg, struct lg_group *group);

#endif

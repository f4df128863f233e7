/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The use of SAs, and what is done about those that are not used.
 */
#ifndef XFRM_PCPU_LOGIC_IDLE_H
#define XFRM_PCPU_LOGIC_IDLE_H

#include "state.h"

/**
 * lg_use() - how much an SA pair was used
 * @lg: logic
 * @event: LG_USE
 */
void lg_use(struct lg *lg, const struct lg_event *event);

/**
 * lg_idle_unneeded() - it is there for nothing: the daemon is to delete it
 * @lg: logic
 * @group: its group
 * @child: Child SA
 *
 * It is told again each LG_DELETE_MS, while something else can carry the traffic.
 */
void lg_idle_unneeded(struct lg *lg, struct lg_group *group,
		      struct lg_child *child);

/**
 * lg_idle_settle() - look after the use of SAs
 * @lg: logic
 * @group: group
 *
 * Inbound SAs are watched while their outbound SA waits for the peer.
 *
 * Idle ones are deleted (RFC 9611, section 3) where a CPU that sends again gets
 * a new one because it asks.  Where all SAs are made at once they would come
 * back at once, so there they stay.
 */
void lg_idle_settle(struct lg *lg, struct lg_group *group);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Child SAs come, are replaced by a rekey, and go.
 */
#ifndef XFRM_PCPU_LOGIC_CHILD_H
#define XFRM_PCPU_LOGIC_CHILD_H

#include "state.h"

/**
 * lg_child_up() - a Child SA was installed, or the daemon tells what it has
 * @lg: logic
 * @event: LG_CHILD_UP
 *
 * Its CPU, the first of these that there is: that of the SA that it replaces
 * (RFC 9611, section 3), that of its negotiation, that which the kernel shows;
 * none if the group has no fallback; the least used.
 */
void lg_child_up(struct lg *lg, const struct lg_event *event);

/**
 * lg_child_down() - a Child SA is gone
 * @lg: logic
 * @event: LG_CHILD_DOWN
 */
void lg_child_down(struct lg *lg, const struct lg_event *event);

/**
 * lg_child_expired() - an SA is gone
 * @lg: logic
 * @event: LG_SA_EXPIRED
 */
void lg_child_expired(struct lg *lg, const struct lg_event *event);

#endif

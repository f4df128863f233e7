/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Make before break: a new outbound SA is used when the peer can take it.
 *
 * An initiator has its inbound SA from the answer on, so what a responder sends
 * under the new SA before that dies there.  Until the peer has used its side, or
 * LG_HOLD_MS are over, the fallback or the old SA goes on.
 */
#ifndef XFRM_PCPU_LOGIC_READY_H
#define XFRM_PCPU_LOGIC_READY_H

#include "state.h"

/**
 * lg_ready_holds() - is the outbound SA of a negotiation to wait?
 * @ike: IKE SA
 * @pending: negotiation
 *
 * As responder and after a rekey, where another SA serves meanwhile.
 */
bool lg_ready_holds(const struct lg_ike *ike, const struct lg_pending *pending);

/**
 * lg_ready_release() - the outbound SA may be used
 * @lg: logic
 * @group: its group
 * @child: its Child SA, held
 */
void lg_ready_release(struct lg *lg, struct lg_group *group,
		      struct lg_child *child);

/**
 * lg_ready_abandon() - no group takes up the SA of a negotiation
 * @lg: logic
 * @ike: IKE SA
 * @pending: negotiation
 *
 * If its outbound SA is held back, nobody else would release it.
 */
void lg_ready_abandon(struct lg *lg, const struct lg_ike *ike,
		      struct lg_pending *pending);

/**
 * lg_ready_settle() - release what need not wait any longer
 * @lg: logic
 * @group: group
 */
void lg_ready_settle(struct lg *lg, struct lg_group *group);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Negotiations that are not done: our jobs and the daemon's questions.
 */
#ifndef XFRM_PCPU_LOGIC_PENDING_H
#define XFRM_PCPU_LOGIC_PENDING_H

#include "state.h"

/**
 * lg_pending_add() - a new negotiation
 * @lg: logic
 * @ike: IKE SA
 * @ref: what it is called; id 0 of a job: the next number
 *
 * It has an identifier, no CPU, and the time that its kind has.
 *
 * Return: negotiation or NULL without memory.
 */
struct lg_pending *lg_pending_add(struct lg *lg, struct lg_ike *ike,
				  struct lg_ref ref);

/**
 * lg_pending_find() - a negotiation
 * @lg: logic
 * @ref: what it is called
 * @ike: its IKE SA, written if there is one
 *
 * Return: negotiation or NULL.
 */
struct lg_pending *lg_pending_find(const struct lg *lg,
				   const struct lg_ref *ref,
				   struct lg_ike **ike);

/**
 * lg_pending_remove() - it is done
 * @ike: IKE SA
 * @pending: negotiation, freed
 *
 * Its group is looked at again.
 */
void lg_pending_remove(struct lg_ike *ike, struct lg_pending *pending);

/**
 * lg_pending_drop() - it will not be done; an operator who waits is told
 * @lg: logic
 * @ike: IKE SA
 * @pending: negotiation, freed
 */
void lg_pending_drop(struct lg *lg, struct lg_ike *ike,
		     struct lg_pending *pending);

/**
 * lg_pending_fail() - it failed: remember, so that the next try comes later
 * @lg: logic
 * @ike: IKE SA
 * @pending: negotiation, freed
 * @reason: why
 */
void lg_pending_fail(struct lg *lg, struct lg_ike *ike,
		     struct lg_pending *pending, enum lg_reason reason);

/**
 * lg_pending_expire() - fail those whose time is over
 * @lg: logic
 */
void lg_pending_expire(struct lg *lg);

#endif

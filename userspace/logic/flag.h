/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * XFRM_POLICY_CPU_ACQUIRE of the policies: on while their group is served by
 * CPUs that ask, off otherwise.
 */
#ifndef XFRM_PCPU_LOGIC_FLAG_H
#define XFRM_PCPU_LOGIC_FLAG_H

#include "state.h"

/**
 * lg_flag_update() - a group of this reqid may be served now, or not any more
 * @lg: logic
 * @reqid: whose
 */
void lg_flag_update(struct lg *lg, uint32_t reqid);

/**
 * lg_flag_update_all() - as lg_flag_update(), for all that is set
 * @lg: logic
 */
void lg_flag_update_all(struct lg *lg);

/**
 * lg_flag_seen() - somebody wrote policies, perhaps without the flag
 * @lg: logic
 * @event: LG_POLICY
 */
void lg_flag_seen(struct lg *lg, const struct lg_event *event);

/**
 * lg_flag_left() - a helper that is gone has set the flag
 * @lg: logic
 * @reqid: whose policies
 *
 * It goes if no group of that reqid is told within LG_LEFT_MS.
 */
void lg_flag_left(struct lg *lg, uint32_t reqid);

/**
 * lg_flag_wait() - the daemon begins to tell: what is left waits for that
 * @lg: logic
 */
void lg_flag_wait(struct lg *lg);

/**
 * lg_flag_settle() - set what differs
 * @lg: logic
 *
 * Not more often than each LG_FLAG_GAP_MS: somebody else may want it otherwise.
 */
void lg_flag_settle(struct lg *lg);

#endif

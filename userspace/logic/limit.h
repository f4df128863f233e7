/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many additional SAs a group may have.
 */
#ifndef XFRM_PCPU_LOGIC_LIMIT_H
#define XFRM_PCPU_LOGIC_LIMIT_H

#include "state.h"

/**
 * lg_limit_room() - may there be one more, an additional one or the fallback?
 * @lg: logic
 * @ike: IKE SA
 * @reqid: TS pair
 *
 * Counted are SAs and negotiations of both sides, also what was to have a CPU and
 * has none, but for one, the fallback.  An SA that a rekey has
 * replaced is not, nor is a rekey, so that a full group can still rekey, and the
 * limit is twice the CPUs, so that both sides may start at once (RFC 9611,
 * sections 6 and 7).
 */
bool lg_limit_room(const struct lg *lg, const struct lg_ike *ike,
		   uint32_t reqid);

#endif

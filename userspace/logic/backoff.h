/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When the next request for a CPU may go out: not at once, and not never (RFC
 * 9611, section 6).
 */
#ifndef XFRM_PCPU_LOGIC_BACKOFF_H
#define XFRM_PCPU_LOGIC_BACKOFF_H

#include "state.h"

/**
 * lg_backoff_gap() - the least time between two requests
 * @lg: logic
 * @group: group
 * @cpu: CPU, LG_CPU_NONE for the fallback
 */
void lg_backoff_gap(struct lg *lg, struct lg_group *group, uint32_t cpu);

/**
 * lg_backoff() - after a failure or the peer's Delete: longer each time
 * @lg: logic
 * @group: group
 * @cpu: CPU, LG_CPU_NONE for the fallback
 */
void lg_backoff(struct lg *lg, struct lg_group *group, uint32_t cpu);

/**
 * lg_backoff_ended() - a Child SA is gone that nothing replaces
 * @lg: logic
 * @group: group
 * @child: Child SA
 * @end: who ended it
 *
 * One that lived for long makes earlier failures forgotten.
 */
void lg_backoff_ended(struct lg *lg, struct lg_group *group,
		      const struct lg_child *child, enum lg_end end);

/**
 * lg_backoff_full() - the peer takes no more SAs in this group
 * @lg: logic
 * @group: group
 */
void lg_backoff_full(struct lg *lg, struct lg_group *group);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which CPU an additional SA goes to.
 */
#ifndef XFRM_PCPU_LOGIC_CHOICE_H
#define XFRM_PCPU_LOGIC_CHOICE_H

#include "state.h"

/**
 * lg_choice_count() - additional SAs that a CPU has or will have
 * @ike: IKE SA
 * @reqid: TS pair
 * @cpu: CPU
 *
 * An SA that is being replaced does not count, its successor does.
 */
unsigned int lg_choice_count(const struct lg_ike *ike, uint32_t reqid,
			     uint32_t cpu);

/**
 * lg_choice() - the CPU for an SA that the peer has started
 * @lg: logic
 * @group: its group
 *
 * The one with the fewest additional SAs for this TS pair (RFC 9611, section
 * 3); of these one that has asked, else the first.
 *
 * Return: CPU that is online, LG_CPU_NONE if none is.
 */
uint32_t lg_choice(const struct lg *lg, struct lg_group *group);

#endif

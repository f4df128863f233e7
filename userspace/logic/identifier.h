/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The identifier in SA_RESOURCE_INFO.
 */
#ifndef XFRM_PCPU_LOGIC_IDENTIFIER_H
#define XFRM_PCPU_LOGIC_IDENTIFIER_H

#include "state.h"

/**
 * lg_identifier() - make one
 * @lg: logic
 * @ike: IKE SA
 * @identifier: result, LG_IDENTIFIER_SIZE bytes
 *
 * Unique in the IKE SA, hence among SAs with the same traffic selectors (RFC
 * 9611, section 3), and random: it tells nothing of CPUs (section 7).
 *
 * Return: false if the source of random bytes repeats itself; the notify then
 * goes without data.
 */
bool lg_identifier(struct lg *lg, const struct lg_ike *ike,
		   uint8_t *identifier);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Addresses of SAs, and what names an SA to the kernel.
 */
#ifndef XFRM_PCPU_LOGIC_ADDRESS_H
#define XFRM_PCPU_LOGIC_ADDRESS_H

#include "state.h"

/**
 * lg_address_is() - do two addresses mean the same end?
 * @a: address
 * @b: address
 *
 * One without family may be any.
 */
bool lg_address_is(const struct xp_addr *a, const struct xp_addr *b);

/**
 * lg_sa_id() - what names an SA to the kernel
 * @ike: its IKE SA
 * @child: its Child SA
 * @direction: LG_IN or LG_OUT
 */
struct xp_sa_id lg_sa_id(const struct lg_ike *ike, const struct lg_child *child,
			 unsigned int direction);

#endif

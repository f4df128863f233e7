// SPDX-License-Identifier: GPL-2.0-or-later
#include "address.h"

#include <string.h>

bool lg_address_is(const struct xp_addr *a, const struct xp_addr *b)
{
	if (!a->family || !b->family)
		return true;
	if (a->family != b->family)
		return false;
	if (a->family == AF_INET)
		return a->v4.s_addr == b->v4.s_addr;
	return !memcmp(&a->v6, &b->v6, sizeof(a->v6));
}

struct xp_sa_id lg_sa_id(const struct lg_ike *ike, const struct lg_child *child,
			 unsigned int direction)
{
	bool in = direction == LG_IN;

	return (struct xp_sa_id){
		.dst = in ? ike->local : ike->peer,
		.spi = in ? child->spi_in : child->spi_out,
		.proto = child->proto,
		.mark = in ? child->mark_in : child->mark_out,
	};
}

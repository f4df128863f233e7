// SPDX-License-Identifier: GPL-2.0-or-later
#include "identifier.h"

#include <string.h>

/* Two of 64 random bits that are equal mean a broken source. */
#define TRIES 4

static bool in_use(const struct lg_ike *ike, const uint8_t *identifier)
{
	for (struct lg_pending *p = ike->pending; p; p = p->next)
		if (p->has_identifier &&
		    !memcmp(p->identifier, identifier, LG_IDENTIFIER_SIZE))
			return true;
	for (struct lg_group *group = ike->groups; group; group = group->next)
		for (struct lg_child *c = group->children; c; c = c->next)
			if (c->has_identifier &&
			    !memcmp(c->identifier, identifier,
				    LG_IDENTIFIER_SIZE))
				return true;
	return false;
}

bool lg_identifier(struct lg *lg, const struct lg_ike *ike, uint8_t *identifier)
{
	for (int i = 0; i < TRIES; i++) {
		lg->config.random(identifier, LG_IDENTIFIER_SIZE,
				  lg->config.arg);
		if (!in_use(ike, identifier))
			return true;
	}
	return false;
}

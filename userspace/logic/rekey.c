// SPDX-License-Identifier: GPL-2.0-or-later
#include "rekey.h"

#include "group.h"

void lg_rekey_link(struct lg_child *child, struct lg_child *old)
{
	child->replaces = old->spi_in;
	old->replaced = true;
}

void lg_rekey_unlink(struct lg_group *group, const struct lg_child *child)
{
	struct lg_child *old;

	if (!child->replaces)
		return;
	old = lg_child_in(group, child->replaces);
	if (!old)
		return;
	for (const struct lg_child *c = group->children; c; c = c->next)
		if (c != child && c->replaces == old->spi_in)
			return;
	old->replaced = false;
}

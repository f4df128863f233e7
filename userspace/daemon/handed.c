// SPDX-License-Identifier: GPL-2.0-or-later
#include "handed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_of(const struct handed *handed,
		  const struct lg_child_name *child)
{
	return handed->child.ike == child->ike &&
	       handed->child.spi_in == child->spi_in;
}

static void forget(struct handed **at)
{
	struct handed *handed = *at;

	*at = handed->next;
	explicit_bzero(handed, sizeof(*handed));
	free(handed);
}

int handed_add(struct handed **list, const struct lg_child_name *child,
	       const struct xp_install *in, const struct xp_install *out)
{
	struct handed **at = list;
	struct handed *handed;

	while (*at && !is_of(*at, child))
		at = &(*at)->next;
	if (*at)
		forget(at);
	handed = calloc(1, sizeof(*handed));
	if (!handed)
		return -ENOMEM;
	handed->child = *child;
	handed->in = *in;
	handed->out = *out;
	handed->err = -ENOENT;
	snprintf(handed->text, sizeof(handed->text), "no such IKE SA");
	handed->next = *list;
	*list = handed;
	return 0;
}

struct handed *handed_find(struct handed *list,
			   const struct lg_child_name *child)
{
	while (list && !is_of(list, child))
		list = list->next;
	return list;
}

void handed_rename(struct handed *list, uint64_t from, uint64_t to)
{
	for (; list; list = list->next)
		if (list->child.ike == from)
			list->child.ike = to;
}

void handed_sweep(struct handed **list, const struct lg *lg)
{
	struct handed **at = list;

	while (*at) {
		if (lg && lg_installs_later(lg, &(*at)->child))
			at = &(*at)->next;
		else
			forget(at);
	}
}

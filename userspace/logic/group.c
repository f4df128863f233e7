// SPDX-License-Identifier: GPL-2.0-or-later
#include "group.h"

#include <stdlib.h>
#include <string.h>

#include "address.h"
#include "pending.h"

struct lg_ike *lg_ike_find(const struct lg *lg, uint64_t id)
{
	struct lg_ike *ike = lg->ikes;

	while (ike && ike->id != id)
		ike = ike->next;
	return ike;
}

struct lg_ike *lg_ike_add(struct lg *lg, uint64_t id)
{
	struct lg_ike *ike = calloc(1, sizeof(*ike));

	if (!ike) {
		lg->no_memory = true;
		return NULL;
	}
	ike->id = id;
	ike->next = lg->ikes;
	lg->ikes = ike;
	return ike;
}

void lg_ike_remove(struct lg *lg, struct lg_ike *ike)
{
	struct lg_ike **at = &lg->ikes;
	struct lg_group *next;

	while (ike->pending)
		lg_pending_drop(lg, ike, ike->pending);
	for (struct lg_group *group = ike->groups; group; group = next) {
		next = group->next;
		lg_group_remove(group);
	}
	while (*at != ike)
		at = &(*at)->next;
	*at = ike->next;
	free(ike);
}

struct lg_group *lg_group_find(const struct lg_ike *ike, uint32_t reqid)
{
	struct lg_group *group = ike->groups;

	while (group && group->reqid != reqid)
		group = group->next;
	return group;
}

struct lg_group *lg_group_add(struct lg *lg, struct lg_ike *ike, uint32_t reqid)
{
	struct lg_group *group;

	group = calloc(1, sizeof(*group) +
				  (lg->config.cpus + 1) * sizeof(*group->slot));
	if (!group) {
		lg->no_memory = true;
		return NULL;
	}
	group->ike = ike;
	group->reqid = reqid;
	group->next = ike->groups;
	ike->groups = group;
	return group;
}

void lg_group_remove(struct lg_group *group)
{
	struct lg_group **at = &group->ike->groups;

	while (group->children)
		lg_child_remove(group, group->children);
	while (*at != group)
		at = &(*at)->next;
	*at = group->next;
	free(group);
}

void lg_groups_touch(struct lg *lg)
{
	for (struct lg_ike *ike = lg->ikes; ike; ike = ike->next)
		for (struct lg_group *group = ike->groups; group;
		     group = group->next)
			group->due = 0;
}

struct lg_child *lg_group_fallback(const struct lg_group *group)
{
	struct lg_child *found = NULL;

	for (struct lg_child *child = group->children; child;
	     child = child->next) {
		if (lg_child_additional(child) || child->held ||
		    child->doubtful || child->unneeded)
			continue;
		if (!child->replaced)
			return child;
		found = child;
	}
	return found;
}

bool lg_group_served(const struct lg *lg, const struct lg_group *group)
{
	return lg->kernel != LG_KERNEL_STOCK && lg->daemon &&
	       lg_group_fallback(group);
}

bool lg_group_has(const struct lg_group *group, const char *properties)
{
	return !properties || !group->properties[0] ||
	       !strncmp(group->properties, properties, LG_PROPERTIES_MAX);
}

struct lg_child *lg_child_in(const struct lg_group *group, uint32_t spi_in)
{
	struct lg_child *child = group->children;

	while (child && child->spi_in != spi_in)
		child = child->next;
	return child;
}

struct lg_child *lg_child_of_sa(const struct lg *lg, const struct xp_addr *dst,
				uint32_t spi, uint8_t proto,
				struct lg_group **group,
				unsigned int *direction)
{
	for (struct lg_ike *ike = lg->ikes; ike; ike = ike->next) {
		bool in = lg_address_is(&ike->local, dst);
		bool out = lg_address_is(&ike->peer, dst);

		for (struct lg_group *g = ike->groups; g; g = g->next) {
			for (struct lg_child *c = g->children; c; c = c->next) {
				if (c->proto != proto ||
				    !((in && c->spi_in == spi) ||
				      (out && c->spi_out == spi)))
					continue;
				*group = g;
				*direction = in && c->spi_in == spi ? LG_IN
								    : LG_OUT;
				return c;
			}
		}
	}
	return NULL;
}

struct lg_child *lg_child_find(const struct lg *lg,
			       const struct lg_child_name *name,
			       struct lg_group **group)
{
	struct lg_ike *ike = lg_ike_find(lg, name->ike);

	for (struct lg_group *g = ike ? ike->groups : NULL; g; g = g->next) {
		struct lg_child *child = lg_child_in(g, name->spi_in);

		if (!child)
			continue;
		if (group)
			*group = g;
		return child;
	}
	return NULL;
}

struct lg_child *lg_child_add(struct lg *lg, struct lg_group *group)
{
	struct lg_child *child = calloc(1, sizeof(*child));

	if (!child) {
		lg->no_memory = true;
		return NULL;
	}
	child->next = group->children;
	group->children = child;
	return child;
}

void lg_child_remove(struct lg_group *group, struct lg_child *child)
{
	struct lg_child **at = &group->children;

	while (*at != child)
		at = &(*at)->next;
	*at = child->next;
	free(child);
}

struct lg_slot *lg_slot_of(const struct lg *lg, struct lg_group *group,
			   uint32_t cpu)
{
	return &group->slot[cpu < lg->config.cpus ? cpu : lg->config.cpus];
}

void lg_name(struct lg_action *action, const struct lg_group *group,
	     const struct lg_child *child)
{
	action->ike = group->ike->id;
	action->reqid = group->reqid;
	if (child) {
		action->child.ike = group->ike->id;
		action->child.spi_in = child->spi_in;
	}
}

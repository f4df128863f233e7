/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The set of groups: IKE SAs, their groups, the SAs of a group.
 */
#ifndef XFRM_PCPU_LOGIC_GROUP_H
#define XFRM_PCPU_LOGIC_GROUP_H

#include "state.h"

/**
 * lg_ike_find() - an IKE SA
 * @lg: logic
 * @id: the daemon's number
 *
 * Return: IKE SA or NULL.
 */
struct lg_ike *lg_ike_find(const struct lg *lg, uint64_t id);

/**
 * lg_ike_add() - a new IKE SA
 * @lg: logic
 * @id: the daemon's number
 *
 * Return: IKE SA or NULL without memory.
 */
struct lg_ike *lg_ike_add(struct lg *lg, uint64_t id);

/**
 * lg_ike_remove() - forget an IKE SA, its groups and negotiations
 * @lg: logic
 * @ike: IKE SA, freed
 */
void lg_ike_remove(struct lg *lg, struct lg_ike *ike);

/**
 * lg_group_find() - a group
 * @ike: IKE SA
 * @reqid: TS pair
 *
 * Return: group or NULL.
 */
struct lg_group *lg_group_find(const struct lg_ike *ike, uint32_t reqid);

/**
 * lg_group_add() - a new group
 * @lg: logic
 * @ike: IKE SA
 * @reqid: TS pair
 *
 * Return: group or NULL without memory.
 */
struct lg_group *lg_group_add(struct lg *lg, struct lg_ike *ike,
			      uint32_t reqid);

/**
 * lg_group_remove() - forget a group
 * @group: group, freed with its SAs
 */
void lg_group_remove(struct lg_group *group);

/**
 * lg_groups_touch() - look at all groups again
 * @lg: logic
 */
void lg_groups_touch(struct lg *lg);

/**
 * lg_group_fallback() - the SA that serves any CPU
 * @group: group
 *
 * One that can send now; one that is not being replaced, if there is one.
 *
 * Return: Child SA or NULL.
 */
struct lg_child *lg_group_fallback(const struct lg_group *group);

/**
 * lg_group_served() - does the group get SAs for CPUs?
 * @lg: logic
 * @group: group
 *
 * The fallback comes first (RFC 9611, section 3), and the kernel and the daemon
 * are needed.
 */
bool lg_group_served(const struct lg *lg, const struct lg_group *group);

/**
 * lg_group_has() - do the SAs of a group have these properties?
 * @group: group
 * @properties: as in struct lg_event, NULL if not known
 */
bool lg_group_has(const struct lg_group *group, const char *properties);

/**
 * lg_child_find() - a Child SA
 * @lg: logic
 * @name: its name
 * @group: its group, written if there is one; may be NULL
 *
 * Return: Child SA or NULL.
 */
struct lg_child *lg_child_find(const struct lg *lg,
			       const struct lg_child_name *name,
			       struct lg_group **group);

/**
 * lg_child_of_sa() - the Child SA that an SA is one half of
 * @lg: logic
 * @dst: the SA's destination
 * @spi: its SPI
 * @proto: its protocol
 * @group: its group, written if there is one
 * @direction: LG_IN or LG_OUT, likewise
 *
 * Return: Child SA or NULL.
 */
struct lg_child *lg_child_of_sa(const struct lg *lg, const struct xp_addr *dst,
				uint32_t spi, uint8_t proto,
				struct lg_group **group,
				unsigned int *direction);

/**
 * lg_child_in() - a Child SA of a group
 * @group: group
 * @spi_in: inbound SPI
 *
 * Return: Child SA or NULL.
 */
struct lg_child *lg_child_in(const struct lg_group *group, uint32_t spi_in);

/**
 * lg_child_additional() - is it one that has a CPU?
 * @child: Child SA
 */
static inline bool lg_child_additional(const struct lg_child *child)
{
	return child->cpu_in != LG_CPU_NONE || child->cpu_out != LG_CPU_NONE;
}

/**
 * lg_child_add() - a new Child SA
 * @lg: logic
 * @group: its group
 *
 * Return: Child SA, blank, or NULL without memory.
 */
struct lg_child *lg_child_add(struct lg *lg, struct lg_group *group);

/**
 * lg_child_remove() - forget a Child SA
 * @group: its group
 * @child: Child SA, freed
 */
void lg_child_remove(struct lg_group *group, struct lg_child *child);

/**
 * lg_slot_of() - what is remembered of a CPU
 * @lg: logic
 * @group: group
 * @cpu: CPU, or LG_CPU_NONE for the fallback
 */
struct lg_slot *lg_slot_of(const struct lg *lg, struct lg_group *group,
			   uint32_t cpu);

/**
 * lg_name() - fill in whom an action is about
 * @action: action
 * @group: group
 * @child: Child SA or NULL
 */
void lg_name(struct lg_action *action, const struct lg_group *group,
	     const struct lg_child *child);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The groups of a dump: their messages merged and sorted.  Nothing here does
 * I/O.
 */
#ifndef XFRM_PCPU_KERNEL_GROUPS_H
#define XFRM_PCPU_KERNEL_GROUPS_H

#include "message.h"

/**
 * struct xp_groups - groups; all zero is the empty one
 * @group: @count groups
 * @count: number of groups
 * @room: groups that fit into @group
 */
struct xp_groups {
	struct xp_group *group;
	size_t count;
	size_t room;
};

/**
 * xp_group_free() - free what a group owns and empty it
 * @group: group, not the memory it is in
 */
void xp_group_free(struct xp_group *group);

/**
 * xp_groups_free() - free all groups; the result is empty and may be used again
 * @groups: groups, not the memory they are in
 */
void xp_groups_free(struct xp_groups *groups);

/**
 * xp_groups_add() - take over one message's part of a group
 * @groups: where to
 * @group: the part; it belongs to @groups afterwards and is emptied, also upon
 *	failure
 *
 * Return: 0, -ENOMEM.
 */
int xp_groups_add(struct xp_groups *groups, struct xp_group *group);

/**
 * xp_groups_finish() - after the last message: merge the parts and sort
 * @groups: what xp_groups_add() collected
 *
 * Parts with one GROUP_ID become one group, in whatever order they came; a
 * member that came twice is kept once.
 * Groups are sorted by key, members fallback first, then by CPU and SPI,
 * acquires by CPU.
 *
 * Return: 0, -ENOMEM, -EBADMSG if no part of a group had its key; call
 * xp_groups_free() in that case.
 */
int xp_groups_finish(struct xp_groups *groups);

/**
 * xp_group_packets() - packets that the group's SAs have carried
 * @group: group, counted (xp_sad_count())
 * @only_fallback: those of SAs without a CPU only
 *
 * Return: the sum.
 */
uint64_t xp_group_packets(const struct xp_group *group, bool only_fallback);

#endif

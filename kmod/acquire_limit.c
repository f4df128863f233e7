// SPDX-License-Identifier: GPL-2.0
/*
 * How much memory the acquires of a container take.
 *
 * They are made by packets, and what a softirq gets is counted to no memory
 * cgroup.  A netns of the initial user namespace belongs to somebody who may do
 * worse; one of another has so much and no more.
 */
#include <linux/moduleparam.h>

#include "acquire_limit.h"

/* A record of 64 bytes for each of 64 CPUs in 1,024 groups. */
static unsigned int container_acquires_kb = 4096;
module_param(container_acquires_kb, uint, 0644);
MODULE_PARM_DESC(container_acquires_kb, "KiB that the acquires of a network namespace may take which belongs to a user namespace of its own (default 4096)");

/* xpcpu_group.acquire_bytes of a group that was taken out of the table. */
#define GONE	-1

/**
 * xpcpu_acquire_charge() - count memory that a group's acquires are to get
 * @group: group
 * @bytes: how much
 *
 * Context: RCU read side, process or softirq.
 * Return: false if the netns has as much as it may have, or the group is gone;
 *	then nothing is counted.
 */
bool xpcpu_acquire_charge(struct xpcpu_group *group, size_t bytes)
{
	struct xpcpu_net *xn = group->xn;
	u64 limit = (u64)READ_ONCE(container_acquires_kb) * SZ_1K;

	if (xn->net->user_ns == &init_user_ns)
		limit = LONG_MAX;
	if (atomic_long_add_return(bytes, &xn->acquire_bytes) <= limit &&
	    atomic_add_unless(&group->acquire_bytes, bytes, GONE))
		return true;
	atomic_long_sub(bytes, &xn->acquire_bytes);
	return false;
}

/**
 * xpcpu_acquire_uncharge() - what was counted is not needed
 * @group: group
 * @bytes: as with xpcpu_acquire_charge()
 *
 * Context: RCU read side, process or softirq.
 */
void xpcpu_acquire_uncharge(struct xpcpu_group *group, size_t bytes)
{
	if (atomic_add_unless(&group->acquire_bytes, -(int)bytes, GONE))
		atomic_long_sub(bytes, &group->xn->acquire_bytes);
}

/**
 * xpcpu_acquire_uncharge_all() - a group leaves the table
 * @group: group; look-ups may have it for an RCU period more, but get no memory
 *	for it
 *
 * The memory itself goes after the RCU period; by then the netns may be gone.
 *
 * Context: BH off, xpcpu_net.lock held.
 */
void xpcpu_acquire_uncharge_all(struct xpcpu_group *group)
{
	atomic_long_sub(atomic_xchg(&group->acquire_bytes, GONE),
			&group->xn->acquire_bytes);
}

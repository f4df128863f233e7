/* SPDX-License-Identifier: GPL-2.0 */
/* Groups: the SAs that can serve one template, by CPU. */
#ifndef _XPCPU_GROUP_H
#define _XPCPU_GROUP_H

#include <linux/refcount.h>
#include <net/xfrm.h>

#include "pernet.h"

struct xpcpu_acquire;

/**
 * struct xpcpu_group_key - what an SA and a template must have in common
 * @net: network namespace (compared, never followed)
 * @daddr: outer destination
 * @reqid: reqid
 * @if_id: xfrm interface
 * @family: family of @daddr
 * @mode: XFRM_MODE_*
 * @proto: IPPROTO_ESP, AH, COMP
 *
 * Mark, source, selector and SPI differ within a group; choice.c asks for them
 * SA by SA.
 */
struct xpcpu_group_key {
	const struct net *net;
	xfrm_address_t daddr;
	u32 reqid;
	u32 if_id;
	u16 family;
	u8 mode;
	u8 proto;
};

/**
 * struct xpcpu_group - SAs with one key
 * @node: in the hash table: group_table.h
 * @key: key
 * @slots: lists of SAs per CPU, nr_cpu_ids of them; NULL until the first SA
 *	with a CPU comes, then as long as the group lives
 * @xn: the netns' part; as valid as the netns
 * @nr_bound: members with a CPU
 * @unordered: in some list an older SA may stand before a newer one
 * @nr: members
 * @fallbacks: members without a CPU
 * @acquires: lists of acquires per CPU (acquire.c), NULL until the first
 * @acquire_busy: bit 0: somebody makes the larval SA of this group
 * @acquire_retry: nobody listened: no other try for one before this (jiffies)
 * @acquire_bytes: memory of its acquires (acquire_limit.c)
 * @refs: one for being in the table, one per SA entry that points here
 * @id: identifier for users
 * @rcu: to free it
 *
 * Links and counts are written under xpcpu_net.lock and read under RCU.  What
 * a look-up reads stands first; in steady state nothing of it is written.
 */
struct xpcpu_group {
	struct hlist_node node[2];
	struct xpcpu_group_key key;
	struct hlist_head *slots;
	struct xpcpu_net *xn;
	u32 nr_bound;
	bool unordered;
	u32 nr;
	struct hlist_head fallbacks;
	struct xpcpu_acquire **acquires;
	unsigned long acquire_busy;
	unsigned long acquire_retry;
	atomic_t acquire_bytes;
	refcount_t refs;
	u64 id;
	struct rcu_head rcu;
};

/**
 * struct xpcpu_group_room - memory for what an SA may want of its group
 * @group: a group, should there be none; NULL once it is used
 * @slots: its lists of CPUs, likewise
 */
struct xpcpu_group_room {
	struct xpcpu_group *group;
	struct hlist_head *slots;
};

struct xpcpu_sa;
struct xpcpu_lookup;

void xpcpu_group_key_of_state(struct xpcpu_group_key *key,
			      const struct xfrm_state *x);
struct xpcpu_group *xpcpu_group_find(const struct xpcpu_group_key *key);
struct xpcpu_group *xpcpu_group_lookup(const struct xpcpu_lookup *l);
int xpcpu_group_room_get(struct xpcpu_group_room *room, u32 cpu);
void xpcpu_group_room_put(struct xpcpu_group_room *room);
struct xpcpu_group *xpcpu_group_get(struct xpcpu_net *xn,
				    const struct xpcpu_group_key *key,
				    struct xpcpu_group_room *room);
int xpcpu_group_link(struct xpcpu_net *xn, struct xpcpu_sa *sa,
		     struct xpcpu_group_room *room);
void xpcpu_group_unlink(struct xpcpu_net *xn, struct xpcpu_sa *sa);
void xpcpu_group_release(struct xpcpu_net *xn, struct xpcpu_group *group);
void xpcpu_group_put(struct xpcpu_group *group);
void xpcpu_group_refresh(const struct xpcpu_group_key *key);
void xpcpu_group_stop(void);
bool xpcpu_group_any_bound(void);

/* Grows with each SA that gets a CPU, in any netns. */
extern atomic_t xpcpu_group_binds;

/**
 * xpcpu_group_bind_count() - changes whenever an SA gets a CPU
 *
 * Who lets the kernel choose an SA reads it before and after: if it changed,
 * the kernel, which knows no CPU, may have found an SA that just got one.
 *
 * Context: any.
 */
static inline unsigned int xpcpu_group_bind_count(void)
{
	return atomic_read(&xpcpu_group_binds);
}

/* Grows with each change of a group, in any netns. */
extern atomic_t xpcpu_group_changes;

/**
 * xpcpu_group_changed() - an SA came, went, or became valid
 *
 * Call when a look-up can see it.
 *
 * Context: any.
 */
static inline void xpcpu_group_changed(void)
{
	/*
	 * Pairs with smp_rmb() in follow.c, judge().  Atomic since netns have a
	 * lock each: were one change lost, what was concluded before it would
	 * go on being believed.
	 */
	smp_mb__before_atomic();
	atomic_inc(&xpcpu_group_changes);
}

/**
 * xpcpu_group_change_count() - differs if a group may have changed since
 *
 * Context: any.
 */
static inline unsigned int xpcpu_group_change_count(void)
{
	return atomic_read(&xpcpu_group_changes);
}

int xpcpu_group_init(void);
void xpcpu_group_exit(void);

#endif

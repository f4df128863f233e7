/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hash table of groups, of all netns.
 *
 * It is not the kernel's rhashtable, since that takes twice the memory: its header
 * stands before the buckets and pushes each table to the slab's next size.  Here the
 * buckets are a power of two of bytes, and a group has the links for two tables: while
 * the size changes both are complete, so that no look-up misses a group.
 */
#ifndef _XPCPU_GROUP_TABLE_H
#define _XPCPU_GROUP_TABLE_H

#include <linux/jhash.h>
#include <linux/rculist.h>

#include "group.h"

/**
 * struct xpcpu_table - one of the two
 * @buckets: @mask + 1 lists; NULL if not in use
 * @mask: of a hash
 * @nr: 0 or 1: which of a group's links are this table's
 */
struct xpcpu_table {
	struct hlist_head *buckets;
	unsigned int mask;
	unsigned int nr;
};

/* The one for look-ups, and what hashes begin with: nobody outside knows it. */
extern struct xpcpu_table __rcu *xpcpu_table;
extern u32 xpcpu_table_seed;

/**
 * xpcpu_table_hash() - where a group is
 * @net: network namespace
 * @daddr: outer destination
 * @family: its family
 * @reqid: reqid
 * @if_id: xfrm interface
 *
 * Once per packet; the rest of the key hardly tells groups apart.
 *
 * Context: any.
 */
static __always_inline u32 xpcpu_table_hash(const struct net *net,
					    const xfrm_address_t *daddr,
					    u16 family, u32 reqid, u32 if_id)
{
	u32 seed = xpcpu_table_seed;
	u32 addr = family == AF_INET ? (__force u32)daddr->a4 :
		jhash2((__force const u32 *)daddr->a6, 4, seed);

	return jhash_3words(addr, reqid,
			    if_id ^ (u32)((unsigned long)net >> 6), seed);
}

/**
 * xpcpu_table_hash_key() - where the group of a key is
 * @key: key
 *
 * Context: any.
 */
static inline u32 xpcpu_table_hash_key(const struct xpcpu_group_key *key)
{
	return xpcpu_table_hash(key->net, &key->daddr, key->family, key->reqid,
				key->if_id);
}

/**
 * xpcpu_table_bucket() - the list for a hash, of node[] by the table's number
 * @table: rcu_dereference(xpcpu_table)
 * @hash: hash
 *
 * Context: RCU read side.
 */
static __always_inline struct hlist_head *
xpcpu_table_bucket(const struct xpcpu_table *table, u32 hash)
{
	return &table->buckets[hash & table->mask];
}

void xpcpu_table_add(struct xpcpu_group *group);
void xpcpu_table_remove(struct xpcpu_group *group);

/**
 * struct xpcpu_table_walk - where a way through all groups of a netns stands
 * @net: network namespace
 * @mask: of the table when it began
 * @bucket: list
 * @id: in this list the groups above it are done
 */
struct xpcpu_table_walk {
	const struct net *net;
	unsigned int mask;
	unsigned int bucket;
	u64 id;
};

void xpcpu_table_walk_begin(struct xpcpu_table_walk *walk,
			    const struct net *net);
struct xpcpu_group *xpcpu_table_walk_group(struct xpcpu_table_walk *walk);
void xpcpu_table_walk_on(struct xpcpu_table_walk *walk,
			 const struct xpcpu_group *group);

int xpcpu_table_init(void);
void xpcpu_table_exit(void (*free)(struct xpcpu_group *group));

#endif

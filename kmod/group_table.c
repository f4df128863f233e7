// SPDX-License-Identifier: GPL-2.0
/* The hash table of groups: see group_table.h. */
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "group_table.h"

/* 512 bytes of buckets, which even an empty table has. */
#define TABLE_MIN	64UL

static struct xpcpu_table tables[] = { { .nr = 0 }, { .nr = 1 } };

struct xpcpu_table __rcu *xpcpu_table;
u32 xpcpu_table_seed __ro_after_init;

/* For all links, and what follows.  Taken with BH off. */
static DEFINE_SPINLOCK(table_lock);
static unsigned long nr_groups;
static bool resizing; /* Both tables get and lose each group. */

static struct xpcpu_table *other(const struct xpcpu_table *table)
{
	return &tables[!table->nr];
}

/* Under table_lock, or in the worker, which alone changes it. */
static struct xpcpu_table *current_table(void)
{
	return rcu_dereference_protected(xpcpu_table, true);
}

/*
 * How many buckets there should be: none or one group is in most lists, and what
 * was just made larger or smaller is not changed back soon.
 */
static unsigned long wanted_size(unsigned long size)
{
	unsigned long nr = READ_ONCE(nr_groups);

	if (nr > size / 4 * 3 || nr < size / 4)
		return roundup_pow_of_two(max(2 * nr, TABLE_MIN));
	return size;
}

static void link_to(struct xpcpu_table *table, struct xpcpu_group *group)
{
	u32 hash = xpcpu_table_hash_key(&group->key);

	hlist_add_head_rcu(&group->node[table->nr],
			   xpcpu_table_bucket(table, hash));
}

/* Those that came since resizing was set are there already. */
static void fill(const struct xpcpu_table *old, struct xpcpu_table *new)
{
	struct xpcpu_group *group;
	unsigned long i;

	for (i = 0; i <= old->mask; i++) {
		spin_lock_bh(&table_lock);
		hlist_for_each_entry(group, &old->buckets[i], node[old->nr]) {
			if (hlist_unhashed(&group->node[new->nr]))
				link_to(new, group);
		}
		spin_unlock_bh(&table_lock);
		cond_resched();
	}
}

/* Nobody reads it any more; the links must be ready for the next time. */
static void clear(struct xpcpu_table *old)
{
	unsigned long i;

	for (i = 0; i <= old->mask; i++) {
		spin_lock_bh(&table_lock);
		while (!hlist_empty(&old->buckets[i]))
			hlist_del_init(old->buckets[i].first);
		spin_unlock_bh(&table_lock);
		cond_resched();
	}
	kvfree(old->buckets);
	old->buckets = NULL;
}

/* False if it has the right size, or there is no memory: the lists grow then. */
static bool resize(void)
{
	struct xpcpu_table *old = current_table(), *new = other(old);
	unsigned long size = wanted_size(old->mask + 1UL);

	if (size == old->mask + 1UL)
		return false;
	new->buckets = kvcalloc(size, sizeof(*new->buckets),
				GFP_KERNEL | __GFP_NOWARN);
	if (!new->buckets)
		return false;
	new->mask = size - 1;

	spin_lock_bh(&table_lock);
	resizing = true;
	spin_unlock_bh(&table_lock);
	fill(old, new);

	spin_lock_bh(&table_lock);
	rcu_assign_pointer(xpcpu_table, new);
	spin_unlock_bh(&table_lock);
	synchronize_rcu();

	spin_lock_bh(&table_lock);
	resizing = false;
	spin_unlock_bh(&table_lock);
	clear(old);
	return true;
}

static void resize_work(struct work_struct *work)
{
	while (resize())
		cond_resched();
}

static DECLARE_WORK(work, resize_work);

/* Under table_lock. */
static void resize_if_needed(void)
{
	unsigned long size = current_table()->mask + 1UL;

	if (unlikely(wanted_size(size) != size))
		schedule_work(&work);
}

/**
 * xpcpu_table_add() - add a group
 * @group: group whose key is in no other
 *
 * Context: BH off, xpcpu_net.lock held.
 */
void xpcpu_table_add(struct xpcpu_group *group)
{
	struct xpcpu_table *table;

	spin_lock(&table_lock);
	table = current_table();
	link_to(table, group);
	if (resizing)
		link_to(other(table), group);
	WRITE_ONCE(nr_groups, nr_groups + 1);
	resize_if_needed();
	spin_unlock(&table_lock);
}

/**
 * xpcpu_table_remove() - take a group out
 * @group: group; look-ups may have it for an RCU period more
 *
 * Context: BH off, xpcpu_net.lock held.
 */
void xpcpu_table_remove(struct xpcpu_group *group)
{
	spin_lock(&table_lock);
	hlist_del_init_rcu(&group->node[0]);
	hlist_del_init_rcu(&group->node[1]);
	WRITE_ONCE(nr_groups, nr_groups - 1);
	resize_if_needed();
	spin_unlock(&table_lock);
}

/**
 * xpcpu_table_walk_begin() - prepare to go through all groups of a netns
 * @walk: filled
 * @net: network namespace
 *
 * Context: any.
 */
void xpcpu_table_walk_begin(struct xpcpu_table_walk *walk,
			    const struct net *net)
{
	walk->net = net;
	walk->mask = 0;
	walk->bucket = 0;
	walk->id = U64_MAX;
}

/* By identifier, the largest first: groups may come and go between two steps. */
static struct xpcpu_group *walk_bucket(const struct xpcpu_table *table,
				       const struct xpcpu_table_walk *walk)
{
	struct xpcpu_group *group, *next = NULL;

	hlist_for_each_entry_rcu(group, &table->buckets[walk->bucket],
				 node[table->nr]) {
		if (group->key.net == walk->net && group->id <= walk->id &&
		    (!next || group->id > next->id))
			next = group;
	}
	return next;
}

/**
 * xpcpu_table_walk_group() - the group at which a walk stands
 * @walk: walk
 *
 * Asked again without xpcpu_table_walk_on() it is the same one, if that is still
 * there.  If the table's size has changed the walk begins anew: groups may come
 * twice, and none is left out.
 *
 * Context: RCU read side.
 * Return: a group, NULL at the end.
 */
struct xpcpu_group *xpcpu_table_walk_group(struct xpcpu_table_walk *walk)
{
	const struct xpcpu_table *table = rcu_dereference(xpcpu_table);
	struct xpcpu_group *group;

	if (walk->mask != table->mask) {
		xpcpu_table_walk_begin(walk, walk->net);
		walk->mask = table->mask;
	}
	for (; walk->bucket <= table->mask; walk->bucket++) {
		group = walk_bucket(table, walk);
		if (group)
			return group;
		walk->id = U64_MAX;
	}
	return NULL;
}

/**
 * xpcpu_table_walk_on() - a group is done
 * @walk: walk
 * @group: what xpcpu_table_walk_group() returned
 *
 * Context: RCU read side.
 */
void xpcpu_table_walk_on(struct xpcpu_table_walk *walk,
			 const struct xpcpu_group *group)
{
	walk->id = group->id - 1;
}

/**
 * xpcpu_table_init() - set up the table
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int xpcpu_table_init(void)
{
	struct xpcpu_table *table = &tables[0];

	get_random_bytes(&xpcpu_table_seed, sizeof(xpcpu_table_seed));
	table->buckets = kvcalloc(TABLE_MIN, sizeof(*table->buckets),
				  GFP_KERNEL);
	if (!table->buckets)
		return -ENOMEM;
	table->mask = TABLE_MIN - 1;
	rcu_assign_pointer(xpcpu_table, table);
	return 0;
}

/**
 * xpcpu_table_exit() - undo xpcpu_table_init()
 * @free: called for each group that is left
 *
 * Context: process, may sleep.  Nobody looks anything up, adds or removes.
 */
void xpcpu_table_exit(void (*free)(struct xpcpu_group *group))
{
	struct xpcpu_table *table;
	struct xpcpu_group *group;
	struct hlist_node *next;
	unsigned long i;

	cancel_work_sync(&work);
	table = current_table();
	for (i = 0; i <= table->mask; i++) {
		hlist_for_each_entry_safe(group, next, &table->buckets[i],
					  node[table->nr])
			free(group);
	}
	kvfree(table->buckets);
}

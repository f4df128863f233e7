// SPDX-License-Identifier: GPL-2.0
/* The table of groups and their members. */
#include <linux/jhash.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>

#include "acquire.h"
#include "group.h"
#include "sa.h"

static struct rhashtable groups;

/* SAs with a CPU in all netns: the output hook is needed while there is one. */
static atomic_t nr_bound = ATOMIC_INIT(0);

/* Grows with each SA that gets a CPU: see xpcpu_group_bind_count(). */
static unsigned int bind_count;

static u32 key_hash(const void *data, u32 len, u32 seed)
{
	const struct xpcpu_group_key *key = data;
	u32 addr = key->family == AF_INET ? (__force u32)key->daddr.a4 :
		jhash2((__force const u32 *)key->daddr.a6, 4, seed);

	return jhash_3words(addr, key->reqid,
			    key->if_id ^ (u32)((unsigned long)key->net >> 6),
			    seed);
}

static u32 group_hash(const void *data, u32 len, u32 seed)
{
	const struct xpcpu_group *group = data;

	return key_hash(&group->key, len, seed);
}

static int group_cmp(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct xpcpu_group_key *a = arg->key;
	const struct xpcpu_group_key *b =
		&((const struct xpcpu_group *)obj)->key;

	return a->reqid != b->reqid || a->net != b->net ||
	       a->if_id != b->if_id || a->family != b->family ||
	       a->mode != b->mode || a->proto != b->proto ||
	       !xfrm_addr_equal(&a->daddr, &b->daddr, a->family);
}

static const struct rhashtable_params group_params = {
	.head_offset = offsetof(struct xpcpu_group, node),
	.key_offset = offsetof(struct xpcpu_group, key),
	.key_len = sizeof(struct xpcpu_group_key),
	.hashfn = key_hash,
	.obj_hashfn = group_hash,
	.obj_cmpfn = group_cmp,
	.automatic_shrinking = true,
};

/**
 * xpcpu_group_key_of_state() - the key of an SA
 * @key: filled
 * @x: SA
 *
 * Context: any.
 */
void xpcpu_group_key_of_state(struct xpcpu_group_key *key,
			      const struct xfrm_state *x)
{
	key->net = compat_xs_net(x);
	key->daddr = x->id.daddr;
	key->reqid = x->props.reqid;
	key->if_id = x->if_id;
	key->family = x->props.family;
	key->mode = x->props.mode;
	key->proto = x->id.proto;
}

/**
 * xpcpu_group_find() - the group of a key
 * @key: key
 *
 * Context: RCU read side.
 * Return: the group, NULL if there is none.
 */
struct xpcpu_group *xpcpu_group_find(const struct xpcpu_group_key *key)
{
	return rhashtable_lookup(&groups, key, group_params);
}

static void group_free_rcu(struct rcu_head *rcu)
{
	struct xpcpu_group *group =
		container_of(rcu, struct xpcpu_group, rcu);

	xpcpu_acquire_free(group);
	kfree(group->slots);
	kfree(group);
}

/**
 * xpcpu_group_put() - drop a reference
 * @group: group
 *
 * Context: any.
 */
void xpcpu_group_put(struct xpcpu_group *group)
{
	if (refcount_dec_and_test(&group->refs))
		call_rcu(&group->rcu, group_free_rcu);
}

/**
 * xpcpu_group_get() - the group of a key, made if there is none
 * @xn: the netns' part, locked
 * @key: key
 *
 * The caller links a member or calls xpcpu_group_release().
 *
 * Context: BH off, xpcpu_net.lock held.
 * Return: the group or an error pointer (-ENOMEM).
 */
struct xpcpu_group *xpcpu_group_get(struct xpcpu_net *xn,
				    const struct xpcpu_group_key *key)
{
	struct xpcpu_group *group;
	int err;

	lockdep_assert_held(&xn->lock);

	group = rhashtable_lookup_fast(&groups, key, group_params);
	if (group)
		return group;

	group = kzalloc(sizeof(*group), GFP_ATOMIC | __GFP_ACCOUNT);
	if (!group)
		return ERR_PTR(-ENOMEM);
	group->key = *key;
	group->id = ++xn->group_id;
	group->acquire_retry = jiffies;
	refcount_set(&group->refs, 1);
	err = rhashtable_insert_fast(&groups, &group->node, group_params);
	if (err) {
		kfree(group);
		return ERR_PTR(-ENOMEM);
	}
	WRITE_ONCE(xn->nr_groups, xn->nr_groups + 1);
	return group;
}

/**
 * xpcpu_group_release() - take an empty group out of the table
 * @xn: the netns' part, locked
 * @group: group; stays if it has members
 *
 * Context: BH off, xpcpu_net.lock held.
 */
void xpcpu_group_release(struct xpcpu_net *xn, struct xpcpu_group *group)
{
	lockdep_assert_held(&xn->lock);

	if (group->nr)
		return;
	rhashtable_remove_fast(&groups, &group->node, group_params);
	WRITE_ONCE(xn->nr_groups, xn->nr_groups - 1);
	xpcpu_group_put(group);
}

/**
 * xpcpu_group_link() - make an SA a member of its group
 * @xn: the netns' part, locked
 * @sa: SA entry that is linked nowhere; from now on look-ups find it
 *
 * Context: BH off, xpcpu_net.lock held.
 * Return: 0 or -ENOMEM (then nothing changed).
 */
int xpcpu_group_link(struct xpcpu_net *xn, struct xpcpu_sa *sa)
{
	struct xpcpu_group *group = sa->group;
	struct hlist_head *head = &group->fallbacks;

	lockdep_assert_held(&xn->lock);

	if (sa->cpu != XPCPU_NONE) {
		if (!group->slots) {
			struct hlist_head *slots;

			slots = kcalloc(nr_cpu_ids, sizeof(*slots),
					GFP_ATOMIC | __GFP_ACCOUNT);
			if (!slots)
				return -ENOMEM;
			/* Look-ups must see it empty, not what was there. */
			smp_store_release(&group->slots, slots);
		}
		head = &group->slots[sa->cpu];
		WRITE_ONCE(group->nr_bound, group->nr_bound + 1);
		atomic_inc(&nr_bound);
		/*
		 * Before the SA can be found: whoever reads the old count and
		 * then finds this SA by other ways will look again.
		 */
		WRITE_ONCE(bind_count, bind_count + 1);
		smp_wmb(); /* pairs with smp_rmb() in output.c, find() */
	}
	group->nr++;
	hlist_add_head_rcu(&sa->member, head);
	return 0;
}

/**
 * xpcpu_group_unlink() - take an SA out of its group
 * @xn: the netns' part, locked
 * @sa: member; keeps its reference to the group for its key
 *
 * The group goes with its last member.
 *
 * Context: BH off, xpcpu_net.lock held.
 */
void xpcpu_group_unlink(struct xpcpu_net *xn, struct xpcpu_sa *sa)
{
	struct xpcpu_group *group = sa->group;

	lockdep_assert_held(&xn->lock);

	hlist_del_rcu(&sa->member);
	group->nr--;
	if (sa->cpu != XPCPU_NONE) {
		WRITE_ONCE(group->nr_bound, group->nr_bound - 1);
		atomic_dec(&nr_bound);
	}
	xpcpu_group_release(xn, group);
}

/**
 * xpcpu_group_refresh() - let sockets look for their SA again
 * @key: group that got an SA for a CPU
 *
 * A connected socket keeps the SA that it once found until that SA's genid
 * changes.  The kernel changes it while the new SA is still void, which brings
 * the socket back to the fallback; once the new SA is valid we change it again.
 *
 * Context: process or softirq, no lock held.
 */
void xpcpu_group_refresh(const struct xpcpu_group_key *key)
{
	struct net *net = (struct net *)key->net;
	struct xpcpu_group *group;
	struct xpcpu_sa *sa;

	rcu_read_lock();
	group = xpcpu_group_find(key);
	if (group) {
		spin_lock_bh(&net->xfrm.xfrm_state_lock);
		hlist_for_each_entry_rcu(sa, &group->fallbacks, member) {
			struct xfrm_state *x = READ_ONCE(sa->x);

			if (x)
				x->genid++;
		}
		spin_unlock_bh(&net->xfrm.xfrm_state_lock);
	}
	rcu_read_unlock();
}

/**
 * xpcpu_group_any_bound() - whether any SA of any netns has a CPU
 *
 * Context: any.
 */
bool xpcpu_group_any_bound(void)
{
	return atomic_read(&nr_bound) > 0;
}

/**
 * xpcpu_group_bind_count() - changes whenever an SA gets a CPU
 *
 * Who lets the kernel choose an SA reads it before and after: if it changed,
 * the kernel, which knows no CPU, may have found an SA that just got one.
 *
 * Context: any.
 */
unsigned int xpcpu_group_bind_count(void)
{
	return READ_ONCE(bind_count);
}

/**
 * xpcpu_group_walk_enter() - prepare to go through all groups of all netns
 * @iter: iterator for rhashtable_walk_start(), _stop() and _exit()
 *
 * Context: any.
 */
void xpcpu_group_walk_enter(struct rhashtable_iter *iter)
{
	rhashtable_walk_enter(&groups, iter);
}

/**
 * xpcpu_group_walk_next() - the next group
 * @iter: iterator
 *
 * After a resize groups may come twice.
 *
 * Context: between rhashtable_walk_start() and _stop().
 * Return: a group, NULL at the end.
 */
struct xpcpu_group *xpcpu_group_walk_next(struct rhashtable_iter *iter)
{
	struct xpcpu_group *group;

	do {
		group = rhashtable_walk_next(iter);
	} while (group == ERR_PTR(-EAGAIN));
	return group;
}

/**
 * xpcpu_group_walk_peek() - the group at which the walk stands
 * @iter: iterator
 *
 * Context: between rhashtable_walk_start() and _stop().
 * Return: a group, NULL at the end.
 */
struct xpcpu_group *xpcpu_group_walk_peek(struct rhashtable_iter *iter)
{
	struct xpcpu_group *group = rhashtable_walk_peek(iter);

	return group == ERR_PTR(-EAGAIN) ? xpcpu_group_walk_next(iter) : group;
}

/**
 * xpcpu_group_init() - set up the table
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int xpcpu_group_init(void)
{
	return rhashtable_init(&groups, &group_params);
}

static void group_free(void *ptr, void *arg)
{
	struct xpcpu_group *group = ptr;

	group_free_rcu(&group->rcu);
}

/**
 * xpcpu_group_exit() - undo xpcpu_group_init()
 *
 * Context: process, may sleep.  No hook is running and no SA entry is left.
 */
void xpcpu_group_exit(void)
{
	rcu_barrier();
	rhashtable_free_and_destroy(&groups, group_free, NULL);
}

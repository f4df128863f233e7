// SPDX-License-Identifier: GPL-2.0
/* The table of groups and their members. */
#include <linux/jhash.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>

#include "acquire.h"
#include "choice.h"
#include "group.h"
#include "sa.h"

static struct rhashtable groups;

/* SAs with a CPU in all netns: the output hook is needed while there is one. */
static atomic_t nr_bound = ATOMIC_INIT(0);

unsigned int xpcpu_group_binds;

/* Once per packet; the rest of the key hardly tells groups apart. */
static __always_inline u32 hash_of(const struct net *net,
				   const xfrm_address_t *daddr, u16 family,
				   u32 reqid, u32 if_id, u32 seed)
{
	u32 addr = family == AF_INET ? (__force u32)daddr->a4 :
		jhash2((__force const u32 *)daddr->a6, 4, seed);

	return jhash_3words(addr, reqid,
			    if_id ^ (u32)((unsigned long)net >> 6), seed);
}

static u32 key_hash(const void *data, u32 len, u32 seed)
{
	const struct xpcpu_group_key *key = data;

	return hash_of(key->net, &key->daddr, key->family, key->reqid,
		       key->if_id, seed);
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

/*
 * The same table, asked with a look-up: a packet need not have a key made of
 * what the look-up says.
 */
static __always_inline u32 lookup_hash(const void *data, u32 len, u32 seed)
{
	const struct xpcpu_lookup *l = data;

	return hash_of(l->net, l->daddr, l->tmpl->encap_family,
		       l->tmpl->reqid, l->if_id, seed);
}

static __always_inline int lookup_cmp(struct rhashtable_compare_arg *arg,
				      const void *obj)
{
	const struct xpcpu_lookup *l = arg->key;
	const struct xpcpu_group_key *key =
		&((const struct xpcpu_group *)obj)->key;
	const struct xfrm_tmpl *tmpl = l->tmpl;

	return key->reqid != tmpl->reqid || key->net != l->net ||
	       key->if_id != l->if_id || key->family != tmpl->encap_family ||
	       key->mode != tmpl->mode || key->proto != tmpl->id.proto ||
	       !xfrm_addr_equal(&key->daddr, l->daddr, key->family);
}

static const struct rhashtable_params lookup_params = {
	.head_offset = offsetof(struct xpcpu_group, node),
	.key_offset = offsetof(struct xpcpu_group, key),
	.key_len = sizeof(struct xpcpu_group_key),
	.hashfn = lookup_hash,
	.obj_hashfn = group_hash,
	.obj_cmpfn = lookup_cmp,
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

/**
 * xpcpu_group_lookup() - the group of a look-up
 * @l: look-up
 *
 * Context: RCU read side; once per packet.
 * Return: the group, NULL if there is none.
 */
struct xpcpu_group *xpcpu_group_lookup(const struct xpcpu_lookup *l)
{
	return rhashtable_lookup(&groups, l, lookup_params);
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
	group->xn = xn;
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

/*
 * Whether a newer SA than @sa is in the list already.  Then who looks for the
 * newest cannot stop at the first: after an import, or if SAs are moved.
 */
static bool comes_late(const struct hlist_head *head, const struct xpcpu_sa *sa)
{
	const struct xpcpu_sa *first =
		hlist_entry_safe(head->first, struct xpcpu_sa, member);

	return first && first->x &&
	       first->x->curlft.add_time > sa->x->curlft.add_time;
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
		WRITE_ONCE(xpcpu_group_binds, xpcpu_group_binds + 1);
		smp_wmb(); /* pairs with smp_rmb() in output.c, wrap_find() */
	}
	group->nr++;
	if (comes_late(head, sa)) {
		WRITE_ONCE(group->unordered, true);
		smp_wmb(); /* pairs with smp_rmb() in choice.c, in_order() */
	}
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
	/* Beside the slots: Documentation/performance.rst. */
	BUILD_BUG_ON(sizeof(struct xpcpu_group) > 256);
	BUILD_BUG_ON(sizeof(struct xpcpu_sa) > 96);
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

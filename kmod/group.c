// SPDX-License-Identifier: GPL-2.0
/* Groups and their members. */
#include <linux/slab.h>

#include "acquire.h"
#include "acquire_limit.h"
#include "choice.h"
#include "follow.h"
#include "group.h"
#include "group_table.h"
#include "sa.h"

/* Of its own: the kernel complains if one is left when the module goes. */
static struct kmem_cache *group_cache;

/* SAs with a CPU in all netns: the output hook is needed while there is one. */
static atomic_t nr_bound = ATOMIC_INIT(0);

atomic_t xpcpu_group_binds = ATOMIC_INIT(0);
atomic_t xpcpu_group_changes __read_mostly = ATOMIC_INIT(0);

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
	const struct xpcpu_table *table = rcu_dereference(xpcpu_table);
	u32 hash = xpcpu_table_hash_key(key);
	struct xpcpu_group *group;

	hlist_for_each_entry_rcu(group, xpcpu_table_bucket(table, hash),
				 node[table->nr]) {
		const struct xpcpu_group_key *have = &group->key;

		if (have->reqid == key->reqid && have->net == key->net &&
		    have->if_id == key->if_id && have->family == key->family &&
		    have->mode == key->mode && have->proto == key->proto &&
		    xfrm_addr_equal(&have->daddr, &key->daddr, have->family))
			return group;
	}
	return NULL;
}

/**
 * xpcpu_group_lookup() - the group of a look-up
 * @l: look-up
 *
 * As xpcpu_group_find(), without a key made of what the look-up says.
 *
 * Context: RCU read side; once per packet.
 * Return: the group, NULL if there is none.
 */
struct xpcpu_group *xpcpu_group_lookup(const struct xpcpu_lookup *l)
{
	const struct xpcpu_table *table = rcu_dereference(xpcpu_table);
	const struct xfrm_tmpl *tmpl = l->tmpl;
	struct xpcpu_group *group;
	u32 hash;

	hash = xpcpu_table_hash(l->net, l->daddr, tmpl->encap_family,
				tmpl->reqid, l->if_id);
	hlist_for_each_entry_rcu(group, xpcpu_table_bucket(table, hash),
				 node[table->nr]) {
		const struct xpcpu_group_key *key = &group->key;

		if (key->reqid == tmpl->reqid && key->net == l->net &&
		    key->if_id == l->if_id &&
		    key->family == tmpl->encap_family &&
		    key->mode == tmpl->mode && key->proto == tmpl->id.proto &&
		    xfrm_addr_equal(&key->daddr, l->daddr, key->family))
			return group;
	}
	return NULL;
}

static void group_free_rcu(struct rcu_head *rcu)
{
	struct xpcpu_group *group =
		container_of(rcu, struct xpcpu_group, rcu);

	xpcpu_acquire_free(group);
	kfree(group->slots);
	kmem_cache_free(group_cache, group);
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

static struct xpcpu_group *group_alloc(gfp_t gfp)
{
	return kmem_cache_zalloc(group_cache, gfp | __GFP_ACCOUNT);
}

static struct hlist_head *slots_alloc(gfp_t gfp)
{
	return kcalloc(nr_cpu_ids, sizeof(struct hlist_head),
		       gfp | __GFP_ACCOUNT);
}

/**
 * xpcpu_group_room_get() - get the memory that an SA's group may want
 * @room: filled; to be given back even if this fails
 * @cpu: the SA's CPU, or XPCPU_NONE
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int xpcpu_group_room_get(struct xpcpu_group_room *room, u32 cpu)
{
	bool bound = cpu != XPCPU_NONE;

	room->group = group_alloc(GFP_KERNEL);
	room->slots = bound ? slots_alloc(GFP_KERNEL) : NULL;
	return room->group && (room->slots || !bound) ? 0 : -ENOMEM;
}

/**
 * xpcpu_group_room_put() - give back what was not used
 * @room: room
 *
 * Context: any.
 */
void xpcpu_group_room_put(struct xpcpu_group_room *room)
{
	if (room->group)
		kmem_cache_free(group_cache, room->group);
	kfree(room->slots);
}

/**
 * xpcpu_group_get() - the group of a key, made if there is none
 * @xn: the netns' part, locked
 * @key: key
 * @room: memory for it, or NULL
 *
 * The caller links a member or calls xpcpu_group_release().
 *
 * Context: BH off, xpcpu_net.lock held.
 * Return: the group or an error pointer (-ENOMEM).
 */
struct xpcpu_group *xpcpu_group_get(struct xpcpu_net *xn,
				    const struct xpcpu_group_key *key,
				    struct xpcpu_group_room *room)
{
	struct xpcpu_group *group;

	lockdep_assert_held(&xn->lock);

	rcu_read_lock();
	group = xpcpu_group_find(key);
	rcu_read_unlock();
	if (group) /* Which nobody else can take out while we hold the lock. */
		return group;

	group = room ? room->group : group_alloc(GFP_ATOMIC);
	if (!group)
		return ERR_PTR(-ENOMEM);
	if (room)
		room->group = NULL;
	group->key = *key;
	group->xn = xn;
	group->id = ++xn->group_id;
	group->acquire_retry = jiffies;
	refcount_set(&group->refs, 1);
	xpcpu_table_add(group);
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
	xpcpu_table_remove(group);
	xpcpu_acquire_uncharge_all(group);
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
 * @room: memory for the group's lists of CPUs, or NULL
 *
 * Context: BH off, xpcpu_net.lock held.
 * Return: 0 or -ENOMEM (then nothing changed).
 */
int xpcpu_group_link(struct xpcpu_net *xn, struct xpcpu_sa *sa,
		     struct xpcpu_group_room *room)
{
	struct xpcpu_group *group = sa->group;
	struct hlist_head *head = &group->fallbacks;

	lockdep_assert_held(&xn->lock);

	if (sa->cpu != XPCPU_NONE) {
		if (!group->slots) {
			struct hlist_head *slots = room ?
				room->slots : slots_alloc(GFP_ATOMIC);

			if (!slots)
				return -ENOMEM;
			if (room)
				room->slots = NULL;
			/* Look-ups must see it empty, not what was there. */
			smp_store_release(&group->slots, slots);
		}
		head = &group->slots[sa->cpu];
		WRITE_ONCE(group->nr_bound, group->nr_bound + 1);
		atomic_inc(&nr_bound);
		xn->nr_bound++;
		/*
		 * Before the SA can be found: whoever reads the old count and
		 * then finds this SA by other ways will look again.
		 */
		atomic_inc(&xpcpu_group_binds);
		/* Pairs with smp_rmb() in output.c, wrap_find(). */
		smp_mb__after_atomic();
	}
	group->nr++;
	if (comes_late(head, sa)) {
		WRITE_ONCE(group->unordered, true);
		smp_wmb(); /* pairs with smp_rmb() in choice.c, in_order() */
	}
	hlist_add_head_rcu(&sa->member, head);
	xpcpu_group_changed();
	xpcpu_follow_update(xn);
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
		xn->nr_bound--;
		xpcpu_follow_update(xn);
	}
	xpcpu_group_changed();
	xpcpu_group_release(xn, group);
}

/* Members may be SAs whose end is not seen any more. */
static bool stopped;

/**
 * xpcpu_group_stop() - nobody looks into the SAs of a group from now on
 *
 * Call before the ends of SAs are not seen any more, with the output look-up
 * closed.
 *
 * Context: process, may sleep.
 */
void xpcpu_group_stop(void)
{
	WRITE_ONCE(stopped, true);
	synchronize_rcu();
}

/**
 * xpcpu_group_refresh() - let sockets look for their SA again
 * @key: group that got an SA for a CPU
 *
 * A connected socket keeps the SA that it once found until that SA's genid
 * changes.  The kernel changes it while the new SA is still void, which brings
 * the socket back to the fallback; once the new SA is valid we change it again.
 * So that sockets follow even where follow.c is switched off.
 *
 * Context: process or softirq, no lock held.
 */
void xpcpu_group_refresh(const struct xpcpu_group_key *key)
{
	struct net *net = (struct net *)key->net;
	struct xpcpu_group *group;
	struct xpcpu_sa *sa;

	xpcpu_group_changed();
	rcu_read_lock();
	group = READ_ONCE(stopped) ? NULL : xpcpu_group_find(key);
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
 * xpcpu_group_init() - set up the table
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int xpcpu_group_init(void)
{
	int err;

	/* Beside the slots: Documentation/performance.rst. */
	BUILD_BUG_ON(sizeof(struct xpcpu_group) > 256);
	BUILD_BUG_ON(sizeof(struct xpcpu_sa) > 96);
	group_cache = KMEM_CACHE(xpcpu_group, SLAB_HWCACHE_ALIGN);
	if (!group_cache)
		return -ENOMEM;
	err = xpcpu_table_init();
	if (err)
		kmem_cache_destroy(group_cache);
	return err;
}

static void group_free(struct xpcpu_group *group)
{
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
	xpcpu_table_exit(group_free);
	kmem_cache_destroy(group_cache);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The table of SAs: which CPU an SA has, and how long that is remembered.
 *
 * An entry holds no reference to its SA.  It is recorded before the SA can be
 * found, leaves its group when the SA is deleted, forgets the pointer when the
 * SA is destroyed (the memory goes an RCU period later, so a reader that still
 * sees the pointer may read the SA), and stays findable by identifier for one
 * RCU period more: the hard EXPIRE is sent after the SA was destroyed.
 */
#include <linux/jhash.h>
#include <linux/moduleparam.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>

#include "acquire.h"
#include "sa.h"
#include "trace.h"

static struct rhltable sas;
static struct kmem_cache *sa_cache;

/* Longer would only hide a daemon that does not answer. */
#define XPCPU_HOLD_MAX_MS	60000

static unsigned int hold_ms;

static int hold_set(const char *val, const struct kernel_param *kp)
{
	return compat_param_set_uint_minmax(val, kp, 0, XPCPU_HOLD_MAX_MS);
}

static const struct kernel_param_ops hold_ops = {
	.set = hold_set,
	.get = param_get_uint,
};
module_param_cb(hold_ms, &hold_ops, &hold_ms, 0644);
MODULE_PARM_DESC(hold_ms, "Milliseconds for which a newly installed SA is not chosen while another can serve (0: off, the default; at most 60000)");

/**
 * xpcpu_sa_hold_ms() - the parameter hold_ms
 *
 * Context: any.
 */
unsigned int xpcpu_sa_hold_ms(void)
{
	return READ_ONCE(hold_ms);
}

static u32 id_hash(const void *data, u32 len, u32 seed)
{
	const struct xpcpu_sa_id *id = data;

	/* SPIs are random numbers; destinations would add little. */
	return jhash_2words((__force u32)id->spi,
			    (u32)((unsigned long)id->net >> 6), seed);
}

static void id_of_entry(struct xpcpu_sa_id *id, const struct xpcpu_sa *sa)
{
	const struct xpcpu_group_key *key = &sa->group->key;

	id->net = key->net;
	id->daddr = key->daddr;
	id->spi = sa->spi;
	id->family = key->family;
	id->proto = key->proto;
}

static u32 sa_hash(const void *data, u32 len, u32 seed)
{
	struct xpcpu_sa_id id;

	id_of_entry(&id, data);
	return id_hash(&id, len, seed);
}

static int sa_cmp(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct xpcpu_sa_id *id = arg->key;
	const struct xpcpu_sa *sa = obj;
	const struct xpcpu_group_key *key = &sa->group->key;

	return sa->spi != id->spi || key->net != id->net ||
	       key->family != id->family || key->proto != id->proto ||
	       !xfrm_addr_equal(&key->daddr, &id->daddr, key->family);
}

static const struct rhashtable_params sa_params = {
	.head_offset = offsetof(struct xpcpu_sa, node),
	.key_len = sizeof(struct xpcpu_sa_id),
	.hashfn = id_hash,
	.obj_hashfn = sa_hash,
	.obj_cmpfn = sa_cmp,
	.automatic_shrinking = true,
};

/**
 * xpcpu_sa_id_of_state() - the identifier of an SA
 * @id: filled
 * @x: SA
 *
 * Context: any.
 */
void xpcpu_sa_id_of_state(struct xpcpu_sa_id *id, const struct xfrm_state *x)
{
	id->net = compat_xs_net(x);
	id->daddr = x->id.daddr;
	id->spi = x->id.spi;
	id->family = x->props.family;
	id->proto = x->id.proto;
}

/* RCU read side.  The newest entry of this very SA. */
static struct xpcpu_sa *sa_find(const struct xpcpu_sa_id *id,
				const struct xfrm_state *x)
{
	struct rhlist_head *list, *pos;
	struct xpcpu_sa *sa;

	list = rhltable_lookup(&sas, id, sa_params);
	rhl_for_each_entry_rcu(sa, pos, list, node) {
		if (READ_ONCE(sa->x) == x)
			return sa;
	}
	return NULL;
}

static struct xpcpu_sa *sa_find_state(const struct xfrm_state *x)
{
	struct xpcpu_sa_id id;

	xpcpu_sa_id_of_state(&id, x);
	return sa_find(&id, x);
}

static void sa_free_rcu(struct rcu_head *rcu)
{
	struct xpcpu_sa *sa = container_of(rcu, struct xpcpu_sa, rcu);

	xpcpu_group_put(sa->group);
	if (!sa->flow_lent)
		kfree(sa->flow);
	kmem_cache_free(sa_cache, sa);
}

static void sa_unhash_rcu(struct rcu_head *rcu)
{
	struct xpcpu_sa *sa = container_of(rcu, struct xpcpu_sa, rcu);

	rhltable_remove(&sas, &sa->node, sa_params);
	call_rcu(&sa->rcu, sa_free_rcu);
}

static void sa_unlink(struct xpcpu_net *xn, struct xpcpu_sa *sa)
{
	if (!sa->linked)
		return;
	if (trace_xpcpu_sa_enabled()) {
		struct xpcpu_sa_id id;

		id_of_entry(&id, sa);
		trace_xpcpu_sa(&id, sa->cpu, false);
	}
	WRITE_ONCE(sa->linked, false);
	WRITE_ONCE(xn->nr_sas, xn->nr_sas - 1);
	xpcpu_group_unlink(xn, sa);
}

/* Gone at once: the SA was never seen by anybody, or another entry has it. */
static void sa_drop(struct xpcpu_net *xn, struct xpcpu_sa *sa)
{
	sa_unlink(xn, sa);
	WRITE_ONCE(sa->x, NULL);
	rhltable_remove(&sas, &sa->node, sa_params);
	call_rcu(&sa->rcu, sa_free_rcu);
}

static struct xpcpu_sa *sa_alloc(gfp_t gfp)
{
	return kmem_cache_zalloc(sa_cache, gfp | __GFP_ACCOUNT);
}

/* @room: the memory that it takes, NULL to get some without sleeping. */
static struct xpcpu_sa *sa_insert(struct xpcpu_net *xn, struct xfrm_state *x,
				  u32 cpu, u8 dir, u32 held_until,
				  struct xpcpu_sa_room *room)
{
	struct xpcpu_group_room *group_room = room ? &room->group : NULL;
	struct xpcpu_group_key key;
	struct xpcpu_group *group;
	struct xpcpu_sa_id id;
	struct xpcpu_sa *sa;
	int err;

	sa = room ? room->sa : sa_alloc(GFP_ATOMIC);
	if (!sa)
		return ERR_PTR(-ENOMEM);
	if (room)
		room->sa = NULL;
	sa->x = x;
	sa->mark.v = x->mark.v & x->mark.m;
	sa->mark.m = x->mark.m;
	sa->spi = x->id.spi;
	sa->cpu = cpu;
	sa->dir = dir;
	sa->held_until = held_until;

	xpcpu_group_key_of_state(&key, x);
	group = xpcpu_group_get(xn, &key, group_room);
	if (IS_ERR(group)) {
		err = PTR_ERR(group);
		goto err_group;
	}
	sa->group = group;
	refcount_inc(&group->refs);

	xpcpu_sa_id_of_state(&id, x);
	err = rhltable_insert_key(&sas, &id, &sa->node, sa_params);
	if (err) {
		err = -ENOMEM;
		goto err_insert;
	}
	err = xpcpu_group_link(xn, sa, group_room);
	if (err)
		goto err_link;
	WRITE_ONCE(sa->linked, true);
	WRITE_ONCE(xn->nr_sas, xn->nr_sas + 1);
	trace_xpcpu_sa(&id, cpu, true);
	return sa;

err_link:
	rhltable_remove(&sas, &sa->node, sa_params);
	xpcpu_group_release(xn, group);
	/* Readers by identifier may have seen it. */
	call_rcu(&sa->rcu, sa_free_rcu);
	return ERR_PTR(err);

err_insert:
	xpcpu_group_release(xn, group);
	xpcpu_group_put(group);
err_group:
	kmem_cache_free(sa_cache, sa);
	return ERR_PTR(err);
}

/*
 * The packets that steering has under way keep their order: the new entry goes
 * on with what the old one knew.  Who stands on the old one still reads it
 * there; both are freed an RCU period after they left the table, the new one
 * later.  Packets that came to the new entry first began anew.
 */
static void flow_lend(struct xpcpu_sa *old, struct xpcpu_sa *sa)
{
	struct xpcpu_steer_flow *flow = READ_ONCE(old->flow);

	if (flow && !cmpxchg(&sa->flow, NULL, flow))
		old->flow_lent = true;
}

/* The new entry is there before the old one goes: no look-up misses the SA. */
static int sa_replace(struct xpcpu_net *xn, struct xpcpu_sa *old, u32 cpu,
		      u8 dir, struct xpcpu_sa_room *room)
{
	struct xpcpu_sa *sa;

	sa = sa_insert(xn, old->x, cpu, dir, old->held_until, room);
	if (IS_ERR(sa))
		return PTR_ERR(sa);
	flow_lend(old, sa);
	sa_drop(xn, old);
	return 0;
}

static bool same_group(const struct xpcpu_sa *sa, const struct xfrm_state *x)
{
	const struct xpcpu_group_key *key = &sa->group->key;

	/* UPDSA of a valid SA may change this; the rest of the key is fixed. */
	return key->if_id == x->if_id;
}

/**
 * xpcpu_sa_record() - remember an SA and its CPU
 * @x: SA with its SPI, not yet to be found by anybody or only as larval SA
 * @cpu: CPU or XPCPU_NONE
 * @dir: XPCPU_SA_DIR_* or 0
 * @fresh: newly installed: hold_ms counts from now
 * @room: memory for it, got for this CPU; NULL to get some without sleeping
 *
 * An SA that is already known gets this CPU and direction.
 *
 * Context: process, or softirq with @x stable; takes xpcpu_net.lock.
 * Return: 0 or -ENOMEM (then nothing changed): with @room only if the table
 *	wants to be made anew in this moment.
 */
int xpcpu_sa_record(struct xfrm_state *x, u32 cpu, u8 dir, bool fresh,
		    struct xpcpu_sa_room *room)
{
	struct xpcpu_net *xn = xpcpu_net(compat_xs_net(x));
	unsigned int hold = xpcpu_sa_hold_ms();
	struct xpcpu_sa *sa;
	u32 until = 0;
	int err = 0;

	if (fresh && hold)
		until = ((u32)jiffies + (u32)msecs_to_jiffies(hold)) ?: 1;
	spin_lock_bh(&xn->lock);
	rcu_read_lock();
	sa = sa_find_state(x);
	if (!sa)
		err = PTR_ERR_OR_ZERO(sa_insert(xn, x, cpu, dir, until, room));
	else if (sa->cpu != cpu)
		err = sa_replace(xn, sa, cpu, dir, room);
	else
		WRITE_ONCE(sa->dir, dir);
	rcu_read_unlock();
	spin_unlock_bh(&xn->lock);
	return err;
}

/**
 * xpcpu_sa_room_get() - get the memory for an SA's entry
 * @room: filled; to be given back even if this fails
 * @cpu: the SA's CPU, or XPCPU_NONE; any CPU if it is not known yet
 *
 * Before locks are taken: it may sleep for it, and kernels before 5.15 count no
 * memory to a cgroup that is got with softirqs off.  Before the kernel acts, too,
 * where that cannot be undone.
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int xpcpu_sa_room_get(struct xpcpu_sa_room *room, u32 cpu)
{
	int err = xpcpu_group_room_get(&room->group, cpu);

	room->sa = sa_alloc(GFP_KERNEL);
	return room->sa ? err : -ENOMEM;
}

/**
 * xpcpu_sa_room_put() - give back what was not used
 * @room: room
 *
 * Context: any.
 */
void xpcpu_sa_room_put(struct xpcpu_sa_room *room)
{
	if (room->sa)
		kmem_cache_free(sa_cache, room->sa);
	xpcpu_group_room_put(&room->group);
}

/**
 * xpcpu_sa_change() - give an installed SA another CPU, or another direction
 * @x: SA, not dead; the caller keeps it from being deleted
 * @cpu: CPU or XPCPU_NONE
 * @dir: XPCPU_SA_DIR_*, 0 to keep what it has
 * @old_cpu: filled with the CPU that it had; may be NULL
 * @room: memory for it
 *
 * Its group is found anew, too.  Connected sockets look for their SA again.
 *
 * Context: process or softirq, x->lock may be held; takes xpcpu_net.lock and
 *	xfrm_state_lock.
 * Return: 0, -ESRCH if the SA is not known, -ENOMEM (then nothing changed).
 */
int xpcpu_sa_change(struct xfrm_state *x, u32 cpu, u8 dir, u32 *old_cpu,
		    struct xpcpu_sa_room *room)
{
	struct net *net = compat_xs_net(x);
	struct xpcpu_net *xn = xpcpu_net(net);
	struct xpcpu_sa *sa;
	bool moved = false;
	int err = -ESRCH;

	spin_lock_bh(&xn->lock);
	rcu_read_lock();
	sa = sa_find_state(x);
	if (sa && sa->linked) {
		u8 new_dir = dir ? dir : sa->dir;

		if (old_cpu)
			*old_cpu = sa->cpu;
		if (sa->cpu == cpu && same_group(sa, x)) {
			WRITE_ONCE(sa->dir, new_dir);
			err = 0;
		} else {
			err = sa_replace(xn, sa, cpu, new_dir, room);
			moved = !err;
		}
	}
	rcu_read_unlock();
	spin_unlock_bh(&xn->lock);

	if (moved) {
		spin_lock_bh(&net->xfrm.xfrm_state_lock);
		x->genid++;
		spin_unlock_bh(&net->xfrm.xfrm_state_lock);
		xpcpu_sa_installed(x);
	}
	return err;
}

/**
 * xpcpu_sa_forget() - an SA was recorded and then not installed
 * @x: SA that nobody else has
 *
 * Context: process; takes xpcpu_net.lock.
 */
void xpcpu_sa_forget(const struct xfrm_state *x)
{
	struct xpcpu_net *xn = xpcpu_net(compat_xs_net(x));
	struct xpcpu_sa *sa;

	spin_lock_bh(&xn->lock);
	rcu_read_lock();
	sa = sa_find_state(x);
	if (sa)
		sa_drop(xn, sa);
	rcu_read_unlock();
	spin_unlock_bh(&xn->lock);
}

/**
 * xpcpu_sa_installed() - an SA is in the kernel's tables: its CPU's acquire
 *	has its answer
 * @x: SA
 *
 * Context: process or softirq; takes xpcpu_net.lock.
 * Return: whether the SA has a CPU.
 */
bool xpcpu_sa_installed(const struct xfrm_state *x)
{
	struct xpcpu_net *xn = xpcpu_net(compat_xs_net(x));
	struct xpcpu_sa *sa;
	bool bound = false;

	rcu_read_lock();
	sa = sa_find_state(x);
	if (sa && sa->cpu != XPCPU_NONE) {
		xpcpu_acquire_answered(xn, sa->group, sa->cpu, x);
		bound = true;
	}
	rcu_read_unlock();
	return bound;
}

/**
 * xpcpu_sa_deleted() - an SA is being deleted: nobody may choose it any more
 * @x: SA
 * @info: filled with what was known
 *
 * Context: x->lock held; takes xpcpu_net.lock.
 * Return: whether it was known, and not deleted before.
 */
bool xpcpu_sa_deleted(const struct xfrm_state *x, struct xpcpu_sa_info *info)
{
	struct xpcpu_net *xn = xpcpu_net(compat_xs_net(x));
	struct xpcpu_sa *sa;
	bool known = false;

	spin_lock_bh(&xn->lock);
	rcu_read_lock();
	sa = sa_find_state(x);
	if (sa && sa->linked) {
		info->cpu = sa->cpu;
		info->dir = sa->dir;
		sa_unlink(xn, sa);
		known = true;
	}
	rcu_read_unlock();
	spin_unlock_bh(&xn->lock);
	return known;
}

/**
 * xpcpu_sa_destroyed() - the last reference of an SA is gone
 * @x: SA, whose memory goes after an RCU period
 *
 * Catches also what was deleted without being seen.
 *
 * Context: any that may destroy an SA.
 */
void xpcpu_sa_destroyed(const struct xfrm_state *x)
{
	struct xpcpu_sa_id id;
	struct xpcpu_sa *sa;

	xpcpu_sa_id_of_state(&id, x);
	rcu_read_lock();
	sa = sa_find(&id, x);
	if (sa) {
		/*
		 * The netns may be gone by now, if a packet kept the SA alive:
		 * only an SA whose deletion was not seen leads back to it.
		 */
		if (unlikely(READ_ONCE(sa->linked))) {
			struct xpcpu_net *xn = xpcpu_net(id.net);

			spin_lock_bh(&xn->lock);
			sa_unlink(xn, sa);
			spin_unlock_bh(&xn->lock);
		}
		WRITE_ONCE(sa->x, NULL);
		call_rcu(&sa->rcu, sa_unhash_rcu);
	}
	rcu_read_unlock();
}

/**
 * xpcpu_sa_put() - drop a reference to an SA
 * @x: SA
 *
 * As xfrm_state_put(), whose call of __xfrm_state_destroy() would come from this
 * module and so pass the hook unseen: the entry of an SA that ends here would
 * stay, and take a later one at its address for it.
 *
 * Context: any that may destroy an SA.
 */
void xpcpu_sa_put(struct xfrm_state *x)
{
	if (!refcount_dec_and_test(&x->refcnt))
		return;
	xpcpu_sa_destroyed(x);
	compat_state_destroy(x);
}

/**
 * xpcpu_sa_entry() - the module's entry for an SA
 * @x: SA that the caller may read
 *
 * Context: RCU read side.
 * Return: the entry, NULL if the SA is not in the table.
 */
struct xpcpu_sa *xpcpu_sa_entry(const struct xfrm_state *x)
{
	return sa_find_state(x);
}

/**
 * xpcpu_sa_known() - whether an SA is in the table
 * @x: SA that the caller may read
 *
 * Context: any.
 */
bool xpcpu_sa_known(const struct xfrm_state *x)
{
	bool known;

	rcu_read_lock();
	known = sa_find_state(x);
	rcu_read_unlock();
	return known;
}

static void info_fill(struct xpcpu_sa_info *info, const struct xpcpu_sa *sa)
{
	info->cpu = sa->cpu;
	info->dir = READ_ONCE(sa->dir);
}

/**
 * xpcpu_sa_info() - what is known of an SA, by its address
 * @x: SA that the caller may read
 * @info: filled; no CPU and no direction if the SA is not known
 *
 * Context: any.
 * Return: whether the SA is known.
 */
bool xpcpu_sa_info(const struct xfrm_state *x, struct xpcpu_sa_info *info)
{
	struct xpcpu_sa *sa;

	info->cpu = XPCPU_NONE;
	info->dir = 0;
	rcu_read_lock();
	sa = sa_find_state(x);
	if (sa)
		info_fill(info, sa);
	rcu_read_unlock();
	return sa;
}

/*
 * RCU read side.  Which of several entries a message means: an SA that is
 * installed, before one that a request is about to bring (UPDSA makes the
 * kernel report the old one meanwhile), before one that went.
 */
static int rank_by_id(const struct xpcpu_sa *sa)
{
	const struct xfrm_state *x = READ_ONCE(sa->x);

	if (!READ_ONCE(sa->linked) || !x)
		return 0;
	return READ_ONCE(x->km.state) == XFRM_STATE_VOID ? 1 : 2;
}

/**
 * xpcpu_sa_info_by_id() - what is known of an SA that a message names
 * @id: identifier
 * @mark: its mark
 * @info: filled; no CPU and no direction if the SA is not known
 *
 * Finds deleted SAs too, as long as a message may still be on its way.
 *
 * Context: any.
 * Return: whether the SA is known.
 */
bool xpcpu_sa_info_by_id(const struct xpcpu_sa_id *id,
			 const struct xfrm_mark *mark,
			 struct xpcpu_sa_info *info)
{
	struct xpcpu_sa *sa, *best = NULL;
	struct rhlist_head *list, *pos;
	int rank, best_rank = -1;

	info->cpu = XPCPU_NONE;
	info->dir = 0;
	rcu_read_lock();
	list = rhltable_lookup(&sas, id, sa_params);
	rhl_for_each_entry_rcu(sa, pos, list, node) {
		if (sa->mark.m != mark->m ||
		    sa->mark.v != (mark->v & mark->m))
			continue;
		rank = rank_by_id(sa);
		if (rank > best_rank) {
			best = sa;
			best_rank = rank;
		}
	}
	if (best)
		info_fill(info, best);
	rcu_read_unlock();
	return best;
}

/**
 * xpcpu_sa_of_packet() - the entry of the SA that a packet came on
 * @id: identifier, from the packet
 * @mark: the packet's mark
 *
 * A tunnel device (vti) looks its SAs up by a mark of its own, which nobody knows
 * here: where no SA has the packet's mark, any SA of that identifier is meant.
 *
 * Context: RCU read side, in which the entry may be used.
 * Return: entry or NULL.
 */
struct xpcpu_sa *xpcpu_sa_of_packet(const struct xpcpu_sa_id *id, u32 mark)
{
	struct xpcpu_sa *sa, *other = NULL;
	struct rhlist_head *list, *pos;

	list = rhltable_lookup(&sas, id, sa_params);
	rhl_for_each_entry_rcu(sa, pos, list, node) {
		if (!READ_ONCE(sa->linked))
			continue;
		if ((mark & sa->mark.m) == sa->mark.v)
			return sa;
		other = sa;
	}
	return other;
}

/**
 * xpcpu_sa_init() - set up the table
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int xpcpu_sa_init(void)
{
	int err;

	sa_cache = KMEM_CACHE(xpcpu_sa, 0);
	if (!sa_cache)
		return -ENOMEM;
	err = rhltable_init(&sas, &sa_params);
	if (err)
		kmem_cache_destroy(sa_cache);
	return err;
}

static void sa_free(void *ptr, void *arg)
{
	struct xpcpu_sa *sa = ptr;

	sa_free_rcu(&sa->rcu);
}

/**
 * xpcpu_sa_exit() - undo xpcpu_sa_init()
 *
 * Context: process, may sleep.  No hook is running.
 */
void xpcpu_sa_exit(void)
{
	/* First what was destroyed leaves the table, then it is freed. */
	rcu_barrier();
	rcu_barrier();
	rhltable_free_and_destroy(&sas, sa_free, NULL);
	kmem_cache_destroy(sa_cache);
}

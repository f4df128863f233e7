// SPDX-License-Identifier: GPL-2.0
/*
 * SAs come, change and go: wrappers of the functions through which every SA
 * passes, whoever made it.
 *
 * An SA is recorded before the kernel puts it where a packet can find it, and
 * forgotten if the kernel refuses it.
 */
#include "expect.h"
#include "genl.h"
#include "lifecycle.h"
#include "output.h"
#include "request.h"
#include "sa.h"
#include "stats.h"

static void refuse(const struct xpcpu_request *req, const char *msg)
{
	if (req && req->extack)
		req->extack->_msg = msg;
}

static int decide(const struct xfrm_state *x, const struct xpcpu_request *req,
		  struct xpcpu_sa_info *intent)
{
	int err;

	intent->cpu = XPCPU_NONE;
	intent->dir = 0;

	if (req && req->migrated) {
		xpcpu_sa_info(req->migrated, intent);
	} else if (req) {
		if (req->has_pcpu && req->pcpu >= num_possible_cpus()) {
			refuse(req, "pCPU number too big");
			return -ERANGE;
		}
		intent->cpu = req->pcpu;
		intent->dir = req->dir;
	}
	if (intent->cpu == XPCPU_NONE) {
		struct xpcpu_sa_id id;

		xpcpu_sa_id_of_state(&id, x);
		intent->cpu = xpcpu_expect_lookup(&id);
	}
	if (intent->cpu == XPCPU_NONE)
		return 0;

	err = xpcpu_output_need();
	if (err)
		refuse(req, XPCPU_NO_HOOK_MSG);
	return err;
}

static int no_memory(const struct xfrm_state *x,
		     const struct xpcpu_request *req)
{
	refuse(req, "no memory to remember the CPU of the SA");
	xpcpu_count_rare(compat_xs_net(x), XPCPU_STAT_REFUSED);
	return -ENOMEM;
}

/* Before the kernel sees the SA. */
static int prepare(struct xfrm_state *x, const struct xpcpu_request *req,
		   struct xpcpu_sa_info *intent)
{
	struct xpcpu_sa_room room;
	int err = decide(x, req, intent);

	if (err) {
		xpcpu_count_rare(compat_xs_net(x), XPCPU_STAT_REFUSED);
		return err;
	}
	if (xpcpu_sa_room_get(&room, intent->cpu) ||
	    xpcpu_sa_record(x, intent->cpu, intent->dir, true, &room))
		err = no_memory(x, req);
	xpcpu_sa_room_put(&room);
	return err;
}

/* After the kernel has taken it. */
static void commit(const struct xfrm_state *x, struct xpcpu_request *req,
		   const struct xpcpu_sa_info *intent)
{
	struct xpcpu_sa_id id;

	if (!xpcpu_sa_installed(x))
		return;
	xpcpu_sa_id_of_state(&id, x);
	xpcpu_expect_withdraw(&id);
	xpcpu_genl_sa(XPCPU_GENL_BOUND, x, intent, XPCPU_NONE);
	if (req) {
		req->refresh = true;
		xpcpu_group_key_of_state(&req->refresh_key, x);
	}
}

static int wrap_add(struct xfrm_state *x)
{
	struct xpcpu_request *req;
	struct xpcpu_sa_info intent;
	int err;

	xpcpu_wrapper_enter();
	req = xpcpu_request_current(compat_xs_net(x));
	err = prepare(x, req, &intent);
	if (!err) {
		/*
		 * Once the kernel's tables have it, it can expire, and MIGRATE
		 * keeps no reference of its own.
		 */
		xfrm_state_hold(x);
		err = XPCPU_HOOK_ORIG(xpcpu_hook_add, xfrm_state_add)(x);
		if (err)
			xpcpu_sa_forget(x);
		else
			commit(x, req, &intent);
		xpcpu_sa_put(x);
	}
	xpcpu_wrapper_leave();
	return err;
}

/* Whether UPDSA may change the CPU, or the group, of a valid SA. */
static bool may_change(const struct xfrm_state *x,
		       const struct xpcpu_request *req)
{
	return (req && req->has_pcpu) || x->if_id;
}

/* UPDSA found a valid SA, took over what it may change, and dropped @x. */
static int updated_valid(struct xfrm_state *x, struct xpcpu_request *req,
			 const struct xpcpu_sa_info *intent,
			 struct xpcpu_sa_room *room)
{
	struct xpcpu_sa_info info;
	struct xfrm_state *valid;
	u32 old_cpu;
	int err = 0;

	valid = xfrm_state_lookup(compat_xs_net(x), x->mark.v & x->mark.m,
				  &x->id.daddr, x->id.spi, x->id.proto,
				  x->props.family);
	if (!valid)
		return 0;

	spin_lock_bh(&valid->lock);
	if (valid->km.state != XFRM_STATE_DEAD &&
	    xpcpu_sa_info(valid, &info)) {
		if (req && req->has_pcpu)
			info.cpu = intent->cpu;
		err = xpcpu_sa_change(valid, info.cpu, intent->dir, &old_cpu,
				      room);
		if (err) {
			refuse(req, "the SA was updated, but no memory to change its CPU");
			/*
			 * Told of an error the caller drops @x, and takes it from
			 * its device, as if the kernel had not: once more than it
			 * may.  The text comes as a warning if there is a device.
			 */
			if (x->xso.dev)
				err = 0;
			else
				xfrm_state_hold(x);
		} else if (info.cpu != old_cpu) {
			xpcpu_genl_sa(old_cpu == XPCPU_NONE ?
				      XPCPU_GENL_BOUND : XPCPU_GENL_MOVED,
				      valid, &info, old_cpu);
			req->refresh = true;
			xpcpu_group_key_of_state(&req->refresh_key, valid);
		}
	}
	spin_unlock_bh(&valid->lock);
	xpcpu_sa_put(valid);
	return err;
}

static int wrap_update(struct xfrm_state *x)
{
	struct xpcpu_sa_room room = {};
	struct xpcpu_request *req;
	struct xpcpu_sa_info intent;
	int err;

	xpcpu_wrapper_enter();
	req = xpcpu_request_current(compat_xs_net(x));
	/* An SA without a CPU may have one that it keeps. */
	if (may_change(x, req) && xpcpu_sa_room_get(&room, 0)) {
		err = no_memory(x, req);
		goto out;
	}
	err = prepare(x, req, &intent);
	if (err)
		goto out;
	err = XPCPU_HOOK_ORIG(xpcpu_hook_update, xfrm_state_update)(x);
	if (err) {
		xpcpu_sa_forget(x);
	} else if (x->km.state == XFRM_STATE_DEAD) {
		/* The caller still holds a reference to it. */
		xpcpu_sa_forget(x);
		if (may_change(x, req))
			err = updated_valid(x, req, &intent, &room);
	} else {
		commit(x, req, &intent);
	}
out:
	xpcpu_sa_room_put(&room);
	xpcpu_wrapper_leave();
	return err;
}

/*
 * The only hook that a larval SA passes, and not before it has its SPI.  One
 * without a CPU is recorded too: while it is there nobody is asked for another.
 */
static int wrap_alloc_spi(COMPAT_ALLOC_SPI_PROTO)
{
	struct xpcpu_sa_room room;
	struct xpcpu_request *req;
	u32 cpu;
	int err;

	xpcpu_wrapper_enter();
	req = xpcpu_request_current(compat_xs_net(x));
	cpu = req ? req->pcpu : XPCPU_NONE;
	if (xpcpu_sa_room_get(&room, cpu)) {
		err = no_memory(x, req);
		goto out;
	}
	err = XPCPU_HOOK_ORIG(xpcpu_hook_alloc_spi, xfrm_alloc_spi)
		(COMPAT_ALLOC_SPI_ARGS);
	/* PF_KEY has no request.  One that has its SPI already keeps its CPU. */
	if (!err && ((req && (req->has_pcpu || req->dir)) ||
		     !xpcpu_sa_known(x)) &&
	    xpcpu_sa_record(x, cpu, req ? req->dir : 0, false, &room))
		err = no_memory(x, req);
out:
	xpcpu_sa_room_put(&room);
	xpcpu_wrapper_leave();
	return err;
}

#ifdef CONFIG_XFRM_MIGRATE
/**
 * struct copy - a copy that xfrm_state_migrate() returned
 * @x: its address; it is the tables' alone, so it may be gone
 * @spi: its SPI
 * @held: whether it is there, with a reference
 */
struct copy {
	const struct xfrm_state *x;
	__be32 spi;
	bool held;
};

/* With xfrm_state_lock held: what is in the list has a reference. */
static int copy_hold_one(struct xfrm_state *x, int count, void *data)
{
	struct copy *copy = data;

	/* Not another one at that address. */
	if (x != copy->x || x->id.spi != copy->spi)
		return 0;
	xfrm_state_hold(x);
	copy->held = true;
	return -EALREADY;
}

/*
 * Between its insertion and now it may have expired, or gone with its device.
 * The newest is the first in the list.
 */
static bool copy_hold(struct net *net, const struct xfrm_state *x, __be32 spi)
{
	struct copy copy = { .x = x, .spi = spi };
	struct xfrm_state_walk walk;

	xfrm_state_walk_init(&walk, IPSEC_PROTO_ANY, NULL);
	xfrm_state_walk(net, &walk, copy_hold_one, &copy);
	xfrm_state_walk_done(&walk, net);
	return copy.held;
}

/*
 * The copy keeps the CPU.  For a new destination the kernel calls
 * xfrm_state_add(), and our wrapper finds @x in the request; else it inserts
 * the copy by itself, unseen.  Until it is recorded nobody chooses it: its
 * group has an SA with a CPU, so the module chooses there.  The memory for that
 * is got before: the copy has the old SA's sequence numbers, and once it could
 * be used nothing may go back to the old one.  A migration without memory is
 * refused, as the kernel does with its own.
 */
static struct xfrm_state *wrap_migrate(struct xfrm_state *x,
				       struct xfrm_migrate *m,
				       struct xfrm_encap_tmpl *encap)
{
	struct net *net = compat_xs_net(x);
	struct xpcpu_request own = { .pcpu = XPCPU_NONE };
	struct xpcpu_request *req, *outer = NULL;
	struct xfrm_state *copy = NULL;
	struct xpcpu_sa_info info;
	struct xpcpu_sa_room room;

	xpcpu_wrapper_enter();
	if (xpcpu_sa_room_get(&room, 0)) {
		xpcpu_count_rare(net, XPCPU_STAT_REFUSED);
		goto out;
	}
	req = xpcpu_request_current(net);
	if (!req) {
		/* PF_KEY; xfrm_cfg_mutex is held all the same. */
		req = &own;
		outer = xpcpu_request_begin(net, req);
	}
	req->migrated = x;
	copy = XPCPU_HOOK_ORIG(xpcpu_hook_migrate, xfrm_state_migrate)
		(x, m, encap);
	req->migrated = NULL;
	if (req == &own)
		xpcpu_request_end(net, outer);

	if (copy && copy_hold(net, copy, x->id.spi)) {
		xpcpu_sa_info(x, &info);
		if (!xpcpu_sa_known(copy) &&
		    !xpcpu_sa_record(copy, info.cpu, info.dir, false, &room))
			commit(copy, NULL, &info);
		xpcpu_sa_put(copy);
	}
out:
	xpcpu_sa_room_put(&room);
	xpcpu_wrapper_leave();
	return copy;
}

struct xpcpu_hook xpcpu_hook_migrate = {
	.name = "xfrm_state_migrate",
	.func = xfrm_state_migrate,
	.wrapper = XPCPU_WRAPPER(xfrm_state_migrate, wrap_migrate),
};
#endif

/*
 * Every deletion, also those that no message tells of.  Ours comes first: in
 * there the last reference may go.  With the SA's lock held nobody deletes it
 * in between, and what is not dead the kernel does delete.
 */
static int wrap_delete(struct xfrm_state *x)
{
	struct xpcpu_sa_info info;
	int err;

	xpcpu_wrapper_enter();
	if (x->km.state != XFRM_STATE_DEAD && xpcpu_sa_deleted(x, &info) &&
	    info.cpu != XPCPU_NONE) {
		xpcpu_genl_sa(XPCPU_GENL_DELETED, x, &info, XPCPU_NONE);
		xpcpu_output_release();
	}
	err = XPCPU_HOOK_ORIG(xpcpu_hook_delete, __xfrm_state_delete)(x);
	xpcpu_wrapper_leave();
	return err;
}

static void wrap_destroy(COMPAT_DESTROY_PROTO)
{
	xpcpu_wrapper_enter();
	xpcpu_sa_destroyed(x);
	XPCPU_HOOK_ORIG(xpcpu_hook_destroy, __xfrm_state_destroy)
		(COMPAT_DESTROY_ARGS);
	xpcpu_wrapper_leave();
}

struct xpcpu_hook xpcpu_hook_add = {
	.name = "xfrm_state_add",
	.func = xfrm_state_add,
	.wrapper = XPCPU_WRAPPER(xfrm_state_add, wrap_add),
};

struct xpcpu_hook xpcpu_hook_update = {
	.name = "xfrm_state_update",
	.func = xfrm_state_update,
	.wrapper = XPCPU_WRAPPER(xfrm_state_update, wrap_update),
};

struct xpcpu_hook xpcpu_hook_alloc_spi = {
	.name = "xfrm_alloc_spi",
	.func = xfrm_alloc_spi,
	.wrapper = XPCPU_WRAPPER(xfrm_alloc_spi, wrap_alloc_spi),
};

struct xpcpu_hook xpcpu_hook_delete = {
	.name = "__xfrm_state_delete",
	.func = __xfrm_state_delete,
	.wrapper = XPCPU_WRAPPER(__xfrm_state_delete, wrap_delete),
};

struct xpcpu_hook xpcpu_hook_destroy = {
	.name = "__xfrm_state_destroy",
	.func = __xfrm_state_destroy,
	.wrapper = XPCPU_WRAPPER(__xfrm_state_destroy, wrap_destroy),
};

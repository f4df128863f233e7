// SPDX-License-Identifier: GPL-2.0
/*
 * The module's own interface: generic netlink family "xfrm_pcpu", described
 * in uapi/linux/xfrm_pcpu.h.
 */
#include <linux/module.h>

#include "expect.h"
#include "genl.h"
#include "genl_dump.h"
#include "genl_put.h"
#include "genl_steer.h"
#include "output.h"

#define EVENT_SPACE	512

enum { MCGRP_EVENTS };

static const struct genl_multicast_group genl_groups[] = {
	[MCGRP_EVENTS] = {
		.name = XFRM_PCPU_MCGRP_EVENTS,
		COMPAT_GENL_MCAST_ADMIN
	},
};

static const struct nla_policy genl_policy[XFRM_PCPU_A_MAX + 1] = {
	[XFRM_PCPU_A_FAMILY]	= { .type = NLA_U16 },
	[XFRM_PCPU_A_DADDR]	= { .type = NLA_BINARY, .len = 16 },
	[XFRM_PCPU_A_SPI]	= { .type = NLA_U32 },
	[XFRM_PCPU_A_PROTO]	= { .type = NLA_U8 },
	[XFRM_PCPU_A_MARK]	= { .type = NLA_U32 },
	[XFRM_PCPU_A_MARK_MASK]	= { .type = NLA_U32 },
	[XFRM_PCPU_A_CPU]	= { .type = NLA_U32 },
	[XFRM_PCPU_A_TIMEOUT_MS] = { .type = NLA_U32 },
};

static int refuse(struct genl_info *info, const char *msg, int err)
{
	if (info->extack)
		info->extack->_msg = msg;
	return err;
}

/* What names an SA in a request. */
static int read_id(struct genl_info *info, struct xpcpu_sa_id *id, u32 *mark)
{
	const struct nlattr *addr = info->attrs[XFRM_PCPU_A_DADDR];
	u32 v = 0, m = 0;

	memset(id, 0, sizeof(*id));
	id->net = genl_info_net(info);
	if (!info->attrs[XFRM_PCPU_A_FAMILY] || !addr ||
	    !info->attrs[XFRM_PCPU_A_SPI] || !info->attrs[XFRM_PCPU_A_PROTO])
		return refuse(info, "FAMILY, DADDR, SPI and PROTO are needed to name an SA",
			      -EINVAL);
	id->family = nla_get_u16(info->attrs[XFRM_PCPU_A_FAMILY]);
	if (id->family != AF_INET && id->family != AF_INET6)
		return refuse(info, "FAMILY must be AF_INET or AF_INET6",
			      -EAFNOSUPPORT);
	if (nla_len(addr) != (id->family == AF_INET ? 4 : 16))
		return refuse(info, "the length of DADDR does not fit FAMILY",
			      -EINVAL);
	memcpy(&id->daddr, nla_data(addr), nla_len(addr));
	id->spi = nla_get_be32(info->attrs[XFRM_PCPU_A_SPI]);
	if (!id->spi)
		return refuse(info, "SPI must not be 0", -EINVAL);
	id->proto = nla_get_u8(info->attrs[XFRM_PCPU_A_PROTO]);
	if (id->proto != IPPROTO_ESP && id->proto != IPPROTO_AH &&
	    id->proto != IPPROTO_COMP)
		return refuse(info, "PROTO must be ESP, AH or IPCOMP", -EINVAL);

	if (info->attrs[XFRM_PCPU_A_MARK]) {
		v = nla_get_u32(info->attrs[XFRM_PCPU_A_MARK]);
		m = U32_MAX;
	}
	if (info->attrs[XFRM_PCPU_A_MARK_MASK])
		m = nla_get_u32(info->attrs[XFRM_PCPU_A_MARK_MASK]);
	*mark = v & m;
	return 0;
}

static int read_cpu(struct genl_info *info, u32 *cpu)
{
	if (!info->attrs[XFRM_PCPU_A_CPU])
		return refuse(info, "CPU is missing", -EINVAL);
	*cpu = nla_get_u32(info->attrs[XFRM_PCPU_A_CPU]);
	if (*cpu >= num_possible_cpus())
		return refuse(info, "CPU is not less than the number of possible CPUs",
			      -ERANGE);
	return 0;
}

static int need_output(struct genl_info *info)
{
	int err = xpcpu_output_need();

	if (err)
		return refuse(info, XPCPU_NO_HOOK_MSG,
			      err);
	return 0;
}

/* BIND, MOVE, UNBIND: with x->lock held, the SA not dead. */
static int change_cpu(struct genl_info *info, struct xfrm_state *x, u32 cpu,
		      struct xpcpu_sa_room *room)
{
	enum xpcpu_genl_sa_event event;
	struct xpcpu_sa_info now;
	u32 old_cpu;
	int err;

	if (!xpcpu_sa_info(x, &now))
		return refuse(info, "the SA is not known to the module",
			      -ESRCH);
	switch (info->genlhdr->cmd) {
	case XFRM_PCPU_CMD_BIND:
		if (now.cpu != XPCPU_NONE && now.cpu != cpu)
			return refuse(info, "the SA has another CPU; MOVE changes it",
				      -EBUSY);
		event = XPCPU_GENL_BOUND;
		break;
	case XFRM_PCPU_CMD_MOVE:
		if (now.cpu == XPCPU_NONE)
			return refuse(info, "the SA has no CPU; BIND gives it one",
				      -ENOENT);
		event = XPCPU_GENL_MOVED;
		break;
	default:
		event = XPCPU_GENL_UNBOUND;
	}
	if (now.cpu == cpu)
		return 0;

	err = xpcpu_sa_change(x, cpu, 0, NULL, room);
	if (err)
		return refuse(info, "no memory to change the CPU", err);
	old_cpu = now.cpu;
	now.cpu = cpu;
	xpcpu_genl_sa(event, x, &now, old_cpu);
	return 0;
}

static int do_change(struct sk_buff *skb, struct genl_info *info)
{
	struct net *net = genl_info_net(info);
	struct xpcpu_group_key key;
	struct xpcpu_sa_id id;
	u32 cpu = XPCPU_NONE;
	struct xpcpu_sa_room room;
	struct xfrm_state *x;
	u32 mark;
	int err;

	err = read_id(info, &id, &mark);
	if (!err && info->genlhdr->cmd != XFRM_PCPU_CMD_UNBIND) {
		err = read_cpu(info, &cpu);
		if (!err)
			err = need_output(info);
	}
	if (err)
		return err;
	err = xpcpu_sa_room_get(&room, cpu);
	if (err) {
		err = refuse(info, "no memory to change the CPU", err);
		goto out_room;
	}

	/* As an XFRM request: none of them in between. */
	mutex_lock(&net->xfrm.xfrm_cfg_mutex);
	x = xfrm_state_lookup(net, mark, &id.daddr, id.spi, id.proto,
			      id.family);
	if (!x) {
		err = refuse(info, "no such SA", -ESRCH);
		goto out;
	}
	/* Under its lock it cannot be deleted. */
	spin_lock_bh(&x->lock);
	if (x->km.state == XFRM_STATE_DEAD)
		err = refuse(info, "no such SA", -ESRCH);
	else
		err = change_cpu(info, x, cpu, &room);
	spin_unlock_bh(&x->lock);
	if (!err) {
		xpcpu_group_key_of_state(&key, x);
		xpcpu_group_refresh(&key);
		xpcpu_output_release();
	}
	xpcpu_sa_put(x);
out:
	mutex_unlock(&net->xfrm.xfrm_cfg_mutex);
out_room:
	xpcpu_sa_room_put(&room);
	return err;
}

static int do_expect(struct sk_buff *skb, struct genl_info *info)
{
	struct xpcpu_sa_id id;
	u32 mark, cpu, timeout;
	int err;

	err = read_id(info, &id, &mark);
	if (err)
		return err;
	if (!info->attrs[XFRM_PCPU_A_TIMEOUT_MS])
		return refuse(info, "TIMEOUT_MS is missing", -EINVAL);
	timeout = nla_get_u32(info->attrs[XFRM_PCPU_A_TIMEOUT_MS]);
	if (!timeout) {
		err = xpcpu_expect_withdraw(&id);
		return err ? refuse(info, "this SA is not expected", err) : 0;
	}
	if (timeout > XPCPU_EXPECT_MAX_MS)
		return refuse(info, "TIMEOUT_MS is more than ten minutes",
			      -ERANGE);
	err = read_cpu(info, &cpu);
	if (err)
		return err;
	err = xpcpu_expect_set(&id, cpu, timeout);
	if (err == -ENOSPC)
		return refuse(info, "too many SAs are expected in this network namespace",
			      err);
	return err;
}

static int do_info(struct sk_buff *skb, struct genl_info *info)
{
	const struct xpcpu_net *xn = xpcpu_net(genl_info_net(info));
	struct sk_buff *reply;
	void *hdr;

	reply = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!reply)
		return -ENOMEM;
	hdr = genlmsg_put_reply(reply, info, &xpcpu_genl_family, 0,
				XFRM_PCPU_CMD_GET_INFO);
	if (!hdr ||
	    nla_put_string(reply, XFRM_PCPU_A_VERSION, XPCPU_VERSION) ||
	    nla_put_u32(reply, XFRM_PCPU_A_FEATURES,
			XFRM_PCPU_F_OUTPUT | XFRM_PCPU_F_MOVE |
			XFRM_PCPU_F_EXPECT | XFRM_PCPU_F_HOLD |
			XFRM_PCPU_F_FOLLOW | XFRM_PCPU_F_STEER) ||
	    nla_put_u32(reply, XFRM_PCPU_A_POSSIBLE_CPUS,
			num_possible_cpus()) ||
	    nla_put_u32(reply, XFRM_PCPU_A_EXPECT_MAX, XPCPU_EXPECT_MAX) ||
	    nla_put_u32(reply, XFRM_PCPU_A_HOLD_MS, xpcpu_sa_hold_ms()) ||
	    nla_put_u32(reply, XFRM_PCPU_A_NR_SAS, READ_ONCE(xn->nr_sas)) ||
	    nla_put_u32(reply, XFRM_PCPU_A_NR_GROUPS,
			READ_ONCE(xn->nr_groups)) ||
	    nla_put_u8(reply, XFRM_PCPU_A_OUTPUT_ARMED,
		       xpcpu_output_armed()) ||
	    nla_put_u8(reply, XFRM_PCPU_A_FOLLOW_UDP,
		       READ_ONCE(xn->follow_udp)) ||
	    nla_put_u32(reply, XFRM_PCPU_A_FOLLOW_TCP_MS,
			READ_ONCE(xn->follow_tcp_ms)) ||
	    nla_put_u8(reply, XFRM_PCPU_A_FOLLOWING,
		       READ_ONCE(xn->following)) ||
	    xpcpu_put_steer(reply, xn)) {
		nlmsg_free(reply);
		return -EMSGSIZE;
	}
	genlmsg_end(reply, hdr);
	return genlmsg_reply(reply, info);
}

static const struct genl_ops genl_ops[] = {
	{
		.cmd = XFRM_PCPU_CMD_GET_INFO,
		.flags = GENL_UNS_ADMIN_PERM,
		.doit = do_info,
	}, {
		.cmd = XFRM_PCPU_CMD_BIND,
		.flags = GENL_UNS_ADMIN_PERM,
		.doit = do_change,
	}, {
		.cmd = XFRM_PCPU_CMD_MOVE,
		.flags = GENL_UNS_ADMIN_PERM,
		.doit = do_change,
	}, {
		.cmd = XFRM_PCPU_CMD_UNBIND,
		.flags = GENL_UNS_ADMIN_PERM,
		.doit = do_change,
	}, {
		.cmd = XFRM_PCPU_CMD_EXPECT,
		.flags = GENL_UNS_ADMIN_PERM,
		.doit = do_expect,
	}, {
		.cmd = XFRM_PCPU_CMD_GET_GROUP,
		.flags = GENL_UNS_ADMIN_PERM,
		.start = xpcpu_dump_start,
		.dumpit = xpcpu_dump,
		.done = xpcpu_dump_done,
	}, {
		.cmd = XFRM_PCPU_CMD_GET_STEER,
		.flags = GENL_UNS_ADMIN_PERM,
		.dumpit = xpcpu_dump_steer,
	},
};

struct genl_family xpcpu_genl_family __ro_after_init = {
	.name = XFRM_PCPU_GENL_NAME,
	.version = XFRM_PCPU_GENL_VERSION,
	.maxattr = XFRM_PCPU_A_MAX,
	.policy = genl_policy,
	.netnsok = true,
	.parallel_ops = true,
	.module = THIS_MODULE,
	.ops = genl_ops,
	.n_ops = ARRAY_SIZE(genl_ops),
	COMPAT_GENL_RESV_START(XFRM_PCPU_CMD_NEW_STEER + 1)
	.mcgrps = genl_groups,
	.n_mcgrps = ARRAY_SIZE(genl_groups),
};

/* An event nobody waits for is not made; one that does not fit is not sent. */
static struct sk_buff *event_new(const struct net *net, u8 cmd, void **hdr)
{
	struct sk_buff *skb;

	if (!genl_has_listeners(&xpcpu_genl_family, (struct net *)net,
				MCGRP_EVENTS))
		return NULL;
	skb = nlmsg_new(EVENT_SPACE, GFP_ATOMIC);
	if (!skb)
		return NULL;
	*hdr = genlmsg_put(skb, 0, 0, &xpcpu_genl_family, 0, cmd);
	return skb;
}

static void event_send(const struct net *net, struct sk_buff *skb, void *hdr)
{
	genlmsg_end(skb, hdr);
	genlmsg_multicast_netns(&xpcpu_genl_family, (struct net *)net, skb, 0,
				MCGRP_EVENTS, GFP_ATOMIC);
}

/**
 * xpcpu_genl_sa() - tell that an SA got, changed or lost its CPU
 * @event: what happened
 * @x: SA
 * @info: what it has now; of a deleted one, what it had
 * @old_cpu: its CPU before, or XPCPU_NONE
 *
 * Context: any.
 */
void xpcpu_genl_sa(enum xpcpu_genl_sa_event event, const struct xfrm_state *x,
		   const struct xpcpu_sa_info *info, u32 old_cpu)
{
	static const u8 cmds[] = {
		[XPCPU_GENL_BOUND] = XFRM_PCPU_CMD_EV_BOUND,
		[XPCPU_GENL_MOVED] = XFRM_PCPU_CMD_EV_MOVED,
		[XPCPU_GENL_UNBOUND] = XFRM_PCPU_CMD_EV_UNBOUND,
		[XPCPU_GENL_DELETED] = XFRM_PCPU_CMD_EV_DELETED,
	};
	const struct net *net = compat_xs_net(x);
	struct xpcpu_group_key key;
	struct nlattr *nest;
	struct sk_buff *skb;
	void *hdr;

	skb = event_new(net, cmds[event], &hdr);
	if (!skb)
		return;
	xpcpu_group_key_of_state(&key, x);
	nest = nla_nest_start(skb, XFRM_PCPU_A_SA);
	if (!nest || xpcpu_put_group_key(skb, &key) ||
	    nla_put_be32(skb, XFRM_PCPU_A_SPI, x->id.spi) ||
	    xpcpu_put_addr(skb, XFRM_PCPU_A_SADDR, &x->props.saddr,
			   key.family) ||
	    (info->cpu != XPCPU_NONE &&
	     nla_put_u32(skb, XFRM_PCPU_A_CPU, info->cpu)) ||
	    (info->dir && nla_put_u8(skb, XFRM_PCPU_A_DIR, info->dir)) ||
	    ((x->mark.v | x->mark.m) &&
	     (nla_put_u32(skb, XFRM_PCPU_A_MARK, x->mark.v) ||
	      nla_put_u32(skb, XFRM_PCPU_A_MARK_MASK, x->mark.m))))
		goto full;
	nla_nest_end(skb, nest);
	if (old_cpu != XPCPU_NONE &&
	    nla_put_u32(skb, XFRM_PCPU_A_OLD_CPU, old_cpu))
		goto full;
	event_send(net, skb, hdr);
	return;

full:
	nlmsg_free(skb);
}

/**
 * xpcpu_genl_acquire() - tell that a CPU's acquire was sent
 * @group: group
 * @cpu: CPU
 * @seq: sequence number of the ACQUIRE
 *
 * Context: RCU read side.
 */
void xpcpu_genl_acquire(const struct xpcpu_group *group, u32 cpu, u32 seq)
{
	const struct net *net = group->key.net;
	struct sk_buff *skb;
	void *hdr;

	skb = event_new(net, XFRM_PCPU_CMD_EV_ACQUIRE, &hdr);
	if (!skb)
		return;
	if (nla_put_u64_64bit(skb, XFRM_PCPU_A_GROUP_ID, group->id,
			      XFRM_PCPU_A_PAD) ||
	    xpcpu_put_group_key(skb, &group->key) ||
	    nla_put_u32(skb, XFRM_PCPU_A_CPU, cpu) ||
	    nla_put_u32(skb, XFRM_PCPU_A_SEQ, seq)) {
		nlmsg_free(skb);
		return;
	}
	event_send(net, skb, hdr);
}

/**
 * xpcpu_genl_init() - register the family
 *
 * Context: process, may sleep.
 * Return: 0 or a negative errno.
 */
int xpcpu_genl_init(void)
{
	return genl_register_family(&xpcpu_genl_family);
}

/**
 * xpcpu_genl_exit() - unregister the family
 *
 * Context: process, may sleep.
 */
void xpcpu_genl_exit(void)
{
	genl_unregister_family(&xpcpu_genl_family);
}

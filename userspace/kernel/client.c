// SPDX-License-Identifier: GPL-2.0-or-later
#include "client.h"

#include <errno.h>
#include <stdlib.h>

#include <linux/genetlink.h>
#include <netlink/cache.h>
#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/family.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

#include "socket.h"

/* Dumps that are tried before the groups are said to change too fast. */
#define DUMP_TRIES 8

/**
 * struct xp_client - connection for requests
 * @sk: socket
 * @family: number of the family
 */
struct xp_client {
	struct xp_socket *sk;
	int family;
};

/**
 * struct xp_events - connection for events
 * @sk: socket
 * @family: number of the family
 * @fn: takes each event
 * @arg: for @fn
 */
struct xp_events {
	struct xp_socket *sk;
	int family;
	xp_event_fn *fn;
	void *arg;
};

/**
 * struct family - what the controller knows of the family
 * @number: its number
 * @events: its multicast group of events
 * @notify: the controller's own group, which tells when the family goes away; 0
 *	if there is none
 */
struct family {
	int number;
	unsigned int events;
	unsigned int notify;
};

/* libnl's errors back to errno. */
static int to_errno(int nlerr)
{
	switch (-nlerr) {
	case NLE_NOMEM:
		return -ENOMEM;
	case NLE_OBJ_NOTFOUND:
	case NLE_NODEV:
		return -ENOENT;
	case NLE_PERM:
	case NLE_NOACCESS:
		return -EPERM;
	case NLE_AF_NOSUPPORT:
		return -EAFNOSUPPORT;
	case NLE_PROTO_MISMATCH:
	case NLE_OPNOTSUPP:
		return -EOPNOTSUPP;
	default:
		return -EIO;
	}
}

/*
 * All families are looked through: asked for one by name that is not there, the
 * kernel has modprobe look for a module, each time.
 */
static int find_number(struct nl_sock *sk)
{
	struct genl_family *found;
	struct nl_cache *families;
	int number = -NLE_OBJ_NOTFOUND;
	int err = genl_ctrl_alloc_cache(sk, &families);

	if (err < 0)
		return err;
	found = genl_ctrl_search_by_name(families, XFRM_PCPU_GENL_NAME);
	if (found) {
		number = genl_family_get_id(found);
		genl_family_put(found);
	}
	nl_cache_free(families);
	return number;
}

static int find_family(struct family *family)
{
	struct nl_sock *sk = nl_socket_alloc();
	int err;

	if (!sk)
		return -ENOMEM;
	err = genl_connect(sk);
	if (err < 0)
		goto out;
	err = find_number(sk);
	if (err < 0)
		goto out;
	family->number = err;
	err = genl_ctrl_resolve_grp(sk, XFRM_PCPU_GENL_NAME,
				    XFRM_PCPU_MCGRP_EVENTS);
	if (err < 0)
		goto out;
	family->events = err;
	err = genl_ctrl_resolve_grp(sk, "nlctrl", "notify");
	family->notify = err < 0 ? 0 : err;
	err = 0;
out:
	nl_socket_free(sk);
	return err < 0 ? to_errno(err) : 0;
}

int xp_client_from_socket(struct xp_client **client_out, struct xp_socket *sk,
			  int family)
{
	struct xp_client *client = calloc(1, sizeof(*client));

	if (!client)
		return -ENOMEM;
	client->sk = sk;
	client->family = family;
	*client_out = client;
	return 0;
}

int xp_client_open(struct xp_client **client)
{
	struct family family;
	struct xp_socket *sk;
	int err;

	err = find_family(&family);
	if (err)
		return err;
	err = xp_socket_open(&sk, NETLINK_GENERIC);
	if (err)
		return err;
	err = xp_client_from_socket(client, sk, family.number);
	if (err)
		xp_socket_close(sk);
	return err;
}

void xp_client_close(struct xp_client *client)
{
	if (!client)
		return;
	xp_socket_close(client->sk);
	free(client);
}

const char *xp_client_text(const struct xp_client *client)
{
	return xp_socket_text(client->sk);
}

/* A request with its headers; NULL without memory. */
static struct nl_msg *request(struct xp_client *client, uint8_t cmd, int flags)
{
	struct nl_msg *msg = nlmsg_alloc();

	if (!msg)
		return NULL;
	if (!genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, client->family, 0,
			 NLM_F_REQUEST | flags, cmd, XFRM_PCPU_GENL_VERSION)) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

/* Options of a request about one SA. */
#define WITH_CPU (1U << 0)
#define WITH_TIMEOUT (1U << 1)

static int sa_request(struct xp_client *client, uint8_t cmd,
		      const struct xp_sa_id *id, unsigned int with,
		      uint32_t cpu, uint32_t timeout_ms)
{
	struct nl_msg *msg = request(client, cmd, NLM_F_ACK);
	int err;

	if (!msg)
		return -ENOMEM;
	err = xp_msg_put_sa_id(msg, id);
	if (!err && (with & WITH_CPU))
		err = nla_put_u32(msg, XFRM_PCPU_A_CPU, cpu) ? -EMSGSIZE : 0;
	if (!err && (with & WITH_TIMEOUT))
		err = nla_put_u32(msg, XFRM_PCPU_A_TIMEOUT_MS, timeout_ms)
			      ? -EMSGSIZE
			      : 0;
	if (err) {
		nlmsg_free(msg);
		return err;
	}
	return xp_socket_request(client->sk, msg, NULL, NULL);
}

int xp_client_bind(struct xp_client *client, const struct xp_sa_id *id,
		   uint32_t cpu)
{
	return sa_request(client, XFRM_PCPU_CMD_BIND, id, WITH_CPU, cpu, 0);
}

int xp_client_move(struct xp_client *client, const struct xp_sa_id *id,
		   uint32_t cpu)
{
	return sa_request(client, XFRM_PCPU_CMD_MOVE, id, WITH_CPU, cpu, 0);
}

int xp_client_unbind(struct xp_client *client, const struct xp_sa_id *id)
{
	return sa_request(client, XFRM_PCPU_CMD_UNBIND, id, 0, 0, 0);
}

int xp_client_expect(struct xp_client *client, const struct xp_sa_id *id,
		     uint32_t cpu, uint32_t timeout_ms)
{
	return sa_request(client, XFRM_PCPU_CMD_EXPECT, id,
			  WITH_CPU | WITH_TIMEOUT, cpu, timeout_ms);
}

struct info_reply {
	struct xp_info *info;
	bool seen;
};

static int info_reply(const struct nlmsghdr *nlh, void *arg)
{
	struct info_reply *reply = arg;
	int err = xp_msg_get_info(nlh, reply->info);

	if (!err)
		reply->seen = true;
	return err;
}

int xp_client_info(struct xp_client *client, struct xp_info *info)
{
	struct nl_msg *msg = request(client, XFRM_PCPU_CMD_GET_INFO, NLM_F_ACK);
	struct info_reply reply = { .info = info };
	int err;

	if (!msg)
		return -ENOMEM;
	err = xp_socket_request(client->sk, msg, info_reply, &reply);
	if (!err && !reply.seen)
		err = -ENODATA;
	return err;
}

struct steer_reply {
	xp_steer_fn *fn;
	void *arg;
};

static int steer_reply(const struct nlmsghdr *nlh, void *arg)
{
	struct steer_reply *reply = arg;
	struct xp_steer steer;
	int err = xp_msg_get_steer(nlh, &steer);

	if (!err)
		reply->fn(&steer, reply->arg);
	return err;
}

int xp_client_steer(struct xp_client *client, xp_steer_fn *fn, void *arg)
{
	struct nl_msg *msg =
		request(client, XFRM_PCPU_CMD_GET_STEER, NLM_F_DUMP);
	struct steer_reply reply = { .fn = fn, .arg = arg };

	if (!msg)
		return -ENOMEM;
	return xp_socket_request(client->sk, msg, steer_reply, &reply);
}

static int group_reply(const struct nlmsghdr *nlh, void *arg)
{
	struct xp_group part;
	int err = xp_msg_get_group(nlh, &part);

	return err ? err : xp_groups_add(arg, &part);
}

int xp_client_groups(struct xp_client *client, struct xp_groups *groups)
{
	int err;

	for (int i = 0; i < DUMP_TRIES; i++) {
		struct nl_msg *msg =
			request(client, XFRM_PCPU_CMD_GET_GROUP, NLM_F_DUMP);

		if (!msg)
			return -ENOMEM;
		err = xp_socket_request(client->sk, msg, group_reply, groups);
		if (!err)
			err = xp_groups_finish(groups);
		if (!err)
			return 0;
		xp_groups_free(groups);
		if (err != -EAGAIN)
			return err;
	}
	return -EAGAIN;
}

/* Events of kinds that this version does not know are left out. */
static int read_event(const struct nlmsghdr *nlh, void *arg)
{
	struct xp_events *events = arg;
	struct xp_event event;
	int err;

	if (nlh->nlmsg_type == GENL_ID_CTRL)
		return xp_msg_is_family_gone(nlh, XFRM_PCPU_GENL_NAME) ? -ENODEV
								       : 0;
	if (nlh->nlmsg_type != events->family)
		return 0;
	err = xp_msg_get_event(nlh, &event);
	if (err)
		return err == -EOPNOTSUPP ? 0 : err;
	events->fn(&event, events->arg);
	return 0;
}

int xp_events_from_socket(struct xp_events **events_out, struct xp_socket *sk,
			  int family)
{
	struct xp_events *events = calloc(1, sizeof(*events));

	if (!events)
		return -ENOMEM;
	events->sk = sk;
	events->family = family;
	*events_out = events;
	return 0;
}

int xp_events_open(struct xp_events **events)
{
	struct family family;
	struct xp_socket *sk;
	int err;

	err = find_family(&family);
	if (err)
		return err;
	err = xp_socket_open(&sk, NETLINK_GENERIC);
	if (err)
		return err;
	err = xp_socket_join(sk, family.events);
	if (!err && family.notify)
		err = xp_socket_join(sk, family.notify);
	if (!err)
		err = xp_events_from_socket(events, sk, family.number);
	if (err)
		xp_socket_close(sk);
	return err;
}

void xp_events_close(struct xp_events *events)
{
	if (!events)
		return;
	xp_socket_close(events->sk);
	free(events);
}

int xp_events_fd(const struct xp_events *events)
{
	return xp_socket_fd(events->sk);
}

int xp_events_read(struct xp_events *events, xp_event_fn *fn, void *arg)
{
	events->fn = fn;
	events->arg = arg;
	return xp_socket_read(events->sk, read_event, events);
}

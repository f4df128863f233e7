// SPDX-License-Identifier: GPL-2.0-or-later
#include "client.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <linux/genetlink.h>
#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

/* Dumps that are tried before the groups are said to change too fast. */
#define DUMP_TRIES 8

/* Receive buffer for events: some thousands, so that a burst of rekeys fits. */
#define EVENT_BUFFER_BYTES (1024 * 1024)

/* Longest text of the kernel that is kept. */
#define EXT_ACK_MAX 256

/**
 * struct xp_client - connection for requests
 * @sk: socket
 * @family: number of the family
 * @seq: sequence number of the last request
 * @text: the kernel's words about it
 * @done: the answer to the request is complete
 * @result: its errno
 * @reply: takes each message of the answer, or NULL
 * @reply_arg: for @reply
 */
struct xp_client {
	struct nl_sock *sk;
	int family;
	uint32_t seq;
	char text[EXT_ACK_MAX];
	bool done;
	int result;
	int (*reply)(const struct nlmsghdr *nlh, void *arg);
	void *reply_arg;
};

/**
 * struct xp_events - connection for events
 * @sk: socket
 * @family: number of the family
 * @result: errno of what the datagram held
 * @fn: takes each event
 * @arg: for @fn
 */
struct xp_events {
	struct nl_sock *sk;
	int family;
	int result;
	xp_event_fn *fn;
	void *arg;
};

/*
 * libnl's own errors back to errno.  An error that the kernel sent does not
 * pass here: error_cb() keeps its errno, which libnl would coarsen.
 */
static int to_errno(int nlerr)
{
	switch (-nlerr) {
	case NLE_SUCCESS:
		return 0;
	case NLE_INTR:
		return -EINTR;
	case NLE_AGAIN:
		return -EAGAIN;
	case NLE_DUMP_INTR:
		return -EAGAIN;
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
	case NLE_BAD_SOCK:
		return -EBADF;
	case NLE_BUSY:
		return -EBUSY;
	case NLE_EXIST:
		return -EEXIST;
	case NLE_MSGSIZE:
	case NLE_MSG_TOOSHORT:
	case NLE_MSG_TRUNC:
	case NLE_MSG_OVERFLOW:
	case NLE_SEQ_MISMATCH:
		return -EBADMSG;
	default:
		return -EIO;
	}
}

static bool from_kernel(const struct sockaddr_nl *from)
{
	return from->nl_pid == 0;
}

/*
 * Does a message belong to the last request?  libnl's own check counts also
 * what others than the kernel sent, and fails for good after an answer that
 * was given up half read.
 */
static bool is_answer(const struct xp_client *client,
		      const struct sockaddr_nl *from,
		      const struct nlmsghdr *nlh)
{
	return from_kernel(from) && nlh->nlmsg_seq == client->seq;
}

static int valid_cb(struct nl_msg *msg, void *arg)
{
	struct xp_client *client = arg;
	const struct nlmsghdr *nlh = nlmsg_hdr(msg);
	int err;

	if (!is_answer(client, nlmsg_get_src(msg), nlh) ||
	    nlh->nlmsg_type != client->family)
		return NL_SKIP;
	if (!client->reply)
		return NL_OK;
	err = client->reply(nlh, client->reply_arg);
	/* Read on: a rest in the socket would be taken for the next answer. */
	if (err && !client->result)
		client->result = err;
	return NL_OK;
}

static int ack_cb(struct nl_msg *msg, void *arg)
{
	const struct nlmsghdr *nlh = nlmsg_hdr(msg);
	struct xp_client *client = arg;

	if (!is_answer(client, nlmsg_get_src(msg), nlh))
		return NL_SKIP;
	xp_msg_get_ext_ack(nlh, client->text, sizeof(client->text));
	client->done = true;
	return NL_STOP;
}

/* The end of a dump carries its errno (netlink_dump_done() of the kernel). */
static int finish_cb(struct nl_msg *msg, void *arg)
{
	const struct nlmsghdr *nlh = nlmsg_hdr(msg);
	struct xp_client *client = arg;

	if (!is_answer(client, nlmsg_get_src(msg), nlh))
		return NL_SKIP;
	if (nlmsg_datalen(nlh) >= (int)sizeof(int)) {
		int err = *(const int *)nlmsg_data(nlh);

		if (err < 0 && !client->result)
			client->result = err;
	}
	xp_msg_get_ext_ack(nlh, client->text, sizeof(client->text));
	client->done = true;
	return NL_STOP;
}

static int error_cb(struct sockaddr_nl *from, struct nlmsgerr *nlerr, void *arg)
{
	struct xp_client *client = arg;
	const struct nlmsghdr *nlh;

	/* libnl gives the payload only, but it lies behind its header. */
	nlh = (const struct nlmsghdr *)((char *)nlerr - NLMSG_HDRLEN);
	if (!is_answer(client, from, nlh))
		return NL_SKIP;
	xp_msg_get_ext_ack(nlh, client->text, sizeof(client->text));
	client->result = nlerr->error;
	client->done = true;
	return NL_STOP;
}

/* A connected socket that knows the family. */
static int open_socket(struct nl_sock **sk_out, int *family)
{
	struct nl_sock *sk = nl_socket_alloc();
	int err;

	if (!sk)
		return -ENOMEM;
	err = genl_connect(sk);
	if (err)
		goto error;
	*family = genl_ctrl_resolve(sk, XFRM_PCPU_GENL_NAME);
	if (*family < 0) {
		err = *family;
		goto error;
	}
	*sk_out = sk;
	return 0;

error:
	nl_socket_free(sk);
	return to_errno(err);
}

int xp_client_from_socket(struct xp_client **client_out, struct nl_sock *sk,
			  int family)
{
	struct xp_client *client = calloc(1, sizeof(*client));
	struct nl_cb *cb;

	if (!client)
		return -ENOMEM;
	client->sk = sk;
	client->family = family;

	nl_socket_disable_seq_check(sk);
	cb = nl_socket_get_cb(sk);
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, valid_cb, client);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, ack_cb, client);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, finish_cb, client);
	nl_cb_err(cb, NL_CB_CUSTOM, error_cb, client);
	nl_cb_put(cb);
	*client_out = client;
	return 0;
}

int xp_client_open(struct xp_client **client)
{
	struct nl_sock *sk;
	int one = 1;
	int family;
	int err;

	err = open_socket(&sk, &family);
	if (err)
		return err;
	/* Kernels before 4.12 have no texts: work without them. */
	setsockopt(nl_socket_get_fd(sk), SOL_NETLINK, NETLINK_EXT_ACK, &one,
		   sizeof(one));
	setsockopt(nl_socket_get_fd(sk), SOL_NETLINK, NETLINK_CAP_ACK, &one,
		   sizeof(one));
	err = xp_client_from_socket(client, sk, family);
	if (err)
		nl_socket_free(sk);
	return err;
}

void xp_client_close(struct xp_client *client)
{
	if (!client)
		return;
	nl_socket_free(client->sk);
	free(client);
}

const char *xp_client_text(const struct xp_client *client)
{
	return client->text;
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

/* Send @msg, which is freed, and read the answer up to its end. */
static int transact(struct xp_client *client, struct nl_msg *msg,
		    int (*reply)(const struct nlmsghdr *, void *),
		    void *reply_arg)
{
	int err;

	client->text[0] = '\0';
	client->done = false;
	client->result = 0;
	client->reply = reply;
	client->reply_arg = reply_arg;

	err = nl_send_auto(client->sk, msg);
	client->seq = nlmsg_hdr(msg)->nlmsg_seq;
	nlmsg_free(msg);
	if (err < 0)
		return to_errno(err);
	do {
		err = nl_recvmsgs_default(client->sk);
	} while (err >= 0 && !client->done);

	/* -NLE_DUMP_INTR comes after the end of a complete dump. */
	if (client->result)
		return client->result;
	return err < 0 ? to_errno(err) : 0;
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
	return transact(client, msg, NULL, NULL);
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
	err = transact(client, msg, info_reply, &reply);
	if (!err && !reply.seen)
		err = -ENODATA;
	return err;
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
		err = transact(client, msg, group_reply, groups);
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

static int event_cb(struct nl_msg *msg, void *arg)
{
	const struct nlmsghdr *nlh = nlmsg_hdr(msg);
	struct xp_events *events = arg;
	struct xp_event event;
	int err;

	if (!from_kernel(nlmsg_get_src(msg)))
		return NL_SKIP;
	if (nlh->nlmsg_type == GENL_ID_CTRL) {
		if (xp_msg_is_family_gone(nlh, XFRM_PCPU_GENL_NAME))
			events->result = -ENODEV;
		return NL_OK;
	}
	if (nlh->nlmsg_type != events->family)
		return NL_SKIP;
	err = xp_msg_get_event(nlh, &event);
	if (!err)
		events->fn(&event, events->arg);
	else if (err != -EOPNOTSUPP && !events->result)
		events->result = err;
	return NL_OK;
}

int xp_events_from_socket(struct xp_events **events_out, struct nl_sock *sk,
			  int family)
{
	struct xp_events *events = calloc(1, sizeof(*events));

	if (!events)
		return -ENOMEM;
	events->sk = sk;
	events->family = family;
	nl_socket_disable_seq_check(sk);
	nl_socket_modify_cb(sk, NL_CB_VALID, NL_CB_CUSTOM, event_cb, events);
	*events_out = events;
	return 0;
}

int xp_events_open(struct xp_events **events)
{
	struct nl_sock *sk;
	int family;
	int group;
	int err;

	err = open_socket(&sk, &family);
	if (err)
		return err;
	nl_socket_set_buffer_size(sk, EVENT_BUFFER_BYTES, 0);

	group = genl_ctrl_resolve_grp(sk, XFRM_PCPU_GENL_NAME,
				      XFRM_PCPU_MCGRP_EVENTS);
	if (group < 0) {
		err = to_errno(group);
		goto error;
	}
	err = to_errno(nl_socket_add_membership(sk, group));
	if (err)
		goto error;
	/* The controller tells when the family goes away. */
	group = genl_ctrl_resolve_grp(sk, "nlctrl", "notify");
	if (group >= 0)
		nl_socket_add_membership(sk, group);

	err = xp_events_from_socket(events, sk, family);
	if (err)
		goto error;
	return 0;

error:
	nl_socket_free(sk);
	return err;
}

void xp_events_close(struct xp_events *events)
{
	if (!events)
		return;
	nl_socket_free(events->sk);
	free(events);
}

int xp_events_fd(const struct xp_events *events)
{
	return nl_socket_get_fd(events->sk);
}

int xp_events_read(struct xp_events *events, xp_event_fn *fn, void *arg)
{
	int err;

	events->result = 0;
	events->fn = fn;
	events->arg = arg;
	err = nl_recvmsgs_default(events->sk);
	if (events->result)
		return events->result;
	/* libnl makes ENOBUFS and ENOMEM one; both lose an event here. */
	if (err == -NLE_NOMEM)
		return -ENOBUFS;
	return err < 0 ? to_errno(err) : 0;
}

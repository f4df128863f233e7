// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The client against a kernel made of prepared answers: libnl lets both ends
 * of a socket be replaced.
 */
#include <errno.h>
#include <stdlib.h>

#include <linux/genetlink.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

#include "kernel/client.h"
#include "tap.h"
#include "wire.h"

#define FAMILY 0x30
#define ANSWERS_MAX 16

/**
 * struct answer - one datagram of the kernel
 * @wire: its message
 * @err: libnl error instead of a datagram
 * @from: port of the sender; 0 is the kernel
 * @stale: it answers the request before
 */
struct answer {
	struct wire wire;
	int err;
	uint32_t from;
	bool stale;
};

static struct answer answers[ANSWERS_MAX];
static size_t nr_answers, next_answer;
static struct wire asked;
static int requests;

static void forget(void)
{
	nr_answers = 0;
	next_answer = 0;
	requests = 0;
	memset(&asked, 0, sizeof(asked));
}

static struct answer *answer(void)
{
	struct answer *new = &answers[nr_answers++];

	memset(new, 0, sizeof(*new));
	return new;
}

static int fake_send(struct nl_sock *sk, struct nl_msg *msg)
{
	const struct nlmsghdr *nlh = nlmsg_hdr(msg);

	(void)sk;
	requests++;
	memcpy(asked.bytes, nlh, nlh->nlmsg_len);
	return nlh->nlmsg_len;
}

static int fake_recv(struct nl_sock *sk, struct sockaddr_nl *from,
		     unsigned char **buffer, struct ucred **creds)
{
	struct answer *now;
	struct nlmsghdr *nlh;

	(void)sk;
	(void)creds;
	if (next_answer == nr_answers)
		return -NLE_AGAIN; /* would wait for ever */
	now = &answers[next_answer++];
	if (now->err)
		return -now->err;
	memset(from, 0, sizeof(*from));
	from->nl_family = AF_NETLINK;
	from->nl_pid = now->from;
	nlh = malloc(now->wire.nlh.nlmsg_len);
	memcpy(nlh, now->wire.bytes, now->wire.nlh.nlmsg_len);
	nlh->nlmsg_seq = asked.nlh.nlmsg_seq - now->stale;
	nlh->nlmsg_pid = asked.nlh.nlmsg_pid;
	*buffer = (unsigned char *)nlh;
	return nlh->nlmsg_len;
}

static struct nl_sock *fake_socket(void)
{
	struct nl_sock *sk = nl_socket_alloc();
	struct nl_cb *cb = nl_socket_get_cb(sk);

	nl_cb_overwrite_send(cb, fake_send);
	nl_cb_overwrite_recv(cb, fake_recv);
	nl_cb_put(cb);
	return sk;
}

static void answer_errno(int err, const char *text)
{
	struct nlmsgerr error = { .error = err };
	struct wire *wire = &answer()->wire;

	wire_begin_raw(wire, NLMSG_ERROR,
		       NLM_F_CAPPED | (text ? NLM_F_ACK_TLVS : 0));
	wire_bytes(wire, &error, sizeof(error));
	if (text)
		wire_string(wire, NLMSGERR_ATTR_MSG, text);
}

static void answer_done(int err, const char *text)
{
	struct wire *wire = &answer()->wire;

	wire_begin_raw(wire, NLMSG_DONE,
		       NLM_F_MULTI | (text ? NLM_F_ACK_TLVS : 0));
	wire_bytes(wire, &err, sizeof(err));
	if (text)
		wire_string(wire, NLMSGERR_ATTR_MSG, text);
}

static void answer_group(uint64_t id, uint32_t spi, uint16_t flags)
{
	struct wire *wire = &answer()->wire;

	wire_group(wire, id);
	wire_sa(wire, spi, 1);
	wire->nlh.nlmsg_flags = NLM_F_MULTI | flags;
}

static uint32_t asked_u32(int type, uint32_t absent)
{
	struct nlattr *nla = nlmsg_find_attr(&asked.nlh, GENL_HDRLEN, type);

	return nla ? nla_get_u32(nla) : absent;
}

static uint8_t asked_cmd(void)
{
	return ((struct genlmsghdr *)nlmsg_data(&asked.nlh))->cmd;
}

static void changes(struct xp_client *client)
{
	struct xp_sa_id id = {
		.dst = { .family = AF_INET },
		.spi = 0x1234,
		.proto = IPPROTO_ESP,
	};

	forget();
	answer_errno(0, NULL);
	is_num(xp_client_bind(client, &id, 0), 0, "bind");
	is_num(asked.nlh.nlmsg_type, FAMILY, "it asks the family");
	ok(asked.nlh.nlmsg_flags & NLM_F_ACK, "it wants an answer");
	is_num(asked_cmd(), XFRM_PCPU_CMD_BIND, "command");
	is_num(asked_u32(XFRM_PCPU_A_CPU, 99), 0, "CPU 0");
	is_str(xp_client_text(client), "", "no text");

	forget();
	answer_errno(-ENOENT, "the SA has no CPU: bind gives it one");
	is_num(xp_client_move(client, &id, 3), -ENOENT, "move is refused");
	is_num(asked_cmd(), XFRM_PCPU_CMD_MOVE, "command");
	is_str(xp_client_text(client), "the SA has no CPU: bind gives it one",
	       "the kernel's words");

	/* libnl would make these -NLE_FAILURE and -NLE_RANGE. */
	forget();
	answer_errno(-ENOSPC, NULL);
	is_num(xp_client_expect(client, &id, 3, 0), -ENOSPC, "errno is kept");
	is_str(xp_client_text(client), "", "old text is gone");
	is_num(asked_cmd(), XFRM_PCPU_CMD_EXPECT, "command");
	is_num(asked_u32(XFRM_PCPU_A_TIMEOUT_MS, 99), 0, "timeout 0 is sent");
	forget();
	answer_errno(-ERANGE, "pCPU number too big");
	is_num(xp_client_bind(client, &id, 500), -ERANGE, "errno is kept");

	forget();
	answer_errno(0, "module without hook");
	is_num(xp_client_unbind(client, &id), 0, "success with a warning");
	is_num(asked_cmd(), XFRM_PCPU_CMD_UNBIND, "command");
	is_num(asked_u32(XFRM_PCPU_A_CPU, 99), 99, "no CPU is sent");
	is_str(xp_client_text(client), "module without hook", "the warning");

	/* Somebody else's answer before the kernel's. */
	forget();
	answer_errno(0, NULL);
	answers[0].from = 4711;
	answer_errno(-EPERM, NULL);
	answers[1].from = 4711;
	answer_errno(-EBUSY, NULL);
	is_num(xp_client_bind(client, &id, 1), -EBUSY,
	       "only the kernel is believed");
	forget();
	answer_errno(0, "late");
	answers[0].stale = true;
	answer_errno(-EPERM, "late");
	answers[1].stale = true;
	answer_errno(-EBUSY, NULL);
	is_num(xp_client_bind(client, &id, 1), -EBUSY,
	       "an old answer is skipped");
	is_str(xp_client_text(client), "", "its text too");
	id.dst.family = AF_UNSPEC;
	is_num(xp_client_bind(client, &id, 1), -EAFNOSUPPORT, "no family");
}

static void info(struct xp_client *client)
{
	struct xp_info info = { 0 };
	struct wire *wire;

	forget();
	wire = &answer()->wire;
	wire_begin(wire, XFRM_PCPU_CMD_GET_INFO);
	wire_string(wire, XFRM_PCPU_A_VERSION, "0.1");
	wire_u32(wire, XFRM_PCPU_A_FEATURES, 3);
	answer_errno(0, NULL);
	is_num(xp_client_info(client, &info), 0, "info");
	is_num(info.features, 3, "its features");
	is_num(next_answer, 2, "the acknowledgement is read too");

	forget();
	answer_errno(0, NULL);
	is_num(xp_client_info(client, &info), -ENODATA, "no reply");
	forget();
	wire_begin(&answer()->wire, XFRM_PCPU_CMD_GET_INFO);
	answer_errno(0, NULL);
	is_num(xp_client_info(client, &info), -EBADMSG, "malformed reply");
	is_num(next_answer, 2, "the rest is read nevertheless");
	forget();
	answer_errno(-EPERM, NULL);
	is_num(xp_client_info(client, &info), -EPERM, "not permitted");
}

static void dumps(struct xp_client *client)
{
	struct xp_groups groups = { 0 };

	forget();
	answer_group(1, 1, 0);
	answer_group(2, 2, 0);
	answer_group(1, 3, 0);
	answer_done(0, NULL);
	is_num(xp_client_groups(client, &groups), 0, "dump");
	is_num(asked_cmd(), XFRM_PCPU_CMD_GET_GROUP, "command");
	is_num(asked.nlh.nlmsg_flags & NLM_F_DUMP, NLM_F_DUMP, "as a dump");
	is_num(groups.count, 2, "its groups");
	xp_groups_free(&groups);

	forget();
	answer_done(0, NULL);
	is_num(xp_client_groups(client, &groups), 0, "empty dump");
	is_num(groups.count, 0, "no groups");

	forget();
	answer_group(1, 1, NLM_F_DUMP_INTR);
	answer_done(0, NULL);
	answer_group(2, 1, 0);
	answer_done(0, NULL);
	is_num(xp_client_groups(client, &groups), 0, "dump with changes");
	is_num(requests, 2, "it is repeated");
	ok(groups.count == 1 && groups.group[0].id == 2,
	   "the first try is forgotten");
	xp_groups_free(&groups);

	forget();
	for (int i = 0; i < 8; i++) {
		answer_group(1, 1, NLM_F_DUMP_INTR);
		answer_done(0, NULL);
	}
	is_num(xp_client_groups(client, &groups), -EAGAIN, "endless changes");
	is_num(requests, 8, "a limited number of tries");
	ok(!groups.count, "nothing is left");

	forget();
	answer_group(1, 1, 0);
	answer_done(-ENOMEM, "no memory for groups");
	is_num(xp_client_groups(client, &groups), -ENOMEM,
	       "errno at the end of a dump");
	is_str(xp_client_text(client), "no memory for groups", "its text");
	ok(!groups.count, "nothing is left");

	forget();
	answer_group(1, 1, 0);
	answers[0].wire.nlh.nlmsg_len -= 4;
	answer_group(2, 1, 0);
	answer_done(0, NULL);
	is_num(xp_client_groups(client, &groups), -EBADMSG, "malformed group");
	is_num(next_answer, 3, "the rest is read nevertheless");
	ok(!groups.count, "nothing is left");

	forget();
	answer_errno(-EPERM, NULL);
	is_num(xp_client_groups(client, &groups), -EPERM, "refused dump");
	forget();
	answer()->err = NLE_NOMEM;
	is_num(xp_client_groups(client, &groups), -ENOMEM, "failed receive");
}

static int seen_events;

static void count_event(const struct xp_event *event, void *arg)
{
	seen_events += event->cmd == XFRM_PCPU_CMD_EV_ACQUIRE;
	(void)arg;
}

static struct wire *answer_event(void)
{
	struct wire *wire = &answer()->wire;

	wire_begin(wire, XFRM_PCPU_CMD_EV_ACQUIRE);
	wire_key(wire);
	wire_u32(wire, XFRM_PCPU_A_CPU, 1);
	return wire;
}

static void listen_events(void)
{
	struct nl_sock *sk = fake_socket();
	struct xp_events *events;
	struct wire *wire;

	if (!ok(!xp_events_from_socket(&events, sk, FAMILY), "listener"))
		return;
	forget();
	asked.nlh.nlmsg_seq = 4711; /* events have no request */
	wire_u32(answer_event(), XFRM_PCPU_A_SEQ, 1);
	is_num(xp_events_read(events, count_event, NULL), 0, "event");
	is_num(seen_events, 1, "it is reported");

	answer()->err = NLE_NOMEM;
	is_num(xp_events_read(events, count_event, NULL), -ENOBUFS, "loss");
	answer_event();
	is_num(xp_events_read(events, count_event, NULL), -EBADMSG,
	       "malformed event");
	wire_begin(&answer()->wire, XFRM_PCPU_CMD_MAX + 1);
	is_num(xp_events_read(events, count_event, NULL), 0, "unknown event");
	wire_u32(answer_event(), XFRM_PCPU_A_SEQ, 1);
	answers[nr_answers - 1].from = 4711;
	is_num(xp_events_read(events, count_event, NULL), 0, "forged event");
	is_num(seen_events, 1, "none of them is reported");
	wire_u32(answer_event(), XFRM_PCPU_A_SEQ, 1);
	is_num(xp_events_read(events, count_event, NULL), 0, "event");
	is_num(seen_events, 2, "listening went on");

	wire = &answer()->wire;
	wire_begin(wire, CTRL_CMD_DELFAMILY);
	wire_string(wire, CTRL_ATTR_FAMILY_NAME, XFRM_PCPU_GENL_NAME);
	wire->nlh.nlmsg_type = GENL_ID_CTRL;
	is_num(xp_events_read(events, count_event, NULL), -ENODEV,
	       "the module was removed");
	xp_events_close(events);
}

void test_client(void)
{
	struct nl_sock *sk = fake_socket();
	struct xp_client *client;

	if (!ok(!xp_client_from_socket(&client, sk, FAMILY), "client"))
		return;
	changes(client);
	info(client);
	dumps(client);
	xp_client_close(client);
	xp_client_close(NULL);
	listen_events();
	xp_events_close(NULL);
}

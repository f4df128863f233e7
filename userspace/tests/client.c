// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The client against a kernel made of prepared answers.
 */
#include <errno.h>

#include <linux/genetlink.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>

#include "kernel/client.h"
#include "kernel/socket.h"
#include "fake.h"
#include "tap.h"

#define FAMILY 0x30

static void answer_group(uint64_t id, uint32_t spi, uint16_t flags)
{
	struct wire *wire = &fake_answer()->wire;

	wire_group(wire, id);
	wire_sa(wire, spi, 1);
	wire->nlh.nlmsg_flags = NLM_F_MULTI | flags;
}

static uint32_t asked_u32(int type, uint32_t absent)
{
	struct nlattr *nla =
		nlmsg_find_attr(&fake.asked.nlh, GENL_HDRLEN, type);

	return nla ? nla_get_u32(nla) : absent;
}

static uint8_t asked_cmd(void)
{
	return ((struct genlmsghdr *)nlmsg_data(&fake.asked.nlh))->cmd;
}

static void changes(struct xp_client *client)
{
	struct xp_sa_id id = {
		.dst = { .family = AF_INET },
		.spi = 0x1234,
		.proto = IPPROTO_ESP,
	};

	fake_forget();
	fake_errno(0, NULL);
	is_num(xp_client_bind(client, &id, 0), 0, "bind");
	is_num(fake.asked.nlh.nlmsg_type, FAMILY, "it asks the family");
	ok(fake.asked.nlh.nlmsg_flags & NLM_F_ACK, "it wants an answer");
	is_num(asked_cmd(), XFRM_PCPU_CMD_BIND, "command");
	is_num(asked_u32(XFRM_PCPU_A_CPU, 99), 0, "CPU 0");
	is_str(xp_client_text(client), "", "no text");

	fake_forget();
	fake_errno(-ENOENT, "the SA has no CPU: bind gives it one");
	is_num(xp_client_move(client, &id, 3), -ENOENT, "move is refused");
	is_num(asked_cmd(), XFRM_PCPU_CMD_MOVE, "command");
	is_str(xp_client_text(client), "the SA has no CPU: bind gives it one",
	       "the kernel's words");

	fake_forget();
	fake_errno(-ENOSPC, NULL);
	is_num(xp_client_expect(client, &id, 3, 0), -ENOSPC, "errno is kept");
	is_str(xp_client_text(client), "", "old text is gone");
	is_num(asked_cmd(), XFRM_PCPU_CMD_EXPECT, "command");
	is_num(asked_u32(XFRM_PCPU_A_TIMEOUT_MS, 99), 0, "timeout 0 is sent");
	fake_forget();
	fake_errno(-ERANGE, "pCPU number too big");
	is_num(xp_client_bind(client, &id, 500), -ERANGE, "errno is kept");

	fake_forget();
	fake_errno(0, "module without hook");
	is_num(xp_client_unbind(client, &id), 0, "success with a warning");
	is_num(asked_cmd(), XFRM_PCPU_CMD_UNBIND, "command");
	is_num(asked_u32(XFRM_PCPU_A_CPU, 99), 99, "no CPU is sent");
	is_str(xp_client_text(client), "module without hook", "the warning");

	/* Somebody else's answer before the kernel's. */
	fake_forget();
	fake_errno(0, NULL);
	fake.answers[0].from = 4711;
	fake_errno(-EPERM, NULL);
	fake.answers[1].from = 4711;
	fake_errno(-EBUSY, NULL);
	is_num(xp_client_bind(client, &id, 1), -EBUSY,
	       "only the kernel is believed");
	fake_forget();
	fake_errno(0, "late");
	fake.answers[0].stale = true;
	fake_errno(-EPERM, "late");
	fake.answers[1].stale = true;
	fake_errno(-EBUSY, NULL);
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

	fake_forget();
	wire = &fake_answer()->wire;
	wire_begin(wire, XFRM_PCPU_CMD_GET_INFO);
	wire_string(wire, XFRM_PCPU_A_VERSION, "0.1");
	wire_u32(wire, XFRM_PCPU_A_FEATURES, 3);
	fake_errno(0, NULL);
	is_num(xp_client_info(client, &info), 0, "info");
	is_num(info.features, 3, "its features");
	is_num(fake.next, 2, "the acknowledgement is read too");

	fake_forget();
	fake_errno(0, NULL);
	is_num(xp_client_info(client, &info), -ENODATA, "no reply");
	fake_forget();
	wire_begin(&fake_answer()->wire, XFRM_PCPU_CMD_GET_INFO);
	fake_errno(0, NULL);
	is_num(xp_client_info(client, &info), -EBADMSG, "malformed reply");
	is_num(fake.next, 2, "the rest is read nevertheless");
	fake_forget();
	fake_errno(-EPERM, NULL);
	is_num(xp_client_info(client, &info), -EPERM, "not permitted");
}

static void dumps(struct xp_client *client)
{
	struct xp_groups groups = { 0 };

	fake_forget();
	answer_group(1, 1, 0);
	answer_group(2, 2, 0);
	answer_group(1, 3, 0);
	fake_done(0, NULL);
	is_num(xp_client_groups(client, &groups), 0, "dump");
	is_num(asked_cmd(), XFRM_PCPU_CMD_GET_GROUP, "command");
	is_num(fake.asked.nlh.nlmsg_flags & NLM_F_DUMP, NLM_F_DUMP,
	       "as a dump");
	is_num(groups.count, 2, "its groups");
	xp_groups_free(&groups);

	fake_forget();
	fake_done(0, NULL);
	is_num(xp_client_groups(client, &groups), 0, "empty dump");
	is_num(groups.count, 0, "no groups");

	fake_forget();
	answer_group(1, 1, NLM_F_DUMP_INTR);
	fake_done(0, NULL);
	answer_group(2, 1, 0);
	fake_done(0, NULL);
	is_num(xp_client_groups(client, &groups), 0, "dump with changes");
	is_num(fake.requests, 2, "it is repeated");
	ok(groups.count == 1 && groups.group[0].id == 2,
	   "the first try is forgotten");
	xp_groups_free(&groups);

	fake_forget();
	for (int i = 0; i < 8; i++) {
		answer_group(1, 1, NLM_F_DUMP_INTR);
		fake_done(0, NULL);
	}
	is_num(xp_client_groups(client, &groups), -EAGAIN, "endless changes");
	is_num(fake.requests, 8, "a limited number of tries");
	ok(!groups.count, "nothing is left");

	fake_forget();
	answer_group(1, 1, 0);
	fake_done(-ENOMEM, "no memory for groups");
	is_num(xp_client_groups(client, &groups), -ENOMEM,
	       "errno at the end of a dump");
	is_str(xp_client_text(client), "no memory for groups", "its text");
	ok(!groups.count, "nothing is left");

	fake_forget();
	answer_group(1, 1, 0);
	fake.answers[0].wire.nlh.nlmsg_len -= 4;
	answer_group(2, 1, 0);
	fake_done(0, NULL);
	is_num(xp_client_groups(client, &groups), -EBADMSG, "malformed group");
	is_num(fake.next, 3, "the rest is read nevertheless");
	ok(!groups.count, "nothing is left");

	fake_forget();
	fake_errno(-EPERM, NULL);
	is_num(xp_client_groups(client, &groups), -EPERM, "refused dump");
	fake_forget();
	fake_answer()->err = -ENOBUFS;
	is_num(xp_client_groups(client, &groups), -ENOBUFS, "failed receive");
}

static int seen_events;

static void count_event(const struct xp_event *event, void *arg)
{
	seen_events += event->cmd == XFRM_PCPU_CMD_EV_ACQUIRE;
	(void)arg;
}

static struct wire *answer_event(void)
{
	struct wire *wire = &fake_answer()->wire;

	wire_begin(wire, XFRM_PCPU_CMD_EV_ACQUIRE);
	wire_key(wire);
	wire_u32(wire, XFRM_PCPU_A_CPU, 1);
	return wire;
}

static void listen_events(void)
{
	struct xp_socket *sk = fake_socket();
	struct xp_events *events;
	struct wire *wire;

	if (!ok(!xp_events_from_socket(&events, sk, FAMILY), "listener"))
		return;
	fake_forget();
	fake.asked.nlh.nlmsg_seq = 4711; /* events have no request */
	wire_u32(answer_event(), XFRM_PCPU_A_SEQ, 1);
	is_num(xp_events_read(events, count_event, NULL), 0, "event");
	is_num(seen_events, 1, "it is reported");

	fake_answer()->err = -ENOBUFS;
	is_num(xp_events_read(events, count_event, NULL), -ENOBUFS, "loss");
	answer_event();
	is_num(xp_events_read(events, count_event, NULL), -EBADMSG,
	       "malformed event");
	wire_begin(&fake_answer()->wire, XFRM_PCPU_CMD_MAX + 1);
	is_num(xp_events_read(events, count_event, NULL), 0, "unknown event");
	wire_u32(answer_event(), XFRM_PCPU_A_SEQ, 1);
	fake.answers[fake.nr_answers - 1].from = 4711;
	is_num(xp_events_read(events, count_event, NULL), 0, "forged event");
	is_num(seen_events, 1, "none of them is reported");
	wire_u32(answer_event(), XFRM_PCPU_A_SEQ, 1);
	is_num(xp_events_read(events, count_event, NULL), 0, "event");
	is_num(seen_events, 2, "listening went on");

	wire = &fake_answer()->wire;
	wire_begin(wire, CTRL_CMD_DELFAMILY);
	wire_string(wire, CTRL_ATTR_FAMILY_NAME, XFRM_PCPU_GENL_NAME);
	wire->nlh.nlmsg_type = GENL_ID_CTRL;
	is_num(xp_events_read(events, count_event, NULL), -ENODEV,
	       "the module was removed");
	xp_events_close(events);
}

void test_client(void)
{
	struct xp_socket *sk = fake_socket();
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

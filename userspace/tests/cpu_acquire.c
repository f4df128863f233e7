// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Setting CPU_ACQUIRE while others write and delete the policy: a kernel with one
 * policy, in which somebody does something before each of our requests.
 */
#include "kernel/cpu_acquire.h"

#include <errno.h>
#include <string.h>

#include <netlink/msg.h>

#include "kernel/socket.h"
#include "tap.h"
#include "wire_xfrm.h"

#define PORT 4711
#define EVENTS_MAX 64
#define DEPTH 5

/**
 * enum deed - what others do
 * @NOTHING: nothing
 * @DELETE: DELPOLICY
 * @FLUSH: FLUSHPOLICY
 * @WRITE: UPDPOLICY with another content
 * @RENEW: DELPOLICY, NEWPOLICY with another content
 */
enum deed { NOTHING, DELETE, FLUSH, WRITE, RENEW, DEEDS };

/**
 * struct spd - a kernel's policy
 * @is_there: it has one
 * @priority: tells what was written
 * @flags: its flags
 */
struct spd {
	bool is_there;
	uint32_t priority;
	uint8_t flags;
};

/**
 * struct model - the kernel
 * @now: its policy
 * @alone: what it were without us
 * @deeds: what others do before and after our first request, our second, ...
 * @moments: how many of these have been
 * @requests: how many requests we have sent
 * @answer: answers to the last one, @nr_answers of them
 * @given: how many were read
 * @event: what was told, @nr_events of them
 * @heard: how many were read
 * @theirs_last: others came after our last request
 * @seq: of the last request
 * @lost: events were lost
 * @is_labelled: the policy has a security context
 * @is_another: the index is that of another policy
 * @refuses: errno of UPDPOLICY
 */
struct model {
	struct spd now;
	struct spd alone;
	enum deed deeds[DEPTH];
	size_t moments;
	int requests;
	struct wire answer[2];
	size_t nr_answers;
	size_t given;
	struct wire event[EVENTS_MAX];
	size_t nr_events;
	size_t heard;
	bool theirs_last;
	uint32_t seq;
	bool lost;
	bool is_labelled;
	bool is_another;
	int refuses;
};

static struct model model;

static void put_policy(struct wire *wire, uint16_t type, const struct spd *spd)
{
	wire_policy(wire, spd->flags);
	memcpy(wire->bytes + NLMSG_HDRLEN +
		       offsetof(struct xfrm_userpolicy_info, priority),
	       &spd->priority, sizeof(spd->priority));
	wire->nlh.nlmsg_type = type;
}

static struct wire *next_event(uint32_t port)
{
	struct wire *wire = &model.event[model.nr_events++];

	memset(wire, 0, sizeof(*wire));
	model.theirs_last = port != PORT;
	return wire;
}

static void say_written(uint32_t port)
{
	struct wire *wire = next_event(port);

	put_policy(wire, XFRM_MSG_UPDPOLICY, &model.now);
	wire->nlh.nlmsg_seq = model.seq;
	wire->nlh.nlmsg_pid = port;
}

static void say_deleted(uint32_t port, bool by_index)
{
	struct xfrm_userpolicy_info info = wire_policy_info(model.now.flags);
	struct xfrm_userpolicy_id id = { .dir = info.dir };
	struct wire *wire = next_event(port);

	if (by_index)
		id.index = info.index;
	else
		id.sel = info.sel;
	wire_begin_raw(wire, XFRM_MSG_DELPOLICY, 0);
	wire_bytes(wire, &id, sizeof(id));
	wire_attr(wire, XFRMA_POLICY, &info, sizeof(info));
	wire->nlh.nlmsg_seq = model.seq;
	wire->nlh.nlmsg_pid = port;
}

/* Their requests may have our sequence numbers, but not our port. */
static void do_next_deed(void)
{
	static uint32_t priority = 1000;
	enum deed deed = model.moments < DEPTH ? model.deeds[model.moments]
					       : NOTHING;

	model.moments++;

	if (deed == FLUSH) {
		wire_begin_raw(next_event(0), XFRM_MSG_FLUSHPOLICY, 0);
		model.event[model.nr_events - 1].nlh.nlmsg_seq = model.seq;
	} else if ((deed == DELETE || deed == RENEW) && model.now.is_there) {
		say_deleted(0, false);
	}
	if (deed == DELETE || deed == FLUSH || deed == RENEW) {
		model.now.is_there = false;
		model.alone.is_there = false;
	}
	if (deed == WRITE || deed == RENEW) {
		model.now = (struct spd){ true, ++priority, 0 };
		model.alone = model.now;
		say_written(0);
	}
}

static void acknowledge(int err)
{
	struct nlmsgerr error = { .error = err };
	struct wire *wire = &model.answer[model.nr_answers++];

	wire_begin_raw(wire, NLMSG_ERROR, NLM_F_CAPPED);
	wire_bytes(wire, &error, sizeof(error));
}

static void get(void)
{
	struct wire *wire = &model.answer[model.nr_answers++];

	put_policy(wire, XFRM_MSG_NEWPOLICY, &model.now);
	wire->bytes[NLMSG_HDRLEN] += model.is_another;
	if (model.is_labelled)
		wire_string(wire, XFRMA_SEC_CTX, "a label");
}

static int serve(void *arg, const struct nlmsghdr *nlh)
{
	struct xfrm_userpolicy_info info = { 0 };
	bool was_there;

	(void)arg;
	if (nlh->nlmsg_type == XFRM_MSG_UPDPOLICY)
		memcpy(&info, nlmsg_data(nlh), sizeof(info));
	model.seq = nlh->nlmsg_seq;
	do_next_deed();
	model.requests++;
	was_there = model.now.is_there;
	model.nr_answers = 0;
	model.given = 0;
	switch (nlh->nlmsg_type) {
	case XFRM_MSG_GETPOLICY:
		if (was_there)
			get();
		acknowledge(was_there ? 0 : -ENOENT);
		break;
	case XFRM_MSG_UPDPOLICY:
		if (model.refuses) {
			acknowledge(model.refuses);
			break;
		}
		model.now = (struct spd){ true, info.priority, info.flags };
		say_written(nlh->nlmsg_pid);
		acknowledge(0);
		break;
	case XFRM_MSG_DELPOLICY:
		if (was_there)
			say_deleted(nlh->nlmsg_pid, true);
		model.now.is_there = false;
		acknowledge(was_there ? 0 : -ENOENT);
		break;
	default:
		return -EOPNOTSUPP;
	}
	do_next_deed();
	return 0;
}

static ssize_t give(const struct wire *wire, struct sockaddr_nl *from,
		    void *buf, uint32_t seq)
{
	from->nl_family = AF_NETLINK;
	memcpy(buf, wire->bytes, wire->nlh.nlmsg_len);
	((struct nlmsghdr *)buf)->nlmsg_seq = seq;
	return wire->nlh.nlmsg_len;
}

static ssize_t answer(void *arg, struct sockaddr_nl *from, void *buf,
		      size_t size)
{
	(void)arg;
	(void)size;
	if (model.given == model.nr_answers)
		return -EWOULDBLOCK;
	return give(&model.answer[model.given++], from, buf, model.seq);
}

static ssize_t tell(void *arg, struct sockaddr_nl *from, void *buf, size_t size)
{
	const struct wire *wire = &model.event[model.heard];

	(void)arg;
	(void)size;
	if (model.lost) {
		model.lost = false;
		return -ENOBUFS;
	}
	if (model.heard == model.nr_events)
		return -EAGAIN;
	model.heard++;
	return give(wire, from, buf, wire->nlh.nlmsg_seq);
}

static struct xp_socket *
open_model(ssize_t (*recv)(void *, struct sockaddr_nl *, void *, size_t))
{
	struct xp_socket_io io = { .send = serve, .recv = recv, .port = PORT };
	struct xp_socket *sk = NULL;

	ok(!xp_socket_from(&sk, &io), "socket");
	return sk;
}

static void begin(void)
{
	memset(&model, 0, sizeof(model));
	model.now = (struct spd){ true, 100, 0 };
	model.alone = model.now;
}

/* What others wanted holds, but for the flag. */
static bool is_as_without_us(void)
{
	if (model.now.is_there != model.alone.is_there)
		return false;
	if (!model.now.is_there)
		return true;
	if (model.now.priority != model.alone.priority)
		return false;
	return model.theirs_last || model.now.flags == XFRM_POLICY_CPU_ACQUIRE;
}

static int set(struct xp_socket *requests, struct xp_socket *heard, bool on)
{
	struct xp_policy policy;
	struct wire wire;

	wire_policy(&wire, 0);
	xp_spd_get_policy(&wire.nlh, &policy);
	return xp_cpu_acquire_set(requests, heard, &policy, on);
}

/* Everything that others can do at so many moments. */
static void races(struct xp_socket *requests, struct xp_socket *heard)
{
	int tried = 0, bad = 0;

	for (int code = 0; code < DEEDS * DEEDS * DEEDS * DEEDS * DEEDS;
	     code++) {
		int rest = code, err;

		begin();
		for (int i = 0; i < DEPTH; i++, rest /= DEEDS)
			model.deeds[i] = rest % DEEDS;
		err = set(requests, heard, true);
		tried++;
		if (is_as_without_us() && (!err || err == -ENOENT))
			continue;
		if (!bad++)
			tap_diag("deeds %d %d %d %d %d: result %d",
				 model.deeds[0], model.deeds[1], model.deeds[2],
				 model.deeds[3], model.deeds[4], err);
	}
	is_num(bad, 0, "what others write and delete meanwhile holds (%d ways)",
	       tried);
}

void test_cpu_acquire(void)
{
	struct xp_socket *requests = open_model(answer);
	struct xp_socket *heard = open_model(tell);

	begin();
	is_num(set(requests, heard, true), 0, "set");
	is_num(model.now.flags, XFRM_POLICY_CPU_ACQUIRE, "it is set");
	is_num(model.requests, 2, "with two requests");
	is_num(set(requests, heard, true), 0, "set again");
	is_num(model.requests, 3, "nothing is written");
	is_num(set(requests, heard, false), 0, "cleared");
	is_num(model.now.flags, 0, "it is cleared");

	begin();
	model.now.flags = XFRM_POLICY_ICMP;
	is_num(set(requests, heard, true), 0, "set");
	is_num(model.now.flags, XFRM_POLICY_ICMP | XFRM_POLICY_CPU_ACQUIRE,
	       "the other flags of the moment stay");

	begin();
	model.is_another = true;
	is_num(set(requests, heard, true), -ENOENT,
	       "the index is another policy's now");
	is_num(model.requests, 1, "which is left alone");

	begin();
	model.refuses = -EINVAL;
	is_num(set(requests, heard, true), -EINVAL, "refused");

	begin();
	model.deeds[1] = DELETE;
	is_num(set(requests, heard, true), -ENOENT,
	       "deleted between reading and writing");
	ok(!model.now.is_there, "it stays deleted");

	begin();
	model.deeds[1] = WRITE;
	is_num(set(requests, heard, true), 0,
	       "written between reading and writing");
	is_num(model.now.priority, model.alone.priority, "that stays");

	begin();
	model.lost = true;
	is_num(set(requests, heard, true), -ENOBUFS, "events are lost");

	begin();
	model.is_labelled = true;
	model.deeds[1] = WRITE;
	is_num(set(requests, heard, true), -EOPNOTSUPP,
	       "no event tells the label");
	races(requests, heard);
	xp_socket_close(requests);
	xp_socket_close(heard);
}

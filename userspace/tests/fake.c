// SPDX-License-Identifier: GPL-2.0-or-later
#include "fake.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "kernel/socket.h"
#include "tap.h"

struct fake fake;

void fake_forget(void)
{
	memset(&fake, 0, sizeof(fake));
}

static int fake_send(void *arg, const struct nlmsghdr *nlh)
{
	struct fake *kernel = arg;

	kernel->requests++;
	memcpy(kernel->asked.bytes, nlh, nlh->nlmsg_len);
	return 0;
}

static ssize_t fake_recv(void *arg, struct sockaddr_nl *from, void *buf,
			 size_t size)
{
	struct fake *kernel = arg;
	struct nlmsghdr *nlh = buf;
	struct answer *now;
	size_t length;

	if (kernel->next == kernel->nr_answers)
		return -EWOULDBLOCK; /* would wait for ever */
	now = &kernel->answers[kernel->next++];
	if (now->err)
		return now->err;
	from->nl_family = AF_NETLINK;
	from->nl_pid = now->from;
	length = now->wire.nlh.nlmsg_len;
	memcpy(buf, now->wire.bytes, length < size ? length : size);
	nlh->nlmsg_seq = kernel->asked.nlh.nlmsg_seq - now->stale;
	kernel->buffer = buf;
	kernel->length = length;
	return length;
}

struct xp_socket *fake_socket(void)
{
	struct xp_socket_io io = {
		.send = fake_send,
		.recv = fake_recv,
		.arg = &fake,
	};
	struct xp_socket *sk = NULL;

	ok(!xp_socket_from(&sk, &io), "socket");
	return sk;
}

struct answer *fake_answer(void)
{
	return &fake.answers[fake.nr_answers++];
}

void fake_errno(int err, const char *text)
{
	struct nlmsgerr error = { .error = err };
	struct wire *wire = &fake_answer()->wire;

	wire_begin_raw(wire, NLMSG_ERROR,
		       NLM_F_CAPPED | (text ? NLM_F_ACK_TLVS : 0));
	wire_bytes(wire, &error, sizeof(error));
	if (text)
		wire_string(wire, NLMSGERR_ATTR_MSG, text);
}

void fake_done(int err, const char *text)
{
	struct wire *wire = &fake_answer()->wire;

	wire_begin_raw(wire, NLMSG_DONE,
		       NLM_F_MULTI | (text ? NLM_F_ACK_TLVS : 0));
	wire_bytes(wire, &err, sizeof(err));
	if (text)
		wire_string(wire, NLMSGERR_ATTR_MSG, text);
}

bool fake_is_wiped(void)
{
	for (size_t i = 0; i < fake.length; i++) {
		if (fake.buffer[i])
			return false;
	}
	return fake.length > 0;
}

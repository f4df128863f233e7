// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whole datagrams, as an answer to a dump and as events.  Each is its length, in
 * two bytes, and so many bytes.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "kernel/groups.h"
#include "kernel/socket.h"
#include "kernel/xfrm.h"

/* A request that is never answered to its end must not read on for ever. */
#define DATAGRAMS_MAX 64

/**
 * struct input - what was not yet read
 * @data: @left bytes
 * @left: how many
 * @seq: sequence number of the last request
 * @datagrams: how many were read
 */
struct input {
	const uint8_t *data;
	size_t left;
	uint32_t seq;
	int datagrams;
};

static int take_request(void *arg, const struct nlmsghdr *nlh)
{
	struct input *input = arg;

	input->seq = nlh->nlmsg_seq;
	return 0;
}

static ssize_t give_datagram(void *arg, struct sockaddr_nl *from, void *buf,
			     size_t size)
{
	struct nlmsghdr *nlh = buf;
	struct input *input = arg;
	size_t length;

	(void)from;
	if (input->left < 2 || input->datagrams++ == DATAGRAMS_MAX)
		return -ENOBUFS;
	length = input->data[0] | input->data[1] << 8;
	input->data += 2;
	input->left -= 2;
	if (length > input->left)
		length = input->left;
	memcpy(buf, input->data, length < size ? length : size);
	input->data += length;
	input->left -= length;
	/* Only what answers the request is looked at. */
	if (length >= sizeof(*nlh))
		nlh->nlmsg_seq = input->seq;
	return length;
}

static void ignore_event(const struct xp_xfrm_event *event, void *arg)
{
	(void)event;
	(void)arg;
}

static struct xp_socket *open_input(struct input *input)
{
	struct xp_socket_io io = {
		.send = take_request,
		.recv = give_datagram,
		.arg = input,
	};
	struct xp_socket *sk;

	if (xp_socket_from(&sk, &io))
		abort();
	return sk;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input dump = { .data = data, .left = size };
	struct input heard = { .data = data, .left = size };
	struct xp_groups groups = { 0 };
	struct xp_xfrm_events *events;
	struct xp_sad sad = { 0 };
	struct xp_xfrm *xfrm;
	int err;

	if (xp_xfrm_from_socket(&xfrm, open_input(&dump)) ||
	    xp_xfrm_events_from_socket(&events, open_input(&heard)))
		abort();
	if (!xp_xfrm_sas(xfrm, &sad))
		xp_sad_groups(&sad, &groups);
	do {
		err = xp_xfrm_events_read(events, ignore_event, NULL);
	} while (err != -ENOBUFS);
	xp_groups_free(&groups);
	xp_sad_free(&sad);
	xp_xfrm_events_close(events);
	xp_xfrm_close(xfrm);
	return 0;
}

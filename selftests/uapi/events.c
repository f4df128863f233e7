// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "events.h"
#include "names.h"
#include "print.h"

static int listener = -1;
static unsigned int acquire_seq;

void events_listen(void)
{
	int one = 1;

	events_deaf();
	listener = nl_open();
	/* Each message with the number of the group that it was sent to. */
	if (setsockopt(listener, SOL_NETLINK, NETLINK_PKTINFO, &one,
		       sizeof(one)))
		die("NETLINK_PKTINFO");
	for (int group = 1; group <= XFRMNLGRP_MAX; group++)
		nl_join(listener, group);
}

void events_deaf(void)
{
	if (listener >= 0)
		close(listener);
	listener = -1;
}

static unsigned int group_of(struct msghdr *msg)
{
	struct cmsghdr *cmsg;

	for (cmsg = CMSG_FIRSTHDR(msg); cmsg; cmsg = CMSG_NXTHDR(msg, cmsg)) {
		struct nl_pktinfo info;

		if (cmsg->cmsg_level != SOL_NETLINK ||
		    cmsg->cmsg_type != NETLINK_PKTINFO)
			continue;
		memcpy(&info, CMSG_DATA(cmsg), sizeof(info));
		return info.group;
	}
	return 0;
}

static void print_event(unsigned int group, const struct nlmsghdr *hdr)
{
	if (hdr->nlmsg_type == XFRM_MSG_ACQUIRE) {
		const struct xfrm_user_acquire *acq = NLMSG_DATA(hdr);

		acquire_seq = acq->seq;
	}
	printf("[%s] ", group_name(group));
	print_msg(hdr);
}

int events_print(void)
{
	static char buf[65536] __attribute__((aligned(8)));
	char control[256];
	int count = 0;

	while (listener >= 0) {
		struct iovec iov = { buf, sizeof(buf) };
		struct msghdr msg = { .msg_iov = &iov,
				      .msg_iovlen = 1,
				      .msg_control = control,
				      .msg_controllen = sizeof(control) };
		ssize_t len = recvmsg(listener, &msg, MSG_DONTWAIT);
		unsigned int left = len;

		if (len < 0 && errno == EAGAIN)
			break;
		if (len < 0)
			die("receive events");
		for (struct nlmsghdr *hdr = (void *)buf; NLMSG_OK(hdr, left);
		     hdr = NLMSG_NEXT(hdr, left), count++)
			print_event(group_of(&msg), hdr);
	}
	return count;
}

static long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

void events_wait(int count, int ms)
{
	long long end = now_ms() + ms;

	for (;;) {
		struct pollfd pollfd = { .fd = listener, .events = POLLIN };

		count -= events_print();
		if (count <= 0 || now_ms() >= end)
			return;
		poll(&pollfd, 1, end - now_ms());
	}
}

unsigned int events_acquire_seq(void)
{
	return acquire_seq;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "loop.h"

#include <errno.h>
#include <limits.h>
#include <sys/epoll.h>
#include <time.h>

int loop_open(struct loop *loop)
{
	*loop = (struct loop){ .epoll = epoll_create1(EPOLL_CLOEXEC) };
	return loop->epoll < 0 ? -errno : 0;
}

static int control(struct loop *loop, int how, struct watch *watch,
		   uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = watch };

	return epoll_ctl(loop->epoll, how, watch->fd, &event) ? -errno : 0;
}

int loop_add(struct loop *loop, struct watch *watch, uint32_t events)
{
	return control(loop, EPOLL_CTL_ADD, watch, events);
}

void loop_change(struct loop *loop, struct watch *watch, uint32_t events)
{
	control(loop, EPOLL_CTL_MOD, watch, events);
}

void loop_remove(struct loop *loop, struct watch *watch)
{
	if (watch->fd >= 0)
		control(loop, EPOLL_CTL_DEL, watch, 0);
	watch->fd = -1;
}

uint64_t loop_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * UINT64_C(1000) + now.tv_nsec / 1000000;
}

int loop_wait(struct loop *loop, uint64_t until)
{
	uint64_t now = loop_now();
	struct epoll_event event;
	int timeout = -1, count;

	if (until <= now)
		timeout = 0;
	else if (until != UINT64_MAX)
		timeout = until - now < INT_MAX ? until - now : INT_MAX;
	count = epoll_wait(loop->epoll, &event, 1, timeout);
	/* Who was stopped for long takes what waits before what is due by time. */
	if (count < 0 && errno == EINTR && !loop->stop)
		count = epoll_wait(loop->epoll, &event, 1, 0);
	switch (count) {
	case 1: {
		struct watch *watch = event.data.ptr;

		watch->fn(event.events, watch->arg);
		return 0;
	}
	case 0:
		return 0;
	default:
		return errno == EINTR ? 0 : -errno;
	}
}

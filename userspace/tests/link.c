// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tap.h"

#define MESSAGES 20000

static void take(struct link *link, const struct pr_message *message, void *arg)
{
	(void)link;
	(void)message;
	(void)arg;
}

static int message(char *text, size_t size, int number)
{
	return snprintf(text, size, "message=child\nnumber=%d\n\n", number);
}

/* A link, and the descriptor of who is at its other end. */
static struct link *open_link(struct loop *loop, int *far)
{
	struct link *link = NULL;
	int pair[2];

	if (ok(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair),
	       "two ends"))
		link = link_new(loop, pair[0], dup(pair[0]), take, NULL);
	*far = pair[1];
	ok(link, "a link");
	return link;
}

/* Read one message, letting the loop write; what is read late is in order. */
static bool hear(struct loop *loop, int far, int number)
{
	char want[64], got[64] = "";
	size_t length = message(want, sizeof(want), number);
	size_t have = 0;

	for (int tries = 0; have < length && tries < 20; tries++) {
		ssize_t count =
			recv(far, got + have, length - have, MSG_DONTWAIT);

		if (count > 0)
			have += count;
		else if (loop_wait(loop, loop_now() + 100))
			return false;
	}
	return have == length && !memcmp(want, got, length);
}

/* A status of many Child SAs is told before anything of it can be read. */
static void told_at_once(struct loop *loop)
{
	bool good = true;
	int far;
	struct link *link = open_link(loop, &far);
	char text[64];

	if (!link)
		return;
	for (int i = 0; i < MESSAGES; i++)
		link_send(link, text, message(text, sizeof(text), i));
	ok(!link->closing, "it may be read later");
	for (int i = 0; i < MESSAGES && good; i++) {
		good = hear(loop, far, i);
		/* And more comes meanwhile. */
		link_send(link, text,
			  message(text, sizeof(text), MESSAGES + i));
	}
	for (int i = 0; i < MESSAGES && good; i++)
		good = hear(loop, far, MESSAGES + i);
	ok(good, "all of it comes, in order");
	is_num(link->used, 0, "nothing waits");
	link_free(link);
	close(far);
}

static void not_read(struct loop *loop)
{
	int far;
	struct link *link = open_link(loop, &far);
	char *text = calloc(1, 65536);

	if (!link || !text)
		return;
	for (int i = 0; i < LINK_OUT_MAX / 65536 + 64; i++)
		link_send(link, text, 65536);
	ok(link->closing, "who does not read is cut off");
	is_str(link->why, "it does not read", "that is said");
	free(text);
	link_free(link);
	close(far);
}

void test_link(void)
{
	struct loop loop;

	if (!ok(!loop_open(&loop), "loop"))
		return;
	told_at_once(&loop);
	not_read(&loop);
	close(loop.epoll);
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "link.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

void link_close(struct link *link, const char *why)
{
	if (!link->closing)
		link->why = why;
	link->closing = true;
}

/* Write what can be written now. */
static void flush(struct link *link)
{
	ssize_t count;

	if (!link->used)
		return;
	count = write(link->fd_out, link->text + link->from, link->used);
	if (count < 0) {
		if (errno != EAGAIN && errno != EINTR)
			link_close(link, "it cannot be written to");
		return;
	}
	link->used -= count;
	link->from = link->used ? link->from + count : 0;
}

/* Room for so many bytes more after those that wait. */
static bool make_room(struct link *link, size_t length)
{
	size_t room = link->room ? link->room : PR_MESSAGE_MAX;
	char *text;

	if (link->from + link->used + length <= link->room)
		return true;
	if (link->from) {
		memmove(link->text, link->text + link->from, link->used);
		link->from = 0;
	}
	while (room < link->used + length)
		room *= 2;
	if (room == link->room)
		return true;
	text = realloc(link->text, room);
	if (!text)
		return false;
	link->text = text;
	link->room = room;
	return true;
}

static void writable(uint32_t events, void *arg)
{
	struct link *link = arg;

	(void)events;
	flush(link);
	if (!link->used)
		loop_remove(link->loop, &link->out);
}

void link_send(struct link *link, const char *text, size_t length)
{
	if (link->closing)
		return;
	if (length > LINK_OUT_MAX - link->used) {
		link_close(link, "it does not read");
		return;
	}
	if (!make_room(link, length)) {
		link_close(link, "there is no memory for what it is told");
		return;
	}
	memcpy(link->text + link->from + link->used, text, length);
	link->used += length;
	flush(link);
	if (link->used && link->out.fd < 0) {
		link->out.fd = link->fd_out;
		if (loop_add(link->loop, &link->out, EPOLLOUT))
			link_close(link, "it cannot be waited for");
	}
}

static void readable(uint32_t events, void *arg)
{
	struct link *link = arg;
	struct pr_message message;
	char *at;
	size_t room = pr_reader_room(&link->reader, &at);
	ssize_t count = read(link->in.fd, at, room);
	int got;

	(void)events;
	if (count > 0) {
		pr_reader_fed(&link->reader, count);
		do {
			got = pr_reader_next(&link->reader, &message);
			if (got > 0)
				link->take(link, &message, link->arg);
		} while (got > 0 && !link->closing);
		if (got == -EMSGSIZE)
			link_close(link, "a line or a message is too long");
		else if (got < 0)
			link_close(link, "what it says is no message");
		/* Keys may be in what was handed out. */
		pr_reader_room(&link->reader, &at);
	} else if (!count) {
		link_close(link, "it ended");
	} else if (errno != EAGAIN && errno != EINTR) {
		link_close(link, "it cannot be read");
	}
}

static bool unblock(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return flags >= 0 && !fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

struct link *link_new(struct loop *loop, int fd_in, int fd_out, link_fn *take,
		      void *arg)
{
	struct link *link = calloc(1, sizeof(*link));

	if (!link || !unblock(fd_in) || !unblock(fd_out))
		goto fail;
	*link = (struct link){
		.loop = loop,
		.in = { fd_in, readable, link },
		.out = { -1, writable, link },
		.fd_out = fd_out,
		.take = take,
		.arg = arg,
	};
	if (loop_add(loop, &link->in, EPOLLIN))
		goto fail;
	return link;

fail:
	free(link);
	close(fd_in);
	close(fd_out);
	return NULL;
}

void link_free(struct link *link)
{
	int fd_in = link->in.fd;

	loop_remove(link->loop, &link->in);
	loop_remove(link->loop, &link->out);
	close(fd_in);
	close(link->fd_out);
	free(link->text);
	explicit_bzero(&link->reader, sizeof(link->reader));
	free(link);
}

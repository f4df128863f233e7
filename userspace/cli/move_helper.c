// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Documentation/helper-protocol.rst has what is said here.
 */
#include "move_helper.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "kernel/xfrm_uapi.h"
#include "protocol/lines.h"
#include "text/value.h"

#define SOCKET "/run/xfrm-pcpud.sock"

/* The helper gives up a rekey after 180 s (LG_JOB_MS) and says so. */
#define PATIENCE 190

/**
 * struct talk - a conversation with the helper
 * @fd: socket
 * @reader: what it said
 * @message: the last message of it
 */
struct talk {
	int fd;
	struct pr_reader reader;
	struct pr_message message;
};

static int talk_open(struct talk *talk)
{
	const struct timeval patience = { .tv_sec = PATIENCE };
	struct sockaddr_un address = {
		.sun_family = AF_UNIX,
		.sun_path = SOCKET,
	};

	memset(talk, 0, sizeof(*talk));
	talk->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (talk->fd < 0)
		return -errno;
	if (setsockopt(talk->fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
		       sizeof(patience)) ||
	    connect(talk->fd, (struct sockaddr *)&address, sizeof(address))) {
		int err = -errno;

		close(talk->fd);
		return err == -ECONNREFUSED ? -ENOENT : err;
	}
	return 0;
}

static int say(struct talk *talk, struct pr_writer *writer)
{
	int length = pr_end(writer);

	if (length < 0)
		return length;
	return send(talk->fd, writer->text, length, MSG_NOSIGNAL) == length
		       ? 0
		       : -EPIPE;
}

/* The name of the next message. */
static int hear(struct talk *talk, const char **name)
{
	int got;

	while (!(got = pr_reader_next(&talk->reader, &talk->message))) {
		char *at;
		size_t room = pr_reader_room(&talk->reader, &at);
		ssize_t count = recv(talk->fd, at, room, 0);

		if (count < 0)
			return errno == EAGAIN ? -ETIMEDOUT : -errno;
		if (!count)
			return -EPIPE;
		pr_reader_fed(&talk->reader, count);
	}
	*name = got > 0 ? pr_get(&talk->message, "message") : NULL;
	return *name ? 0 : -EBADMSG;
}

static uint64_t number(const struct talk *talk, const char *key)
{
	const char *text = pr_get(&talk->message, key);
	uint64_t value = 0;

	if (text)
		text_number(text, UINT64_MAX, &value);
	return value;
}

/* Is the message about the Child SA of that SA? */
static bool is_of(const struct talk *talk, const struct xp_sad_sa *sa)
{
	if (number(talk, "reqid") != sa->reqid)
		return false;
	return (sa->dir != XP_SA_DIR_OUT &&
		number(talk, "spi-in") == sa->id.spi) ||
	       (sa->dir != XP_SA_DIR_IN &&
		number(talk, "spi-out") == sa->id.spi);
}

/* The Child SA by the names that the helper has for it. */
static int find(struct talk *talk, const struct xp_sad_sa *sa, uint64_t *ike,
		uint32_t *spi_in)
{
	char text[64];
	struct pr_writer writer = { .text = text, .room = sizeof(text) };
	const char *name;
	int found = 0;
	int err;

	pr_put(&writer, "message", "status");
	err = say(talk, &writer);
	while (!err) {
		err = hear(talk, &name);
		if (err || !strcmp(name, "end"))
			break;
		if (strcmp(name, "child") != 0 || !is_of(talk, sa))
			continue;
		found++;
		*ike = number(talk, "ike");
		*spi_in = number(talk, "spi-in");
	}
	if (err || found == 1)
		return err;
	return found ? -ENOTUNIQ : -ESRCH;
}

static int ask(struct talk *talk, uint64_t ike, uint32_t spi_in, uint32_t cpu,
	       char *error, size_t size)
{
	char text[256];
	struct pr_writer writer = { .text = text, .room = sizeof(text) };
	const char *name, *why;
	int err;

	pr_put(&writer, "message", "move");
	pr_put(&writer, "ike", "%" PRIu64, ike);
	pr_put(&writer, "spi-in", "0x%08" PRIx32, spi_in);
	pr_put(&writer, "cpu", "%" PRIu32, cpu);
	err = say(talk, &writer);
	if (!err)
		err = hear(talk, &name);
	if (err)
		return err;
	why = pr_get(&talk->message, "text");
	if (!strcmp(name, "moved") && !number(talk, "error"))
		return 0;
	snprintf(error, size, "xfrm-pcpud: %s", why ? why : "no");
	return -EREMOTEIO;
}

int move_by_helper(const struct xp_sad_sa *sa, uint32_t cpu, char *error,
		   size_t size)
{
	static struct talk talk;
	uint32_t spi_in = 0;
	uint64_t ike = 0;
	int err = talk_open(&talk);

	snprintf(error, size, "xfrm-pcpud: %s", strerror(-err));
	if (err)
		return err;
	err = find(&talk, sa, &ike, &spi_in);
	if (err == -ESRCH)
		snprintf(error, size, "xfrm-pcpud has no such Child SA");
	else if (err == -ENOTUNIQ)
		snprintf(
			error, size,
			"xfrm-pcpud has several such Child SAs: name the inbound SA");
	else if (!err)
		err = ask(&talk, ike, spi_in, cpu, error, size);
	if (err && err != -ESRCH && err != -ENOTUNIQ && err != -EREMOTEIO)
		snprintf(error, size, "xfrm-pcpud: %s", strerror(-err));
	close(talk.fd);
	return err;
}

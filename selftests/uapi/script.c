// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "case.h"
#include "events.h"
#include "print.h"
#include "request.h"
#include "sad.h"
#include "script.h"
#include "traffic.h"
#include "words.h"
#include "world.h"

#define LINE_SIZE 1024
#define WORDS_MAX 64
#define WAIT_MS 5000
#define NOBODY 65534

static int fd; /* of the requests */

/* Requests without a verb in request.c: a payload of zeros, then attributes. */
static const struct bare {
	const char *verb;
	int type;
	size_t payload;
} bares[] = {
	{ "newspdinfo", XFRM_MSG_NEWSPDINFO, 4 },
	{ "getspdinfo", XFRM_MSG_GETSPDINFO, 4 },
	{ "getsadinfo", XFRM_MSG_GETSADINFO, 4 },
	{ "setdefault", XFRM_MSG_SETDEFAULT, 3 },
	{ "getdefault", XFRM_MSG_GETDEFAULT, 3 },
	{ "polexpire", XFRM_MSG_POLEXPIRE, sizeof(struct xfrm_user_polexpire) },
	{ "report", XFRM_MSG_REPORT, sizeof(struct xfrm_user_report) },
	{ "mapping", XFRM_MSG_MAPPING, sizeof(struct xfrm_user_mapping) },
};

static const struct bare *bare_find(const char *verb)
{
	for (size_t i = 0; i < sizeof(bares) / sizeof(bares[0]); i++)
		if (!strcmp(bares[i].verb, verb))
			return &bares[i];
	return NULL;
}

/* bare_build - as the one request without payload that request.c knows */
static void bare_build(struct nl_msg *msg, const struct bare *bare, int count,
		       char **words)
{
	char verb[] = "flushpolicy";
	size_t ignored, room = NLMSG_ALIGN(bare->payload);

	words[0] = verb;
	request_build(msg, count, words, &ignored);
	memmove(msg->buf + NLMSG_HDRLEN + room, msg->buf + NLMSG_HDRLEN,
		msg->hdr.nlmsg_len - NLMSG_HDRLEN);
	memset(msg->buf + NLMSG_HDRLEN, 0, room);
	msg->hdr.nlmsg_type = bare->type;
	msg->hdr.nlmsg_len += room;
}

static void request(int count, char **words)
{
	static struct nl_msg msg;
	const char *verb = words[0];
	const struct bare *bare = bare_find(verb);
	size_t bufsize = 0;
	struct nl_result result;

	if (bare)
		bare_build(&msg, bare, count, words);
	else
		request_build(&msg, count, words, &bufsize);
	result = nl_talk(fd, &msg, bufsize, print_msg);
	print_result(verb, &result);
	events_print();
}

static void as_nobody(int count, char **words)
{
	int root = fd;

	if (seteuid(NOBODY))
		die("seteuid");
	fd = nl_open();
	request(count - 1, words + 1);
	close(fd);
	if (seteuid(0))
		die("seteuid back");
	fd = root;
}

static void packets(int count, char **words)
{
	struct traffic traffic = { .dst = "10.2.0.1" };

	errno = 0;
	if (count < 3 ||
	    sscanf(words[1], "%u-%u", &traffic.first, &traffic.last) < 1)
		die("%s: not CPUS COUNT", words[0]);
	if (!strchr(words[1], '-'))
		traffic.last = traffic.first;
	traffic.count = strtoul(words[2], NULL, 0);
	for (int i = 3; i < count; i++) {
		if (!strncmp(words[i], "to=", 3))
			traffic.dst = words[i] + 3;
		else if (!strncmp(words[i], "mark=", 5))
			traffic.mark = strtoul(words[i] + 5, NULL, 0);
		else
			die("%s: unknown word %s", words[0], words[i]);
	}
	if (!strcmp(words[0], "send"))
		traffic_send(fd, &traffic);
	else
		traffic_flood(fd, &traffic);
}

static void command(char *line)
{
	char *words[WORDS_MAX + 1] = { NULL }, *save;
	unsigned long number;
	int count = 0;

	if (!strncmp(line, "ip ", 3)) {
		world_ip(line + 3);
		return;
	}
	for (char *word = strtok_r(line, " ", &save); word && count < WORDS_MAX;
	     word = strtok_r(NULL, " ", &save))
		words[count++] = word;
	if (!count)
		return;
	number = count > 1 ? strtoul(words[1], NULL, 0) : 0;

#define IS(verb) (!strcmp(words[0], verb))
	if (IS("deaf"))
		events_deaf();
	else if (IS("listen"))
		events_listen();
	else if (IS("links"))
		world_links();
	else if (IS("acq_expires"))
		world_sysctl("net/core/xfrm_acq_expires", words[1]);
	else if (IS("wait"))
		events_wait(number, WAIT_MS);
	else if (IS("sleep"))
		usleep(number * 1000);
	else if (IS("fill"))
		sad_fill(fd, number);
	else if (IS("check"))
		sad_check(number);
	else if (count > 1 && IS("nobody"))
		as_nobody(count, words);
	else if (IS("send") || IS("flood"))
		packets(count, words);
	else
		request(count, words);
#undef IS
}

void script_run(const char *script)
{
	char line[LINE_SIZE], expanded[LINE_SIZE];

	world_new();
	fd = nl_open();
	events_listen();
	while (*script) {
		size_t len = strcspn(script, "\n");

		errno = 0;
		if (len >= sizeof(line))
			die("line too long: %s", script);
		memcpy(line, script, len);
		line[len] = '\0';
		words_expand(line, expanded, sizeof(expanded));
		command(expanded);
		script += len + (script[len] == '\n');
	}
	events_print();
	events_deaf();
	close(fd);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * xreq - one XFRM netlink request, byte for byte as the words say
 *
 * Prints a line per message of the answer and ends with the errno and the
 * kernel's words.  "xreq -" takes requests from standard input, one a line
 * (a process per request is slow under emulation).  Exits 1 if a request was
 * refused, 2 if it could not be made.
 */
#include <stdio.h>
#include <string.h>

#include "nl.h"
#include "print.h"
#include "request.h"

#define WORDS_MAX 64

static bool request(int fd, int count, char **words)
{
	static struct nl_msg msg;
	char verb[32];
	size_t bufsize;
	struct nl_result result;

	snprintf(verb, sizeof(verb), "%s", words[0]);
	request_build(&msg, count, words, &bufsize);
	result = nl_talk(fd, &msg, bufsize, print_msg);
	print_result(verb, &result);
	return !result.err;
}

static bool batch(int fd)
{
	char line[8192], *words[WORDS_MAX];
	bool ok = true;

	while (fgets(line, sizeof(line), stdin)) {
		int count = 0;
		char *save, *word = strtok_r(line, " \t\n", &save);

		for (; word && count < WORDS_MAX;
		     word = strtok_r(NULL, " \t\n", &save))
			words[count++] = word;
		if (count)
			ok &= request(fd, count, words);
	}
	return ok;
}

int main(int argc, char **argv)
{
	int fd;

	if (argc < 2 || !strcmp(argv[1], "--help")) {
		fprintf(stderr, "usage: xreq VERB key=value... | xreq -\n");
		request_usage();
		return 2;
	}
	fd = nl_open();
	if (!strcmp(argv[1], "-"))
		return !batch(fd);
	return !request(fd, argc - 1, argv + 1);
}

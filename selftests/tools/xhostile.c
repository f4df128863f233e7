// SPDX-License-Identifier: GPL-2.0
/*
 * xhostile - take as much as one gets
 *
 *	xhostile expect COUNT		expect so many SAs for a CPU
 *	xhostile newsa COUNT WORD...	as many SAs, each in a group of its own
 *
 * Until a request is refused.  Prints "made=1024 errno=28 extack="..."", errno 0 if
 * all were taken.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/xfrm_pcpu.h>

#include "genl.h"
#include "nl.h"
#include "request.h"

#define WORDS_MAX 32
#define WORD_MAX 128
/* Longer than the test, milliseconds. */
#define EXPECT_MS 600000

static int end(unsigned long made, const struct nl_result *result)
{
	printf("made=%lu errno=%d extack=\"%s\"\n", made, -result->err,
	       result->extack);
	return 0;
}

static int expect(unsigned long count)
{
	const __u16 family = AF_INET;
	const __u32 daddr = htonl(0x0a000002), cpu = 1, ms = EXPECT_MS;
	const __u8 proto = IPPROTO_ESP;
	struct nl_result result = { 0 };
	int id = family_find(XFRM_PCPU_GENL_NAME).id, fd = genl_open();
	unsigned long made;

	for (made = 0; made < count; made++) {
		static struct nl_msg msg;
		__u32 spi = htonl(0x10000 + made);

		genl_begin(&msg, id, NLM_F_ACK, XFRM_PCPU_CMD_EXPECT);
		nl_put(&msg, XFRM_PCPU_A_FAMILY, &family, sizeof(family));
		nl_put(&msg, XFRM_PCPU_A_DADDR, &daddr, sizeof(daddr));
		nl_put(&msg, XFRM_PCPU_A_SPI, &spi, sizeof(spi));
		nl_put(&msg, XFRM_PCPU_A_PROTO, &proto, sizeof(proto));
		nl_put(&msg, XFRM_PCPU_A_CPU, &cpu, sizeof(cpu));
		nl_put(&msg, XFRM_PCPU_A_TIMEOUT_MS, &ms, sizeof(ms));
		result = nl_talk(fd, &msg, 0, NULL);
		if (result.err)
			break;
	}
	return end(made, &result);
}

static int newsa(unsigned long count, int words_n, char **words)
{
	static char verb[] = "newsa", spi[WORD_MAX], reqid[WORD_MAX];
	char copies[WORDS_MAX][WORD_MAX], *all[WORDS_MAX] = { verb };
	struct nl_result result = { 0 };
	int fd = nl_open();
	unsigned long made;

	for (made = 0; made < count; made++) {
		static struct nl_msg msg;
		size_t bufsize;

		/* They are taken to pieces. */
		for (int i = 0; i < words_n; i++) {
			snprintf(copies[i], WORD_MAX, "%s", words[i]);
			all[i + 1] = copies[i];
		}
		snprintf(spi, sizeof(spi), "spi=%#lx", 0x10000 + made);
		snprintf(reqid, sizeof(reqid), "reqid=%lu", 1000 + made);
		all[words_n + 1] = spi;
		all[words_n + 2] = reqid;
		request_build(&msg, words_n + 3, all, &bufsize);
		result = nl_talk(fd, &msg, 0, NULL);
		if (result.err)
			break;
	}
	return end(made, &result);
}

int main(int argc, char **argv)
{
	unsigned long count = argc > 2 ? strtoul(argv[2], NULL, 0) : 0;

	if (argc == 3 && count && !strcmp(argv[1], "expect"))
		return expect(count);
	if (argc > 3 && argc + 1 < WORDS_MAX && count &&
	    !strcmp(argv[1], "newsa"))
		return newsa(count, argc - 3, argv + 3);
	fprintf(stderr, "usage: xhostile expect COUNT | newsa COUNT WORD...\n");
	return 2;
}

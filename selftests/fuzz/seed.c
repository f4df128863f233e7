// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/genetlink.h>
#include <linux/xfrm_pcpu.h>

#include "request.h"
#include "seed.h"

#define WORDS_MAX 64

/*
 * own COMMAND key=value...: dst= spi= proto= cpu= timeout= mark=, with the
 * attributes in the order given.
 */
static void build_own(struct seed *seed, int family, int count, char **words)
{
	const struct kind *kind = own_kinds;
	struct genlmsghdr *genl;

	while (kind->name && (count < 2 || strcmp(kind->name, words[1])))
		kind++;
	if (!kind->name)
		die("own: no such command");
	seed->own = true;
	seed->kind = kind;
	genl = nl_begin(&seed->msg, family,
			kind->type == XFRM_PCPU_CMD_GET_GROUP ? NLM_F_DUMP
							      : NLM_F_ACK,
			sizeof(*genl));
	genl->cmd = kind->type;
	genl->version = XFRM_PCPU_GENL_VERSION;
	for (int i = 2; i < count; i++) {
		char *value = strchr(words[i], '=');
		__u32 number;

		if (!value)
			die("own: not key=value: %s", words[i]);
		*value++ = '\0';
		number = strtoul(value, NULL, 0);
		if (!strcmp(words[i], "dst")) {
			struct address dst = parse_address(value);
			__u16 af = dst.family;

			nl_put(&seed->msg, XFRM_PCPU_A_FAMILY, &af, sizeof(af));
			nl_put(&seed->msg, XFRM_PCPU_A_DADDR, &dst.addr,
			       af == AF_INET ? 4 : 16);
		} else if (!strcmp(words[i], "spi")) {
			number = htonl(number);
			nl_put(&seed->msg, XFRM_PCPU_A_SPI, &number,
			       sizeof(number));
		} else if (!strcmp(words[i], "proto")) {
			nl_put(&seed->msg, XFRM_PCPU_A_PROTO, &(__u8){ number },
			       1);
		} else if (!strcmp(words[i], "cpu")) {
			nl_put(&seed->msg, XFRM_PCPU_A_CPU, &number,
			       sizeof(number));
		} else if (!strcmp(words[i], "timeout")) {
			nl_put(&seed->msg, XFRM_PCPU_A_TIMEOUT_MS, &number,
			       sizeof(number));
		} else if (!strcmp(words[i], "mark")) {
			nl_put(&seed->msg, XFRM_PCPU_A_MARK, &number,
			       sizeof(number));
		} else {
			die("own: unknown key %s", words[i]);
		}
	}
}

struct seed *seeds_read(const char *path, int family, __u32 *count)
{
	FILE *file = fopen(path, "r");
	struct seed *seeds = NULL;
	char line[4096], *words[WORDS_MAX];

	if (!file)
		die("%s", path);
	*count = 0;
	while (fgets(line, sizeof(line), file)) {
		char *save, *word = strtok_r(line, " \t\n", &save);
		struct seed *seed;
		size_t bufsize;
		int words_n = 0;

		for (; word && words_n < WORDS_MAX;
		     word = strtok_r(NULL, " \t\n", &save))
			words[words_n++] = word;
		if (!words_n || words[0][0] == '#')
			continue;
		errno = 0;
		seeds = realloc(seeds, (*count + 1) * sizeof(*seeds));
		if (!seeds)
			die("%u seeds", *count);
		seed = &seeds[(*count)++];
		seed->own = false;
		if (!strcmp(words[0], "own")) {
			build_own(seed, family, words_n, words);
			continue;
		}
		request_build(&seed->msg, words_n, words, &bufsize);
		seed->kind = kind_of(xfrm_kinds, seed->msg.hdr.nlmsg_type);
		if (!seed->kind)
			die("%s: the fuzzer does not know its parts", words[0]);
	}
	fclose(file);
	if (!*count)
		die("%s: no seeds", path);
	return seeds;
}

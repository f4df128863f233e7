// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "events.h"
#include "nl.h"
#include "words.h"

#define SEL "sel=10.1.0.1,10.2.0.1,udp pdir=out"
#define SEL6 "sel=fd01::1,fd02::1,udp pdir=out"
#define TMPL "tmpl=10.0.0.1/10.0.0.2/esp/tunnel/1"
#define TMPL6 "tmpl=fd00::1/fd00::2/esp/tunnel/1"

#define ZEROS "0000000000000000" /* 8 bytes */
#define ZEROS_32 ZEROS ZEROS ZEROS ZEROS

static const struct {
	const char *name;
	const char *words;
} table[] = {
	{ "SA", "src=10.0.0.1 dst=10.0.0.2 mode=tunnel reqid=1" },
	{ "SA6", "src=fd00::1 dst=fd00::2 mode=tunnel reqid=1" },
	{ "TRANSPORT", "src=10.0.0.1 dst=10.0.0.2 mode=transport reqid=1" },
	{ "ID", "src=10.0.0.1 dst=10.0.0.2 reqid=1" },
	{ "SEL", SEL },
	{ "SEL6", SEL6 },
	{ "SEL_TRANSPORT", "sel=10.0.0.1,10.0.0.2,udp pdir=out" },
	{ "TMPL", TMPL },
	{ "TMPL6", TMPL6 },
	{ "POLICY", SEL " " TMPL },
	{ "POLICY6", SEL6 " " TMPL6 },
	/* ALG_AUTH: "nonesuch" in 64 bytes, no key. */
	{ "NONESUCH",
	  "raw=1:6e6f6e6573756368" ZEROS_32 ZEROS ZEROS ZEROS "00000000" },
	/* ADDRESS_FILTER: two addresses, AF_INET, the lengths of two prefixes. */
	{ "FILTER_IPV4", "raw=26:" ZEROS_32 "02000000" },
};

static const char *lookup(const char *name, size_t len)
{
	static char seq[16];

	if (len == 3 && !strncmp(name, "SEQ", len)) {
		snprintf(seq, sizeof(seq), "%u", events_acquire_seq());
		return seq;
	}
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strlen(table[i].name) == len &&
		    !strncmp(table[i].name, name, len))
			return table[i].words;
	errno = 0;
	die("unknown word $%.*s", (int)len, name);
}

void words_expand(const char *line, char *expanded, size_t size)
{
	size_t used = 0;

	while (*line) {
		const char *from = line;
		size_t len = 1, taken = 1;

		if (*line == '$') {
			while (isalnum(line[taken]) || line[taken] == '_')
				taken++;
			from = lookup(line + 1, taken - 1);
			len = strlen(from);
		}
		errno = 0;
		if (used + len >= size)
			die("line longer than %zu", size);
		memcpy(expanded + used, from, len);
		used += len;
		line += taken;
	}
	expanded[used] = '\0';
}

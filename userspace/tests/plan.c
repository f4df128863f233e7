// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/plan.h"

#include <stdio.h>

#include "tap.h"

#define NONE XFRM_PCPU_CPU_NONE

/* An SA of reqid 1 to 10.0.0.@host that was made at @time. */
static void add(struct xp_sad *sad, uint32_t spi, uint32_t host, uint32_t cpu,
		uint64_t time)
{
	struct xp_sad_sa sa = {
		.id = { .dst = { .family = AF_INET },
			.spi = spi,
			.proto = IPPROTO_ESP },
		.reqid = 1,
		.cpu = cpu,
		.used = { .add_time = time },
	};

	sa.id.dst.v4.s_addr = htonl(0x0a000000 | host);
	ok(!xp_sad_add(sad, &sa), "SA 0x%x", spi);
}

/* "SPI:CPU ..." of the plan of "attach @line". */
static void is_plan(const struct xp_sad *sad, const char *line,
		    const char *expected)
{
	char words[64], text[256] = "";
	struct attach_args args;
	char *argv[8] = { "attach" };
	struct plan plan;
	int argc = 1;

	strcpy(words, line);
	for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	if (!ok(!args_attach(&args, argc, argv), "attach %s", line) ||
	    !ok(!plan_attach(&plan, sad, &args), "a plan"))
		return;
	for (size_t i = 0; i < plan.count; i++) {
		size_t length = strlen(text);
		const struct plan_entry *entry = &plan.entry[i];

		if (entry->cpu == NONE)
			snprintf(text + length, sizeof(text) - length, "%x:- ",
				 entry->sa->id.spi);
		else
			snprintf(text + length, sizeof(text) - length, "%x:%u ",
				 entry->sa->id.spi, entry->cpu);
	}
	is_str(text, expected, "attach %s", line);
	plan_free(&plan);
}

void test_plan(void)
{
	struct xp_sad sad = { 0 };

	is_plan(&sad, "1 0-3", "");
	/* As dumps are: newest first; two of one second. */
	add(&sad, 0x15, 2, NONE, 105);
	add(&sad, 0x14, 2, NONE, 103);
	add(&sad, 0x13, 2, NONE, 103);
	add(&sad, 0x12, 2, NONE, 102);
	add(&sad, 0x23, 1, NONE, 103);
	add(&sad, 0x22, 1, NONE, 102);
	is_plan(&sad, "1 0-3", "22:0 23:- 12:0 13:1 14:2 15:- ");
	is_plan(&sad, "1 3,1 --no-fallback", "22:3 23:1 12:3 13:1 14:- 15:- ");
	is_plan(&sad, "1 0-3 dst 10.0.0.1", "22:0 23:- ");
	is_plan(&sad, "1 0-3 proto ah", "");
	is_plan(&sad, "2 0-3", "");

	/* Who has a CPU keeps it, also one that is not in the list. */
	sad.sa[2].cpu = 0;
	sad.sa[4].cpu = 7;
	is_plan(&sad, "1 0-3", "22:- 23:7 12:1 13:0 14:2 15:- ");

	/* A larval SA, another mark, another interface. */
	add(&sad, 0, 2, NONE, 101);
	sad.sa[1].id.mark.mask = 1;
	sad.sa[3].if_id = 1;
	is_plan(&sad, "1 0-3 dst 10.0.0.2", "13:0 15:- 14:- 12:- ");
	xp_sad_free(&sad);
}

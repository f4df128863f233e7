// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The transcripts of Documentation/helper-protocol.rst, with a kernel of our own
 * behind the logic; and the times that it names.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "logic/logic.h"
#include "logic/times.h"
#include "protocol/lines.h"
#include "protocol/order.h"
#include "protocol/request.h"
#include "tap.h"

#define CPUS 4
#define SAS 16
#define TEXT 65536

/**
 * struct play - one transcript that is replayed
 * @lg: the logic
 * @now: milliseconds
 * @kernel: what it can do
 * @identifiers: how many were made
 * @reader: what the daemon has said
 * @said: what is expected of the helper, to be compared
 * @used: characters in @said
 * @sa: SAs of the kernel: @spi is @cpu's, and has carried @packets; @refused:
 *	it will not be installed
 * @error: of the last SA that the helper installed
 * @exchanges: messages of the daemon
 */
struct play {
	struct lg *lg;
	uint64_t now;
	enum lg_kernel kernel;
	uint8_t identifiers;
	struct pr_reader reader;
	char said[TEXT];
	size_t used;
	struct {
		uint32_t spi;
		uint32_t cpu;
		uint64_t packets;
		bool refused;
	} sa[SAS];
	int error;
	unsigned int exchanges;
};

static void random_bytes(void *buffer, size_t size, void *arg)
{
	struct play *play = arg;

	memset(buffer, ++play->identifiers, size);
}

/* The SA of that SPI, a new one if there is none. */
static size_t sa_of(struct play *play, uint32_t spi)
{
	size_t i = 0;

	while (i < SAS - 1 && play->sa[i].spi && play->sa[i].spi != spi)
		i++;
	if (!play->sa[i].spi) {
		play->sa[i].spi = spi;
		play->sa[i].cpu = LG_CPU_NONE;
	}
	return i;
}

/* Lines of a message, each with who says it. */
static void say(struct play *play, const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n");

		play->used += snprintf(play->said + play->used,
				       TEXT - play->used,
				       length ? "H  %.*s\n" : "H\n",
				       (int)length, text);
		text += length + 1;
	}
}

static void order(struct play *play, const struct lg_action *action)
{
	static const char *const words[LG_LOG + 1] = {
		[LG_EXPECT] = "expect",
		[LG_SET_CPU] = "set-cpu",
		[LG_INSTALL_SA] = "install",
	};
	char dst[INET6_ADDRSTRLEN], cpu[16];

	inet_ntop(action->sa.dst.family, &action->sa.dst.v6, dst, sizeof(dst));
	snprintf(cpu, sizeof(cpu), "%" PRIu32, action->cpu);
	if (action->type == LG_SET_FLAG)
		play->used +=
			snprintf(play->said + play->used, TEXT - play->used,
				 "K< flag reqid %" PRIu32 " %s\n",
				 action->reqid, action->on ? "on" : "off");
	if (!words[action->type])
		return;
	play->sa[sa_of(play, action->sa.spi)].cpu = action->cpu;
	if (action->type == LG_INSTALL_SA)
		play->error = play->sa[sa_of(play, action->sa.spi)].refused
				      ? -EINVAL
				      : 0;
	play->used += snprintf(play->said + play->used, TEXT - play->used,
			       "K< %s %s 0x%08" PRIx32 " cpu %s\n",
			       words[action->type], dst, action->sa.spi,
			       action->cpu == LG_CPU_NONE ? "none" : cpu);
}

static void tell(struct play *play, const struct lg_event *event)
{
	struct lg_action action;
	char text[PR_MESSAGE_MAX];

	lg_event(play->lg, play->now, event);
	while (lg_next_action(play->lg, &action)) {
		struct lg_event use = { .type = LG_USE };
		int length;

		if (action.by_helper) {
			action.error = play->error;
			action.text = "outbound SA: Invalid argument";
		}
		length = pr_order_write(&action, text, sizeof(text));
		if (length > 0)
			say(play, text);
		order(play, &action);
		if (action.type != LG_READ_USE)
			continue;
		use.use.child = action.child;
		use.use.in = play->sa[sa_of(play, action.sa.spi)].packets;
		lg_event(play->lg, play->now, &use);
	}
}

static void show_one(const struct lg_view *view, void *arg)
{
	char text[PR_LINE_MAX];

	pr_child_write(view, text, sizeof(text));
	say(arg, text);
}

/* The daemon has said something. */
static void hear(struct play *play, const char *line)
{
	struct pr_message message;
	struct pr_request request;
	char text[PR_MESSAGE_MAX], error[160], *at;
	size_t room = pr_reader_room(&play->reader, &at);

	pr_reader_fed(&play->reader, snprintf(at, room, "%s\n", line));
	if (pr_reader_next(&play->reader, &message) != 1)
		return;
	play->exchanges++;
	if (pr_request_read(&message, &request, error, sizeof(error))) {
		pr_error_write(error, text, sizeof(text));
		say(play, text);
		return;
	}
	if (request.kind == PR_HELLO) {
		pr_hello_write(play->kernel, text, sizeof(text));
		say(play, text);
	}
	if (request.kind == PR_STATUS) {
		lg_view(play->lg, play->now, show_one, play);
		show_one(NULL, play);
		return;
	}
	if (request.event.type == LG_CHILD_UP) {
		request.event.child_up.cpu_in =
			play->sa[sa_of(play,
				       request.event.child_up.child.spi_in)]
				.cpu;
		request.event.child_up.cpu_out =
			play->sa[sa_of(play, request.event.child_up.spi_out)]
				.cpu;
	}
	tell(play, &request.event);
}

static void tell_cpus(struct play *play, uint32_t count)
{
	for (uint32_t cpu = 0; cpu < CPUS; cpu++) {
		const struct lg_event event = {
			.type = LG_CPU,
			.hotplug = { cpu, cpu < count },
		};

		tell(play, &event);
	}
}

static void begin(struct play *play, enum lg_kernel kernel, uint32_t cpus)
{
	const struct lg_config config = { .cpus = cpus,
					  .random = random_bytes,
					  .arg = play };
	const struct lg_event event = { .type = LG_KERNEL, .kernel = kernel };

	lg_free(play->lg);
	play->lg = lg_new(&config);
	play->kernel = kernel;
	tell(play, &event);
	tell_cpus(play, cpus);
}

/* The kernel tells; false if a line is not understood. */
static bool kernel_tells(struct play *play, const char *line)
{
	struct lg_event event = { .type = LG_ACQUIRE };
	uint32_t spi, cpu;
	unsigned int used = 0;

	if (!strcmp(line, "kernel module")) {
		begin(play, LG_KERNEL_MODULE, CPUS);
	} else if (!strcmp(line, "kernel native")) {
		begin(play, LG_KERNEL_NATIVE, CPUS);
	} else if (sscanf(line, "cpus %" SCNu32, &cpu) == 1) {
		begin(play, play->kernel, cpu);
	} else if (sscanf(line, "acquire reqid %" SCNu32 " cpu %" SCNu32,
			  &event.acquire.reqid, &event.acquire.cpu) == 2) {
		tell(play, &event);
	} else if (sscanf(line, "has %" SCNx32 " cpu %" SCNu32, &spi, &cpu) ==
		   2) {
		play->sa[sa_of(play, spi)].cpu = cpu;
	} else if (sscanf(line, "refuses %" SCNx32, &spi) == 1) {
		play->sa[sa_of(play, spi)].refused = true;
	} else if (sscanf(line, "used %" SCNx32 "%n", &spi, &used) == 1 &&
		   used == strlen(line)) {
		play->sa[sa_of(play, spi)].packets++;
	} else {
		return false;
	}
	return true;
}

static bool pass(struct play *play, const char *line)
{
	const struct lg_event timer = { .type = LG_TIMER };
	unsigned int seconds;
	uint64_t end;

	if (sscanf(line, "%u s", &seconds) != 1)
		return false;
	end = play->now + seconds * LG_SECOND;
	while (lg_deadline(play->lg) <= end) {
		play->now = lg_deadline(play->lg);
		tell(play, &timer);
	}
	play->now = end;
	return true;
}

/* One line of a transcript; false if it is not as it should be. */
static bool replay(struct play *play, char *line)
{
	bool expected = line[0] == 'H' || !strncmp(line, "K<", 2);
	size_t length = strlen(line);
	bool whole;

	if (expected) {
		whole = !strncmp(play->said, line, length) &&
			play->said[length] == '\n';
		if (!whole) {
			tap_diag("got      %.*s",
				 (int)strcspn(play->said, "\n"), play->said);
			return false;
		}
		memmove(play->said, play->said + length + 1,
			play->used - length);
		play->used -= length + 1;
		return true;
	}
	if (play->used) {
		tap_diag("got      %.*s", (int)strcspn(play->said, "\n"),
			 play->said);
		return false;
	}
	if (line[0] == 'D')
		hear(play, length > 3 ? line + 3 : "");
	else if (line[0] == 'T')
		return pass(play, line + 3);
	else
		return kernel_tells(play, line + 3);
	return true;
}

static bool is_transcript(const char *line)
{
	return !strncmp(line, "   ", 3) &&
	       (!strcmp(line + 3, "D") || !strcmp(line + 3, "H") ||
		!strncmp(line + 3, "D  ", 3) || !strncmp(line + 3, "H  ", 3) ||
		!strncmp(line + 3, "T  ", 3) || !strncmp(line + 3, "K> ", 3) ||
		!strncmp(line + 3, "K< ", 3));
}

static void transcripts(FILE *file)
{
	static struct play play;
	unsigned int lines = 0, number = 0, count = 0;
	bool running = false, good = true;
	char line[512];

	while (fgets(line, sizeof(line), file)) {
		number++;
		line[strcspn(line, "\n")] = '\0';
		if (!is_transcript(line)) {
			if (running && good)
				ok(!play.used, "transcript %u ends", count);
			running = false;
			continue;
		}
		if (!running) {
			lg_free(play.lg);
			memset(&play, 0, sizeof(play));
			play.now = 1000;
			running = true;
			good = true;
			count++;
		}
		lines++;
		if (good && !replay(&play, line + 3)) {
			tap_diag("expected %s", line + 3);
			good = ok(false, "transcript %u, line %u of the page",
				  count, number);
		}
	}
	if (running)
		ok(good && !play.used, "transcript %u ends", count);
	ok(count >= 5, "%u transcripts, %u lines", count, lines);
	lg_free(play.lg);
}

static void times(FILE *file)
{
	static const struct {
		const char *name;
		uint64_t ms;
	} named[] = {
		{ "LG_JOB_MS", LG_JOB_MS },
		{ "LG_ASK_MS", LG_ASK_MS },
		{ "LG_EXPECT_MS", LG_EXPECT_MS },
		{ "LG_HOLD_MS", LG_HOLD_MS },
		{ "LG_HOLD_POLL_MS", LG_HOLD_POLL_MS },
		{ "LG_DELETE_MS", LG_DELETE_MS },
		{ "LG_WANTED_MS", LG_WANTED_MS },
		{ "LG_GAP_MS", LG_GAP_MS },
		{ "LG_BACKOFF_FIRST_MS", LG_BACKOFF_FIRST_MS },
		{ "LG_BACKOFF_MAX_MS", LG_BACKOFF_MAX_MS },
		{ "LG_STABLE_MS", LG_STABLE_MS },
		{ "LG_FULL_MS", LG_FULL_MS },
		{ "LG_FLAG_GAP_MS", LG_FLAG_GAP_MS },
	};

	for (size_t i = 0; i < sizeof(named) / sizeof(*named); i++) {
		char line[512], start[64];
		double seconds = -1;

		snprintf(start, sizeof(start), "``%s``", named[i].name);
		rewind(file);
		while (fgets(line, sizeof(line), file))
			if (!strncmp(line, start, strlen(start)))
				seconds = strtod(line + strlen(start), NULL);
		is_num(seconds * 1000, named[i].ms, "%s on the page",
		       named[i].name);
	}
}

void test_transcript(const char *page)
{
	FILE *file = fopen(page, "r");

	if (!ok(file, "%s is there", page))
		return;
	transcripts(file);
	times(file);
	fclose(file);
}

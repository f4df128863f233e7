// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "complain.h"
#include "connect.h"
#include "events.h"
#include "top_rates.h"
#include "top_screen.h"
#include "top_text.h"

#define INTERVAL 2 /* seconds, unless --interval says otherwise */

/**
 * struct top - what is shown
 * @command: name of the subcommand
 * @connection: to the kernel
 * @screen: where it is shown
 * @version: the module's, "" without one
 * @before: the kernel an interval ago
 * @after: the kernel now
 */
struct top {
	const char *command;
	struct connection connection;
	struct top_screen screen;
	char version[64];
	struct top_sample before;
	struct top_sample after;
};

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static int read_events(uint64_t *events)
{
	static const char *const names[TOP_EVENTS] = {
		[TOP_SENT] = "XfrmPcpuAcquireSent",
		[TOP_ANSWERED] = "XfrmPcpuAcquireAnswered",
		[TOP_EXPIRED] = "XfrmPcpuAcquireExpired",
		[TOP_UNHEARD] = "XfrmPcpuAcquireNoListener",
		[TOP_REFUSED] = "XfrmPcpuRefused",
		[TOP_NONE] = "XfrmPcpuNone",
	};
	FILE *file = fopen(EVENTS_FILE, "re");
	struct event_count event;

	if (!file)
		return request_error(EVENTS_FILE, "", -errno);
	while (event_next(file, &event)) {
		for (int i = 0; i < TOP_EVENTS; i++) {
			if (!strcmp(event.name, names[i]))
				events[i] = event.value;
		}
	}
	fclose(file);
	return EXIT_SUCCESS;
}

static int read_module(struct top *top, struct top_sample *sample)
{
	struct connection *connection = &top->connection;
	struct xp_info info;
	int err = xp_client_info(connection->client, &info);

	if (!err)
		err = steer_read(connection, &info, &sample->steer);
	if (err)
		return request_error(top->command,
				     xp_client_text(connection->client), err);
	snprintf(top->version, sizeof(top->version), "%s", info.version);
	return read_events(sample->events);
}

static int read_sample(struct top *top, struct top_sample *sample)
{
	int status;

	sample->seconds = seconds_now();
	status = connection_groups(&top->connection, &sample->groups,
				   top->command);
	if (!status && top->connection.client)
		status = read_module(top, sample);
	return status;
}

static void put_head(FILE *out, const struct top *top)
{
	char clock[16];
	time_t now = time(NULL);
	struct tm tm;

	localtime_r(&now, &tm);
	strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	if (top->connection.client)
		fprintf(out, "xfrm-pcpu top, %s, module xfrm_pcpu %s\n", clock,
			top->version);
	else
		fprintf(out,
			"xfrm-pcpu top, %s, the kernel's own per-CPU SAs\n",
			clock);
}

/* The head alone as long as there is nothing to compare with. */
static int show(struct top *top)
{
	bool is_first = !top->before.seconds;
	struct top_rates rates = { 0 };
	char *text = NULL;
	size_t length;
	FILE *out;
	int err;

	if (is_first && !top->screen.is_live)
		return EXIT_SUCCESS;
	out = open_memstream(&text, &length);
	if (!out)
		return request_error(top->command, "", -errno);
	put_head(out, top);
	err = is_first ? 0 : top_rates_make(&rates, &top->before, &top->after);
	if (!err && !is_first)
		top_text(out, &rates, top->connection.client);
	top_rates_free(&rates);
	if (fclose(out) && !err)
		err = -ENOMEM;
	if (!err)
		err = top_screen_show(&top->screen, text);
	free(text);
	return err ? request_error(top->command, "", err) : EXIT_SUCCESS;
}

/* Until the interval is over, however often the terminal changes its size. */
static enum top_next wait_for_next(struct top *top, double end, int *status)
{
	enum top_next next;

	do {
		double left = end - seconds_now();

		next = top_screen_wait(&top->screen, left > 0 ? left : 0);
		if (next == TOP_RESIZED)
			*status = show(top);
	} while (next == TOP_RESIZED && !*status);
	return next;
}

static int watch(struct top *top, uint32_t interval, uint32_t count)
{
	bool is_endless = !count;
	int status = read_sample(top, &top->after);

	if (!status)
		status = show(top);
	while (!status && (is_endless || count--)) {
		double end = top->after.seconds + interval;

		if (wait_for_next(top, end, &status) == TOP_ENDED || status)
			break;
		top_sample_free(&top->before);
		top->before = top->after;
		top->after = (struct top_sample){ 0 };
		status = read_sample(top, &top->after);
		if (!status)
			status = show(top);
	}
	return status;
}

int cmd_top(int argc, char **argv)
{
	struct top top = { .command = argv[0] };
	struct option_args args;
	int status, err;

	status = connect_options(&top.connection, &args,
				 ARGS_INTERVAL | ARGS_COUNT, argc, argv);
	if (status)
		return status;
	err = top_screen_open(&top.screen, STDIN_FILENO, STDOUT_FILENO);
	if (err)
		status = request_error(argv[0], "", err);
	else
		status = watch(&top, args.interval ? args.interval : INTERVAL,
			       args.count);
	top_screen_close(&top.screen);
	top_sample_free(&top.before);
	top_sample_free(&top.after);
	disconnect_kernel(&top.connection);
	return status;
}

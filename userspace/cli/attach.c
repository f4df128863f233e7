// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "args.h"
#include "cli.h"
#include "complain.h"
#include "connect.h"
#include "outcome.h"
#include "plan.h"

/*
 * --watch: SAs come in pairs and one after the other; what follows within the
 * first time is dealt with at once, but not later than after the second one.
 */
#define QUIET_MS 20
#define LATE_MS 200

/* What is as wanted is told once, not again at each change. */
static bool is_told(const struct plan_entry *entry,
		    const struct attach_args *args)
{
	return !args->watch || entry->cpu != entry->sa->cpu;
}

static int carry_out(struct connection *connection, const struct plan *plan,
		     const struct attach_args *args, const char *command)
{
	struct outcomes outcomes;
	size_t told = 0;

	for (size_t i = 0; i < plan->count; i++)
		told += is_told(&plan->entry[i], args);
	if (!told)
		return EXIT_SUCCESS;
	outcomes_begin(&outcomes, stdout, args->json);
	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_entry *entry = &plan->entry[i];

		if (is_told(entry, args))
			outcome_put(&outcomes, connection->client, entry->sa,
				    entry->cpu, "attached");
	}
	return outcomes_end(&outcomes, command);
}

static int attach(struct connection *connection, const struct attach_args *args,
		  const char *command)
{
	struct xp_sad sad = { 0 };
	struct plan plan = { 0 };
	int status = connection_sas(connection, &sad, command);
	int err;

	if (status)
		return status;
	err = plan_attach(&plan, &sad, args);
	if (err) {
		status = request_error(command, "", err);
	} else if (!plan.count && !args->watch) {
		complain("attach: no such SA with reqid %" PRIu32
			 ": ip xfrm state shows all",
			 args->reqid);
		status = EXIT_FAILURE;
	} else {
		status = carry_out(connection, &plan, args, command);
	}
	plan_free(&plan);
	xp_sad_free(&sad);
	return status;
}

/**
 * struct change - what is waited for
 * @reqid: of the SAs that matter
 * @seen: one of them has changed
 */
struct change {
	uint32_t reqid;
	bool seen;
};

static void note_change(const struct xp_xfrm_event *event, void *arg)
{
	struct change *change = arg;

	if (event->type == XP_XFRM_SA_FLUSHED ||
	    event->sa.reqid == change->reqid)
		change->seen = true;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Until SAs of the reqid have changed and, for a moment, none changes. */
static int wait_change(struct xp_xfrm_events *events, uint32_t reqid)
{
	struct pollfd poll_fd = { .fd = xp_xfrm_events_fd(events),
				  .events = POLLIN };
	struct change change = { .reqid = reqid };
	int64_t first = 0;

	for (;;) {
		int err;

		if (change.seen && !first)
			first = now_ms();
		if (change.seen && (now_ms() - first >= LATE_MS ||
				    !poll(&poll_fd, 1, QUIET_MS)))
			return 0;
		err = xp_xfrm_events_read(events, note_change, &change);
		if (err == -ENOBUFS)
			change.seen = true;
		else if (err && err != -EINTR && err != -EBADMSG)
			return err;
	}
}

/* It listens before it looks, so that no change is missed. */
static int watch(const struct attach_args *args, const char *command)
{
	struct xp_xfrm_events *events;
	int err = xp_xfrm_events_open(&events, XP_HEAR_SAS | XP_HEAR_EXPIRES);

	if (err)
		return open_error(command, err);
	for (;;) {
		struct connection connection;
		int status = connect_module(&connection, command);

		/* Gone is the module, and with it what this is for. */
		if (status)
			break;
		attach(&connection, args, command);
		fflush(stdout);
		disconnect_kernel(&connection);
		err = wait_change(events, args->reqid);
		if (err) {
			request_error(command, "", err);
			break;
		}
	}
	xp_xfrm_events_close(events);
	return EXIT_FAILURE;
}

int cmd_attach(int argc, char **argv)
{
	struct connection connection;
	struct attach_args args;
	int status;

	if (args_attach(&args, argc, argv))
		return usage_error(argv[0], args.error);
	if (args.watch)
		return watch(&args, argv[0]);
	status = connect_module(&connection, argv[0]);
	if (status)
		return status;
	status = attach(&connection, &args, argv[0]);
	disconnect_kernel(&connection);
	return status;
}

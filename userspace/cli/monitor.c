// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "cli.h"
#include "complain.h"
#include "kernel/client.h"
#include "show.h"

struct monitor {
	bool json;
	bool endless;
	uint32_t left;
};

static bool is_finished(const struct monitor *monitor)
{
	return (!monitor->endless && !monitor->left) || ferror(stdout);
}

static void print_event(const struct xp_event *event, void *arg)
{
	struct monitor *monitor = arg;

	if (is_finished(monitor))
		return; /* more of them in one datagram */
	if (monitor->json)
		show_event_json(stdout, event);
	else
		show_event(stdout, event);
	monitor->left--;
}

static void print_lost(const struct monitor *monitor)
{
	if (monitor->json)
		show_lost_json(stdout);
	else
		show_lost(stdout);
}

static int watch(struct xp_events *events, struct monitor *monitor)
{
	while (!is_finished(monitor)) {
		int err = xp_events_read(events, print_event, monitor);

		switch (err) {
		case 0:
		case -EINTR:
			break;
		case -ENOBUFS:
			print_lost(monitor);
			break;
		case -EBADMSG:
			complain("monitor: an event was malformed");
			break;
		case -ENODEV:
			complain("monitor: xfrm_pcpu was removed");
			return EXIT_FAILURE;
		default:
			complain("monitor: %s", strerror(-err));
			return EXIT_FAILURE;
		}
	}
	return EXIT_SUCCESS;
}

int cmd_monitor(int argc, char **argv)
{
	struct option_args args;
	struct xp_events *events;
	struct monitor monitor;
	int status;
	int err;

	if (args_options(&args, ARGS_JSON | ARGS_COUNT, argc, argv))
		return usage_error(argv[0], args.error);
	monitor.json = args.json;
	monitor.endless = !args.count;
	monitor.left = args.count;

	err = xp_events_open(&events);
	if (err)
		return open_error(argv[0], err);
	status = watch(events, &monitor);
	xp_events_close(events);
	return status;
}

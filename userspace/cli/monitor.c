// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "cli.h"
#include "complain.h"
#include "connect.h"
#include "show.h"

/**
 * struct monitor - what is watched, and how
 * @module: events of the module, or NULL
 * @xfrm: events of XFRM netlink, or NULL
 * @json: print JSON
 * @endless: no end
 * @left: events until the end
 */
struct monitor {
	struct xp_events *module;
	struct xp_xfrm_events *xfrm;
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

static void print_xfrm_event(const struct xp_xfrm_event *event, void *arg)
{
	struct monitor *monitor = arg;

	if (is_finished(monitor))
		return;
	if (monitor->json)
		show_xfrm_event_json(stdout, event);
	else
		show_xfrm_event(stdout, event);
	monitor->left--;
}

static void print_lost(const struct monitor *monitor)
{
	if (monitor->json)
		show_lost_json(stdout);
	else
		show_lost(stdout);
}

static int read_events(struct monitor *monitor)
{
	if (monitor->module)
		return xp_events_read(monitor->module, print_event, monitor);
	return xp_xfrm_events_read(monitor->xfrm, print_xfrm_event, monitor);
}

static int watch(struct monitor *monitor)
{
	while (!is_finished(monitor)) {
		int err = read_events(monitor);

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

/* The module's events, or where the kernel serves itself those of XFRM. */
static int open_events(struct monitor *monitor, bool acquires,
		       const char *command)
{
	unsigned int what = XP_HEAR_SAS | XP_HEAR_EXPIRES;
	struct connection connection;
	int status = connect_kernel(&connection, command);
	bool is_native;
	int err;

	if (status)
		return status;
	is_native = connection.support == XP_SUPPORT_NATIVE;
	disconnect_kernel(&connection);
	if (acquires)
		what |= XP_HEAR_ACQUIRES;
	if (is_native)
		err = xp_xfrm_events_open(&monitor->xfrm, what);
	else
		err = xp_events_open(&monitor->module);
	return err ? open_error(command, err) : EXIT_SUCCESS;
}

int cmd_monitor(int argc, char **argv)
{
	struct option_args args;
	struct monitor monitor = { 0 };
	int status;

	if (args_options(&args, ARGS_JSON | ARGS_COUNT | ARGS_ACQUIRES, argc,
			 argv))
		return usage_error(argv[0], args.error);
	monitor.json = args.json;
	monitor.endless = !args.count;
	monitor.left = args.count;

	status = open_events(&monitor, args.acquires, argv[0]);
	if (!status)
		status = watch(&monitor);
	xp_events_close(monitor.module);
	xp_xfrm_events_close(monitor.xfrm);
	return status;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "complain.h"
#include "connect.h"
#include "events.h"
#include "metrics_text.h"
#include "replace.h"

static int read_module(struct connection *connection, struct metrics *metrics,
		       const char *command)
{
	int err = xp_client_info(connection->client, &metrics->info);

	if (!err)
		err = steer_read(connection, &metrics->info, &metrics->steer);
	if (err)
		return request_error(command,
				     xp_client_text(connection->client), err);
	metrics->counters = fopen(EVENTS_FILE, "re");
	return metrics->counters ? EXIT_SUCCESS
				 : request_error(EVENTS_FILE, "", -errno);
}

/* To stdout. */
static int print(const struct metrics *metrics, const char *command)
{
	int err = metrics_write(stdout, metrics);

	return err ? request_error(command, "", err) : EXIT_SUCCESS;
}

static int replace_file(const struct metrics *metrics, const char *path,
			const char *command)
{
	struct replace replace;
	int err;

	err = replace_begin(&replace, path);
	if (!err) {
		err = metrics_write(replace.out, metrics);
		if (err)
			replace_drop(&replace);
		else
			err = replace_end(&replace);
	}
	if (!err)
		return EXIT_SUCCESS;
	complain("%s: cannot write %s, it is left as it was: %s", command, path,
		 strerror(-err));
	return EXIT_FAILURE;
}

int cmd_metrics(int argc, char **argv)
{
	struct metrics metrics = { 0 };
	struct connection connection;
	struct option_args args;
	int status;

	if (args_options(&args, ARGS_OUTPUT, argc, argv))
		return usage_error(argv[0], args.error);
	status = connect_any(&connection, argv[0]);
	if (status)
		return status;
	metrics.support = connection.support;
	status = connection_groups(&connection, &metrics.groups, argv[0]);
	if (!status && connection.client)
		status = read_module(&connection, &metrics, argv[0]);
	if (!status && args.output)
		status = replace_file(&metrics, args.output, argv[0]);
	else if (!status)
		status = print(&metrics, argv[0]);
	if (metrics.counters)
		fclose(metrics.counters);
	steer_free(&metrics.steer);
	xp_groups_free(&metrics.groups);
	disconnect_kernel(&connection);
	return status;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <time.h>

#include "cli.h"
#include "complain.h"
#include "connect.h"
#include "show.h"
#include "steer.h"

/* A module's inbound steering, which no group has a part of its own in. */
static int read_steer(struct connection *connection,
		      struct steer_counts *counts, const char *command)
{
	struct xp_info info;
	int err;

	if (!connection->client)
		return EXIT_SUCCESS;
	err = xp_client_info(connection->client, &info);
	if (!err)
		err = steer_read(connection, &info, counts);
	return err ? request_error(command, xp_client_text(connection->client),
				   err)
		   : EXIT_SUCCESS;
}

int cmd_status(int argc, char **argv)
{
	struct connection connection;
	struct steer_counts counts = { 0 };
	struct xp_groups groups = { 0 };
	struct option_args args;
	int status;

	status = connect_options(&connection, &args, ARGS_JSON, argc, argv);
	if (status)
		return status;

	status = connection_groups(&connection, &groups, argv[0]);
	/* As JSON they are in info, so that this is groups only. */
	if (!status && !args.json)
		status = read_steer(&connection, &counts, argv[0]);
	if (!status && args.json)
		show_groups_json(stdout, &groups, time(NULL));
	else if (!status) {
		show_groups(stdout, &groups, time(NULL));
		show_steer(stdout, &counts);
	}
	steer_free(&counts);
	xp_groups_free(&groups);
	disconnect_kernel(&connection);
	return status;
}

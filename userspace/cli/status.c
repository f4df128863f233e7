// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <time.h>

#include "cli.h"
#include "complain.h"
#include "connect.h"
#include "show.h"
#include "steer.h"

/* The module knows the groups, XFRM netlink how much each SA was used. */
static int read_groups(struct connection *connection, struct xp_groups *groups,
		       const char *command)
{
	struct xp_sad sad = { 0 };
	int status = EXIT_SUCCESS;
	int err = 0;

	if (connection->client)
		err = xp_client_groups(connection->client, groups);
	if (err)
		return request_error(command,
				     xp_client_text(connection->client), err);
	err = xp_xfrm_sas(connection->xfrm, &sad);
	if (err)
		status = request_error(command, xp_xfrm_text(connection->xfrm),
				       err);
	else if (connection->client)
		xp_sad_count(&sad, groups);
	else if ((err = xp_sad_groups(&sad, groups)))
		status = request_error(command, "", err);
	xp_sad_free(&sad);
	return status;
}

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

	status = read_groups(&connection, &groups, argv[0]);
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

// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <time.h>

#include "cli.h"
#include "complain.h"
#include "connect.h"
#include "show.h"

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

int cmd_status(int argc, char **argv)
{
	struct connection connection;
	struct xp_groups groups = { 0 };
	struct option_args args;
	int status;

	status = connect_options(&connection, &args, ARGS_JSON, argc, argv);
	if (status)
		return status;

	status = read_groups(&connection, &groups, argv[0]);
	if (!status && args.json)
		show_groups_json(stdout, &groups, time(NULL));
	else if (!status)
		show_groups(stdout, &groups, time(NULL));
	xp_groups_free(&groups);
	disconnect_kernel(&connection);
	return status;
}

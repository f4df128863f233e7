// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "cli.h"
#include "complain.h"
#include "connect.h"
#include "show.h"
#include "steer.h"

int cmd_info(int argc, char **argv)
{
	struct connection connection;
	struct steer_counts counts = { 0 };
	struct option_args args;
	struct xp_info info;
	int status;
	int err;

	status = connect_options(&connection, &args, ARGS_JSON, argc, argv);
	if (status)
		return status;
	if (!connection.client) {
		complain("info: this kernel has per-CPU SAs of its own and "
			 "needs no xfrm_pcpu: xfrm-pcpu check");
		disconnect_kernel(&connection);
		return EXIT_FAILURE;
	}

	err = xp_client_info(connection.client, &info);
	if (!err)
		err = steer_read(&connection, &info, &counts);
	if (err)
		status = request_error(argv[0],
				       xp_client_text(connection.client), err);
	else if (args.json)
		show_info_json(stdout, &info, &counts);
	else
		show_info(stdout, &info, &counts);
	steer_free(&counts);
	disconnect_kernel(&connection);
	return status;
}

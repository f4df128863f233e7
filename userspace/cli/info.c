// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "cli.h"
#include "complain.h"
#include "connect.h"
#include "show.h"

static void show_cpu(const struct xp_steer *steer, void *arg)
{
	show_steer(arg, steer);
}

int cmd_info(int argc, char **argv)
{
	struct connection connection;
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
	if (err)
		status = request_error(argv[0],
				       xp_client_text(connection.client), err);
	else if (args.json)
		show_info_json(stdout, &info);
	else
		show_info(stdout, &info);
	/* Counters are what they are; /proc/net/xfrm_pcpu_stat has the sums. */
	if (!err && !args.json && info.steer_mode) {
		err = xp_client_steer(connection.client, show_cpu, stdout);
		if (err)
			status = request_error(
				argv[0], xp_client_text(connection.client),
				err);
	}
	disconnect_kernel(&connection);
	return status;
}

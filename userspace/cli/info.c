// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "args.h"
#include "cli.h"
#include "complain.h"
#include "kernel/client.h"
#include "show.h"

int cmd_info(int argc, char **argv)
{
	struct option_args args;
	struct xp_client *client;
	struct xp_info info;
	int status = EXIT_SUCCESS;
	int err;

	if (args_options(&args, ARGS_JSON, argc, argv))
		return usage_error(argv[0], args.error);
	err = xp_client_open(&client);
	if (err)
		return open_error(argv[0], err);

	err = xp_client_info(client, &info);
	if (err)
		status = request_error(argv[0], xp_client_text(client), err);
	else if (args.json)
		show_info_json(stdout, &info);
	else
		show_info(stdout, &info);
	xp_client_close(client);
	return status;
}

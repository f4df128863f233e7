// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "args.h"
#include "cli.h"
#include "complain.h"
#include "connect.h"
#include "saved.h"

int cmd_save(int argc, char **argv)
{
	struct connection connection;
	struct xp_sad sad = { 0 };
	struct option_args args;
	int status;
	int err;

	if (args_options(&args, ARGS_JSON, argc, argv))
		return usage_error(argv[0], args.error);
	status = connect_kernel(&connection, argv[0]);
	if (status)
		return status;

	err = xp_xfrm_sas(connection.xfrm, &sad);
	if (err)
		status = request_error(argv[0], xp_xfrm_text(connection.xfrm),
				       err);
	else if (args.json)
		saved_write_json(stdout, &sad);
	else
		saved_write(stdout, &sad);
	xp_sad_free(&sad);
	disconnect_kernel(&connection);
	return status;
}

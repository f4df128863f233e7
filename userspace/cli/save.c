// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "complain.h"
#include "connect.h"
#include "saved.h"

/* One format, so that whatever was saved can be restored. */
static bool wants_json(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--json"))
			return true;
	}
	return false;
}

int cmd_save(int argc, char **argv)
{
	struct connection connection;
	struct xp_sad sad = { 0 };
	struct option_args args;
	int status;

	if (wants_json(argc, argv))
		return usage_error(argv[0],
				   "it writes what restore reads, and that is "
				   "not JSON: status --json tells the same");
	status = connect_options(&connection, &args, 0, argc, argv);
	if (status)
		return status;
	status = connection_sas(&connection, &sad, argv[0]);
	if (!status)
		saved_write(stdout, &sad);
	xp_sad_free(&sad);
	disconnect_kernel(&connection);
	return status;
}

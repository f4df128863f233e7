// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>

#include "change.h"
#include "cli.h"
#include "complain.h"
#include "move_helper.h"

static int ask(struct xp_client *client, const struct sa_args *args)
{
	return xp_client_move(client, &args->id, args->cpu);
}

/* What the SA is to be called at the helper, the kernel knows. */
static int by_rekey(struct connection *connection, const struct sa_args *args,
		    const char *what)
{
	char error[320];
	struct xp_sad_sa sa;
	int err = xp_xfrm_sa(connection->xfrm, &args->id, &sa);

	if (err)
		return request_error(what, xp_xfrm_text(connection->xfrm), err);
	err = move_by_helper(&sa, args->cpu, error, sizeof(error));
	if (!err)
		return EXIT_SUCCESS;
	if (err == -ENOENT)
		connect_native_error(what);
	else
		complain("%s: %s", what, error);
	return EXIT_FAILURE;
}

int cmd_move(int argc, char **argv)
{
	return change_sa(ARGS_CPU, argc, argv, ask, by_rekey);
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "change.h"
#include "cli.h"

static int ask(struct xp_client *client, const struct sa_args *args)
{
	return xp_client_unbind(client, &args->id);
}

int cmd_unbind(int argc, char **argv)
{
	return change_sa(0, argc, argv, ask, NULL);
}

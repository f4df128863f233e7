// SPDX-License-Identifier: GPL-2.0-or-later
#include "change.h"
#include "cli.h"

static int ask(struct xp_client *client, const struct sa_args *args)
{
	return xp_client_bind(client, &args->id, args->cpu);
}

int cmd_bind(int argc, char **argv)
{
	return change_sa(ARGS_CPU, argc, argv, ask, NULL);
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "change.h"
#include "cli.h"

static int ask(struct xp_client *client, const struct sa_args *args)
{
	return xp_client_expect(client, &args->id, args->cpu, args->timeout_ms);
}

int cmd_expect(int argc, char **argv)
{
	return change_sa(ARGS_CPU | ARGS_TIMEOUT, argc, argv, ask, NULL);
}

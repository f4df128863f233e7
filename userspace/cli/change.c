// SPDX-License-Identifier: GPL-2.0-or-later
#include "change.h"

#include <stdio.h>
#include <stdlib.h>

#include "complain.h"

/* Longest "command DST SPI" in a message. */
#define WHAT_MAX 128

int change_sa(unsigned int has, int argc, char **argv,
	      int (*ask)(struct xp_client *client, const struct sa_args *args))
{
	struct xp_client *client;
	struct sa_args args;
	char what[WHAT_MAX];
	int status = EXIT_SUCCESS;
	int err;

	if (args_sa(&args, has, argc, argv))
		return usage_error(argv[0], args.error);
	snprintf(what, sizeof(what), "%s %s %s", argv[0], argv[1], argv[2]);
	err = xp_client_open(&client);
	if (err)
		return open_error(argv[0], err);

	err = ask(client, &args);
	if (err)
		status = request_error(what, xp_client_text(client), err);
	else if (xp_client_text(client)[0])
		complain("%s: warning: %s", what, xp_client_text(client));
	xp_client_close(client);
	return status;
}

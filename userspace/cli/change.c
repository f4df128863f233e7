// SPDX-License-Identifier: GPL-2.0-or-later
#include "change.h"

#include <stdio.h>
#include <stdlib.h>

#include "complain.h"
#include "connect.h"
#include "show.h"

/* Longest "command DST SPI" in a message. */
#define WHAT_MAX 128

int change_sa(unsigned int has, int argc, char **argv,
	      int (*ask)(struct xp_client *client, const struct sa_args *args))
{
	struct connection connection;
	struct sa_args args;
	char what[WHAT_MAX];
	const char *text;
	int status;
	int err;

	if (args_sa(&args, has, argc, argv))
		return usage_error(argv[0], args.error);
	snprintf(what, sizeof(what), "%s %s %s", argv[0], argv[1], argv[2]);
	status = connect_module(&connection, argv[0]);
	if (status)
		return status;

	err = ask(connection.client, &args);
	text = xp_client_text(connection.client);
	if (err)
		status = request_error(what, text, err);
	else if (text[0])
		complain("%s: warning: %s", what, text);
	if (!err && args.json)
		show_change_json(stdout, argv[0], &args.id,
				 (has & ARGS_CPU) ? args.cpu
						  : XFRM_PCPU_CPU_NONE);
	disconnect_kernel(&connection);
	return status;
}

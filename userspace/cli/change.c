// SPDX-License-Identifier: GPL-2.0-or-later
#include "change.h"

#include <stdio.h>
#include <stdlib.h>

#include "complain.h"
#include "show.h"

/* Longest "command DST SPI" in a message. */
#define WHAT_MAX 128

static int ask_module(struct connection *connection, const struct sa_args *args,
		      const char *what,
		      int (*ask)(struct xp_client *client,
				 const struct sa_args *args))
{
	int err = ask(connection->client, args);
	const char *text = xp_client_text(connection->client);

	if (err)
		return request_error(what, text, err);
	if (text[0])
		complain("%s: warning: %s", what, text);
	return EXIT_SUCCESS;
}

int change_sa(unsigned int has, int argc, char **argv,
	      int (*ask)(struct xp_client *client, const struct sa_args *args),
	      int (*native)(struct connection *connection,
			    const struct sa_args *args, const char *what))
{
	struct connection connection;
	struct sa_args args;
	char what[WHAT_MAX];
	int status;

	if (args_sa(&args, has, argc, argv))
		return usage_error(argv[0], args.error);
	snprintf(what, sizeof(what), "%s %s %s", argv[0], argv[1], argv[2]);
	status = native ? connect_kernel(&connection, argv[0])
			: connect_module(&connection, argv[0]);
	if (status)
		return status;

	if (connection.support == XP_SUPPORT_MODULE)
		status = ask_module(&connection, &args, what, ask);
	else
		status = native(&connection, &args, what);
	if (!status && args.json)
		show_change_json(stdout, argv[0], &args.id,
				 (has & ARGS_CPU) ? args.cpu
						  : XFRM_PCPU_CPU_NONE);
	disconnect_kernel(&connection);
	return status;
}

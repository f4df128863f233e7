// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>

#include "args.h"
#include "cli.h"
#include "complain.h"
#include "connect.h"
#include "outcome.h"
#include "plan.h"

static int attach(struct connection *connection, const struct attach_args *args,
		  const char *command)
{
	struct xp_sad sad = { 0 };
	struct outcomes outcomes;
	struct plan plan;
	int status;
	int err;

	status = connection_sas(connection, &sad, command);
	if (status)
		return status;
	err = plan_attach(&plan, &sad, args);
	if (err) {
		status = request_error(command, "", err);
		goto out;
	}
	if (!plan.count) {
		complain("attach: no such SA with reqid %" PRIu32
			 ": ip xfrm state shows all",
			 args->reqid);
		status = EXIT_FAILURE;
		goto out;
	}
	outcomes_begin(&outcomes, stdout, args->json);
	for (size_t i = 0; i < plan.count; i++)
		outcome_put(&outcomes, connection->client, plan.entry[i].sa,
			    plan.entry[i].cpu, "attached");
	status = outcomes_end(&outcomes, command);
out:
	plan_free(&plan);
	xp_sad_free(&sad);
	return status;
}

int cmd_attach(int argc, char **argv)
{
	struct connection connection;
	struct attach_args args;
	int status;

	if (args_attach(&args, argc, argv))
		return usage_error(argv[0], args.error);
	status = connect_module(&connection, argv[0]);
	if (status)
		return status;
	status = attach(&connection, &args, argv[0]);
	disconnect_kernel(&connection);
	return status;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "cli.h"
#include "complain.h"
#include "connect.h"
#include "outcome.h"
#include "plan.h"

static void attach_one(struct xp_client *client, const struct plan_entry *entry,
		       struct outcomes *outcomes)
{
	const struct xp_sad_sa *sa = entry->sa;
	int err;

	if (entry->cpu == sa->cpu) {
		outcome_done(outcomes, &sa->id, entry->cpu,
			     entry->cpu == XFRM_PCPU_CPU_NONE ? "stays"
							      : "had it");
		return;
	}
	err = xp_client_bind(client, &sa->id, entry->cpu);
	if (!err)
		outcome_done(outcomes, &sa->id, entry->cpu, "attached");
	else
		outcome_failed(outcomes, &sa->id, entry->cpu,
			       xp_client_text(client)[0]
				       ? xp_client_text(client)
				       : strerror(-err));
}

static int attach(struct connection *connection, const struct attach_args *args,
		  const char *command)
{
	struct xp_sad sad = { 0 };
	struct outcomes outcomes;
	struct plan plan;
	int status;
	int err;

	err = xp_xfrm_sas(connection->xfrm, &sad);
	if (err)
		return request_error(command, xp_xfrm_text(connection->xfrm),
				     err);
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
		attach_one(connection->client, &plan.entry[i], &outcomes);
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

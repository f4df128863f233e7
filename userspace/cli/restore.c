// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>

#include "args.h"
#include "cli.h"
#include "complain.h"
#include "connect.h"
#include "outcome.h"
#include "saved.h"

static void restore_one(struct xp_client *client, const struct xp_sad *sad,
			const struct saved_sa *saved, struct outcomes *outcomes)
{
	const struct xp_sad_sa *sa = xp_sad_find(sad, &saved->id);

	if (!sa)
		outcome_failed(outcomes, &saved->id, saved->cpu,
			       "there is no such SA any more");
	else if (sa->reqid != saved->reqid ||
		 !xp_addr_is(&sa->src, &saved->src))
		outcome_failed(outcomes, &saved->id, saved->cpu,
			       "another SA has this name now");
	else
		outcome_put(outcomes, client, sa, saved->cpu, "restored");
}

static int restore(struct connection *connection, const struct saved *saved,
		   bool is_json, const char *command)
{
	struct xp_sad sad = { 0 };
	struct outcomes outcomes;
	int status = connection_sas(connection, &sad, command);

	if (status)
		return status;
	outcomes_begin(&outcomes, stdout, is_json);
	for (size_t i = 0; i < saved->count; i++)
		restore_one(connection->client, &sad, &saved->sa[i], &outcomes);
	status = outcomes_end(&outcomes, command);
	xp_sad_free(&sad);
	return status;
}

/* All of the input is read before anything is changed. */
int cmd_restore(int argc, char **argv)
{
	struct connection connection;
	struct saved saved = { 0 };
	struct option_args args;
	int status;
	int err;

	if (args_options(&args, ARGS_JSON, argc, argv))
		return usage_error(argv[0], args.error);
	err = saved_read(&saved, stdin);
	if (err) {
		status = err == -EINVAL ? usage_error(argv[0], saved.error)
					: request_error(argv[0], "", err);
		goto out;
	}
	status = connect_module(&connection, argv[0]);
	if (status)
		goto out;
	status = restore(&connection, &saved, args.json, argv[0]);
	disconnect_kernel(&connection);
out:
	saved_free(&saved);
	return status;
}

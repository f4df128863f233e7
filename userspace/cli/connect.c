// SPDX-License-Identifier: GPL-2.0-or-later
#include "connect.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "complain.h"

static int refuse(const char *command, int err)
{
	switch (err) {
	case -EPERM:
		complain("%s: needs CAP_NET_ADMIN: run it as root", command);
		break;
	case -EPROTONOSUPPORT:
		complain("%s: this kernel has no XFRM netlink: modprobe "
			 "xfrm_user",
			 command);
		break;
	default:
		complain("%s: cannot reach the kernel: %s", command,
			 strerror(-err));
	}
	return EXIT_FAILURE;
}

int connect_any(struct connection *connection, const char *command)
{
	int err;

	memset(connection, 0, sizeof(*connection));
	err = xp_xfrm_open(&connection->xfrm);
	if (!err)
		err = xp_xfrm_support(connection->xfrm, &connection->support);
	if (!err && connection->support == XP_SUPPORT_MODULE) {
		err = xp_client_open(&connection->client);
		/* It may be removed meanwhile. */
		if (err == -ENOENT) {
			connection->support = XP_SUPPORT_NONE;
			err = 0;
		}
	}
	if (err) {
		disconnect_kernel(connection);
		return refuse(command, err);
	}
	return EXIT_SUCCESS;
}

int connect_kernel(struct connection *connection, const char *command)
{
	int status = connect_any(connection, command);

	if (status || connection->support != XP_SUPPORT_NONE)
		return status;
	disconnect_kernel(connection);
	complain("xfrm_pcpu is not loaded: modprobe xfrm_pcpu");
	return EXIT_FAILURE;
}

int connect_native_error(const char *command)
{
	complain("%s: this kernel has per-CPU SAs of its own and does not "
		 "change the CPU of an SA: rekey it, or install another one "
		 "for that CPU",
		 command);
	return EXIT_FAILURE;
}

int connect_module(struct connection *connection, const char *command)
{
	int status = connect_kernel(connection, command);

	if (status || connection->support == XP_SUPPORT_MODULE)
		return status;
	disconnect_kernel(connection);
	return connect_native_error(command);
}

int connect_options(struct connection *connection, struct option_args *args,
		    unsigned int has, int argc, char **argv)
{
	if (args_options(args, has, argc, argv))
		return usage_error(argv[0], args->error);
	return connect_kernel(connection, argv[0]);
}

int connection_sas(struct connection *connection, struct xp_sad *sad,
		   const char *command)
{
	int err = xp_xfrm_sas(connection->xfrm, sad);

	if (!err)
		return EXIT_SUCCESS;
	return request_error(command, xp_xfrm_text(connection->xfrm), err);
}

int connection_groups(struct connection *connection, struct xp_groups *groups,
		      const char *command)
{
	struct xp_sad sad = { 0 };
	int status = EXIT_SUCCESS;
	int err = 0;

	if (connection->client)
		err = xp_client_groups(connection->client, groups);
	if (err)
		return request_error(command,
				     xp_client_text(connection->client), err);
	err = xp_xfrm_sas(connection->xfrm, &sad);
	if (err)
		status = request_error(command, xp_xfrm_text(connection->xfrm),
				       err);
	else if (connection->client)
		xp_sad_count(&sad, groups);
	else if ((err = xp_sad_groups(&sad, groups)))
		status = request_error(command, "", err);
	xp_sad_free(&sad);
	return status;
}

void disconnect_kernel(struct connection *connection)
{
	xp_client_close(connection->client);
	xp_xfrm_close(connection->xfrm);
	memset(connection, 0, sizeof(*connection));
}

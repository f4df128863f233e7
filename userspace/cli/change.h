/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the commands share that change one SA.
 */
#ifndef XFRM_PCPU_CLI_CHANGE_H
#define XFRM_PCPU_CLI_CHANGE_H

#include "args.h"
#include "connect.h"
#include "kernel/client.h"

/**
 * change_sa() - read the arguments, ask the kernel, report
 * @has: ARGS_CPU, ARGS_TIMEOUT: arguments that the command has
 * @argc: as of struct command
 * @argv: as of struct command
 * @ask: sends the request, returns 0 or a negative errno
 * @native: does it where the kernel has per-CPU SAs of its own, complains if it
 *	cannot be done and returns the exit status; NULL: it cannot.  @what names
 *	command and SA
 *
 * Return: exit status.
 */
int change_sa(unsigned int has, int argc, char **argv,
	      int (*ask)(struct xp_client *client, const struct sa_args *args),
	      int (*native)(struct connection *connection,
			    const struct sa_args *args, const char *what));

#endif

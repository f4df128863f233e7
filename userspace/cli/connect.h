/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who serves per-CPU SAs here, and the sockets to ask.
 */
#ifndef XFRM_PCPU_CLI_CONNECT_H
#define XFRM_PCPU_CLI_CONNECT_H

#include "args.h"
#include "kernel/client.h"
#include "kernel/xfrm.h"

/**
 * struct connection - sockets to the kernel
 * @support: who serves; XP_SUPPORT_NONE only after connect_any()
 * @xfrm: XFRM netlink
 * @client: the module; NULL where the kernel serves itself
 */
struct connection {
	enum xp_support support;
	struct xp_xfrm *xfrm;
	struct xp_client *client;
};

/**
 * connect_any() - connect, also where nobody serves per-CPU SAs
 * @connection: result, for disconnect_kernel(); its @support may be
 *	XP_SUPPORT_NONE
 * @command: name of the subcommand
 *
 * Return: exit status; EXIT_SUCCESS if connected.
 */
int connect_any(struct connection *connection, const char *command);

/**
 * connect_kernel() - connect, or complain that nobody serves per-CPU SAs
 * @connection: result, for disconnect_kernel()
 * @command: name of the subcommand
 *
 * Return: exit status; EXIT_SUCCESS if connected.
 */
int connect_kernel(struct connection *connection, const char *command);

/**
 * connect_native_error() - complain that this kernel changes no SA's CPU
 * @command: name of the subcommand
 *
 * Return: EXIT_FAILURE.
 */
int connect_native_error(const char *command);

/**
 * connect_module() - connect, or complain that an SA's CPU cannot be changed
 * @connection: result, for disconnect_kernel()
 * @command: name of the subcommand
 *
 * A kernel with per-CPU SAs of its own does not change the CPU of an SA that
 * is in use, so this fails there.
 *
 * Return: exit status; EXIT_SUCCESS if connected to the module.
 */
int connect_module(struct connection *connection, const char *command);

/**
 * connect_options() - read the options of a command that prints, and connect
 * @connection: result, for disconnect_kernel()
 * @args: result
 * @has: ARGS_JSON and so on: options that the command has
 * @argc: as of struct command
 * @argv: as of struct command
 *
 * Return: exit status; EXIT_SUCCESS if connected.
 */
int connect_options(struct connection *connection, struct option_args *args,
		    unsigned int has, int argc, char **argv);

/**
 * connection_sas() - read all SAs, or complain
 * @connection: the sockets
 * @sad: result, for xp_sad_free()
 * @command: name of the subcommand
 *
 * Return: exit status.
 */
int connection_sas(struct connection *connection, struct xp_sad *sad,
		   const char *command);

/**
 * connection_groups() - read all groups and their counters, or complain
 * @connection: the sockets
 * @groups: empty groups that take the result; xp_groups_free() frees it
 * @command: name of the subcommand
 *
 * The module knows the groups, XFRM netlink how much each SA was used.
 *
 * Return: exit status.
 */
int connection_groups(struct connection *connection, struct xp_groups *groups,
		      const char *command);

/**
 * disconnect_kernel() - close what connect_kernel() opened
 * @connection: the sockets
 */
void disconnect_kernel(struct connection *connection);

#endif

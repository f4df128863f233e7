/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What went wrong, to stderr.  Exit status: 0 done, 1 refused or failed
 * (EXIT_FAILURE), 2 wrong arguments (EXIT_USAGE).
 */
#ifndef XFRM_PCPU_CLI_COMPLAIN_H
#define XFRM_PCPU_CLI_COMPLAIN_H

#define EXIT_USAGE 2

/**
 * complain() - print "xfrm-pcpu: ..." and a newline to stderr
 * @format: as of printf()
 */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/**
 * usage_error() - complain about the arguments of a subcommand
 * @command: its name
 * @text: what was wrong and what was expected
 *
 * Return: EXIT_USAGE.
 */
int usage_error(const char *command, const char *text);

/**
 * open_error() - complain that the module cannot be reached
 * @command: name of the subcommand
 * @err: negative errno of xp_client_open() or xp_events_open()
 *
 * Return: EXIT_FAILURE.
 */
int open_error(const char *command, int err);

/**
 * request_error() - complain that the kernel refused
 * @what: subcommand and its object
 * @text: the kernel's text; if it is empty, that of @err is used
 * @err: negative errno
 *
 * Return: EXIT_FAILURE.
 */
int request_error(const char *what, const char *text, int err);

#endif

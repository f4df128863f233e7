/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The subcommands.  Each has a file of its own.
 */
#ifndef XFRM_PCPU_CLI_CLI_H
#define XFRM_PCPU_CLI_CLI_H

/**
 * struct command - one subcommand
 * @name: its name
 * @args: its arguments, for the usage
 * @help: one line
 * @run: does it; gets its own name as argv[0], returns the exit status
 *	(complain.h)
 */
struct command {
	const char *name;
	const char *args;
	const char *help;
	int (*run)(int argc, char **argv);
};

int cmd_info(int argc, char **argv);
int cmd_status(int argc, char **argv);
int cmd_bind(int argc, char **argv);
int cmd_move(int argc, char **argv);
int cmd_unbind(int argc, char **argv);
int cmd_expect(int argc, char **argv);
int cmd_install(int argc, char **argv);
int cmd_attach(int argc, char **argv);
int cmd_save(int argc, char **argv);
int cmd_restore(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_metrics(int argc, char **argv);
int cmd_top(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_monitor(int argc, char **argv);

#endif

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xfrm-pcpu - per-CPU IPsec SAs: look, bind, install, watch.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "complain.h"

#define SA_OPTIONS "[proto esp|ah|comp] [mark VALUE[/MASK]] [--json]"

static const struct command commands[] = {
	{ "info", "[--json]", "version, features and limits of the module",
	  cmd_info },
	{ "status", "[--json]",
	  "groups of SAs, their CPUs and pending acquires", cmd_status },
	{ "bind", "DST SPI CPU " SA_OPTIONS,
	  "give an SA without a CPU to a CPU", cmd_bind },
	{ "move", "DST SPI CPU " SA_OPTIONS,
	  "give an SA that has a CPU to another CPU", cmd_move },
	{ "unbind", "DST SPI " SA_OPTIONS, "let every CPU use an SA",
	  cmd_unbind },
	{ "expect", "DST SPI CPU [timeout MS] " SA_OPTIONS,
	  "say which CPU an SA will have that is still to come", cmd_expect },
	{ "install", "[NAME VALUE]... [--fd N] [--json] <LINES",
	  "install an SA; keys come as lines NAME=VALUE from stdin or --fd",
	  cmd_install },
	{ "attach",
	  "REQID CPUS [dst DST] [proto esp|ah|comp] [--no-fallback] [--watch] [--json]",
	  "give the SAs of a reqid to CPUs, in order", cmd_attach },
	{ "save", ">FILE", "write which SA has which CPU, no keys", cmd_save },
	{ "restore", "[--json] <FILE", "give SAs the CPUs that save wrote",
	  cmd_restore },
	{ "check", "[--json]",
	  "what per-CPU SAs need: kernel, module, daemon, plugin, helper",
	  cmd_check },
	{ "top", "[--interval SECONDS] [--count N]",
	  "what each CPU's SAs carry, again and again", cmd_top },
	{ "metrics", "[--output FILE]",
	  "counters and settings as text for Prometheus", cmd_metrics },
	{ "report", "[--anonymous]", "all that a bug report needs, no keys",
	  cmd_report },
	{ "monitor", "[--json] [--count N] [--acquires]",
	  "print events as they come", cmd_monitor },
};

#define NR_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void print_usage(FILE *out)
{
	fputs("Usage: xfrm-pcpu COMMAND [ARGUMENTS]\n\nCommands:\n", out);
	for (size_t i = 0; i < NR_COMMANDS; i++)
		fprintf(out, "  %-8s %s\n", commands[i].name, commands[i].help);
	fputs("\nxfrm-pcpu COMMAND --help tells a command's arguments, "
	      "--version the version.\n",
	      out);
}

static void print_command_usage(FILE *out, const struct command *command)
{
	fprintf(out, "Usage: xfrm-pcpu %s %s\n\n%s\n", command->name,
		command->args, command->help);
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < NR_COMMANDS; i++) {
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	}
	return NULL;
}

static int is_help(const char *arg)
{
	return !strcmp(arg, "--help") || !strcmp(arg, "-h");
}

static int run(int argc, char **argv)
{
	const struct command *command;

	if (argc < 2) {
		print_usage(stderr);
		return EXIT_USAGE;
	}
	if (is_help(argv[1]) || !strcmp(argv[1], "help")) {
		print_usage(stdout);
		return EXIT_SUCCESS;
	}
	if (!strcmp(argv[1], "--version")) {
		puts("xfrm-pcpu " XP_VERSION);
		return EXIT_SUCCESS;
	}
	command = find_command(argv[1]);
	if (!command) {
		complain("unknown command \"%s\"", argv[1]);
		print_usage(stderr);
		return EXIT_USAGE;
	}
	for (int i = 2; i < argc; i++) {
		if (is_help(argv[i])) {
			print_command_usage(stdout, command);
			return EXIT_SUCCESS;
		}
	}
	return command->run(argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
	int status = run(argc, argv);

	/* A full disk must not look like success. */
	if (fflush(stdout) || ferror(stdout)) {
		complain("cannot write the output: %s", strerror(errno));
		return EXIT_FAILURE;
	}
	return status;
}

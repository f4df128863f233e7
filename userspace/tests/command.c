// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The program as a whole, as far as it goes without the module.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "kernel/client.h"
#include "tap.h"

#define OUTPUT_MAX 4096

/* Exit status of "program @args", its stdout and stderr in @output. */
static int run(const char *program, const char *args, char *output)
{
	char command[1024];
	FILE *pipe;
	size_t length;
	int status;

	snprintf(command, sizeof(command), "('%s' %s) 2>&1", program, args);
	pipe = popen(command, "r");
	if (!pipe)
		return -1;
	length = fread(output, 1, OUTPUT_MAX - 1, pipe);
	output[length] = '\0';
	status = pclose(pipe);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void is_run(const char *program, const char *args, int status,
		   const char *expected)
{
	char output[OUTPUT_MAX];

	is_num(run(program, args, output), status, "exit status: \"%s\"", args);
	if (!ok(strstr(output, expected), "it says: %s", expected))
		tap_diag("got %s", output);
}

void test_command(const char *program)
{
	static const char *const all[] = { "info",   "status", "bind",	 "move",
					   "unbind", "expect", "monitor" };
	struct xp_client *client;
	char line[64];

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		char usage[64];

		snprintf(line, sizeof(line), "%s --help", all[i]);
		snprintf(usage, sizeof(usage), "Usage: xfrm-pcpu %s ", all[i]);
		is_run(program, line, 0, usage);
		is_run(program, "--help", 0, all[i]);
	}
	is_run(program, "", 2, "Usage: xfrm-pcpu COMMAND");
	is_run(program, "frob", 2, "unknown command \"frob\"");
	is_run(program, "info --jsn", 2,
	       "xfrm-pcpu: info: unexpected \"--jsn\": expected --json");
	is_run(program, "bind 10.0.0.2 0x1234", 2, "CPU is missing");
	is_run(program, "move 10.0.0.2 0x1234 0xffffffff", 2, "means no CPU");
	is_run(program, "monitor --count 0", 2, "expected 1 or more");
	is_run(program, "--help >/dev/full", 1, "cannot write the output");

	if (xp_client_open(&client) == 0) {
		xp_client_close(client);
		tap_diag("xfrm_pcpu is loaded: its absence is not tried");
		return;
	}
	static const char *const lines[] = {
		"info",
		"info --json",
		"status",
		"monitor --count 1",
		"bind 10.0.0.2 0x1234 0",
		"unbind 10.0.0.2 0x1234",
		"expect 2001:db8::2 0x1234 3 timeout 0",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		is_run(program, lines[i], 1,
		       "xfrm-pcpu: xfrm_pcpu is not loaded: modprobe "
		       "xfrm_pcpu");
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The program as a whole, as far as it goes without the module.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "kernel/xfrm.h"
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

/* What each of @lines is refused with. */
static void are_refused(const char *program, const char *const *lines,
			const char *expected)
{
	for (; *lines; lines++)
		is_run(program, *lines, 1, expected);
}

/* The answer depends on who serves per-CPU SAs on the host of the tests. */
static void by_kernel(const char *program)
{
	static const char *const changes[] = {
		"bind 10.0.0.2 0x1234 0",
		"unbind 10.0.0.2 0x1234 --json",
		"expect 2001:db8::2 0x1234 3 timeout 0",
		"attach 1 0-3",
		NULL,
	};
	static const char move[] = "move 10.0.0.2 0x1234 0";
	static const char *const others[] = {
		"info",
		"info --json",
		"status",
		"save",
		"monitor --count 1",
		"install src 10.0.0.1 dst 10.0.0.2 spi 1 enc x </dev/null",
		NULL,
	};
	enum xp_support support;
	struct xp_xfrm *xfrm;
	int err = xp_xfrm_open(&xfrm);

	if (!err) {
		err = xp_xfrm_support(xfrm, &support);
		xp_xfrm_close(xfrm);
	}
	if (err) {
		tap_diag("XFRM netlink: %s; answers are not tried",
			 strerror(-err));
	} else if (support == XP_SUPPORT_NATIVE) {
		are_refused(program, changes,
			    "this kernel has per-CPU SAs of its own and does "
			    "not change the CPU of an SA");
		is_run(program, move, 1, "No such process");
		is_run(program, "info", 1, "needs no xfrm_pcpu");
	} else if (support == XP_SUPPORT_NONE) {
		are_refused(program, changes,
			    "xfrm_pcpu is not loaded: modprobe xfrm_pcpu");
		is_run(program, move, 1,
		       "xfrm_pcpu is not loaded: modprobe xfrm_pcpu");
		are_refused(program, others,
			    "xfrm_pcpu is not loaded: modprobe xfrm_pcpu");
	}
}

void test_command(const char *program)
{
	static const char *const all[] = { "info",    "status",	 "bind",
					   "move",    "unbind",	 "expect",
					   "install", "attach",	 "save",
					   "restore", "metrics", "report",
					   "monitor" };
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

	is_run(program, "attach 1", 2, "CPUS is missing");
	is_run(program, "install --fd", 2, "--fd: expected");
	is_run(program, "install --fd 99", 2,
	       "install: cannot read descriptor 99: Bad file descriptor");
	is_run(program, "install </dev/zero", 2, "File too large");
	is_run(program, "install </dev/null", 2, "src and dst must be given");
	is_run(program, "install aead-key 5ec4e7", 2, "everybody");
	is_run(program, "restore </dev/null", 2, "nothing to read");
	is_run(program, "save --json", 2, "not JSON: status --json");
	is_run(program, "metrics --json", 2, "expected --output FILE");
	is_run(program, "metrics --output", 2,
	       "--output: the name of a file is missing");
	is_run(program, "report --json", 2, "expected --anonymous");
	is_run(program, "save frob", 2, "expected no argument");
	by_kernel(program);
}

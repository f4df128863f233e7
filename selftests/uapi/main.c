// SPDX-License-Identifier: GPL-2.0
/*
 * xuapi - what XFRM netlink says and does about an SA's CPU
 *
 * Prints a block per case, in which nothing depends on time or chance: the
 * same program on a kernel with per-CPU SAs of its own is the reference.
 * "xuapi FILE..." runs those of values.c, then those of the files; with ONLY in
 * the environment those whose names begin so.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "case.h"
#include "nl.h"
#include "normal.h"
#include "script.h"

/* A case that hangs must not hang the rest of the tests for long. */
#define CASE_SECONDS 120

static const char *only = "";

void case_run(const char *name, const char *script, bool errno_only)
{
	if (strncmp(name, only, strlen(only)))
		return;
	printf("== %s%s\n", name, errno_only ? " (errno only)" : "");
	fflush(stdout);
	alarm(CASE_SECONDS);
	normal_begin(script);
	script_run(script);
	normal_end();
	alarm(0);
}

int main(int argc, char **argv)
{
	struct utsname uts;

	if (getenv("ONLY"))
		only = getenv("ONLY");
	if (get_nprocs() != CPUS || get_nprocs_conf() != CPUS) {
		errno = 0;
		die("this needs %d CPUs, running and possible", CPUS);
	}
	uname(&uts);
	printf("# %s %s, %d CPUs\n", uts.sysname, uts.release, CPUS);
	cases_values();
	for (int i = 1; i < argc; i++)
		cases_file(argv[i]);
	return 0;
}

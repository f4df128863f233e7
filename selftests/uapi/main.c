// SPDX-License-Identifier: GPL-2.0
/*
 * xuapi - what XFRM netlink says and does about an SA's CPU
 *
 * Prints a block per case, in which nothing depends on time or chance: the
 * same program on a kernel with per-CPU SAs of its own is the reference.
 * "xuapi PREFIX" runs the cases whose names begin so.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
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

void case_run(const char *name, const char *script, unsigned int flags)
{
	if (strncmp(name, only, strlen(only)))
		return;
	printf("== %s%s\n", name, flags & ERRNO_ONLY ? " (errno only)" : "");
	fflush(stdout);
	alarm(CASE_SECONDS);
	normal_begin(script);
	script_run(script);
	normal_end();
	alarm(0);
}

void cases_run(const struct test_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		case_run(cases[i].name, cases[i].script, cases[i].flags);
}

int main(int argc, char **argv)
{
	struct utsname uts;

	if (argc > 1)
		only = argv[1];
	if (get_nprocs() != CPUS || get_nprocs_conf() != CPUS) {
		errno = 0;
		die("this needs %d CPUs, running and possible", CPUS);
	}
	uname(&uts);
	printf("# %s %s, %d CPUs\n", uts.sysname, uts.release, CPUS);
	cases_values();
	cases_requests();
	cases_policy();
	cases_expire();
	cases_choice();
	cases_acquire();
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * xfail: run a command, and let one allocation fail that the kernel makes in its
 * system calls.
 *
 *	xfail --report FILE --calls sendto,sendmsg N COMMAND [ARGUMENT]...
 *
 * Of all allocations in these calls the Nth fails (FAULT_INJECTION, fail-nth of
 * proc(5)); FILE says "failed" if there were so many, else "past" and by how many.
 * Exit status: the command's; 125 if it could not be run.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <linux/ptrace.h>

#include "nl.h"

#define STATUS_FAILED 125
#define OPTIONS                                                            \
	(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL | PTRACE_O_TRACECLONE | \
	 PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK)

static const struct call {
	const char *name;
	int nr;
} known[] = {
	{ "sendto", SYS_sendto },
	{ "sendmsg", SYS_sendmsg },
	{ "recvfrom", SYS_recvfrom },
	{ "recvmsg", SYS_recvmsg },
	{ "setsockopt", SYS_setsockopt },
	{ "unshare", SYS_unshare },
	{ "init_module", SYS_init_module },
	{ "finit_module", SYS_finit_module },
};

#define KNOWN (sizeof(known) / sizeof(known[0]))

static bool chosen[KNOWN];

static void choose(char *names)
{
	char *save;

	for (char *name = strtok_r(names, ",", &save); name;
	     name = strtok_r(NULL, ",", &save)) {
		size_t i;

		for (i = 0; i < KNOWN && strcmp(known[i].name, name); i++)
			;
		errno = 0;
		if (i == KNOWN)
			die("unknown call %s", name);
		chosen[i] = true;
	}
}

static bool is_chosen(__u64 nr)
{
	for (size_t i = 0; i < KNOWN; i++)
		if (chosen[i] && (__u64)known[i].nr == nr)
			return true;
	return false;
}

static int open_nth(pid_t thread, int flags)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/fail-nth", thread);
	fd = open(path, flags | O_CLOEXEC);
	if (fd < 0)
		die("%s", path);
	return fd;
}

static void set_nth(pid_t thread, unsigned int nth)
{
	int fd = open_nth(thread, O_WRONLY);

	if (dprintf(fd, "%u", nth) < 0)
		die("fail-nth");
	close(fd);
}

static unsigned int get_nth(pid_t thread)
{
	char text[32] = "";
	int fd = open_nth(thread, O_RDONLY);

	if (read(fd, text, sizeof(text) - 1) < 0)
		die("fail-nth");
	close(fd);
	return strtoul(text, NULL, 0);
}

static void start(char **command)
{
	if (ptrace(PTRACE_TRACEME, 0, 0, 0) || raise(SIGSTOP))
		die("ptrace");
	execvp(command[0], command);
	die("%s", command[0]);
}

/* at_call - @left: how many allocations are to go; returns what is left of them */
static unsigned int at_call(pid_t thread, unsigned int left)
{
	struct __ptrace_syscall_info info;
	static pid_t inside;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof(info), &info) < 0)
		die("PTRACE_GET_SYSCALL_INFO");
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY && left && !inside &&
	    is_chosen(info.entry.nr)) {
		inside = thread;
		set_nth(thread, left);
	} else if (info.op == PTRACE_SYSCALL_INFO_EXIT && inside == thread) {
		inside = 0;
		left = get_nth(thread);
		set_nth(thread, 0);
	}
	return left;
}

static int trace(pid_t child, unsigned int *left)
{
	int status;

	if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status) ||
	    ptrace(PTRACE_SETOPTIONS, child, 0, OPTIONS) ||
	    ptrace(PTRACE_SYSCALL, child, 0, 0))
		die("ptrace");
	for (;;) {
		pid_t thread = waitpid(-1, &status, __WALL);
		int sig = 0;

		if (thread < 0)
			die("wait");
		if (!WIFSTOPPED(status)) {
			if (thread == child)
				return status;
			continue;
		}
		if (WSTOPSIG(status) == (SIGTRAP | 0x80))
			*left = at_call(thread, *left);
		else if (WSTOPSIG(status) != SIGTRAP &&
			 WSTOPSIG(status) != SIGSTOP)
			sig = WSTOPSIG(status);
		/* It may have been killed meanwhile. */
		if (ptrace(PTRACE_SYSCALL, thread, 0, sig) && errno != ESRCH)
			die("PTRACE_SYSCALL");
	}
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "report", required_argument, NULL, 'r' },
		{ "calls", required_argument, NULL, 'c' },
		{ 0 },
	};
	const char *report = NULL;
	unsigned int left;
	FILE *file;
	pid_t child;
	int option, status;

	while ((option = getopt_long(argc, argv, "+", options, NULL)) >= 0) {
		if (option == 'r')
			report = optarg;
		else if (option == 'c')
			choose(optarg);
		else
			return STATUS_FAILED;
	}
	left = argc > optind + 1 ? strtoul(argv[optind], NULL, 0) : 0;
	if (!report || !left) {
		fprintf(stderr,
			"usage: xfail --report FILE --calls CALL,... N COMMAND...\n");
		return STATUS_FAILED;
	}

	child = fork();
	if (child < 0)
		die("fork");
	if (!child)
		start(argv + optind + 1);
	status = trace(child, &left);

	file = fopen(report, "w");
	if (!file ||
	    (left ? fprintf(file, "past %u\n", left)
		  : fputs("failed\n", file)) < 0 ||
	    fclose(file))
		die("%s", report);
	return WIFEXITED(status) ? WEXITSTATUS(status) : STATUS_FAILED;
}

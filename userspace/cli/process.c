// SPDX-License-Identifier: GPL-2.0-or-later
#include "process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* How long a program may take, milliseconds, and how often its end is looked for. */
#define PROGRAM_MS 5000
#define LOOK_MS 10

extern char **environ;

pid_t process_find(bool (*is_it)(const char *name, void *arg), void *arg)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	pid_t found = 0;

	if (!proc)
		return 0;
	while (!found && (entry = readdir(proc))) {
		char path[sizeof(entry->d_name) + sizeof("/proc//comm")];
		char name[64];
		FILE *comm;

		if (entry->d_name[0] < '0' || entry->d_name[0] > '9')
			continue;
		snprintf(path, sizeof(path), "/proc/%s/comm", entry->d_name);
		comm = fopen(path, "re");
		if (!comm)
			continue; /* it ended meanwhile */
		if (fgets(name, sizeof(name), comm)) {
			name[strcspn(name, "\n")] = '\0';
			if (is_it(name, arg))
				found = strtol(entry->d_name, NULL, 10);
		}
		fclose(comm);
	}
	closedir(proc);
	return found;
}

static int spawn(char *const argv[], int to, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	int err;

	err = posix_spawn_file_actions_init(&actions);
	if (err)
		return -err;
	err = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO,
					       "/dev/null", O_RDONLY, 0);
	if (!err)
		err = posix_spawn_file_actions_addopen(
			&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	if (!err)
		err = posix_spawn_file_actions_adddup2(&actions, to,
						       STDOUT_FILENO);
	if (!err)
		err = posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return -err;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Up to the end of the output; what does not fit is read and left. */
static int read_output(int from, char *text, size_t size, int64_t until)
{
	struct pollfd poll_fd = { .fd = from, .events = POLLIN };
	size_t length = 0;

	for (;;) {
		char rest[256];
		bool fits = length < size - 1;
		int64_t left = until - now_ms();
		ssize_t got;

		if (left <= 0 || poll(&poll_fd, 1, left) != 1)
			return -ETIMEDOUT;
		got = read(from, fits ? text + length : rest,
			   fits ? size - 1 - length : sizeof(rest));
		if (got <= 0)
			return got ? -errno : 0;
		if (fits)
			length += got;
		text[length] = '\0';
	}
}

/* It may have closed its output and go on. */
static int wait_end(pid_t pid, int64_t until)
{
	int status;

	while (!waitpid(pid, &status, WNOHANG)) {
		if (now_ms() >= until)
			return -ETIMEDOUT;
		poll(NULL, 0, LOOK_MS);
	}
	return status ? -EPROTO : 0;
}

int program_ask(char *const argv[], char *text, size_t size)
{
	int64_t until = now_ms() + PROGRAM_MS;
	int ends[2], err;
	pid_t pid;

	text[0] = '\0';
	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	err = spawn(argv, ends[1], &pid);
	close(ends[1]);
	if (!err) {
		err = read_output(ends[0], text, size, until);
		if (!err)
			err = wait_end(pid, until);
		if (err && err != -EPROTO) {
			kill(pid, SIGKILL);
			waitpid(pid, NULL, 0);
		}
	}
	close(ends[0]);
	return err;
}

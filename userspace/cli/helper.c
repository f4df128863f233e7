// SPDX-License-Identifier: GPL-2.0-or-later
#include "helper.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "process.h"

#define PROGRAM "xfrm-pcpud"

void helper_version(const char *text, char *version, size_t size)
{
	size_t length;

	version[0] = '\0';
	if (strncmp(text, PROGRAM " ", strlen(PROGRAM " ")))
		return;
	text += strlen(PROGRAM " ");
	length = strcspn(text, " \n");
	if (length < size)
		snprintf(version, size, "%.*s", (int)length, text);
}

static void ask(char *program, char *version, size_t size)
{
	char *argv[] = { program, "--version", NULL };
	char text[128];

	version[0] = '\0';
	if (!program_ask(argv, text, sizeof(text)))
		helper_version(text, version, size);
}

/* make install puts both into one directory. */
static bool find_program(char *path, size_t size)
{
	ssize_t length = readlink("/proc/self/exe", path, size - 1);
	char *name;

	if (length < 0)
		return false;
	path[length] = '\0';
	name = strrchr(path, '/');
	if (!name || (size_t)(name + 1 - path) + sizeof(PROGRAM) > size)
		return false;
	strcpy(name + 1, PROGRAM);
	return !access(path, X_OK);
}

/*
 * Anybody can give a process a name, and what it runs is run here by root: only
 * a program that nobody but root, or who asks, can have written.
 */
static bool is_trusted(const char *program)
{
	struct stat st;

	return !stat(program, &st) && S_ISREG(st.st_mode) &&
	       (!st.st_uid || st.st_uid == geteuid()) &&
	       !(st.st_mode & (S_IWGRP | S_IWOTH));
}

static bool is_helper(const char *name, void *arg)
{
	(void)arg;
	return !strcmp(name, PROGRAM);
}

void helper_look(struct helper_state *state)
{
	char path[PATH_MAX];

	memset(state, 0, sizeof(*state));
	state->is_installed = find_program(path, sizeof(path));
	if (state->is_installed)
		ask(path, state->installed, sizeof(state->installed));
	state->pid = process_find(is_helper, NULL);
	if (!state->pid)
		return;
	/* The file may have been replaced since it was started. */
	snprintf(path, sizeof(path), "/proc/%d/exe", (int)state->pid);
	if (is_trusted(path))
		ask(path, state->running, sizeof(state->running));
}

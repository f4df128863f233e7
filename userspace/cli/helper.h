/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * xfrm-pcpud as "check" sees it: the program that is installed beside this one,
 * and the process that runs.
 */
#ifndef XFRM_PCPU_CLI_HELPER_H
#define XFRM_PCPU_CLI_HELPER_H

#include <stdbool.h>
#include <sys/types.h>

/**
 * struct helper_state - the helper
 * @is_installed: the program is there
 * @installed: its version, "" if it does not tell
 * @pid: the process, 0 if none runs
 * @running: version of the process, "" if it does not tell
 */
struct helper_state {
	bool is_installed;
	char installed[32];
	pid_t pid;
	char running[32];
};

/**
 * helper_look() - look for it
 * @state: result
 */
void helper_look(struct helper_state *state);

/**
 * helper_version() - the version in what "xfrm-pcpud --version" prints
 * @text: the text
 * @version: result, "" if there is none
 * @size: room in @version
 */
void helper_version(const char *text, char *version, size_t size);

#endif

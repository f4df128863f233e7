/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Other programs: whether they run, and what they say.
 */
#ifndef XFRM_PCPU_CLI_PROCESS_H
#define XFRM_PCPU_CLI_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/**
 * process_find() - find a process by its name
 * @is_it: does a process of that name (/proc/PID/comm) count?
 * @arg: for @is_it
 *
 * Return: the PID of one of them, 0 if there is none.
 */
pid_t process_find(bool (*is_it)(const char *name, void *arg), void *arg);

/**
 * program_ask() - run a program and read what it prints
 * @argv: the program, looked for in PATH unless it has a slash, and arguments
 * @text: result, terminated; what does not fit is left out
 * @size: room in @text
 *
 * stdin and stderr are /dev/null.  One that does not end within five seconds is
 * killed.
 *
 * Return: 0 if it ended with status 0, a negative errno otherwise; @text is
 * valid in any case.
 */
int program_ask(char *const argv[], char *text, size_t size);

#endif

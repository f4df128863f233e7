/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IKE daemons and whether they know RFC 9611.
 */
#ifndef XFRM_PCPU_CLI_DAEMONS_H
#define XFRM_PCPU_CLI_DAEMONS_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct daemon - a kind of IKE daemon
 * @process: name of its process
 * @product: name of the product
 * @ask: command that prints its version
 */
struct daemon {
	const char *process;
	const char *product;
	const char *ask;
};

/**
 * daemon_of_process() - the daemon that a process is
 * @name: name of the process, as in /proc/PID/comm
 *
 * Return: the daemon, NULL if it is none.
 */
const struct daemon *daemon_of_process(const char *name);

/**
 * daemon_running() - the daemon that runs
 *
 * Return: the first that is found in /proc, NULL if none.
 */
const struct daemon *daemon_running(void);

/**
 * daemon_version() - find a version number in what a command printed
 * @text: the text, such as "strongSwan swanctl 6.0.1"
 * @version: result, three numbers
 *
 * Return: whether there was one; a third number that is missing is 0.
 */
bool daemon_version(const char *text, unsigned int version[3]);

/* What a daemon needs beside itself. */
enum daemon_need {
	NEEDS_NOTHING, /* it speaks RFC 9611 */
	NEEDS_PLUGIN, /* and the helper */
	NEEDS_ATTACH, /* there is no plugin for it */
};

/**
 * daemon_need() - what a daemon of a version needs
 * @daemon: the daemon
 * @version: its version, NULL if it is not known
 */
enum daemon_need daemon_need(const struct daemon *daemon,
			     const unsigned int *version);

#endif

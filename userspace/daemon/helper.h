/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The helper: the logic between connections and the kernel.
 */
#ifndef XFRM_PCPU_DAEMON_HELPER_H
#define XFRM_PCPU_DAEMON_HELPER_H

#include "handed.h"
#include "kernel.h"
#include "link.h"
#include "notes.h"

/**
 * struct helper - everything
 * @loop: what is waited for
 * @kernel: the kernel
 * @lg: what is decided
 * @handed: SAs that the helper is to install
 * @notes: of the policies whose flag is set
 * @links: connections
 * @daemon: the one that has said hello, or NULL
 * @last_move: number of the last move
 * @stdio: there is one connection, with whose end the helper ends
 * @err: why it ends, 0 or a negative errno
 */
struct helper {
	struct loop loop;
	struct kernel kernel;
	struct lg *lg;
	struct handed *handed;
	struct notes notes;
	struct link *links;
	struct link *daemon;
	uint64_t last_move;
	bool stdio;
	int err;
};

/**
 * helper_open() - connect to the kernel and look at it
 * @helper: result
 * @config: of the logic; its CPUs and its source of random bytes are filled in,
 *	and a limit of 0 becomes twice the CPUs that are present
 *
 * Return: 0 or a negative errno.
 */
int helper_open(struct helper *helper, const struct lg_config *config);

/**
 * helper_configure() - limit, idle time and at-once are others from now on
 * @helper: open helper
 * @config: of the logic, as for helper_open(); nothing else of it counts
 *
 * SAs stay; one more than the limit allows is not made.
 */
void helper_configure(struct helper *helper, const struct lg_config *config);

/**
 * helper_remember() - note in a file which policies have CPU_ACQUIRE from us
 * @helper: open helper
 * @path: file; what an earlier helper left there is taken over
 *
 * A helper that is killed cannot take the flag away; without the file the next
 * one does not know which policies he may touch.
 *
 * Return: 0 or a negative errno.
 */
int helper_remember(struct helper *helper, const char *path);

/**
 * helper_close() - end; SAs stay as they are, CPU_ACQUIRE goes
 * @helper: helper
 */
void helper_close(struct helper *helper);

/**
 * helper_connect() - serve a connection
 * @helper: helper
 * @fd_in: read
 * @fd_out: written, another descriptor
 *
 * Both are closed if that cannot be.
 */
void helper_connect(struct helper *helper, int fd_in, int fd_out);

/**
 * helper_run() - serve until loop.stop
 * @helper: helper
 *
 * Return: 0, or why it ended by itself, a negative errno.
 */
int helper_run(struct helper *helper);

#endif

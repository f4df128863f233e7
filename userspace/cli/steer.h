/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What inbound steering counted, all CPUs at once.
 */
#ifndef XFRM_PCPU_CLI_STEER_H
#define XFRM_PCPU_CLI_STEER_H

#include <stddef.h>

#include "kernel/message.h"

struct connection;

/**
 * struct steer_counts - counters of each CPU
 * @cpu: an entry for each; NULL if steering is off
 * @count: how many
 */
struct steer_counts {
	struct xp_steer *cpu;
	size_t count;
};

/**
 * steer_read() - read the counters of this netns, none if it does not steer
 * @connection: with a module
 * @info: what the module said of itself
 * @counts: filled in; steer_free() afterwards, in any case
 *
 * Return: 0 or the negative error of xp_client_steer(), -ENOMEM.
 */
int steer_read(struct connection *connection, const struct xp_info *info,
	       struct steer_counts *counts);

/**
 * steer_free() - give back what steer_read() took
 * @counts: counters
 */
void steer_free(struct steer_counts *counts);

#endif

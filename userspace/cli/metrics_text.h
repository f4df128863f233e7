/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What "metrics" knows, as text for Prometheus.  Nothing here asks the kernel.
 */
#ifndef XFRM_PCPU_CLI_METRICS_TEXT_H
#define XFRM_PCPU_CLI_METRICS_TEXT_H

#include <stdio.h>

#include "kernel/groups.h"
#include "kernel/xfrm.h"
#include "steer.h"

/**
 * struct metrics - what the kernel told
 * @support: who serves per-CPU SAs; what the module alone knows is in the text
 *	only if it is XP_SUPPORT_MODULE
 * @info: the module
 * @steer: what its inbound steering counted
 * @counters: EVENTS_FILE, NULL if it could not be opened
 * @groups: SAs by group
 */
struct metrics {
	enum xp_support support;
	struct xp_info info;
	struct steer_counts steer;
	FILE *counters;
	struct xp_groups groups;
};

/**
 * metrics_write() - write all
 * @out: where to
 * @metrics: what the kernel told; @metrics->counters is read to its end
 *
 * Return: 0, -ENOMEM.
 */
int metrics_write(FILE *out, const struct metrics *metrics);

#endif

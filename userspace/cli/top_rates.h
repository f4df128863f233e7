/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happened between two looks at the kernel, per second.  Nothing here does
 * I/O.
 */
#ifndef XFRM_PCPU_CLI_TOP_RATES_H
#define XFRM_PCPU_CLI_TOP_RATES_H

#include "kernel/groups.h"
#include "steer.h"

/**
 * enum top_event - counters of EVENTS_FILE that are shown
 * @TOP_SENT: XfrmPcpuAcquireSent
 * @TOP_ANSWERED: XfrmPcpuAcquireAnswered
 * @TOP_EXPIRED: XfrmPcpuAcquireExpired
 * @TOP_UNHEARD: XfrmPcpuAcquireNoListener
 * @TOP_REFUSED: XfrmPcpuRefused
 * @TOP_NONE: XfrmPcpuNone
 * @TOP_EVENTS: how many there are
 */
enum top_event {
	TOP_SENT,
	TOP_ANSWERED,
	TOP_EXPIRED,
	TOP_UNHEARD,
	TOP_REFUSED,
	TOP_NONE,
	TOP_EVENTS
};

/**
 * struct top_sample - the kernel at one time; all zero is an empty one
 * @seconds: the time, of a clock that does not jump
 * @groups: SAs by group, counted
 * @steer: what inbound steering counted
 * @events: counters
 */
struct top_sample {
	double seconds;
	struct xp_groups groups;
	struct steer_counts steer;
	uint64_t events[TOP_EVENTS];
};

/**
 * struct top_cpu - what SAs of one CPU carried
 * @cpu: CPU, XFRM_PCPU_CPU_NONE for the fallback
 * @sas: how many SAs it has now
 * @packets: packets per second
 * @bits: bits per second
 */
struct top_cpu {
	uint32_t cpu;
	size_t sas;
	double packets;
	double bits;
};

/**
 * struct top_group - what a group's SAs carried
 * @group: the group, of the later sample
 * @cpus: a line for each CPU, the fallback first
 * @nr_cpus: how many
 * @packets: packets per second of all
 * @bits: bits per second of all
 * @fallback: share of the fallback in @packets, 0 to 1; 0 if there were none
 */
struct top_group {
	const struct xp_group *group;
	struct top_cpu *cpus;
	size_t nr_cpus;
	double packets;
	double bits;
	double fallback;
};

/**
 * struct top_rates - all of it
 * @groups: groups, the busiest first
 * @nr_groups: how many
 * @steer: per second, for each CPU; NULL if nothing is steered
 * @nr_steer: how many
 * @events: per second
 */
struct top_rates {
	struct top_group *groups;
	size_t nr_groups;
	struct xp_steer *steer;
	size_t nr_steer;
	double events[TOP_EVENTS];
};

/**
 * top_sample_free() - give back what a sample has
 * @sample: sample, empty afterwards
 */
void top_sample_free(struct top_sample *sample);

/**
 * top_rates_make() - what happened between two samples
 * @rates: result, for top_rates_free()
 * @before: the earlier sample
 * @after: the later one, which @rates refers to
 *
 * An SA that was not there before, or another one by its SPI, counts from its
 * beginning.
 *
 * Return: 0, -ENOMEM (then @rates is empty).
 */
int top_rates_make(struct top_rates *rates, const struct top_sample *before,
		   const struct top_sample *after);

/**
 * top_rates_free() - give back what top_rates_make() took
 * @rates: rates, empty afterwards
 */
void top_rates_free(struct top_rates *rates);

#endif

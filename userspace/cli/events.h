/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The module's counters of events, as /proc has them for a network namespace.
 */
#ifndef XFRM_PCPU_CLI_EVENTS_H
#define XFRM_PCPU_CLI_EVENTS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Lines "XfrmPcpuOwn   17" (Documentation/uapi.rst). */
#define EVENTS_FILE "/proc/net/xfrm_pcpu_stat"

/**
 * struct event_count - one counter
 * @name: as in the file
 * @value: since the module was loaded
 */
struct event_count {
	char name[128];
	uint64_t value;
};

/**
 * event_next() - read a counter
 * @file: EVENTS_FILE, opened
 * @event: result
 *
 * Lines of another form, as a later module may have, are passed over.
 *
 * Return: false at the end.
 */
bool event_next(FILE *file, struct event_count *event);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the module told, as text for people and as JSON.
 *
 * In JSON an SA without CPU has "cpu": null, and what the kernel did not send
 * is null.
 */
#ifndef XFRM_PCPU_CLI_SHOW_H
#define XFRM_PCPU_CLI_SHOW_H

#include <stdint.h>
#include <stdio.h>
#include <time.h>

struct xp_event;
struct xp_groups;
struct xp_info;
struct steer_counts;
struct xp_sa_id;
struct xp_xfrm_event;

/**
 * show_info() - the module, one "name: value" a line
 * @out: where to
 * @info: the module
 * @counts: of inbound steering
 */
void show_info(FILE *out, const struct xp_info *info,
	       const struct steer_counts *counts);

/**
 * show_info_json() - the module, one object
 * @out: where to
 * @info: the module
 * @counts: of inbound steering
 */
void show_info_json(FILE *out, const struct xp_info *info,
		    const struct steer_counts *counts);

/**
 * show_groups() - a line for each group, indented ones for its members
 * @out: where to
 * @groups: groups
 * @now: the time, for the age of SAs
 */
void show_groups(FILE *out, const struct xp_groups *groups, time_t now);

/**
 * show_groups_json() - an array of groups
 * @out: where to
 * @groups: groups
 * @now: the time, for the age of SAs
 */
void show_groups_json(FILE *out, const struct xp_groups *groups, time_t now);

/**
 * show_change_json() - one object: what a command made of an SA
 * @out: where to
 * @command: the command
 * @id: the SA
 * @cpu: the CPU that it has now, XFRM_PCPU_CPU_NONE for none
 */
void show_change_json(FILE *out, const char *command, const struct xp_sa_id *id,
		      uint32_t cpu);

/**
 * show_steer() - a line for each CPU: what inbound steering counted there
 * @out: where to
 * @counts: counters
 */
void show_steer(FILE *out, const struct steer_counts *counts);

/**
 * show_event() - one line, flushed
 * @out: where to
 * @event: the event
 */
void show_event(FILE *out, const struct xp_event *event);

/**
 * show_event_json() - one object on one line, flushed
 * @out: where to
 * @event: the event
 */
void show_event_json(FILE *out, const struct xp_event *event);

/**
 * show_xfrm_event() - an event of XFRM netlink, one line, flushed
 * @out: where to
 * @event: the event
 */
void show_xfrm_event(FILE *out, const struct xp_xfrm_event *event);

/**
 * show_xfrm_event_json() - the same as one object on one line, flushed
 * @out: where to
 * @event: the event
 */
void show_xfrm_event_json(FILE *out, const struct xp_xfrm_event *event);

/**
 * show_lost() - a line that says that events were lost here, flushed
 * @out: where to
 */
void show_lost(FILE *out);

/**
 * show_lost_json() - an object that says that events were lost here, flushed
 * @out: where to
 */
void show_lost_json(FILE *out);

#endif

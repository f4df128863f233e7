/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the module told, as text for people and as JSON.
 *
 * In JSON an SA without CPU has "cpu": null, and what the kernel did not send
 * is null.
 */
#ifndef XFRM_PCPU_CLI_SHOW_H
#define XFRM_PCPU_CLI_SHOW_H

#include <stdio.h>

struct xp_event;
struct xp_groups;
struct xp_info;

/**
 * show_info() - the module, one "name: value" a line
 * @out: where to
 * @info: the module
 */
void show_info(FILE *out, const struct xp_info *info);

/**
 * show_info_json() - the module, one object
 * @out: where to
 * @info: the module
 */
void show_info_json(FILE *out, const struct xp_info *info);

/**
 * show_groups() - a line for each group, indented ones for its members
 * @out: where to
 * @groups: groups
 */
void show_groups(FILE *out, const struct xp_groups *groups);

/**
 * show_groups_json() - an array of groups
 * @out: where to
 * @groups: groups
 */
void show_groups_json(FILE *out, const struct xp_groups *groups);

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

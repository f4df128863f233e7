/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Actions that are not taken yet, first in, first out.
 */
#ifndef XFRM_PCPU_LOGIC_QUEUE_H
#define XFRM_PCPU_LOGIC_QUEUE_H

#include "logic.h"

struct lg_group;

/**
 * struct lg_queue - all zero is the empty one
 * @action: room for @room
 * @room: length of @action
 * @first: the first that is not taken
 * @end: behind the last
 * @spare: written to without memory
 */
struct lg_queue {
	struct lg_action *action;
	size_t room;
	size_t first;
	size_t end;
	struct lg_action spare;
};

/**
 * lg_act() - append an action
 * @lg: logic
 * @type: its type
 *
 * Return: the action, blank, for the caller to fill in before he appends
 * another one.
 */
struct lg_action *lg_act(struct lg *lg, enum lg_action_type type);

/**
 * lg_log() - append a line for the log
 * @lg: logic
 * @ike: IKE SA or 0
 * @reqid: TS pair or 0
 * @cpu: CPU or LG_CPU_NONE
 * @text: constant text
 */
void lg_log(struct lg *lg, uint64_t ike, uint32_t reqid, uint32_t cpu,
	    const char *text);

#endif

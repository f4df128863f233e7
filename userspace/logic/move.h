/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SAs move to another CPU.
 */
#ifndef XFRM_PCPU_LOGIC_MOVE_H
#define XFRM_PCPU_LOGIC_MOVE_H

#include "state.h"

/**
 * lg_move() - the operator wants SAs on another CPU
 * @lg: logic
 * @event: LG_MOVE
 *
 * A gateway may move one direction alone; where this machine makes the traffic
 * itself, the pair stays together (RFC 9611, section 6).  On a native kernel a
 * move is a rekey.  There is always one LG_MOVED.
 */
void lg_move(struct lg *lg, const struct lg_event *event);

/**
 * lg_move_spare() - a CPU gets an SA of another CPU that has several
 * @lg: logic
 * @group: group that is full (R32)
 * @cpu: CPU that has none
 *
 * Who made them does not matter: the peer may have, or an operator moved them.
 * On a native kernel nothing is moved; the CPU uses the fallback.
 */
void lg_move_spare(struct lg *lg, struct lg_group *group, uint32_t cpu);

#endif

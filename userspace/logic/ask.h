/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The daemon's questions: before it negotiates a Child SA by itself, and before
 * it answers the peer.
 */
#ifndef XFRM_PCPU_LOGIC_ASK_H
#define XFRM_PCPU_LOGIC_ASK_H

#include "state.h"

/**
 * lg_ask() - answer a question
 * @lg: logic
 * @event: LG_ASK
 *
 * There is an answer to every question.
 */
void lg_ask(struct lg *lg, const struct lg_event *event);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which SA a rekey has put in another's place.
 */
#ifndef XFRM_PCPU_LOGIC_REKEY_H
#define XFRM_PCPU_LOGIC_REKEY_H

#include "state.h"

/**
 * lg_rekey_link() - a new SA takes an old one's place
 * @child: the new one
 * @old: the old one, which goes on until it is deleted
 *
 * When both sides rekey at once, an old SA has two successors.
 */
void lg_rekey_link(struct lg_child *child, struct lg_child *old);

/**
 * lg_rekey_unlink() - an SA goes: is the one that it replaced alone again?
 * @group: its group
 * @child: the SA that goes
 */
void lg_rekey_unlink(struct lg_group *group, const struct lg_child *child);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Just before SAs are installed: their CPUs, and whether the outbound one waits.
 */
#ifndef XFRM_PCPU_LOGIC_INSTALL_H
#define XFRM_PCPU_LOGIC_INSTALL_H

#include "state.h"

/**
 * lg_install() - SAs are about to be installed
 * @lg: logic
 * @event: LG_INSTALL
 *
 * The daemon always gets LG_GO.
 */
void lg_install(struct lg *lg, const struct lg_event *event);

#endif

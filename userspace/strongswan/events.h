/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happens on charon's bus: messages of Child SAs that are served, their
 * states, and IKE SAs that come, change and go.
 */
#ifndef XFRM_PCPU_STRONGSWAN_EVENTS_H
#define XFRM_PCPU_STRONGSWAN_EVENTS_H

/**
 * events_start() - listen from now on
 */
void events_start(void);

/**
 * events_stop() - until now
 */
void events_stop(void);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* Connected sockets follow their thread to its CPU's SA. */
#ifndef _XPCPU_FOLLOW_H
#define _XPCPU_FOLLOW_H

#include "pernet.h"

#define XPCPU_FOLLOW_TCP_MAX_MS	60000

void xpcpu_follow_init(void);
void xpcpu_follow_stop(void);

void xpcpu_follow_net_init(struct xpcpu_net *xn);
void xpcpu_follow_update(struct xpcpu_net *xn);
void xpcpu_follow_changed(struct xpcpu_net *xn);

#endif

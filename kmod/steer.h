/* SPDX-License-Identifier: GPL-2.0 */
/* Inbound steering: ESP to the CPU that its SA has. */
#ifndef _XPCPU_STEER_H
#define _XPCPU_STEER_H

#include <linux/skbuff.h>

#include "pernet.h"

/**
 * enum xpcpu_steer_mode - sysctl net.xfrm_pcpu.steer
 * @XPCPU_STEER_OFF: not at all
 * @XPCPU_STEER_ON: every SA
 * @XPCPU_STEER_AUTO: an SA while its packets mostly arrive elsewhere
 * @XPCPU_STEER_MODE_MAX: the last of these
 * @XPCPU_STEER_ENDING: being switched off: only SAs with packets under way, until
 *	these have left
 */
enum xpcpu_steer_mode {
	XPCPU_STEER_OFF,
	XPCPU_STEER_ON,
	XPCPU_STEER_AUTO,
	XPCPU_STEER_MODE_MAX = XPCPU_STEER_AUTO,
	XPCPU_STEER_ENDING,
};

/* Per cent of an SA's packets; 100 would mean never. */
#define XPCPU_STEER_SHARE	50
#define XPCPU_STEER_SHARE_MAX	99

#define XPCPU_STEER_AUTO_MS	1000
#define XPCPU_STEER_AUTO_MS_MIN	10
#define XPCPU_STEER_AUTO_MS_MAX	60000

void xpcpu_steer_deliver(struct sk_buff *skb);
void xpcpu_steer_drop(struct sk_buff *skb);

int xpcpu_steer_set(struct xpcpu_net *xn, int mode);
void xpcpu_steer_net_init(struct xpcpu_net *xn);
void xpcpu_steer_net_exit(struct xpcpu_net *xn);
void xpcpu_steer_close(void);

#endif

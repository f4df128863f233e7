/* SPDX-License-Identifier: GPL-2.0 */
/* Bounded queues from CPU to CPU; nothing of SAs in them. */
#ifndef _XPCPU_STEER_QUEUE_H
#define _XPCPU_STEER_QUEUE_H

#include <linux/skbuff.h>
#include <net/xfrm.h>

/* Packets that may wait for a CPU: as the kernel's own backlog by default. */
#define XPCPU_STEER_QUEUE_LEN		1000
#define XPCPU_STEER_QUEUE_LEN_MAX	65536

extern int xpcpu_steer_queue_len;

/**
 * struct xpcpu_steer_cb - what travels with a packet from CPU to CPU
 * @header: IP's part, and XFRM's tunnel; the rest of what XFRM keeps here is set
 *	anew when the packet enters its handlers again
 * @encap_type: UDP_ENCAP_*, 0 if it was not encapsulated
 * @family: AF_INET or AF_INET6
 * @net: the netns that it was received in (compared, never followed)
 */
struct xpcpu_steer_cb {
	struct xfrm_tunnel_skb_cb header;
	u16 encap_type;
	u16 family;
	const struct net *net;
};

#define XPCPU_STEER_CB(skb)	((struct xpcpu_steer_cb *)&(skb)->cb[0])

/**
 * struct xpcpu_steer_ticket - when an SA's last packet will have been served
 * @cpu: in whose queue it went
 * @number: which one of that queue it was, counted from 1
 */
struct xpcpu_steer_ticket {
	u32 cpu;
	u32 number;
};

int xpcpu_steer_queues_start(void);
void xpcpu_steer_queues_drain(void);
void xpcpu_steer_queues_stop(void);

bool xpcpu_steer_enqueue(struct sk_buff *skb, u32 cpu,
			 struct xpcpu_steer_ticket *ticket);
bool xpcpu_steer_pending(const struct xpcpu_steer_ticket *ticket);

#endif

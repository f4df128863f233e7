/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The packet for which the kernel asks for an SA, in the words of IKE's traffic
 * selectors.
 */
#ifndef XFRM_PCPU_KERNEL_PACKET_H
#define XFRM_PCPU_KERNEL_PACKET_H

#include "message.h"

struct xfrm_selector;

/**
 * struct xp_packet - a packet
 * @src: its source; family 0: nothing is known
 * @dst: its destination
 * @proto: its protocol, 0 if that is not known
 * @sport: source port, 0 if it has none; of ICMP type * 256 + code
 * @dport: destination port; of ICMP the same as @sport
 */
struct xp_packet {
	struct xp_addr src;
	struct xp_addr dst;
	uint8_t proto;
	uint16_t sport;
	uint16_t dport;
};

/**
 * xp_packet_of() - the packet of an ACQUIRE
 * @sel: selector, narrow enough for one packet
 *
 * Return: the packet, nothing known if @sel is wider.
 */
struct xp_packet xp_packet_of(const struct xfrm_selector *sel);

#endif

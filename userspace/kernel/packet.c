// SPDX-License-Identifier: GPL-2.0-or-later
#include "packet.h"

#include <arpa/inet.h>

#include <linux/xfrm.h>

#include "sad.h"

/* Of others the kernel says what a traffic selector cannot: the key of GRE. */
static bool has_ports(uint8_t proto)
{
	return proto == IPPROTO_TCP || proto == IPPROTO_UDP ||
	       proto == IPPROTO_UDPLITE || proto == IPPROTO_SCTP ||
	       proto == IPPROTO_DCCP;
}

/* The kernel has type and code in place of the ports. */
static uint16_t icmp_port(const struct xfrm_selector *sel)
{
	return ntohs(sel->sport) << 8 | (ntohs(sel->dport) & 0xff);
}

struct xp_packet xp_packet_of(const struct xfrm_selector *sel)
{
	struct xp_packet none = { .proto = 0 },
			 packet = { .proto = sel->proto };
	int whole = sel->family == AF_INET ? 32 : 128;

	if (xp_addr_from_xfrm(sel->family, &sel->saddr, &packet.src) ||
	    xp_addr_from_xfrm(sel->family, &sel->daddr, &packet.dst) ||
	    sel->prefixlen_s != whole || sel->prefixlen_d != whole)
		return none;
	if (sel->proto == IPPROTO_ICMP || sel->proto == IPPROTO_ICMPV6) {
		packet.sport = icmp_port(sel);
		packet.dport = packet.sport;
		return packet;
	}
	if (has_ports(sel->proto)) {
		packet.sport = ntohs(sel->sport & sel->sport_mask);
		packet.dport = ntohs(sel->dport & sel->dport_mask);
	}
	return packet;
}

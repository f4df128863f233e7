// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/xfrm_event.h"

#include <errno.h>

#include <arpa/inet.h>

#include "cli/names.h"
#include "kernel/packet.h"
#include "tap.h"
#include "wire_xfrm.h"

static void acquire(void)
{
	struct xfrm_mark mark = { .v = 1, .m = 2 };
	struct xp_xfrm_event event;
	struct wire wire;

	wire_xfrm_acquire(&wire);
	ok(!xp_xfrm_get_event(&wire.nlh, &event), "ACQUIRE without CPU");
	is_num(event.acquire.cpu, XFRM_PCPU_CPU_NONE, "none");

	wire_attr(&wire, XFRMA_MARK, &mark, sizeof(mark));
	wire_u32(&wire, XFRMA_IF_ID, 7);
	wire_u32(&wire, XP_XFRMA_SA_PCPU, 3);
	if (!ok(!xp_xfrm_get_event(&wire.nlh, &event), "ACQUIRE with CPU"))
		return;
	is_num(event.type, XP_XFRM_ACQUIRE, "type");
	is_num(event.acquire.cpu, 3, "CPU");
	is_num(event.acquire.seq, 17, "seq");
	is_num(event.acquire.reqid, 1, "reqid");
	is_num(event.acquire.mode, XFRM_MODE_TUNNEL, "mode");
	is_num(event.acquire.if_id, 7, "if_id");
	is_num(event.acquire.id.mark.mask, 2, "mark");
	is_num(event.acquire.policy_index, 9, "policy");
	is_num(event.acquire.sel.prefixlen_d, 32, "selector of the packet");
	is_str(name_of_addr(&event.acquire.id.dst).text, "10.0.0.2", "dst");
	is_str(name_of_addr(&event.acquire.src).text, "10.0.0.1", "src");

	wire_xfrm_acquire(&wire);
	wire.nlh.nlmsg_len -= 4;
	is_num(xp_xfrm_get_event(&wire.nlh, &event), -EBADMSG, "cut off");
	wire.nlh.nlmsg_len = NLMSG_LENGTH(sizeof(struct xfrm_user_acquire));
	is_num(xp_xfrm_get_event(&wire.nlh, &event), -EBADMSG, "no template");
}

static void packets(void)
{
	struct xfrm_selector sel = { .saddr.a4 = htonl(0x0a010001),
				     .daddr.a4 = htonl(0x0a020001),
				     .family = AF_INET,
				     .prefixlen_s = 32,
				     .prefixlen_d = 32,
				     .proto = IPPROTO_UDP,
				     .sport = htons(40000),
				     .sport_mask = 0xffff,
				     .dport = htons(9),
				     .dport_mask = 0xffff };
	struct xp_packet packet = xp_packet_of(&sel);

	is_str(name_of_addr(&packet.src).text, "10.1.0.1", "a packet's source");
	is_str(name_of_addr(&packet.dst).text, "10.2.0.1", "its destination");
	is_num(packet.proto, IPPROTO_UDP, "its protocol");
	is_num(packet.sport, 40000, "its source port");
	is_num(packet.dport, 9, "its destination port");
	sel.dport_mask = 0;
	is_num(xp_packet_of(&sel).dport, 0, "a port that does not count");
	sel.proto = IPPROTO_ICMP;
	sel.sport = htons(3);
	sel.dport = htons(4);
	is_num(xp_packet_of(&sel).sport, 0x304, "ICMP: type and code");
	is_num(xp_packet_of(&sel).dport, 0x304, "ICMP: at both ends");
	sel.proto = IPPROTO_GRE;
	is_num(xp_packet_of(&sel).sport, 0, "no port, but a key");
	sel.prefixlen_s = 24;
	is_num(xp_packet_of(&sel).src.family, 0, "more than one packet");
	sel.prefixlen_s = 32;
	sel.family = 0;
	is_num(xp_packet_of(&sel).src.family, 0, "no family");
	sel.family = AF_INET6;
	sel.prefixlen_s = 128;
	sel.prefixlen_d = 128;
	is_num(xp_packet_of(&sel).dst.family, AF_INET6, "IPv6");
}

static void sas(void)
{
	static const struct {
		uint16_t message;
		enum xp_xfrm_event_type event;
	} types[] = {
		{ XFRM_MSG_NEWSA, XP_XFRM_SA_NEW },
		{ XFRM_MSG_UPDSA, XP_XFRM_SA_UPDATED },
		{ XFRM_MSG_DELSA, XP_XFRM_SA_DELETED },
		{ XFRM_MSG_EXPIRE, XP_XFRM_SA_SOFT },
	};
	struct xp_xfrm_event event;
	struct wire wire;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		wire_xfrm_sa(&wire, types[i].message, 0x1234);
		wire_u32(&wire, XP_XFRMA_SA_PCPU, 2);
		is_num(xp_xfrm_get_event(&wire.nlh, &event), 0, "message 0x%x",
		       types[i].message);
		is_num(event.type, types[i].event, "its type");
		is_num(event.sa.id.spi, 0x1234, "its SA");
		is_num(event.sa.cpu, 2, "its CPU");
		wire.nlh.nlmsg_len -= 4;
		is_num(xp_xfrm_get_event(&wire.nlh, &event), -EBADMSG,
		       "cut off");
	}
	wire_xfrm_sa(&wire, XFRM_MSG_EXPIRE, 0x1234);
	wire.bytes[NLMSG_HDRLEN + sizeof(struct xfrm_usersa_info)] = 1;
	is_num(xp_xfrm_get_event(&wire.nlh, &event), 0, "EXPIRE");
	is_num(event.type, XP_XFRM_SA_HARD, "hard");
}

static void others(void)
{
	struct xfrm_usersa_flush flush = { .proto = IPPROTO_ESP };
	struct xp_xfrm_event event;
	struct wire wire;

	wire_begin_raw(&wire, XFRM_MSG_FLUSHSA, 0);
	is_num(xp_xfrm_get_event(&wire.nlh, &event), -EBADMSG, "empty FLUSHSA");
	wire_bytes(&wire, &flush, sizeof(flush));
	is_num(xp_xfrm_get_event(&wire.nlh, &event), 0, "FLUSHSA");
	is_num(event.type, XP_XFRM_SA_FLUSHED, "type");
	is_num(event.proto, IPPROTO_ESP, "protocol");

	wire_policy(&wire, 0);
	is_num(xp_xfrm_get_event(&wire.nlh, &event), 0, "NEWPOLICY");
	is_num(event.type, XP_XFRM_POLICY, "type");
	is_num(event.policy.index, 9, "policy");

	wire_begin_raw(&wire, XFRM_MSG_MAPPING, 0);
	is_num(xp_xfrm_get_event(&wire.nlh, &event), -EOPNOTSUPP,
	       "an event that is not read here");
}

void test_xfrm_event(void)
{
	acquire();
	packets();
	sas();
	others();
}

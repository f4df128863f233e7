// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <linux/genetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include "kernel/groups.h"
#include "kernel/message.h"
#include "tap.h"
#include "wire.h"

/*
 * The readers get each message in memory of exactly its length, so that the
 * address sanitizer sees any byte read beyond it.
 */
static struct nlmsghdr *exact(const struct wire *wire, size_t length)
{
	struct nlmsghdr *copy = malloc(length);

	memcpy(copy, wire->bytes, length);
	if (length >= sizeof(uint32_t))
		copy->nlmsg_len = length;
	return copy;
}

static int get_group(const struct wire *wire, struct xp_group *group)
{
	struct nlmsghdr *nlh = exact(wire, wire->nlh.nlmsg_len);
	int err = xp_msg_get_group(nlh, group);

	free(nlh);
	return err;
}

static int group_errno(const struct wire *wire)
{
	struct xp_group group = { 0 };
	int err = get_group(wire, &group);

	if (!err)
		xp_group_free(&group);
	return err;
}

static int event_errno(const struct wire *wire, struct xp_event *event)
{
	struct nlmsghdr *nlh = exact(wire, wire->nlh.nlmsg_len);
	int err = xp_msg_get_event(nlh, event);

	free(nlh);
	return err;
}

static int info_errno(const struct wire *wire, struct xp_info *info)
{
	struct nlmsghdr *nlh = exact(wire, wire->nlh.nlmsg_len);
	int err = xp_msg_get_info(nlh, info);

	free(nlh);
	return err;
}

static void group_read(void)
{
	struct xp_group group = { 0 };
	struct wire wire;
	size_t nest;

	wire_group(&wire, 1ULL << 40);
	wire_u32(&wire, XFRM_PCPU_A_IF_ID, 66);
	wire_u32(&wire, XFRM_PCPU_A_NR_BOUND, 1);
	wire_sa(&wire, 0x1234, XFRM_PCPU_CPU_NONE);
	nest = wire_nest(&wire, XFRM_PCPU_A_SA);
	wire_u32(&wire, XFRM_PCPU_A_SPI, htonl(5));
	wire_u32(&wire, XFRM_PCPU_A_CPU, 0);
	wire_u8(&wire, XFRM_PCPU_A_DIR, 2);
	wire_u8(&wire, XFRM_PCPU_A_STATE, 2);
	wire_u32(&wire, XFRM_PCPU_A_MARK, 7);
	wire_attr(&wire, XFRM_PCPU_A_HELD, NULL, 0);
	wire_nest_end(&wire, nest);
	wire_acquire(&wire, 3, 17, 29500);

	if (!ok(!get_group(&wire, &group), "a group is read"))
		return;
	ok(group.id == 1ULL << 40, "id of 64 bits");
	ok(group.has_key, "key is there");
	is_num(group.key.dst.family, AF_INET, "family");
	is_num(ntohl(group.key.dst.v4.s_addr), 0x0a000002, "destination");
	is_num(group.key.proto, IPPROTO_ESP, "protocol");
	is_num(group.key.mode, 0, "mode");
	is_num(group.key.reqid, 1, "reqid");
	is_num(group.key.if_id, 66, "if_id");
	is_num(group.nr_bound, 1, "members with a CPU");
	is_num(group.nr_sas, 2, "two members");
	is_num(group.sas[0].spi, 0x1234, "SPI in host order");
	ok(group.sas[0].cpu == XFRM_PCPU_CPU_NONE, "no CPU: fallback");
	ok(!group.sas[0].has_state && !group.sas[0].dir && !group.sas[0].held,
	   "nothing is made up");
	ok(!group.sas[0].mark.value && !group.sas[0].mark.mask, "no mark");
	is_num(group.sas[0].src.family, AF_INET, "source");
	is_num(group.sas[1].cpu, 0, "CPU 0 is a CPU");
	is_num(group.sas[1].dir, 2, "direction");
	ok(group.sas[1].has_state && group.sas[1].state == 2, "state");
	ok(group.sas[1].held, "held");
	ok(group.sas[1].mark.value == 7 && group.sas[1].mark.mask == UINT32_MAX,
	   "a mark alone has the full mask");
	is_num(group.sas[1].src.family, AF_UNSPEC, "no source");
	is_num(group.nr_acquires, 1, "one acquire");
	ok(group.acquires[0].cpu == 3 && group.acquires[0].seq == 17 &&
		   group.acquires[0].left_ms == 29500,
	   "acquire");
	xp_group_free(&group);
}

static void group_unknown_attributes(void)
{
	struct xp_group group = { 0 };
	struct wire wire;
	size_t nest;

	wire_group(&wire, 1);
	wire_string(&wire, XFRM_PCPU_A_MAX + 1, "from the future");
	wire_attr(&wire, 0x3fff, NULL, 0);
	wire_attr(&wire, XFRM_PCPU_A_PAD, NULL, 0);
	nest = wire_nest(&wire, XFRM_PCPU_A_SA);
	wire_u32(&wire, XFRM_PCPU_A_SPI, htonl(5));
	wire_u64(&wire, XFRM_PCPU_A_MAX + 7, 1);
	wire_nest_end(&wire, nest);
	is_num(get_group(&wire, &group), 0, "unknown attributes are skipped");
	is_num(group.nr_sas, 1, "the known ones are kept");
	xp_group_free(&group);
}

static void group_missing_attributes(void)
{
	static const uint16_t key[] = {
		XFRM_PCPU_A_FAMILY,
		XFRM_PCPU_A_DADDR,
		XFRM_PCPU_A_PROTO,
		XFRM_PCPU_A_MODE,
	};
	struct xp_group group = { 0 };
	struct wire wire;
	size_t nest;

	wire_begin(&wire, XFRM_PCPU_CMD_NEW_GROUP);
	wire_key(&wire);
	is_num(group_errno(&wire), -EBADMSG, "missing GROUP_ID");

	wire_begin(&wire, XFRM_PCPU_CMD_NEW_GROUP);
	wire_u64(&wire, XFRM_PCPU_A_GROUP_ID, 1);
	wire_sa(&wire, 1, 1);
	is_num(get_group(&wire, &group), 0, "a continuation needs no key");
	ok(!group.has_key && group.nr_sas == 1, "it has members only");
	xp_group_free(&group);

	for (size_t skip = 0; skip < 4; skip++) {
		wire_begin(&wire, XFRM_PCPU_CMD_NEW_GROUP);
		wire_u64(&wire, XFRM_PCPU_A_GROUP_ID, 1);
		for (size_t i = 0; i < 4; i++) {
			if (i == skip)
				continue;
			if (key[i] == XFRM_PCPU_A_FAMILY)
				wire_u16(&wire, key[i], AF_INET);
			else if (key[i] == XFRM_PCPU_A_DADDR)
				wire_u32(&wire, key[i], 1);
			else
				wire_u8(&wire, key[i], 1);
		}
		is_num(group_errno(&wire), -EBADMSG,
		       "half a key: attribute %d missing", key[skip]);
	}

	wire_group(&wire, 1);
	nest = wire_nest(&wire, XFRM_PCPU_A_SA);
	wire_u32(&wire, XFRM_PCPU_A_CPU, 1);
	wire_nest_end(&wire, nest);
	is_num(group_errno(&wire), -EBADMSG, "SA without SPI");

	wire_group(&wire, 1);
	nest = wire_nest(&wire, XFRM_PCPU_A_ACQUIRE);
	wire_u32(&wire, XFRM_PCPU_A_CPU, 1);
	wire_nest_end(&wire, nest);
	is_num(group_errno(&wire), -EBADMSG, "acquire without seq");

	wire_group(&wire, 1);
	wire_attr(&wire, XFRM_PCPU_A_SA | NLA_F_NESTED, NULL, 0);
	is_num(group_errno(&wire), -EBADMSG, "empty SA");

	wire_begin(&wire, XFRM_PCPU_CMD_GET_INFO);
	is_num(group_errno(&wire), -EBADMSG, "another command");
}

static void group_wrong_lengths(void)
{
	static const uint8_t zero[32];
	struct wire wire;
	size_t nest;

	static const struct {
		uint16_t type;
		size_t size;
	} top[] = {
		{ XFRM_PCPU_A_GROUP_ID, 4 }, { XFRM_PCPU_A_GROUP_ID, 12 },
		{ XFRM_PCPU_A_FAMILY, 1 },   { XFRM_PCPU_A_FAMILY, 4 },
		{ XFRM_PCPU_A_DADDR, 0 },    { XFRM_PCPU_A_DADDR, 5 },
		{ XFRM_PCPU_A_DADDR, 16 },   { XFRM_PCPU_A_DADDR, 20 },
		{ XFRM_PCPU_A_PROTO, 0 },    { XFRM_PCPU_A_PROTO, 2 },
		{ XFRM_PCPU_A_REQID, 3 },    { XFRM_PCPU_A_REQID, 8 },
		{ XFRM_PCPU_A_NR_BOUND, 0 }, { XFRM_PCPU_A_SA, 1 },
		{ XFRM_PCPU_A_ACQUIRE, 3 },
	};
	static const struct {
		uint16_t type;
		size_t size;
	} member[] = {
		{ XFRM_PCPU_A_SPI, 2 },	  { XFRM_PCPU_A_SPI, 8 },
		{ XFRM_PCPU_A_CPU, 1 },	  { XFRM_PCPU_A_SADDR, 16 },
		{ XFRM_PCPU_A_SADDR, 3 }, { XFRM_PCPU_A_DIR, 4 },
		{ XFRM_PCPU_A_STATE, 0 }, { XFRM_PCPU_A_MARK, 0 },
		{ XFRM_PCPU_A_HELD, 1 },
	};

	for (size_t i = 0; i < sizeof(top) / sizeof(top[0]); i++) {
		wire_group(&wire, 1);
		wire_attr(&wire, top[i].type, zero, top[i].size);
		is_num(group_errno(&wire), -EBADMSG,
		       "group: attribute %d of %zu bytes", top[i].type,
		       top[i].size);
	}
	for (size_t i = 0; i < sizeof(member) / sizeof(member[0]); i++) {
		wire_group(&wire, 1);
		nest = wire_nest(&wire, XFRM_PCPU_A_SA);
		wire_u32(&wire, XFRM_PCPU_A_SPI, 1);
		wire_attr(&wire, member[i].type, zero, member[i].size);
		wire_nest_end(&wire, nest);
		is_num(group_errno(&wire), -EBADMSG,
		       "SA: attribute %d of %zu bytes", member[i].type,
		       member[i].size);
	}

	wire_group(&wire, 1);
	wire_u16(&wire, XFRM_PCPU_A_FAMILY, 99);
	is_num(group_errno(&wire), -EBADMSG, "unknown address family");

	/* A nest's inner attribute reaches beyond the nest. */
	wire_group(&wire, 1);
	nest = wire_nest(&wire, XFRM_PCPU_A_SA);
	wire_u32(&wire, XFRM_PCPU_A_SPI, 1);
	wire_nest_end(&wire, nest);
	wire.bytes[nest + NLA_HDRLEN] = 12;
	is_num(group_errno(&wire), -EBADMSG, "inner attribute beyond its nest");

	/* An attribute shorter than its own header would never end. */
	wire_group(&wire, 1);
	nest = wire.nlh.nlmsg_len;
	wire_u32(&wire, XFRM_PCPU_A_IF_ID, 1);
	wire.bytes[nest] = 0;
	is_num(group_errno(&wire), -EBADMSG, "attribute of length 0");
	wire.bytes[nest] = 3;
	is_num(group_errno(&wire), -EBADMSG, "attribute of length 3");
}

/* A message that breaks off anywhere inside an attribute is refused. */
static void group_cut_off(void)
{
	struct xp_group group = { 0 };
	struct wire wire;
	size_t first, last;
	bool refused = true;

	wire_group(&wire, 1);
	first = wire.nlh.nlmsg_len;
	wire_sa(&wire, 1, 2);
	last = wire.nlh.nlmsg_len;
	for (size_t length = first + 1; length < last; length++) {
		struct nlmsghdr *nlh = exact(&wire, length);

		if (xp_msg_get_group(nlh, &group) != -EBADMSG)
			refused = false;
		free(nlh);
	}
	ok(refused, "every cut inside an attribute is refused");

	refused = true;
	for (size_t length = NLMSG_HDRLEN; length < NLMSG_HDRLEN + GENL_HDRLEN;
	     length++) {
		struct nlmsghdr *nlh = exact(&wire, length);

		if (xp_msg_get_group(nlh, &group) != -EBADMSG)
			refused = false;
		free(nlh);
	}
	ok(refused, "every cut inside the header is refused");
}

/* Whatever the bytes are: no read beyond them, no leak, no crash. */
static void random_damage(void)
{
	uint32_t random = 1;
	unsigned int good = 0;

	for (int round = 0; round < 50000; round++) {
		struct xp_group group = { 0 };
		struct xp_event event;
		struct xp_info info;
		struct nlmsghdr *nlh;
		struct wire wire;
		char text[32];

		wire_group(&wire, 1);
		wire_sa(&wire, 1, 2);
		wire_acquire(&wire, 1, 2, 3);
		for (int i = 0; i < 1 + round % 4; i++) {
			size_t at;

			random = random * 1103515245 + 12345;
			at = NLMSG_HDRLEN +
			     (random >> 8) %
				     (wire.nlh.nlmsg_len - NLMSG_HDRLEN);
			wire.bytes[at] = random >> 24;
		}
		nlh = exact(&wire, wire.nlh.nlmsg_len);
		if (!xp_msg_get_group(nlh, &group)) {
			good++;
			xp_group_free(&group);
		}
		xp_msg_get_event(nlh, &event);
		xp_msg_get_info(nlh, &info);
		xp_msg_is_family_gone(nlh, XFRM_PCPU_GENL_NAME);
		nlh->nlmsg_type = round & 1 ? NLMSG_ERROR : NLMSG_DONE;
		nlh->nlmsg_flags = NLM_F_ACK_TLVS |
				   (round & 2 ? NLM_F_CAPPED : 0);
		xp_msg_get_ext_ack(nlh, text, sizeof(text));
		free(nlh);
	}
	ok(good > 100 && good < 50000, "random damage: %u read, no crash",
	   good);
}

static void info_read(void)
{
	struct xp_info info = { .expect_max = 77 };
	char longest[XP_VERSION_MAX + 10];
	struct wire wire;

	wire_begin(&wire, XFRM_PCPU_CMD_GET_INFO);
	wire_string(&wire, XFRM_PCPU_A_VERSION, "0.1");
	wire_u32(&wire, XFRM_PCPU_A_FEATURES, XFRM_PCPU_F_MOVE);
	wire_u32(&wire, XFRM_PCPU_A_POSSIBLE_CPUS, 8);
	wire_u32(&wire, XFRM_PCPU_A_HOLD_MS, 50);
	wire_u8(&wire, XFRM_PCPU_A_OUTPUT_ARMED, 1);
	wire_u8(&wire, XFRM_PCPU_A_FOLLOW_UDP, 1);
	wire_u32(&wire, XFRM_PCPU_A_FOLLOW_TCP_MS, 250);
	wire_u8(&wire, XFRM_PCPU_A_FOLLOWING, 1);
	is_num(info_errno(&wire, &info), 0, "info is read");
	ok(info.follow_udp && info.following, "following");
	is_num(info.follow_tcp_ms, 250, "time of TCP's sockets");
	is_str(info.version, "0.1", "version");
	is_num(info.features, XFRM_PCPU_F_MOVE, "features");
	is_num(info.possible_cpus, 8, "CPUs");
	is_num(info.hold_ms, 50, "hold");
	is_num(info.expect_max, 0, "a missing limit is 0");
	ok(info.output_armed, "armed");
	is_num(info.steer_mode, 0, "an older module does not steer");

	wire_u8(&wire, XFRM_PCPU_A_STEER_MODE, 2);
	wire_u32(&wire, XFRM_PCPU_A_STEER_AUTO_MS, 20);
	wire_u8(&wire, XFRM_PCPU_A_STEER_BYPASS, XFRM_PCPU_BYPASS_ESP4);
	is_num(info_errno(&wire, &info), 0, "info with steering");
	is_num(info.steer_mode, 2, "its mode");
	is_num(info.steer_auto_ms, 20, "its time");
	is_num(info.steer_bypass, XFRM_PCPU_BYPASS_ESP4, "what passes by");

	wire_begin(&wire, XFRM_PCPU_CMD_GET_INFO);
	wire_u32(&wire, XFRM_PCPU_A_FEATURES, 0);
	is_num(info_errno(&wire, &info), -EBADMSG, "no version");

	wire_begin(&wire, XFRM_PCPU_CMD_GET_INFO);
	wire_string(&wire, XFRM_PCPU_A_VERSION, "0.1");
	is_num(info_errno(&wire, &info), -EBADMSG, "no features");

	wire_begin(&wire, XFRM_PCPU_CMD_GET_INFO);
	wire_u32(&wire, XFRM_PCPU_A_FEATURES, 0);
	wire_attr(&wire, XFRM_PCPU_A_VERSION, "abcd", 4);
	is_num(info_errno(&wire, &info), -EBADMSG, "version without end");

	memset(longest, 'v', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	wire_begin(&wire, XFRM_PCPU_CMD_GET_INFO);
	wire_u32(&wire, XFRM_PCPU_A_FEATURES, 0);
	wire_string(&wire, XFRM_PCPU_A_VERSION, longest);
	is_num(info_errno(&wire, &info), 0, "long version");
	is_num(strlen(info.version), XP_VERSION_MAX - 1, "it is cut");

	wire_begin(&wire, XFRM_PCPU_CMD_NEW_GROUP);
	is_num(info_errno(&wire, &info), -EBADMSG, "another command");
}

static void event_read(void)
{
	struct xp_event event = { 0 };
	struct wire wire;
	size_t nest;

	wire_begin(&wire, XFRM_PCPU_CMD_EV_MOVED);
	nest = wire_nest(&wire, XFRM_PCPU_A_SA);
	wire_key(&wire);
	wire_u32(&wire, XFRM_PCPU_A_SPI, htonl(0x1234));
	wire_u32(&wire, XFRM_PCPU_A_CPU, 3);
	wire_nest_end(&wire, nest);
	wire_u32(&wire, XFRM_PCPU_A_OLD_CPU, 0);
	is_num(event_errno(&wire, &event), 0, "event is read");
	is_num(event.cmd, XFRM_PCPU_CMD_EV_MOVED, "its kind");
	is_num(event.sa.spi, 0x1234, "its SPI");
	is_num(event.sa.cpu, 3, "its CPU");
	is_num(event.old_cpu, 0, "its old CPU");
	is_num(event.key.reqid, 1, "its reqid");

	wire_begin(&wire, XFRM_PCPU_CMD_EV_ACQUIRE);
	wire_key(&wire);
	wire_u32(&wire, XFRM_PCPU_A_CPU, 2);
	wire_u32(&wire, XFRM_PCPU_A_SEQ, 17);
	is_num(event_errno(&wire, &event), 0, "acquire is read");
	ok(event.sa.cpu == 2 && event.seq == 17, "its CPU and seq");
	ok(event.old_cpu == XFRM_PCPU_CPU_NONE, "no old CPU");

	wire_begin(&wire, XFRM_PCPU_CMD_EV_ACQUIRE);
	wire_key(&wire);
	wire_u32(&wire, XFRM_PCPU_A_CPU, 2);
	is_num(event_errno(&wire, &event), -EBADMSG, "acquire without seq");

	wire_begin(&wire, XFRM_PCPU_CMD_EV_BOUND);
	wire_key(&wire);
	is_num(event_errno(&wire, &event), -EBADMSG, "event without SA");

	wire_begin(&wire, XFRM_PCPU_CMD_EV_BOUND);
	wire_sa(&wire, 1, 1);
	is_num(event_errno(&wire, &event), -EBADMSG, "SA without key");

	wire_begin(&wire, XFRM_PCPU_CMD_MAX + 1);
	is_num(event_errno(&wire, &event), -EOPNOTSUPP, "event of the future");
}

static void family_gone(void)
{
	struct wire wire;

	wire_begin(&wire, CTRL_CMD_DELFAMILY);
	wire_string(&wire, CTRL_ATTR_FAMILY_NAME, "xfrm_pcpu");
	ok(xp_msg_is_family_gone(&wire.nlh, "xfrm_pcpu"), "family removed");
	ok(!xp_msg_is_family_gone(&wire.nlh, "xfrm_pcp"), "another family");
	wire_begin(&wire, CTRL_CMD_NEWFAMILY);
	wire_string(&wire, CTRL_ATTR_FAMILY_NAME, "xfrm_pcpu");
	ok(!xp_msg_is_family_gone(&wire.nlh, "xfrm_pcpu"), "family added");
}

static void ext_ack(void)
{
	struct nlmsgerr error = { .error = -ENOENT };
	struct wire wire;
	char text[32];
	int zero = 0;

	error.msg.nlmsg_len = NLMSG_HDRLEN + 8;
	wire_begin_raw(&wire, NLMSG_ERROR, NLM_F_ACK_TLVS | NLM_F_CAPPED);
	wire_bytes(&wire, &error, sizeof(error));
	wire_u32(&wire, NLMSGERR_ATTR_OFFS, 20);
	wire_string(&wire, NLMSGERR_ATTR_MSG, "no such SA");
	xp_msg_get_ext_ack(&wire.nlh, text, sizeof(text));
	is_str(text, "no such SA", "text of a capped error");
	xp_msg_get_ext_ack(&wire.nlh, text, 5);
	is_str(text, "no s", "it is cut to the buffer");
	wire.nlh.nlmsg_flags = NLM_F_CAPPED;
	xp_msg_get_ext_ack(&wire.nlh, text, sizeof(text));
	is_str(text, "", "no text without the flag");

	wire_begin_raw(&wire, NLMSG_ERROR, NLM_F_ACK_TLVS);
	wire_bytes(&wire, &error, sizeof(error));
	wire_bytes(&wire, "requestx", 8);
	wire_string(&wire, NLMSGERR_ATTR_MSG, "after the request");
	xp_msg_get_ext_ack(&wire.nlh, text, sizeof(text));
	is_str(text, "after the request", "text behind the request");

	error.msg.nlmsg_len = 5000;
	wire_begin_raw(&wire, NLMSG_ERROR, NLM_F_ACK_TLVS);
	wire_bytes(&wire, &error, sizeof(error));
	xp_msg_get_ext_ack(&wire.nlh, text, sizeof(text));
	is_str(text, "", "a request longer than its message");

	wire_begin_raw(&wire, NLMSG_DONE, NLM_F_ACK_TLVS);
	wire_bytes(&wire, &zero, sizeof(zero));
	wire_string(&wire, NLMSGERR_ATTR_MSG, "end of dump");
	xp_msg_get_ext_ack(&wire.nlh, text, sizeof(text));
	is_str(text, "end of dump", "text at the end of a dump");
}

static void put_sa_id(void)
{
	struct xp_sa_id id = {
		.dst = { .family = AF_INET6, .v6 = IN6ADDR_LOOPBACK_INIT },
		.spi = 0x1234,
		.proto = IPPROTO_AH,
	};
	struct nl_msg *msg = nlmsg_alloc();
	struct nlattr *nla;

	nlmsg_put(msg, 0, 0, 1, 0, 0);
	is_num(xp_msg_put_sa_id(msg, &id), 0, "SA is written");
	nla = nlmsg_find_attr(nlmsg_hdr(msg), 0, XFRM_PCPU_A_FAMILY);
	ok(nla && nla_len(nla) == 2 && nla_get_u16(nla) == AF_INET6, "family");
	nla = nlmsg_find_attr(nlmsg_hdr(msg), 0, XFRM_PCPU_A_DADDR);
	ok(nla && nla_len(nla) == 16 && !memcmp(nla_data(nla), &id.dst.v6, 16),
	   "address");
	nla = nlmsg_find_attr(nlmsg_hdr(msg), 0, XFRM_PCPU_A_SPI);
	ok(nla && nla_get_u32(nla) == htonl(0x1234), "SPI in network order");
	nla = nlmsg_find_attr(nlmsg_hdr(msg), 0, XFRM_PCPU_A_PROTO);
	ok(nla && nla_get_u8(nla) == IPPROTO_AH, "protocol");
	ok(!nlmsg_find_attr(nlmsg_hdr(msg), 0, XFRM_PCPU_A_MARK), "no mark");
	nlmsg_free(msg);

	msg = nlmsg_alloc();
	nlmsg_put(msg, 0, 0, 1, 0, 0);
	id.mark.mask = 0xff;
	is_num(xp_msg_put_sa_id(msg, &id), 0, "SA with mark 0/0xff");
	nla = nlmsg_find_attr(nlmsg_hdr(msg), 0, XFRM_PCPU_A_MARK);
	ok(nla && nla_get_u32(nla) == 0, "mark");
	nla = nlmsg_find_attr(nlmsg_hdr(msg), 0, XFRM_PCPU_A_MARK_MASK);
	ok(nla && nla_get_u32(nla) == 0xff, "mask");
	nlmsg_free(msg);

	msg = nlmsg_alloc_size(NLMSG_HDRLEN + 8);
	nlmsg_put(msg, 0, 0, 1, 0, 0);
	is_num(xp_msg_put_sa_id(msg, &id), -EMSGSIZE, "no room");
	id.dst.family = AF_UNSPEC;
	is_num(xp_msg_put_sa_id(msg, &id), -EAFNOSUPPORT, "no family");
	nlmsg_free(msg);
}

void test_message(void)
{
	group_read();
	group_unknown_attributes();
	group_missing_attributes();
	group_wrong_lengths();
	group_cut_off();
	random_damage();
	info_read();
	event_read();
	family_gone();
	ext_ack();
	put_sa_id();
}

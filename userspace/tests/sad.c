// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>

#include "cli/names.h"
#include "kernel/groups.h"
#include "kernel/sad.h"
#include "tap.h"
#include "wire_xfrm.h"

/* All that an SA may show. */
static void whole(void)
{
	struct xfrm_replay_state_esn esn = {
		.oseq = 5,
		.oseq_hi = 1,
		.seq = 7,
		.replay_window = 128,
	};
	struct xfrm_mark mark = { .v = 0x11, .m = 0xff };
	struct xp_sad_sa sa;
	struct wire wire;

	wire_xfrm_sa(&wire, XFRM_MSG_NEWSA, 0x1234);
	wire_attr(&wire, XFRMA_MARK, &mark, sizeof(mark));
	wire_attr(&wire, XFRMA_REPLAY_ESN_VAL, &esn, sizeof(esn));
	wire_u32(&wire, XFRMA_IF_ID, 0x42);
	wire_u64(&wire, XFRMA_LASTUSED, 2000);
	wire_u32(&wire, XP_XFRMA_SA_PCPU, 0);
	wire_u8(&wire, XP_XFRMA_SA_DIR, XP_SA_DIR_OUT);
	wire_u32(&wire, XP_XFRMA_SA_PCPU + 1, 0); /* of a newer kernel */
	if (!ok(!xp_sad_get_sa(&wire.nlh, &sa), "an SA is read"))
		return;
	is_str(name_of_addr(&sa.id.dst).text, "10.0.0.2", "dst");
	is_str(name_of_addr(&sa.src).text, "10.0.0.1", "src");
	is_num(sa.id.spi, 0x1234, "SPI");
	is_num(sa.id.proto, IPPROTO_ESP, "proto");
	is_num(sa.id.mark.value, 0x11, "mark");
	is_num(sa.id.mark.mask, 0xff, "mask");
	is_num(sa.reqid, 1, "reqid");
	is_num(sa.if_id, 0x42, "if_id");
	is_num(sa.mode, XFRM_MODE_TUNNEL, "mode");
	is_num(sa.cpu, 0, "CPU 0 is one");
	is_num(sa.dir, XP_SA_DIR_OUT, "direction");
	is_num(sa.oseq, 0x100000005, "sequence number of 64 bits, out");
	is_num(sa.iseq, 7, "in");
	is_num(sa.replay_window, 128, "window of the attribute");
	is_num(sa.last_used, 2000, "last use");
	is_num(sa.used.packets, 10, "packets");
	is_num(sa.used.add_time, 1000, "time");
}

/* What has no attribute. */
static void bare(void)
{
	struct xfrm_replay_state replay = { .oseq = 5, .seq = 6 };
	struct xp_sad_sa sa;
	struct wire wire;

	wire_xfrm_sa(&wire, XFRM_MSG_UPDSA, 1);
	wire_attr(&wire, XFRMA_REPLAY_VAL, &replay, sizeof(replay));
	if (!ok(!xp_sad_get_sa(&wire.nlh, &sa), "a bare SA is read"))
		return;
	is_num(sa.cpu, XFRM_PCPU_CPU_NONE, "no CPU");
	is_num(sa.dir, 0, "no direction");
	is_num(sa.id.mark.mask, 0, "no mark");
	is_num(sa.if_id, 0, "no if_id");
	is_num(sa.oseq, 5, "sequence number of 32 bits, out");
	is_num(sa.iseq, 6, "in");
	is_num(sa.replay_window, 32, "window of the SA");
}

static void malformed(void)
{
	static const struct {
		uint16_t type;
		uint16_t size;
	} sizes[] = {
		{ XP_XFRMA_SA_PCPU, 3 },
		{ XP_XFRMA_SA_PCPU, 8 },
		{ XP_XFRMA_SA_DIR, 4 },
		{ XFRMA_MARK, 4 },
		{ XFRMA_IF_ID, 2 },
		{ XFRMA_LASTUSED, 4 },
		{ XFRMA_REPLAY_VAL, 8 },
		{ XFRMA_REPLAY_ESN_VAL,
		  sizeof(struct xfrm_replay_state_esn) - 1 },
		{ XFRMA_SA, sizeof(struct xfrm_usersa_info) - 1 },
	};
	struct xp_sad_sa sa = { .id.spi = 4711 };
	char zeros[sizeof(struct xfrm_usersa_info)] = { 0 };
	struct wire wire;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		wire_xfrm_sa(&wire, XFRM_MSG_NEWSA, 1);
		wire_attr(&wire, sizes[i].type, zeros, sizes[i].size);
		is_num(xp_sad_get_sa(&wire.nlh, &sa), -EBADMSG,
		       "attribute %u of %u bytes", sizes[i].type,
		       sizes[i].size);
	}
	wire_xfrm_sa(&wire, XFRM_MSG_NEWSA, 1);
	wire.nlh.nlmsg_len -= 4;
	is_num(xp_sad_get_sa(&wire.nlh, &sa), -EBADMSG, "cut off attribute");
	wire.nlh.nlmsg_len = NLMSG_LENGTH(sizeof(struct xfrm_usersa_info) - 4);
	is_num(xp_sad_get_sa(&wire.nlh, &sa), -EBADMSG, "cut off SA");
	wire_begin_raw(&wire, XFRM_MSG_DELSA, 0);
	wire_bytes(&wire, zeros, sizeof(struct xfrm_usersa_id));
	is_num(xp_sad_get_sa(&wire.nlh, &sa), -EBADMSG, "DELSA without SA");
	wire_xfrm_sa(&wire, XFRM_MSG_NEWSA, 1);
	wire.nlh.nlmsg_type = XFRM_MSG_NEWPOLICY;
	is_num(xp_sad_get_sa(&wire.nlh, &sa), -EBADMSG, "another type");
	wire_begin_raw(&wire, XFRM_MSG_NEWSA, 0);
	wire_bytes(&wire, zeros, sizeof(struct xfrm_usersa_info));
	is_num(xp_sad_get_sa(&wire.nlh, &sa), -EBADMSG, "no family");
	is_num(sa.id.spi, 4711, "nothing was written");
}

static void add(struct xp_sad *sad, uint32_t spi, uint32_t cpu, uint32_t reqid)
{
	struct xp_sad_sa sa;
	struct wire wire;

	wire_xfrm_sa(&wire, XFRM_MSG_NEWSA, spi);
	if (cpu != XFRM_PCPU_CPU_NONE)
		wire_u32(&wire, XP_XFRMA_SA_PCPU, cpu);
	ok(!xp_sad_get_sa(&wire.nlh, &sa), "an SA is read");
	sa.reqid = reqid;
	ok(!xp_sad_add(sad, &sa), "it is added");
}

/* Groups of an SAD: by key, the larval SA left out, fallback first. */
static void groups(void)
{
	struct xp_groups groups = { 0 };
	struct xp_sad sad = { 0 };
	const struct xp_group *group;

	add(&sad, 0x13, 3, 1);
	add(&sad, 0x21, XFRM_PCPU_CPU_NONE, 2);
	add(&sad, 0x10, XFRM_PCPU_CPU_NONE, 1);
	add(&sad, 0x11, 1, 1);
	add(&sad, 0, XFRM_PCPU_CPU_NONE, 1);
	is_num(xp_sad_groups(&sad, &groups), 0, "groups");
	if (!ok(groups.count == 2, "two of them"))
		goto out;
	group = &groups.group[0];
	is_num(group->key.reqid, 1, "the first one's reqid");
	is_num(group->nr_bound, 2, "SAs with a CPU");
	if (ok(group->nr_sas == 3, "its SAs without the larval one")) {
		is_num(group->sas[0].spi, 0x10, "fallback first");
		is_num(group->sas[1].cpu, 1, "then by CPU");
		is_num(group->sas[2].cpu, 3, "then by CPU");
		ok(group->sas[1].is_counted, "counted");
		is_num(group->sas[1].packets, 10, "packets");
		is_num(group->sas[1].bytes, 1000, "bytes");
		is_num(group->sas[1].add_time, 1000, "time");
		ok(!group->sas[1].has_state, "XFRM netlink tells no state");
	}
	is_num(groups.group[1].nr_sas, 1, "the other's SAs");
out:
	xp_groups_free(&groups);
	xp_sad_free(&sad);
	is_num(xp_sad_groups(&sad, &groups), 0, "no SAs");
	is_num(groups.count, 0, "no groups");
}

/* Counters for the module's groups. */
static void counters(void)
{
	struct xp_groups groups = { 0 };
	struct xp_sad sad = { 0 };
	struct xp_group group;
	struct wire wire;

	wire_group(&wire, 1);
	wire_sa(&wire, 0x11, 1);
	wire_sa(&wire, 0x12, 2);
	if (!ok(!xp_msg_get_group(&wire.nlh, &group) &&
			!xp_groups_add(&groups, &group) &&
			!xp_groups_finish(&groups),
		"a group"))
		return;
	add(&sad, 0x12, 2, 1);
	xp_sad_count(&sad, &groups);
	ok(!groups.group[0].sas[0].is_counted, "an unknown SA is not counted");
	ok(groups.group[0].sas[1].is_counted, "a known one is");
	is_num(groups.group[0].sas[1].bytes, 1000, "its bytes");
	xp_groups_free(&groups);
	xp_sad_free(&sad);
}

static void find(void)
{
	struct xp_sad sad = { 0 };
	struct xp_sa_id id;

	add(&sad, 0x11, 1, 1);
	add(&sad, 0x12, 1, 1);
	sad.sa[1].id.mark.value = 1;
	sad.sa[1].id.mark.mask = 1;
	id = sad.sa[1].id;
	ok(xp_sad_find(&sad, &id) == &sad.sa[1], "found by its name");
	id.mark.mask = 3;
	ok(!xp_sad_find(&sad, &id), "not with another mark");
	id = sad.sa[0].id;
	id.dst.v4.s_addr++;
	ok(!xp_sad_find(&sad, &id), "not with another destination");
	id = sad.sa[0].id;
	id.proto = IPPROTO_AH;
	ok(!xp_sad_find(&sad, &id), "not with another protocol");
	xp_sad_free(&sad);
	ok(!xp_sad_find(&sad, &id), "nothing in an empty set");
}

void test_sad(void)
{
	whole();
	bare();
	malformed();
	groups();
	counters();
	find();
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include "kernel/groups.h"
#include "tap.h"
#include "wire.h"

static void add(struct xp_groups *groups, const struct wire *wire)
{
	struct xp_group group = { 0 };

	ok(!xp_msg_get_group(&wire->nlh, &group) &&
		   !xp_groups_add(groups, &group),
	   "part of a group is taken");
}

/* Two groups whose parts are mixed; members out of order. */
static void merge_and_sort(void)
{
	static const uint32_t cpus[] = { XFRM_PCPU_CPU_NONE, 0, 0, 1, 2, 10 };
	static const uint32_t spis[] = { 5, 1, 7, 4, 3, 2 };
	struct xp_groups groups = { 0 };
	const struct xp_group *group;
	struct wire wire;

	wire_group(&wire, 9);
	wire_sa(&wire, 7, 0);
	wire_sa(&wire, 2, 10);
	wire_acquire(&wire, 5, 2, 1);
	wire_acquire(&wire, 4, 1, 1);
	add(&groups, &wire);

	wire_group(&wire, 3);
	wire_u32(&wire, XFRM_PCPU_A_REQID, 2);
	add(&groups, &wire);

	/* A continuation, without key and with it. */
	wire_begin(&wire, XFRM_PCPU_CMD_NEW_GROUP);
	wire_u64(&wire, XFRM_PCPU_A_GROUP_ID, 9);
	wire_sa(&wire, 3, 2);
	wire_sa(&wire, 5, XFRM_PCPU_CPU_NONE);
	add(&groups, &wire);
	wire_group(&wire, 9);
	wire_sa(&wire, 1, 0);
	wire_sa(&wire, 4, 1);
	add(&groups, &wire);

	is_num(xp_groups_finish(&groups), 0, "groups are merged");
	is_num(groups.count, 2, "four messages, two groups");
	group = &groups.group[0];
	ok(group->id == 9, "smaller reqid first");
	is_num(group->nr_sas, 6, "all members");
	for (size_t i = 0; i < group->nr_sas && i < 6; i++)
		ok(group->sas[i].cpu == cpus[i] && group->sas[i].spi == spis[i],
		   "member %zu is in its place", i);
	is_num(group->nr_acquires, 2, "acquires");
	ok(group->nr_acquires == 2 && group->acquires[0].cpu == 4,
	   "acquires by CPU");
	is_num(groups.group[1].nr_sas, 0, "a group without members");
	xp_groups_free(&groups);
	ok(!groups.count && !groups.group, "empty afterwards");
}

static void key_comes_late(void)
{
	struct xp_groups groups = { 0 };
	struct wire wire;

	wire_begin(&wire, XFRM_PCPU_CMD_NEW_GROUP);
	wire_u64(&wire, XFRM_PCPU_A_GROUP_ID, 9);
	wire_sa(&wire, 3, 2);
	add(&groups, &wire);
	is_num(xp_groups_finish(&groups), -EBADMSG, "a group without key");
	wire_group(&wire, 9);
	add(&groups, &wire);
	is_num(xp_groups_finish(&groups), 0, "the key came later");
	is_num(groups.count, 1, "one group");
	is_num(groups.group[0].key.reqid, 1, "with its key");
	xp_groups_free(&groups);
}

static void repeated(void)
{
	struct xp_groups groups = { 0 };
	struct wire wire;

	for (int i = 0; i < 2; i++) {
		wire_group(&wire, 9);
		wire_acquire(&wire, 4, 1, 30 - i);
		wire_sa(&wire, 3, 2 + i); /* moved meanwhile */
		wire_sa(&wire, 8, 1);
		wire_sa(&wire, 0, XFRM_PCPU_CPU_NONE);
		add(&groups, &wire);
	}
	is_num(xp_groups_finish(&groups), 0, "a group that came twice");
	is_num(groups.count, 1, "one group");
	is_num(groups.group[0].nr_sas, 4, "two SAs and two larval ones");
	is_num(groups.group[0].nr_acquires, 1, "one acquire");
	xp_groups_free(&groups);
}

static void many(void)
{
	struct xp_groups groups = { 0 };
	struct wire wire;
	bool taken = true;
	bool whole = true;

	/* 500 groups in three parts each, parts far from each other. */
	for (int part = 0; part < 3; part++) {
		for (uint64_t id = 0; id < 500; id++) {
			struct xp_group group;

			wire_group(&wire, id);
			wire_sa(&wire, 1 + part, 2 - part); /* CPU 0 last */
			taken = taken && !xp_msg_get_group(&wire.nlh, &group) &&
				!xp_groups_add(&groups, &group);
		}
	}
	ok(taken && !xp_groups_finish(&groups), "1500 parts");
	is_num(groups.count, 500, "500 groups");
	for (size_t i = 0; i < groups.count; i++)
		whole = whole && groups.group[i].id == i &&
			groups.group[i].nr_sas == 3 &&
			groups.group[i].sas[0].cpu == 0 &&
			groups.group[i].sas[2].cpu == 2;
	ok(whole, "each is whole and sorted");
	xp_groups_free(&groups);
}

static void none(void)
{
	struct xp_groups groups = { 0 };

	is_num(xp_groups_finish(&groups), 0, "no groups at all");
	is_num(groups.count, 0, "none");
	xp_groups_free(&groups);
}

void test_groups(void)
{
	merge_and_sort();
	key_comes_late();
	repeated();
	many();
	none();
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "cli/show.h"
#include "cli/steer.h"
#include "kernel/groups.h"
#include "kernel/xfrm_event.h"
#include "tap.h"
#include "wire_xfrm.h"

#define SHOWN(text, call)                                    \
	do {                                                 \
		size_t size_;                                \
		FILE *out = open_memstream(&(text), &size_); \
		call;                                        \
		fclose(out);                                 \
	} while (0)

static void info(void)
{
	struct xp_info info = {
		.version = "0.1",
		.features = XFRM_PCPU_F_OUTPUT | XFRM_PCPU_F_EXPECT | 1U << 31,
		.possible_cpus = 4,
		.expect_max = 1024,
		.nr_sas = 3,
		.nr_groups = 1,
		.output_armed = true,
		.follow_udp = true,
		.following = true,
	};
	struct xp_steer cpus[] = {
		{ 0, 1, 2, 3, 4, 5, 6, 7, 8 },
		{ .cpu = 2, .in = 7 },
	};
	struct steer_counts counts = { 0 };
	char *text;

	SHOWN(text, show_info(out, &info, &counts));
	is_str(text,
	       "version: 0.1\nfeatures: output expect bit31\n"
	       "possible CPUs: 4\nexpectations at most: 1024\nhold: 0 ms\n"
	       "SAs: 3\ngroups: 1\noutput: armed\n"
	       "sockets: UDP follows at once, TCP stays\n",
	       "info as text");
	free(text);
	SHOWN(text, show_info_json(out, &info, &counts));
	is_str(text,
	       "{\"version\":\"0.1\",\"features\":[\"output\",\"expect\","
	       "\"bit31\"],\"possible_cpus\":4,\"expect_max\":1024,"
	       "\"hold_ms\":0,\"sas\":3,\"groups\":1,\"output_armed\":true,"
	       "\"follow_udp\":true,\"follow_tcp_ms\":0,\"following\":true}\n",
	       "info as JSON");
	free(text);

	info.follow_udp = false;
	info.follow_tcp_ms = 250;
	info.following = false;
	SHOWN(text, show_info(out, &info, &counts));
	ok(strstr(text,
		  "\nsockets: UDP stays, TCP follows after 250 ms (idle)\n"),
	   "other values");
	free(text);

	info.features = XFRM_PCPU_F_STEER;
	info.steer_mode = 2;
	info.steer_spread = true;
	info.steer_auto_share = 50;
	info.steer_auto_ms = 1000;
	info.steer_queue_len = 300;
	info.steer_bypass = XFRM_PCPU_BYPASS_ESP6;
	SHOWN(text, show_info(out, &info, &counts));
	is_str(strstr(text, "steering:"),
	       "steering: auto (over 50 % in 1000 ms), spread on, queues 300\n"
	       "not steered: what GRO takes with esp6_offload, which is loaded\n",
	       "steering as text");
	free(text);
	SHOWN(text, show_info_json(out, &info, &counts));
	is_str(strstr(text, ",\"steer\""),
	       ",\"steer\":\"auto\",\"steer_spread\":true,"
	       "\"steer_auto_share\":50,\"steer_auto_ms\":1000,"
	       "\"steer_queue_len\":300,"
	       "\"steer_bypass\":[\"esp6_offload\"],\"steer_cpus\":[]}\n",
	       "steering as JSON");
	free(text);

	counts = (struct steer_counts){ .cpu = cpus, .count = 2 };
	SHOWN(text, show_info(out, &info, &counts));
	is_str(strstr(text, "steering of"),
	       "steering of CPU 0: home 1 out 2 in 3 full 4 gone 5 left 6 "
	       "offload 7 tcp 8\n"
	       "steering of CPU 2: home 0 out 0 in 7 full 0 gone 0 left 0 "
	       "offload 0 tcp 0\n",
	       "each CPU's counters");
	free(text);
	counts.count = 1;
	SHOWN(text, show_info_json(out, &info, &counts));
	is_str(strstr(text, ",\"steer_cpus\""),
	       ",\"steer_cpus\":[{\"cpu\":0,\"home\":1,\"out\":2,\"in\":3,"
	       "\"full\":4,\"gone\":5,\"left\":6,\"offload\":7,"
	       "\"tcp\":8}]}\n",
	       "counters as JSON");
	free(text);
}

static void groups(void)
{
	struct xp_groups groups = { 0 };
	struct xp_group group;
	struct wire wire;
	size_t nest;
	char *text;

	wire_group(&wire, 7);
	wire_u32(&wire, XFRM_PCPU_A_IF_ID, 0x42);
	wire_u32(&wire, XFRM_PCPU_A_NR_BOUND, 1);
	nest = wire_nest(&wire, XFRM_PCPU_A_SA);
	wire_u32(&wire, XFRM_PCPU_A_SPI, htonl(0xc0ffee));
	wire_u32(&wire, XFRM_PCPU_A_SADDR, htonl(0x0a000001));
	wire_u32(&wire, XFRM_PCPU_A_CPU, 0);
	wire_u8(&wire, XFRM_PCPU_A_DIR, 2);
	wire_u8(&wire, XFRM_PCPU_A_STATE, 2);
	wire_u32(&wire, XFRM_PCPU_A_MARK, 1);
	wire_u32(&wire, XFRM_PCPU_A_MARK_MASK, 0xff);
	wire_attr(&wire, XFRM_PCPU_A_HELD, NULL, 0);
	wire_nest_end(&wire, nest);
	wire_sa(&wire, 0x1234, XFRM_PCPU_CPU_NONE);
	wire_acquire(&wire, 3, 17, 29005);
	if (!ok(!xp_msg_get_group(&wire.nlh, &group) &&
			!xp_groups_add(&groups, &group) &&
			!xp_groups_finish(&groups),
		"a group to show") ||
	    !groups.count)
		return;

	SHOWN(text, show_groups(out, &groups, 1100));
	is_str(text,
	       "inet dst 10.0.0.2 src 10.0.0.1 reqid 1 mode transport proto esp"
	       " if_id 0x42\n"
	       "    spi 0x00001234 cpu fallback dir - state -\n"
	       "    spi 0x00c0ffee cpu 0 dir out state valid mark 0x1/0xff"
	       " held\n"
	       "    acquire cpu 3 seq 17 left 29.005 s\n",
	       "groups as text");
	free(text);
	SHOWN(text, show_groups_json(out, &groups, 1100));
	is_str(text,
	       "[{\"id\":7,\"family\":\"inet\",\"dst\":\"10.0.0.2\","
	       "\"reqid\":1,\"mode\":\"transport\",\"proto\":\"esp\","
	       "\"if_id\":66,\"src\":\"10.0.0.1\",\"bound\":1,\"packets\":0,"
	       "\"fallback_packets\":0,\"sas\":["
	       "{\"spi\":\"0x00001234\",\"src\":\"10.0.0.1\",\"cpu\":null,"
	       "\"dir\":null,\"state\":null,\"mark\":{\"value\":0,\"mask\":0},"
	       "\"held\":false,\"packets\":null,\"bytes\":null,"
	       "\"age\":null},"
	       "{\"spi\":\"0x00c0ffee\",\"src\":\"10.0.0.1\",\"cpu\":0,"
	       "\"dir\":\"out\",\"state\":\"valid\",\"mark\":{\"value\":1,"
	       "\"mask\":255},\"held\":true,\"packets\":null,\"bytes\":null,"
	       "\"age\":null}],\"acquires\":[{\"cpu\":3,"
	       "\"seq\":17,\"left_ms\":29005}]}]\n",
	       "groups as JSON");
	free(text);

	groups.group[0].sas[0].src.v4.s_addr = htonl(0x0a000009);
	SHOWN(text, show_groups(out, &groups, 1100));
	ok(strstr(text, "dst 10.0.0.2 src - ") &&
		   strstr(text, "state - src 10.0.0.9\n") &&
		   strstr(text, "held src 10.0.0.1\n"),
	   "sources that differ are shown with their SAs");
	free(text);
	xp_groups_free(&groups);

	SHOWN(text, show_groups_json(out, &groups, 1100));
	is_str(text, "[]\n", "no groups as JSON");
	free(text);
}

/* Counters, as XFRM netlink gives them. */
static void counted(void)
{
	struct xp_sa sas[2] = {
		{ .spi = 0x10,
		  .cpu = XFRM_PCPU_CPU_NONE,
		  .is_counted = true,
		  .packets = 3,
		  .bytes = 300,
		  .add_time = 1000 },
		{ .spi = 0x11,
		  .cpu = 1,
		  .is_counted = true,
		  .packets = 997,
		  .bytes = 99700,
		  .add_time = 1200 },
	};
	struct xp_group group = {
		.has_key = true,
		.key = { .dst = { .family = AF_INET },
			 .reqid = 1,
			 .mode = 1,
			 .proto = IPPROTO_ESP },
		.sas = sas,
		.nr_sas = 2,
		.nr_bound = 1,
	};
	struct xp_groups groups = { .group = &group, .count = 1 };
	char *text;

	SHOWN(text, show_groups(out, &groups, 1100));
	is_str(text,
	       "inet dst 0.0.0.0 src - reqid 1 mode tunnel proto esp if_id 0x0"
	       " fallback 3 of 1000 packets (0.3 %)\n"
	       "    spi 0x00000010 cpu fallback dir - state - src - packets 3"
	       " bytes 300 age 100 s\n"
	       "    spi 0x00000011 cpu 1 dir - state - src - packets 997"
	       " bytes 99700 age 0 s\n",
	       "counters as text; the clock was set back for the second SA");
	free(text);
	SHOWN(text, show_groups_json(out, &groups, 1100));
	ok(strstr(text, "\"bound\":1,\"packets\":1000,"
			"\"fallback_packets\":3,") &&
		   strstr(text, "\"packets\":997,\"bytes\":99700,"
				"\"age\":0}"),
	   "counters as JSON");
	free(text);
}

static void changes(void)
{
	struct xp_sa_id id = { .dst = { .family = AF_INET },
			       .spi = 0x1234,
			       .proto = IPPROTO_ESP };
	char *text;

	SHOWN(text, show_change_json(out, "bind", &id, 2));
	is_str(text,
	       "{\"command\":\"bind\",\"dst\":\"0.0.0.0\","
	       "\"spi\":\"0x00001234\",\"proto\":\"esp\",\"cpu\":2}\n",
	       "a change as JSON");
	free(text);
	SHOWN(text, show_change_json(out, "unbind", &id, XFRM_PCPU_CPU_NONE));
	ok(strstr(text, "\"cpu\":null}"), "no CPU as JSON");
	free(text);
}

static void xfrm_events(void)
{
	struct xp_xfrm_event event = { .type = XP_XFRM_SA_HARD };
	struct wire wire;
	char *text;

	wire_xfrm_sa(&wire, XFRM_MSG_NEWSA, 0x1234);
	wire_u32(&wire, XP_XFRMA_SA_PCPU, 2);
	ok(!xp_xfrm_get_event(&wire.nlh, &event), "an event of XFRM");
	SHOWN(text, show_xfrm_event(out, &event));
	is_str(text,
	       "added dst 10.0.0.2 src 10.0.0.1 reqid 1 mode tunnel proto esp"
	       " if_id 0x0 spi 0x00001234 cpu 2 dir - state -\n",
	       "as text");
	free(text);
	SHOWN(text, show_xfrm_event_json(out, &event));
	is_str(text,
	       "{\"event\":\"added\",\"family\":\"inet\","
	       "\"dst\":\"10.0.0.2\",\"reqid\":1,\"mode\":\"tunnel\","
	       "\"proto\":\"esp\",\"if_id\":0,\"spi\":\"0x00001234\","
	       "\"src\":\"10.0.0.1\",\"cpu\":2,\"dir\":null,"
	       "\"state\":null,\"mark\":{\"value\":0,\"mask\":0},"
	       "\"held\":false}\n",
	       "as JSON");
	free(text);

	wire_xfrm_acquire(&wire);
	ok(!xp_xfrm_get_event(&wire.nlh, &event), "ACQUIRE without CPU");
	SHOWN(text, show_xfrm_event(out, &event));
	is_str(text,
	       "acquire dst 10.0.0.2 reqid 1 mode tunnel proto esp if_id 0x0"
	       " seq 17\n",
	       "as text");
	free(text);
	SHOWN(text, show_xfrm_event_json(out, &event));
	ok(strstr(text, "\"cpu\":null,\"seq\":17}"), "as JSON");
	free(text);

	event.type = XP_XFRM_SA_FLUSHED;
	event.proto = 0;
	SHOWN(text, show_xfrm_event(out, &event));
	is_str(text, "flushed proto any\n", "flush as text");
	free(text);
	event.proto = IPPROTO_ESP;
	SHOWN(text, show_xfrm_event_json(out, &event));
	is_str(text, "{\"event\":\"flushed\",\"proto\":\"esp\"}\n",
	       "flush as JSON");
	free(text);
}

static void events(void)
{
	struct xp_event event = {
		.cmd = XFRM_PCPU_CMD_EV_MOVED,
		.key = { .dst = { .family = AF_INET6 },
			 .reqid = 1,
			 .mode = 1,
			 .proto = IPPROTO_AH },
		.sa = { .spi = 0x1234,
			.cpu = 3,
			.has_state = true,
			.state = 9 },
		.old_cpu = 0,
	};
	char *text;

	SHOWN(text, show_event(out, &event));
	is_str(text,
	       "moved dst :: src - reqid 1 mode tunnel proto ah if_id 0x0"
	       " spi 0x00001234 cpu 3 dir - state 9 old-cpu 0\n",
	       "event as text");
	free(text);
	SHOWN(text, show_event_json(out, &event));
	is_str(text,
	       "{\"event\":\"moved\",\"family\":\"inet6\",\"dst\":\"::\","
	       "\"reqid\":1,\"mode\":\"tunnel\",\"proto\":\"ah\",\"if_id\":0,"
	       "\"spi\":\"0x00001234\",\"src\":null,\"cpu\":3,\"dir\":null,"
	       "\"state\":\"9\",\"mark\":{\"value\":0,\"mask\":0},"
	       "\"held\":false,\"old_cpu\":0}\n",
	       "event as JSON");
	free(text);

	event.cmd = XFRM_PCPU_CMD_EV_ACQUIRE;
	event.seq = 17;
	SHOWN(text, show_event(out, &event));
	is_str(text,
	       "acquire dst :: reqid 1 mode tunnel proto ah if_id 0x0 cpu 3"
	       " seq 17\n",
	       "acquire as text");
	free(text);
	SHOWN(text, show_lost_json(out));
	is_str(text, "{\"event\":\"lost\"}\n", "loss as JSON");
	free(text);
}

void test_show(void)
{
	info();
	groups();
	counted();
	changes();
	events();
	xfrm_events();
}

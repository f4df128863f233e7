// SPDX-License-Identifier: GPL-2.0-or-later
#include "show.h"

#include <inttypes.h>
#include <string.h>

#include "json.h"
#include "kernel/groups.h"
#include "kernel/xfrm_event.h"
#include "names.h"
#include "steer.h"

#define FEATURE_BITS 32

/* What takes packets before steering sees them. */
static const struct {
	uint8_t bit;
	const char *module;
} bypasses[] = {
	{ XFRM_PCPU_BYPASS_ESP4, "esp4_offload" },
	{ XFRM_PCPU_BYPASS_ESP6, "esp6_offload" },
};

#define BYPASSES (sizeof(bypasses) / sizeof(bypasses[0]))

static const char *steer_mode(const struct xp_info *info)
{
	static const char *const modes[] = { "off", "on", "auto" };

	return info->steer_mode < 3 ? modes[info->steer_mode] : "unknown";
}

void show_info(FILE *out, const struct xp_info *info,
	       const struct steer_counts *counts)
{
	fprintf(out, "version: %s\nfeatures:", info->version);
	for (unsigned int bit = 0; bit < FEATURE_BITS; bit++) {
		if (info->features & (1U << bit))
			fprintf(out, " %s", name_of_feature(bit).text);
	}
	fprintf(out,
		"\npossible CPUs: %" PRIu32 "\n"
		"expectations at most: %" PRIu32 "\n"
		"hold: %" PRIu32 " ms\n"
		"SAs: %" PRIu32 "\n"
		"groups: %" PRIu32 "\n"
		"output: %s\n"
		"sockets: %s",
		info->possible_cpus, info->expect_max, info->hold_ms,
		info->nr_sas, info->nr_groups,
		info->output_armed ? "armed" : "not armed",
		info->follow_udp ? "UDP follows at once" : "UDP stays");
	if (info->follow_tcp_ms)
		fprintf(out, ", TCP follows after %" PRIu32 " ms",
			info->follow_tcp_ms);
	else
		fprintf(out, ", TCP stays");
	fprintf(out, "%s\n", info->following ? "" : " (idle)");
	if (!(info->features & XFRM_PCPU_F_STEER))
		return;
	fprintf(out, "steering: %s", steer_mode(info));
	if (info->steer_mode == 2)
		fprintf(out, " (over %" PRIu32 " %% in %" PRIu32 " ms)",
			info->steer_auto_share, info->steer_auto_ms);
	fprintf(out, ", spread %s, queues %" PRIu32 "\n",
		info->steer_spread ? "on" : "off", info->steer_queue_len);
	for (size_t i = 0; i < BYPASSES; i++) {
		if (info->steer_bypass & bypasses[i].bit)
			fprintf(out,
				"not steered: what GRO takes with %s, which is loaded\n",
				bypasses[i].module);
	}
	show_steer(out, counts);
}

static void json_steer(struct json *json, const struct steer_counts *counts)
{
	json_array(json, "steer_cpus");
	for (size_t i = 0; i < counts->count; i++) {
		const struct xp_steer *steer = &counts->cpu[i];

		json_object(json, NULL);
		json_number(json, "cpu", steer->cpu);
		json_number(json, "home", steer->home);
		json_number(json, "out", steer->out);
		json_number(json, "in", steer->in);
		json_number(json, "full", steer->full);
		json_number(json, "gone", steer->gone);
		json_number(json, "left", steer->left);
		json_number(json, "offload", steer->offload);
		json_number(json, "tcp", steer->tcp);
		json_end(json);
	}
	json_end(json);
}

void show_info_json(FILE *out, const struct xp_info *info,
		    const struct steer_counts *counts)
{
	struct json json = { .out = out };

	json_object(&json, NULL);
	json_string(&json, "version", info->version);
	json_array(&json, "features");
	for (unsigned int bit = 0; bit < FEATURE_BITS; bit++) {
		if (info->features & (1U << bit))
			json_string(&json, NULL, name_of_feature(bit).text);
	}
	json_end(&json);
	json_number(&json, "possible_cpus", info->possible_cpus);
	json_number(&json, "expect_max", info->expect_max);
	json_number(&json, "hold_ms", info->hold_ms);
	json_number(&json, "sas", info->nr_sas);
	json_number(&json, "groups", info->nr_groups);
	json_bool(&json, "output_armed", info->output_armed);
	json_bool(&json, "follow_udp", info->follow_udp);
	json_number(&json, "follow_tcp_ms", info->follow_tcp_ms);
	json_bool(&json, "following", info->following);
	if (info->features & XFRM_PCPU_F_STEER) {
		json_string(&json, "steer", steer_mode(info));
		json_bool(&json, "steer_spread", info->steer_spread);
		json_number(&json, "steer_auto_share", info->steer_auto_share);
		json_number(&json, "steer_auto_ms", info->steer_auto_ms);
		json_number(&json, "steer_queue_len", info->steer_queue_len);
		json_array(&json, "steer_bypass");
		for (size_t i = 0; i < BYPASSES; i++) {
			if (info->steer_bypass & bypasses[i].bit)
				json_string(&json, NULL, bypasses[i].module);
		}
		json_end(&json);
		json_steer(&json, counts);
	}
	json_end(&json);
}

void show_steer(FILE *out, const struct steer_counts *counts)
{
	for (size_t i = 0; i < counts->count; i++) {
		const struct xp_steer *steer = &counts->cpu[i];

		fprintf(out,
			"steering of CPU %" PRIu32 ": home %" PRIu64
			" out %" PRIu64 " in %" PRIu64 " full %" PRIu64
			" gone %" PRIu64 " left %" PRIu64 " offload %" PRIu64
			" tcp %" PRIu64 "\n",
			steer->cpu, steer->home, steer->out, steer->in,
			steer->full, steer->gone, steer->left, steer->offload,
			steer->tcp);
	}
}

/* The source that all members have, NULL if they differ or there is none. */
static const struct xp_addr *common_src(const struct xp_group *group)
{
	if (!group->nr_sas || group->sas[0].src.family == AF_UNSPEC)
		return NULL;
	for (size_t i = 1; i < group->nr_sas; i++) {
		if (!xp_addr_is(&group->sas[i].src, &group->sas[0].src))
			return NULL;
	}
	return &group->sas[0].src;
}

static void show_key(FILE *out, const struct xp_key *key)
{
	fprintf(out, " reqid %" PRIu32 " mode %s proto %s if_id 0x%" PRIx32,
		key->reqid, name_of_mode(key->mode).text,
		name_of_proto(key->proto).text, key->if_id);
}

static void show_sa(FILE *out, const struct xp_sa *sa)
{
	fprintf(out, " spi 0x%08" PRIx32 " cpu %s dir %s state %s", sa->spi,
		name_of_cpu(sa->cpu).text, name_of_dir(sa->dir).text,
		sa->has_state ? name_of_state(sa->state).text : "-");
	if (sa->mark.value || sa->mark.mask)
		fprintf(out, " mark 0x%" PRIx32 "/0x%" PRIx32, sa->mark.value,
			sa->mark.mask);
	if (sa->held)
		fputs(" held", out);
}

/* The clock may have been set back since the SA was made. */
static uint64_t age_of(const struct xp_sa *sa, time_t now)
{
	return (uint64_t)now > sa->add_time ? (uint64_t)now - sa->add_time : 0;
}

static void show_share(FILE *out, const struct xp_group *group)
{
	uint64_t all = xp_group_packets(group, false);
	uint64_t fallback = xp_group_packets(group, true);

	if (all)
		fprintf(out,
			" fallback %" PRIu64 " of %" PRIu64
			" packets (%.1f %%)",
			fallback, all, 100.0 * fallback / all);
}

static void show_group(FILE *out, const struct xp_group *group, time_t now)
{
	const struct xp_addr *src = common_src(group);

	fprintf(out, "%s dst %s src %s",
		name_of_family(group->key.dst.family).text,
		name_of_addr(&group->key.dst).text,
		src ? name_of_addr(src).text : "-");
	show_key(out, &group->key);
	show_share(out, group);
	fputc('\n', out);
	for (size_t i = 0; i < group->nr_sas; i++) {
		const struct xp_sa *sa = &group->sas[i];

		fputs("   ", out);
		show_sa(out, sa);
		if (!src)
			fprintf(out, " src %s", name_of_addr(&sa->src).text);
		if (sa->is_counted)
			fprintf(out,
				" packets %" PRIu64 " bytes %" PRIu64
				" age %" PRIu64 " s",
				sa->packets, sa->bytes, age_of(sa, now));
		fputc('\n', out);
	}
	for (size_t i = 0; i < group->nr_acquires; i++) {
		const struct xp_acquire *acquire = &group->acquires[i];

		fprintf(out,
			"    acquire cpu %" PRIu32 " seq %" PRIu32
			" left %" PRIu32 ".%03" PRIu32 " s\n",
			acquire->cpu, acquire->seq, acquire->left_ms / 1000,
			acquire->left_ms % 1000);
	}
}

void show_groups(FILE *out, const struct xp_groups *groups, time_t now)
{
	for (size_t i = 0; i < groups->count; i++)
		show_group(out, &groups->group[i], now);
}

static void json_addr(struct json *json, const char *key,
		      const struct xp_addr *addr)
{
	if (addr && addr->family != AF_UNSPEC)
		json_string(json, key, name_of_addr(addr).text);
	else
		json_null(json, key);
}

static void json_cpu(struct json *json, const char *key, uint32_t cpu)
{
	if (cpu == XFRM_PCPU_CPU_NONE)
		json_null(json, key);
	else
		json_number(json, key, cpu);
}

static void json_key(struct json *json, const struct xp_key *key)
{
	json_string(json, "family", name_of_family(key->dst.family).text);
	json_addr(json, "dst", &key->dst);
	json_number(json, "reqid", key->reqid);
	json_string(json, "mode", name_of_mode(key->mode).text);
	json_string(json, "proto", name_of_proto(key->proto).text);
	json_number(json, "if_id", key->if_id);
}

/* A string, since that is how people and ip-xfrm(8) write an SPI. */
static void json_spi(struct json *json, uint32_t spi)
{
	char text[sizeof("0x00000000")];

	snprintf(text, sizeof(text), "0x%08" PRIx32, spi);
	json_string(json, "spi", text);
}

static void json_sa(struct json *json, const struct xp_sa *sa)
{
	json_spi(json, sa->spi);
	json_addr(json, "src", &sa->src);
	json_cpu(json, "cpu", sa->cpu);
	if (sa->dir)
		json_string(json, "dir", name_of_dir(sa->dir).text);
	else
		json_null(json, "dir");
	if (sa->has_state)
		json_string(json, "state", name_of_state(sa->state).text);
	else
		json_null(json, "state");
	json_object(json, "mark");
	json_number(json, "value", sa->mark.value);
	json_number(json, "mask", sa->mark.mask);
	json_end(json);
	json_bool(json, "held", sa->held);
}

static void json_counters(struct json *json, const struct xp_sa *sa, time_t now)
{
	if (sa->is_counted) {
		json_number(json, "packets", sa->packets);
		json_number(json, "bytes", sa->bytes);
		json_number(json, "age", age_of(sa, now));
	} else {
		json_null(json, "packets");
		json_null(json, "bytes");
		json_null(json, "age");
	}
}

static void json_group(struct json *json, const struct xp_group *group,
		       time_t now)
{
	json_object(json, NULL);
	json_number(json, "id", group->id);
	json_key(json, &group->key);
	json_addr(json, "src", common_src(group));
	json_number(json, "bound", group->nr_bound);
	json_number(json, "packets", xp_group_packets(group, false));
	json_number(json, "fallback_packets", xp_group_packets(group, true));
	json_array(json, "sas");
	for (size_t i = 0; i < group->nr_sas; i++) {
		json_object(json, NULL);
		json_sa(json, &group->sas[i]);
		json_counters(json, &group->sas[i], now);
		json_end(json);
	}
	json_end(json);
	json_array(json, "acquires");
	for (size_t i = 0; i < group->nr_acquires; i++) {
		const struct xp_acquire *acquire = &group->acquires[i];

		json_object(json, NULL);
		json_number(json, "cpu", acquire->cpu);
		json_number(json, "seq", acquire->seq);
		json_number(json, "left_ms", acquire->left_ms);
		json_end(json);
	}
	json_end(json);
	json_end(json);
}

void show_groups_json(FILE *out, const struct xp_groups *groups, time_t now)
{
	struct json json = { .out = out };

	json_array(&json, NULL);
	for (size_t i = 0; i < groups->count; i++)
		json_group(&json, &groups->group[i], now);
	json_end(&json);
}

void show_event(FILE *out, const struct xp_event *event)
{
	fprintf(out, "%s dst %s", name_of_event(event->cmd).text,
		name_of_addr(&event->key.dst).text);
	if (event->cmd == XFRM_PCPU_CMD_EV_ACQUIRE) {
		show_key(out, &event->key);
		/* XFRM netlink also has those of no CPU. */
		if (event->sa.cpu != XFRM_PCPU_CPU_NONE)
			fprintf(out, " cpu %" PRIu32, event->sa.cpu);
		fprintf(out, " seq %" PRIu32, event->seq);
	} else {
		fprintf(out, " src %s", name_of_addr(&event->sa.src).text);
		show_key(out, &event->key);
		show_sa(out, &event->sa);
		if (event->old_cpu != XFRM_PCPU_CPU_NONE)
			fprintf(out, " old-cpu %" PRIu32, event->old_cpu);
	}
	fputc('\n', out);
	fflush(out);
}

void show_event_json(FILE *out, const struct xp_event *event)
{
	struct json json = { .out = out };

	json_object(&json, NULL);
	json_string(&json, "event", name_of_event(event->cmd).text);
	json_key(&json, &event->key);
	if (event->cmd == XFRM_PCPU_CMD_EV_ACQUIRE) {
		json_cpu(&json, "cpu", event->sa.cpu);
		json_number(&json, "seq", event->seq);
	} else {
		json_sa(&json, &event->sa);
		json_cpu(&json, "old_cpu", event->old_cpu);
	}
	json_end(&json);
}

void show_change_json(FILE *out, const char *command, const struct xp_sa_id *id,
		      uint32_t cpu)
{
	struct json json = { .out = out };

	json_object(&json, NULL);
	json_string(&json, "command", command);
	json_addr(&json, "dst", &id->dst);
	json_spi(&json, id->spi);
	json_string(&json, "proto", name_of_proto(id->proto).text);
	json_cpu(&json, "cpu", cpu);
	json_end(&json);
}

/* An SA of XFRM netlink as the module would show it. */
static struct xp_sa member_of(const struct xp_sad_sa *sa)
{
	return (struct xp_sa){
		.spi = sa->id.spi,
		.cpu = sa->cpu,
		.mark = sa->id.mark,
		.src = sa->src,
		.dir = sa->dir,
	};
}

static struct xp_key key_of(const struct xp_sad_sa *sa)
{
	return (struct xp_key){
		.dst = sa->id.dst,
		.reqid = sa->reqid,
		.if_id = sa->if_id,
		.mode = sa->mode,
		.proto = sa->id.proto,
	};
}

/* An acquire of XFRM netlink as the module would show it. */
static struct xp_event event_of(const struct xp_xfrm_acquire *acquire)
{
	return (struct xp_event){
		.cmd = XFRM_PCPU_CMD_EV_ACQUIRE,
		.key = { .dst = acquire->id.dst,
			 .reqid = acquire->reqid,
			 .if_id = acquire->if_id,
			 .mode = acquire->mode,
			 .proto = acquire->id.proto },
		.sa.cpu = acquire->cpu,
		.seq = acquire->seq,
	};
}

void show_xfrm_event(FILE *out, const struct xp_xfrm_event *event)
{
	struct name name = name_of_xfrm_event(event->type);

	if (event->type == XP_XFRM_ACQUIRE) {
		struct xp_event acquire = event_of(&event->acquire);

		show_event(out, &acquire);
		return;
	}
	if (event->type == XP_XFRM_SA_FLUSHED) {
		fprintf(out, "%s proto %s", name.text,
			event->proto ? name_of_proto(event->proto).text
				     : "any");
	} else {
		struct xp_key key = key_of(&event->sa);
		struct xp_sa sa = member_of(&event->sa);

		fprintf(out, "%s dst %s src %s", name.text,
			name_of_addr(&key.dst).text,
			name_of_addr(&sa.src).text);
		show_key(out, &key);
		show_sa(out, &sa);
	}
	fputc('\n', out);
	fflush(out);
}

void show_xfrm_event_json(FILE *out, const struct xp_xfrm_event *event)
{
	struct json json = { .out = out };

	if (event->type == XP_XFRM_ACQUIRE) {
		struct xp_event acquire = event_of(&event->acquire);

		show_event_json(out, &acquire);
		return;
	}
	json_object(&json, NULL);
	json_string(&json, "event", name_of_xfrm_event(event->type).text);
	if (event->type == XP_XFRM_SA_FLUSHED) {
		if (event->proto)
			json_string(&json, "proto",
				    name_of_proto(event->proto).text);
		else
			json_null(&json, "proto");
	} else {
		struct xp_key key = key_of(&event->sa);
		struct xp_sa sa = member_of(&event->sa);

		json_key(&json, &key);
		json_sa(&json, &sa);
	}
	json_end(&json);
}

void show_lost(FILE *out)
{
	fputs("lost: events came faster than they were read; "
	      "see xfrm-pcpu status\n",
	      out);
	fflush(out);
}

void show_lost_json(FILE *out)
{
	struct json json = { .out = out };

	json_object(&json, NULL);
	json_string(&json, "event", "lost");
	json_end(&json);
}

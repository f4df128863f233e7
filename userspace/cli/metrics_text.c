// SPDX-License-Identifier: GPL-2.0-or-later
#include "metrics_text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "events.h"
#include "names.h"
#include "prometheus.h"

#define FEATURE_BITS 32

static void put_info(struct prometheus *to, const struct metrics *metrics)
{
	static const char *const kernels[] = {
		[XP_SUPPORT_NONE] = "stock",
		[XP_SUPPORT_MODULE] = "module",
		[XP_SUPPORT_NATIVE] = "native",
	};
	bool has_module = metrics->support == XP_SUPPORT_MODULE;

	prometheus_gauge(to, "xfrm_pcpu_info",
			 "Who serves per-CPU SAs, and the module's version.");
	prometheus_sample(to);
	prometheus_label(to, "kernel", kernels[metrics->support]);
	prometheus_label(to, "version",
			 has_module ? metrics->info.version : "");
	prometheus_number(to, 1);
}

static void put_one(struct prometheus *to, const char *name, uint64_t value,
		    const char *help)
{
	prometheus_gauge(to, name, help);
	prometheus_one(to, value);
}

static void put_ms(struct prometheus *to, const char *name, uint32_t ms,
		   const char *help)
{
	prometheus_gauge(to, name, help);
	prometheus_sample(to);
	prometheus_real(to, ms / 1000.0);
}

static void put_steer_settings(struct prometheus *to,
			       const struct xp_info *info)
{
	put_one(to, "xfrm_pcpu_steer_mode", info->steer_mode,
		"Inbound steering: 0 off, 1 on, 2 auto.");
	put_one(to, "xfrm_pcpu_steer_spread", info->steer_spread,
		"Whether SAs without a CPU are spread by SPI.");
	prometheus_gauge(to, "xfrm_pcpu_steer_auto_share_ratio",
			 "Share of one CPU that makes auto steer.");
	prometheus_sample(to);
	prometheus_real(to, info->steer_auto_share / 100.0);
	put_ms(to, "xfrm_pcpu_steer_auto_seconds", info->steer_auto_ms,
	       "Time over which auto looks at that share.");
	put_one(to, "xfrm_pcpu_steer_queue_packets_max", info->steer_queue_len,
		"Packets that may wait for a CPU.");
	put_one(to, "xfrm_pcpu_steer_bypass", info->steer_bypass,
		"What takes packets before steering: 1 esp4_offload, "
		"2 esp6_offload, 3 both.");
}

static void put_module(struct prometheus *to, const struct xp_info *info)
{
	prometheus_gauge(to, "xfrm_pcpu_feature", "Features of the module.");
	for (unsigned int bit = 0; bit < FEATURE_BITS; bit++) {
		if (!(info->features & (1U << bit)))
			continue;
		prometheus_sample(to);
		prometheus_label(to, "feature", name_of_feature(bit).text);
		prometheus_number(to, 1);
	}
	put_one(to, "xfrm_pcpu_possible_cpus", info->possible_cpus,
		"CPUs that an SA can have.");
	put_one(to, "xfrm_pcpu_expectations_max", info->expect_max,
		"Expectations that a network namespace may have.");
	put_ms(to, "xfrm_pcpu_hold_seconds", info->hold_ms,
	       "How long a new SA is not chosen, parameter hold_ms.");
	put_one(to, "xfrm_pcpu_sas", info->nr_sas, "SAs of the module.");
	put_one(to, "xfrm_pcpu_groups", info->nr_groups,
		"Groups of SAs of the module.");
	put_one(to, "xfrm_pcpu_output_armed", info->output_armed,
		"Whether the output lookup is hooked.");
	put_one(to, "xfrm_pcpu_follow_udp", info->follow_udp,
		"Whether connected UDP sockets follow their thread.");
	put_ms(to, "xfrm_pcpu_follow_tcp_seconds", info->follow_tcp_ms,
	       "After which time TCP sockets follow their thread, 0 never.");
	put_one(to, "xfrm_pcpu_following", info->following,
		"Whether there is an SA that sockets can follow to.");
	if (info->features & XFRM_PCPU_F_STEER)
		put_steer_settings(to, info);
}

/* Two of its lines say what there is, and only gauges go down. */
static void put_counters(struct prometheus *to, FILE *counters)
{
	struct event_count event;

	prometheus_counter(to, "xfrm_pcpu_events_total",
			   "Counters of " EVENTS_FILE ".");
	while (event_next(counters, &event)) {
		if (!strcmp(event.name, "XfrmPcpuSas") ||
		    !strcmp(event.name, "XfrmPcpuGroups"))
			continue;
		prometheus_sample(to);
		prometheus_label(to, "event", event.name);
		prometheus_number(to, event.value);
	}
}

static void put_cpu(struct prometheus *to, uint32_t cpu)
{
	prometheus_label(to, "cpu", name_of_cpu(cpu).text);
}

static void put_steer(struct prometheus *to, const struct steer_counts *counts)
{
	prometheus_counter(to, "xfrm_pcpu_steer_packets_total",
			   "What inbound steering did with the packets that "
			   "arrived on a CPU.");
	for (size_t i = 0; i < counts->count; i++) {
		const struct xp_steer *steer = &counts->cpu[i];
		const struct {
			const char *what;
			uint64_t packets;
		} all[] = {
			{ "home", steer->home },       { "out", steer->out },
			{ "in", steer->in },	       { "full", steer->full },
			{ "gone", steer->gone },       { "left", steer->left },
			{ "offload", steer->offload }, { "tcp", steer->tcp },
		};

		for (size_t j = 0; j < sizeof(all) / sizeof(all[0]); j++) {
			prometheus_sample(to);
			put_cpu(to, steer->cpu);
			prometheus_label(to, "what", all[j].what);
			prometheus_number(to, all[j].packets);
		}
	}
}

static const char *dir_of(uint8_t dir)
{
	return dir == 1 ? "in" : dir == 2 ? "out" : "";
}

/* Where an SA is counted. */
struct place {
	uint32_t cpu;
	uint8_t dir;
};

static int compare_places(const void *a, const void *b)
{
	const struct place *p = a, *q = b;

	if (p->cpu != q->cpu)
		return p->cpu < q->cpu ? -1 : 1;
	return (p->dir > q->dir) - (p->dir < q->dir);
}

static size_t count_sas(const struct xp_groups *groups)
{
	size_t sum = 0;

	for (size_t i = 0; i < groups->count; i++)
		sum += groups->group[i].nr_sas;
	return sum;
}

static int put_places(struct prometheus *to, const struct xp_groups *groups)
{
	size_t count = count_sas(groups), n = 0, same;
	struct place *places;

	if (!count)
		return 0;
	places = calloc(count, sizeof(*places));
	if (!places)
		return -ENOMEM;
	for (size_t i = 0; i < groups->count; i++) {
		const struct xp_group *group = &groups->group[i];

		for (size_t j = 0; j < group->nr_sas; j++, n++) {
			places[n].cpu = group->sas[j].cpu;
			places[n].dir = group->sas[j].dir;
		}
	}
	qsort(places, count, sizeof(*places), compare_places);
	prometheus_gauge(to, "xfrm_pcpu_cpu_sas",
			 "SAs of each CPU, and those of none (fallback).");
	for (n = 0; n < count; n += same) {
		for (same = 1; n + same < count; same++) {
			if (compare_places(&places[n], &places[n + same]))
				break;
		}
		prometheus_sample(to);
		put_cpu(to, places[n].cpu);
		prometheus_label(to, "dir", dir_of(places[n].dir));
		prometheus_number(to, same);
	}
	free(places);
	return 0;
}

static void put_decimal(struct prometheus *to, const char *name, uint32_t value)
{
	char text[sizeof("4294967295")];

	snprintf(text, sizeof(text), "%" PRIu32, value);
	prometheus_label(to, name, text);
}

/* As people and ip-xfrm(8) write it. */
static void put_hex(struct prometheus *to, const char *name, int digits,
		    uint32_t value)
{
	char text[sizeof("0xffffffff")];

	snprintf(text, sizeof(text), "0x%0*" PRIx32, digits, value);
	prometheus_label(to, name, text);
}

static void put_key(struct prometheus *to, const struct xp_key *key)
{
	prometheus_label(to, "dst", name_of_addr(&key->dst).text);
	prometheus_label(to, "proto", name_of_proto(key->proto).text);
	prometheus_label(to, "mode", name_of_mode(key->mode).text);
	put_decimal(to, "reqid", key->reqid);
	put_hex(to, "if_id", 1, key->if_id);
}

static void put_sa(struct prometheus *to, const struct xp_group *group,
		   const struct xp_sa *sa, uint64_t value)
{
	char mark[sizeof("0xffffffff/0xffffffff")] = "";

	if (sa->mark.value || sa->mark.mask)
		snprintf(mark, sizeof(mark), "0x%" PRIx32 "/0x%" PRIx32,
			 sa->mark.value, sa->mark.mask);
	prometheus_sample(to);
	put_key(to, &group->key);
	put_hex(to, "spi", 8, sa->spi);
	prometheus_label(to, "mark", mark);
	prometheus_label(to, "dir", dir_of(sa->dir));
	put_cpu(to, sa->cpu);
	prometheus_number(to, value);
}

/*
 * The kernel takes an SA twice if its mark has bits beyond its mask, and a reader
 * refuses all if a sample is there twice.  Groups are sorted by CPU and SPI.
 */
static bool is_again(const struct xp_group *group, size_t i)
{
	const struct xp_sa *sa = &group->sas[i];

	while (i--) {
		const struct xp_sa *other = &group->sas[i];

		if (other->cpu != sa->cpu || other->spi != sa->spi)
			return false;
		if (other->is_counted && other->dir == sa->dir &&
		    other->mark.value == sa->mark.value &&
		    other->mark.mask == sa->mark.mask)
			return true;
	}
	return false;
}

static void put_sas(struct prometheus *to, const struct xp_groups *groups,
		    bool is_bytes)
{
	for (size_t i = 0; i < groups->count; i++) {
		const struct xp_group *group = &groups->group[i];

		for (size_t j = 0; j < group->nr_sas; j++) {
			const struct xp_sa *sa = &group->sas[j];

			if (sa->is_counted && !is_again(group, j))
				put_sa(to, group, sa,
				       is_bytes ? sa->bytes : sa->packets);
		}
	}
}

static void put_shares(struct prometheus *to, const struct xp_groups *groups)
{
	prometheus_gauge(to, "xfrm_pcpu_fallback_ratio",
			 "Of the packets of a group's SAs, the share of those "
			 "without a CPU.");
	for (size_t i = 0; i < groups->count; i++) {
		const struct xp_group *group = &groups->group[i];
		uint64_t all = xp_group_packets(group, false);

		if (!all)
			continue;
		prometheus_sample(to);
		put_key(to, &group->key);
		prometheus_real(to,
				(double)xp_group_packets(group, true) / all);
	}
}

static void put_acquires(struct prometheus *to, const struct xp_groups *groups)
{
	prometheus_gauge(to, "xfrm_pcpu_group_acquires",
			 "Acquires of a CPU that have no answer yet.");
	for (size_t i = 0; i < groups->count; i++) {
		const struct xp_group *group = &groups->group[i];

		prometheus_sample(to);
		put_key(to, &group->key);
		prometheus_number(to, group->nr_acquires);
	}
}

int metrics_write(FILE *out, const struct metrics *metrics)
{
	struct prometheus to = { .out = out };
	int err;

	put_info(&to, metrics);
	if (metrics->support == XP_SUPPORT_MODULE) {
		put_module(&to, &metrics->info);
		if (metrics->counters)
			put_counters(&to, metrics->counters);
		put_steer(&to, &metrics->steer);
		put_acquires(&to, &metrics->groups);
	}
	err = put_places(&to, &metrics->groups);
	if (err)
		return err;
	prometheus_counter(&to, "xfrm_pcpu_sa_packets_total",
			   "Packets that an SA carried.");
	put_sas(&to, &metrics->groups, false);
	prometheus_counter(&to, "xfrm_pcpu_sa_bytes_total",
			   "Bytes that an SA carried.");
	put_sas(&to, &metrics->groups, true);
	put_shares(&to, &metrics->groups);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "report_text.h"

#include <inttypes.h>

#include "names.h"

static void put_mark(FILE *out, const struct xp_mark *mark)
{
	if (mark->value || mark->mask)
		fprintf(out, " mark 0x%" PRIx32 "/0x%" PRIx32, mark->value,
			mark->mask);
}

static void put_selected(FILE *out, const char *name, uint16_t family,
			 const xfrm_address_t *from, uint8_t prefix)
{
	struct xp_addr addr;

	if (xp_addr_from_xfrm(family, from, &addr))
		fprintf(out, " %s any", name);
	else
		fprintf(out, " %s %s/%u", name, name_of_addr(&addr).text,
			prefix);
}

static void put_selector(FILE *out, const struct xfrm_selector *sel)
{
	put_selected(out, "src", sel->family, &sel->saddr, sel->prefixlen_s);
	put_selected(out, "dst", sel->family, &sel->daddr, sel->prefixlen_d);
	if (sel->proto)
		fprintf(out, " proto %u", sel->proto);
	if (sel->sport_mask)
		fprintf(out, " sport %u/0x%x", ntohs(sel->sport),
			ntohs(sel->sport_mask));
	if (sel->dport_mask)
		fprintf(out, " dport %u/0x%x", ntohs(sel->dport),
			ntohs(sel->dport_mask));
	if (sel->ifindex)
		fprintf(out, " ifindex %d", sel->ifindex);
}

static void put_limit(FILE *out, const char *name, uint64_t soft, uint64_t hard)
{
	static const uint64_t none = UINT64_MAX;

	if ((soft && soft != none) || (hard && hard != none))
		fprintf(out, " %s %" PRIu64 "/%" PRIu64, name, soft, hard);
}

static void put_sa(FILE *out, const struct xp_sad_sa *sa)
{
	const struct xfrm_lifetime_cfg *limits = &sa->limits;

	fprintf(out, "src %s", name_of_addr(&sa->src).text);
	fprintf(out,
		" dst %s proto %s spi 0x%08" PRIx32 " reqid %" PRIu32
		" mode %s if_id 0x%" PRIx32,
		name_of_addr(&sa->id.dst).text,
		name_of_proto(sa->id.proto).text, sa->id.spi, sa->reqid,
		name_of_mode(sa->mode).text, sa->if_id);
	put_mark(out, &sa->id.mark);
	fprintf(out, " cpu %s dir %s flags 0x%x seq %" PRIu32 "\n   ",
		name_of_cpu(sa->cpu).text, name_of_dir(sa->dir).text, sa->flags,
		sa->seq);
	if (sa->sel.family)
		put_selector(out, &sa->sel);
	fprintf(out,
		" packets %" PRIu64 " bytes %" PRIu64 " made %" PRIu64
		" used %" PRIu64 "-%" PRIu64,
		(uint64_t)sa->used.packets, (uint64_t)sa->used.bytes,
		(uint64_t)sa->used.add_time, (uint64_t)sa->used.use_time,
		sa->last_used);
	fprintf(out,
		" oseq %" PRIu64 " iseq %" PRIu64 " window %" PRIu32
		" replayed %" PRIu32 " outside-window %" PRIu32
		" integrity %" PRIu32,
		sa->oseq, sa->iseq, sa->replay_window, sa->errors.replay,
		sa->errors.replay_window, sa->errors.integrity_failed);
	put_limit(out, "packets-soft/hard", limits->soft_packet_limit,
		  limits->hard_packet_limit);
	put_limit(out, "bytes-soft/hard", limits->soft_byte_limit,
		  limits->hard_byte_limit);
	put_limit(out, "seconds-soft/hard", limits->soft_add_expires_seconds,
		  limits->hard_add_expires_seconds);
	fputc('\n', out);
}

void report_sas(FILE *out, const struct xp_sad *sad)
{
	for (size_t i = 0; i < sad->count; i++)
		put_sa(out, &sad->sa[i]);
}

static const char *policy_dir(uint8_t dir)
{
	static const char *const dirs[] = { "in", "out", "fwd" };

	return dir < 3 ? dirs[dir] : "?";
}

static void put_policy(FILE *out, const struct xp_policy *policy)
{
	fprintf(out, "dir %s", policy_dir(policy->dir));
	put_selector(out, &policy->sel);
	fprintf(out,
		" index %" PRIu32 " priority %" PRIu32
		" type %u %s if_id 0x%" PRIx32,
		policy->index, policy->priority, policy->type,
		policy->is_block ? "block" : "allow", policy->if_id);
	put_mark(out, &policy->mark);
	fprintf(out, " flags 0x%x%s\n", policy->flags,
		policy->flags & XFRM_POLICY_CPU_ACQUIRE ? " cpu-acquire" : "");
	for (size_t i = 0; i < policy->nr_tmpls; i++) {
		const struct xp_tmpl *tmpl = &policy->tmpl[i];

		fprintf(out, "    tmpl src %s", name_of_addr(&tmpl->src).text);
		fprintf(out,
			" dst %s proto %s mode %s spi 0x%08" PRIx32
			" reqid %" PRIu32 "%s\n",
			name_of_addr(&tmpl->dst).text,
			name_of_proto(tmpl->proto).text,
			name_of_mode(tmpl->mode).text, tmpl->spi, tmpl->reqid,
			tmpl->optional ? " optional" : "");
	}
}

void report_policies(FILE *out, const struct xp_spd *spd)
{
	for (size_t i = 0; i < spd->count; i++)
		put_policy(out, &spd->policy[i]);
}

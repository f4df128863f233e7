// SPDX-License-Identifier: GPL-2.0-or-later
#include "top_text.h"

#include <inttypes.h>

#include "names.h"
#include "top_rates.h"

/* A number as short as can be compared at a glance: 999.9, 12.3k, 4.56M. */
struct amount {
	char text[16];
};

static struct amount amount(double value)
{
	static const char *const units[] = { "", "k", "M", "G", "T" };
	struct amount amount;
	unsigned int unit = 0;

	while (value >= 999.95 && unit < 4) {
		value /= 1000;
		unit++;
	}
	snprintf(amount.text, sizeof(amount.text), "%.1f%s", value,
		 units[unit]);
	return amount;
}

/* The source that an SA of it has, "-" if it is not known. */
static struct name source_of(const struct xp_group *group)
{
	static const struct xp_addr unknown;

	return name_of_addr(group->nr_sas ? &group->sas[0].src : &unknown);
}

static const char *dir_of(const struct xp_group *group)
{
	switch (group->nr_sas ? group->sas[0].dir : 0) {
	case 1:
		return "in ";
	case 2:
		return "out ";
	default:
		return "";
	}
}

static void put_group(FILE *out, const struct top_group *top)
{
	const struct xp_group *group = top->group;

	fprintf(out,
		"\n%s%s -> %s  %s %s reqid %" PRIu32
		"  %s packets/s  %s bit/s  fallback %.1f %%",
		dir_of(group), source_of(group).text,
		name_of_addr(&group->key.dst).text,
		name_of_proto(group->key.proto).text,
		name_of_mode(group->key.mode).text, group->key.reqid,
		amount(top->packets).text, amount(top->bits).text,
		100 * top->fallback);
	if (group->nr_acquires)
		fprintf(out, "  CPUs that ask: %zu", group->nr_acquires);
	fprintf(out, "\n%10s %5s %12s %12s %8s\n", "CPU", "SAs", "packets/s",
		"bit/s", "share");
	for (size_t i = 0; i < top->nr_cpus; i++) {
		const struct top_cpu *cpu = &top->cpus[i];
		double share = top->packets > 0 ? cpu->packets / top->packets
						: 0;

		fprintf(out, "%10s %5zu %12s %12s %6.1f %%\n",
			name_of_cpu(cpu->cpu).text, cpu->sas,
			amount(cpu->packets).text, amount(cpu->bits).text,
			100 * share);
	}
}

static void put_steer(FILE *out, const struct top_rates *rates)
{
	fprintf(out, "\nsteering, packets/s\n%10s %9s %9s %9s %9s %9s %9s\n",
		"CPU", "home", "out", "in", "left", "full", "gone");
	for (size_t i = 0; i < rates->nr_steer; i++) {
		const struct xp_steer *cpu = &rates->steer[i];

		fprintf(out,
			"%10" PRIu32 " %9" PRIu64 " %9" PRIu64 " %9" PRIu64
			" %9" PRIu64 " %9" PRIu64 " %9" PRIu64 "\n",
			cpu->cpu, cpu->home, cpu->out, cpu->in, cpu->left,
			cpu->full, cpu->gone);
	}
}

void top_text(FILE *out, const struct top_rates *rates, bool has_module)
{
	const double *events = rates->events;

	if (has_module)
		fprintf(out,
			"acquires/s: sent %s, answered %s, expired %s, unheard "
			"%s  refused/s: %s  no SA/s: %s\n",
			amount(events[TOP_SENT]).text,
			amount(events[TOP_ANSWERED]).text,
			amount(events[TOP_EXPIRED]).text,
			amount(events[TOP_UNHEARD]).text,
			amount(events[TOP_REFUSED]).text,
			amount(events[TOP_NONE]).text);
	if (!rates->nr_groups)
		fputs("\nno SA has been seen in this network namespace\n", out);
	for (size_t i = 0; i < rates->nr_groups; i++)
		put_group(out, &rates->groups[i]);
	if (rates->nr_steer)
		put_steer(out, rates);
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "prometheus.h"

#include <inttypes.h>

static void begin(struct prometheus *prometheus, const char *name,
		  const char *type, const char *help)
{
	*prometheus = (struct prometheus){
		.out = prometheus->out,
		.name = name,
		.type = type,
		.help = help,
	};
}

void prometheus_counter(struct prometheus *prometheus, const char *name,
			const char *help)
{
	begin(prometheus, name, "counter", help);
}

void prometheus_gauge(struct prometheus *prometheus, const char *name,
		      const char *help)
{
	begin(prometheus, name, "gauge", help);
}

void prometheus_sample(struct prometheus *prometheus)
{
	if (!prometheus->has_head)
		fprintf(prometheus->out, "# HELP %s %s\n# TYPE %s %s\n",
			prometheus->name, prometheus->help, prometheus->name,
			prometheus->type);
	prometheus->has_head = true;
	prometheus->has_label = false;
	fputs(prometheus->name, prometheus->out);
}

static void put_escaped(FILE *out, const char *value)
{
	for (; *value; value++) {
		switch (*value) {
		case '\\':
			fputs("\\\\", out);
			break;
		case '"':
			fputs("\\\"", out);
			break;
		case '\n':
			fputs("\\n", out);
			break;
		default:
			fputc((unsigned char)*value < 0x80 ? *value : '?', out);
		}
	}
}

void prometheus_label(struct prometheus *prometheus, const char *name,
		      const char *value)
{
	fprintf(prometheus->out, "%c%s=\"", prometheus->has_label ? ',' : '{',
		name);
	put_escaped(prometheus->out, value);
	fputc('"', prometheus->out);
	prometheus->has_label = true;
}

static void end_labels(struct prometheus *prometheus)
{
	if (prometheus->has_label)
		fputc('}', prometheus->out);
}

void prometheus_number(struct prometheus *prometheus, uint64_t value)
{
	end_labels(prometheus);
	fprintf(prometheus->out, " %" PRIu64 "\n", value);
}

void prometheus_real(struct prometheus *prometheus, double value)
{
	end_labels(prometheus);
	fprintf(prometheus->out, " %.6f\n", value);
}

void prometheus_one(struct prometheus *prometheus, uint64_t value)
{
	prometheus_sample(prometheus);
	prometheus_number(prometheus, value);
}

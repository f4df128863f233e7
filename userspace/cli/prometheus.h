/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A writer of the text format of Prometheus: families of samples, each with its
 * help and type, labels escaped by it.
 *
 * Source: prometheus.io/docs/instrumenting/exposition_formats, "Text-based
 * format".
 */
#ifndef XFRM_PCPU_CLI_PROMETHEUS_H
#define XFRM_PCPU_CLI_PROMETHEUS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/**
 * struct prometheus - a writer; set @out, the rest to zero
 * @out: where to; its error flag (ferror()) tells about failed writes
 * @name: of the family
 * @type: "counter" or "gauge"
 * @help: one line
 * @has_head: HELP and TYPE are written
 * @has_label: a comma is due
 */
struct prometheus {
	FILE *out;
	const char *name;
	const char *type;
	const char *help;
	bool has_head;
	bool has_label;
};

/**
 * prometheus_counter() - begin a family of what only grows
 * @prometheus: writer
 * @name: its name, ends in "_total"; each name once
 * @help: one line, without backslash
 *
 * Nothing is written before the first sample.
 */
void prometheus_counter(struct prometheus *prometheus, const char *name,
			const char *help);

/**
 * prometheus_gauge() - begin a family of what comes and goes
 * @prometheus: writer
 * @name: its name; each name once
 * @help: one line, without backslash
 *
 * Nothing is written before the first sample.
 */
void prometheus_gauge(struct prometheus *prometheus, const char *name,
		      const char *help);

/**
 * prometheus_sample() - begin a sample: labels follow, then one value
 * @prometheus: writer
 */
void prometheus_sample(struct prometheus *prometheus);

/**
 * prometheus_label() - write a label of the sample
 * @prometheus: writer
 * @name: letters and _
 * @value: text; a byte that is not ASCII becomes "?", because a reader refuses
 *	all if one label is not UTF-8
 */
void prometheus_label(struct prometheus *prometheus, const char *name,
		      const char *value);

/**
 * prometheus_number() - end the sample with a number
 * @prometheus: writer
 * @value: the number
 */
void prometheus_number(struct prometheus *prometheus, uint64_t value);

/**
 * prometheus_real() - end the sample with a number that need not be whole
 * @prometheus: writer
 * @value: the number, six digits of it after the point are written
 */
void prometheus_real(struct prometheus *prometheus, double value);

/**
 * prometheus_one() - a sample without labels
 * @prometheus: writer
 * @value: the number
 */
void prometheus_one(struct prometheus *prometheus, uint64_t value);

#endif

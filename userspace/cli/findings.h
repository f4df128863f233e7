/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What "check" found: a line each, or an array of JSON.
 */
#ifndef XFRM_PCPU_CLI_FINDINGS_H
#define XFRM_PCPU_CLI_FINDINGS_H

#include <stdbool.h>

#include "json.h"

/* Longest text of a finding. */
#define FINDING_MAX 256

/**
 * struct findings - what is printed, and what came of it
 * @is_json: as an array of JSON
 * @json: writer of it; its @out is where text goes, too
 * @misses: findings that keep per-CPU SAs from working
 */
struct findings {
	bool is_json;
	struct json json;
	unsigned int misses;
};

/* How a finding is meant. */
enum verdict { FINE, NOTE, MISS };

/**
 * findings_begin() - begin the output
 * @findings: result
 * @out: where to
 * @is_json: as JSON
 */
void findings_begin(struct findings *findings, FILE *out, bool is_json);

/**
 * finding() - tell one
 * @findings: the output
 * @verdict: how it is meant
 * @about: what it is about, one word
 * @what_to_do: NULL if nothing
 * @format: as of printf(), at most FINDING_MAX bytes
 */
void finding(struct findings *findings, enum verdict verdict, const char *about,
	     const char *what_to_do, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/**
 * findings_end() - end the output
 * @findings: the output
 *
 * Return: exit status.
 */
int findings_end(struct findings *findings);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Test Anything Protocol: a line for each check, the plan at the end.
 */
#ifndef XFRM_PCPU_TESTS_TAP_H
#define XFRM_PCPU_TESTS_TAP_H

#include <stdbool.h>
#include <string.h>

/**
 * tap_result() - report one check
 * @passed: did it hold?
 * @file: where it is
 * @line: where it is
 * @format: what was checked, as of printf()
 *
 * Return: @passed.
 */
bool tap_result(bool passed, const char *file, int line, const char *format,
		...) __attribute__((format(printf, 4, 5)));

/* Rows of RFC 9611, Documentation/rfc9611.rst. */
#define TAP_ROWS 34

/**
 * tap_has_row() - was there a check for a row of RFC 9611?
 * @row: its number
 *
 * A check names its rows at its beginning: "R14, R30: ...".
 */
bool tap_has_row(int row);

/**
 * tap_diag() - print a comment
 * @format: as of printf(), one line
 */
void tap_diag(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define ok(condition, ...) \
	tap_result((condition), __FILE__, __LINE__, __VA_ARGS__)

/* Numbers are equal. */
#define is_num(got, expected, ...)                                            \
	do {                                                                  \
		long long got_ = (got), expected_ = (expected);               \
		if (!ok(got_ == expected_, __VA_ARGS__))                      \
			tap_diag("got %lld, expected %lld", got_, expected_); \
	} while (0)

/* Strings are equal. */
#define is_str(got, expected, ...)                                 \
	do {                                                       \
		const char *got_ = (got), *expected_ = (expected); \
		if (!ok(!strcmp(got_, expected_), __VA_ARGS__)) {  \
			tap_diag("got      %s", got_);             \
			tap_diag("expected %s", expected_);        \
		}                                                  \
	} while (0)

/* One file each. */
void test_value(void);
void test_args(void);
void test_json(void);
void test_message(void);
void test_groups(void);
void test_client(void);
void test_sad(void);
void test_spd(void);
void test_xfrm_event(void);
void test_install(void);
void test_cpu_acquire(void);
void test_xfrm(void);
void test_show(void);
void test_metrics(void);
void test_top(void);
void test_report(void);
void test_plan(void);
void test_saved(void);
void test_sa_text(void);
void test_daemons(void);
void test_notify(void);
void test_logic_start(void);
void test_logic_peer(void);
void test_logic_life(void);
void test_logic_configure(void);
void test_logic_random(void);
void test_cpus(void);
void test_flags(void);
void test_notes(void);
void test_handed(void);
void test_link(void);
void test_log(void);
void test_config(void);
void test_protocol(void);
void test_transcript(const char *page);
void test_rfc9611(const char *page);
void test_command(const char *program);

#endif

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Unit tests.  Arguments: the program xfrm-pcpu that is to be tried too, the page
 * that describes the helper protocol, and the one about RFC 9611.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "tap.h"

static int checks;
static int failures;
static bool rows[TAP_ROWS + 1];

static void note_rows(const char *text)
{
	int row, length;

	while (sscanf(text, "R%d%n", &row, &length) == 1) {
		if (row >= 1 && row <= TAP_ROWS)
			rows[row] = true;
		text += length;
		if (strncmp(text, ", ", 2) != 0)
			return;
		text += 2;
	}
}

bool tap_has_row(int row)
{
	return rows[row];
}

bool tap_result(bool passed, const char *file, int line, const char *format,
		...)
{
	char text[512];
	va_list args;

	checks++;
	failures += !passed;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	printf("%sok %d - %s\n", passed ? "" : "not ", checks, text);
	note_rows(text);
	if (!passed)
		tap_diag("at %s:%d", file, line);
	return passed;
}

void tap_diag(const char *format, ...)
{
	va_list args;

	printf("# ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

int main(int argc, char **argv)
{
	if (argc != 4) {
		fprintf(stderr,
			"Usage: %s XFRM-PCPU PROTOCOL-PAGE RFC9611-PAGE\n",
			argv[0]);
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	test_value();
	test_args();
	test_json();
	test_message();
	test_groups();
	test_client();
	test_sad();
	test_spd();
	test_xfrm_event();
	test_install();
	test_cpu_acquire();
	test_xfrm();
	test_show();
	test_metrics();
	test_top();
	test_report();
	test_plan();
	test_saved();
	test_sa_text();
	test_daemons();
	test_notify();
	test_logic_start();
	test_logic_peer();
	test_logic_life();
	test_logic_configure();
	test_logic_random();
	test_cpus();
	test_flags();
	test_notes();
	test_handed();
	test_link();
	test_log();
	test_config();
	test_protocol();
	test_transcript(argv[2]);
	test_command(argv[1]);
	test_rfc9611(argv[3]);
	if (failures)
		tap_diag("%d of %d failed", failures, checks);
	printf("1..%d\n", checks);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}

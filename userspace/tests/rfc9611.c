// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Documentation/rfc9611.rst: every row is there, and those that say "unit" were
 * checked by this program.
 */
#include <stdio.h>

#include "tap.h"

#define LONGEST 256

/* A line of the table that begins a row: its number, else 0. */
static int begins_row(const char *line)
{
	int row;

	return sscanf(line, "R%d ", &row) == 1 ? row : 0;
}

void test_rfc9611(const char *page)
{
	FILE *file = fopen(page, "r");
	bool there[TAP_ROWS + 1] = { false }, unit[TAP_ROWS + 1] = { false };
	char line[LONGEST];
	int row = 0;

	if (!ok(file, "%s is there", page))
		return;
	while (fgets(line, sizeof(line), file)) {
		if (begins_row(line))
			row = begins_row(line);
		else if (line[0] != ' ')
			row = 0;
		if (row < 1 || row > TAP_ROWS)
			continue;
		there[row] = true;
		unit[row] = unit[row] || strstr(line, "``unit``");
	}
	fclose(file);
	for (row = 1; row <= TAP_ROWS; row++) {
		ok(there[row], "row %d of RFC 9611 is on the page", row);
		ok(unit[row] == tap_has_row(row),
		   "row %d has checks here as the page says", row);
	}
}

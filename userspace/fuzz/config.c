// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The helper's configuration file: what is wrong in it is said in one line each that
 * a log can have, and then nothing of it counts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "fuzz.h"

#define FILE_NAME "xfrm-pcpud.conf"

static size_t reports;

static void report(const char *text)
{
	if (strncmp(text, FILE_NAME ":", strlen(FILE_NAME ":")) ||
	    !strstr(text, "expected"))
		abort();
	for (const char *at = text; *at; at++)
		if ((unsigned char)*at < ' ' || *at == '\x7f')
			abort();
	reports++;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct settings before, settings;
	char *text;
	int err;

	if (size > CONFIG_MAX)
		return 0;
	text = malloc(size + 1);
	memcpy(text, data, size);
	text[size] = '\0';
	settings_begin(&settings);
	/* As from the command line. */
	settings_give(&settings, settings_find("limit"), "7");
	memcpy(&before, &settings, sizeof(before));
	reports = 0;
	err = config_parse(FILE_NAME, text, size, &settings, report);
	if (!!err != !!reports || settings.logic.limit != 7 ||
	    (err && memcmp(&before, &settings, sizeof(before))))
		abort();
	free(text);
	return 0;
}

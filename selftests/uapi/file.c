// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "case.h"
#include "nl.h"

#define LINE_SIZE 1024
#define NAME_SIZE 128
#define SCRIPT_SIZE 8192

static const char mark[] = "== ";
static const char errno_only[] = " (errno only)";

static void run(char *title, const char *script)
{
	char *note = strstr(title, errno_only);

	if (!*title)
		return;
	if (note)
		*note = '\0';
	case_run(title, script, note);
}

void cases_file(const char *path)
{
	char line[LINE_SIZE], title[NAME_SIZE] = "";
	static char script[SCRIPT_SIZE];
	FILE *file = fopen(path, "r");

	if (!file)
		die("%s", path);
	while (fgets(line, sizeof(line), file)) {
		if (line[0] == '#' || line[0] == '\n')
			continue;
		if (!strncmp(line, mark, strlen(mark))) {
			run(title, script);
			line[strcspn(line, "\n")] = '\0';
			snprintf(title, sizeof(title), "%.*s", NAME_SIZE - 1,
				 line + strlen(mark));
			script[0] = '\0';
			continue;
		}
		if (strlen(script) + strlen(line) >= sizeof(script))
			die("%s: script of %s too long", path, title);
		strcat(script, line);
	}
	run(title, script);
	fclose(file);
}

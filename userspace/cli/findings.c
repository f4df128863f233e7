// SPDX-License-Identifier: GPL-2.0-or-later
#include "findings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const verdicts[] = { "ok", "note", "miss" };

void findings_begin(struct findings *findings, FILE *out, bool is_json)
{
	*findings = (struct findings){
		.is_json = is_json,
		.json = { .out = out },
	};
	if (is_json)
		json_array(&findings->json, NULL);
}

void finding(struct findings *findings, enum verdict verdict, const char *about,
	     const char *what_to_do, const char *format, ...)
{
	struct json *json = &findings->json;
	char text[FINDING_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	findings->misses += verdict == MISS;
	if (!findings->is_json) {
		fprintf(json->out, "%-4s %-7s %s%s%s\n", verdicts[verdict],
			about, text, what_to_do ? ": " : "",
			what_to_do ? what_to_do : "");
		return;
	}
	json_object(json, NULL);
	json_string(json, "verdict", verdicts[verdict]);
	json_string(json, "about", about);
	json_string(json, "text", text);
	if (what_to_do)
		json_string(json, "do", what_to_do);
	else
		json_null(json, "do");
	json_end(json);
}

int findings_end(struct findings *findings)
{
	if (findings->is_json)
		json_end(&findings->json);
	return findings->misses ? EXIT_FAILURE : EXIT_SUCCESS;
}

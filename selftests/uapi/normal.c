// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nl.h"
#include "normal.h"

static const char *const keys[] = { "spi=", "seq=", "index=" };

#define KEYS (sizeof(keys) / sizeof(keys[0]))

/* A time.  Older kernels do not keep it for all SAs. */
#define LASTUSED "LASTUSED,"

static const char *known;
static FILE *terminal;
static char *text;
static size_t size;

/* key_at - the key that a word begins with at @at, NULL if none */
static const char *key_at(const char *start, const char *at)
{
	if (at > start && !isspace(at[-1]))
		return NULL;
	for (size_t i = 0; i < KEYS; i++)
		if (!strncmp(at, keys[i], strlen(keys[i])))
			return keys[i];
	return NULL;
}

/* chosen_by_script - does the script have that number behind that key? */
static bool chosen_by_script(const char *key, unsigned long value)
{
	for (const char *at = known; *at; at++)
		if (key_at(known, at) == key &&
		    strtoul(at + strlen(key), NULL, 0) == value)
			return true;
	return false;
}

void normal_begin(const char *script)
{
	known = script;
	terminal = stdout;
	stdout = open_memstream(&text, &size);
	if (!stdout)
		die("memory stream");
}

void normal_end(void)
{
	fclose(stdout);
	stdout = terminal;
	for (const char *at = text; *at;) {
		const char *key = key_at(text, at);
		unsigned long value;
		char *end;

		if (!strncmp(at, LASTUSED, strlen(LASTUSED))) {
			at += strlen(LASTUSED);
			continue;
		}
		if (!key) {
			putchar(*at++);
			continue;
		}
		value = strtoul(at + strlen(key), &end, 0);
		if (!value || chosen_by_script(key, value))
			fwrite(at, 1, end - at, stdout);
		else
			printf("%skernel", key);
		at = end;
	}
	fflush(stdout);
	free(text);
	text = NULL;
}

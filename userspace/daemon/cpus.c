// SPDX-License-Identifier: GPL-2.0-or-later
#include "cpus.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Longest list: every other CPU of CPUS_MAX. */
#define LIST_MAX 32768

/* A CPU at *text, which moves on; -1 if there is none. */
static long number(const char **text)
{
	long value = 0;
	const char *at = *text;

	while (*at >= '0' && *at <= '9' && value < CPUS_MAX)
		value = 10 * value + *at++ - '0';
	if (at == *text || value >= CPUS_MAX)
		return -1;
	*text = at;
	return value;
}

int cpus_parse(const char *text, struct cpus *cpus)
{
	memset(cpus, 0, sizeof(*cpus));
	while (*text && *text != '\n') {
		long first = number(&text), last = first;

		if (first >= 0 && *text == '-') {
			text++;
			last = number(&text);
		}
		if (first < 0 || last < first)
			return -EINVAL;
		for (long cpu = first; cpu <= last; cpu++) {
			cpus->count += !cpus->has[cpu];
			cpus->has[cpu] = true;
		}
		if (cpus->end <= last)
			cpus->end = last + 1;
		if (*text == ',' && text[1] >= '0' && text[1] <= '9')
			text++;
		else if (*text && *text != '\n')
			return -EINVAL;
	}
	return 0;
}

int cpus_read(const char *name, struct cpus *cpus)
{
	char path[64], *text;
	FILE *file;
	int err;

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/%s", name);
	file = fopen(path, "re");
	if (!file)
		return -errno;
	text = malloc(LIST_MAX);
	err = text && fgets(text, LIST_MAX, file) ? cpus_parse(text, cpus)
						  : -EINVAL;
	free(text);
	fclose(file);
	return err;
}

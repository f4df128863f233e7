// SPDX-License-Identifier: GPL-2.0-or-later
#include "sa_text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Put a message into @text->error and fail. */
#define wrong(text, ...) \
	(snprintf((text)->error, sizeof((text)->error), __VA_ARGS__), -EINVAL)

int sa_text_args(struct text_sa *text, int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		const char *name = argv[i], *value = NULL;
		enum text_sa_kind kind = text_sa_kind(name);
		int err;

		if (kind == TEXT_SA_UNKNOWN)
			return wrong(text,
				     "unexpected \"%.40s\": the manual page "
				     "lists the words",
				     name);
		if (kind == TEXT_SA_KEY)
			return wrong(text,
				     "%s: arguments can be seen by everybody; "
				     "give keys on stdin or --fd, as lines "
				     "%s=HEX",
				     name, name);
		if (kind == TEXT_SA_VALUE && i + 1 < argc)
			value = argv[++i];
		err = text_sa_word(text, name, value);
		if (err)
			return err;
	}
	return 0;
}

/* NAME=VALUE, or the name of a word that has no value. */
static int take_line(struct text_sa *text, char *line)
{
	char *value = strchr(line, '=');

	if (value)
		*value++ = '\0';
	/* What cannot be read may be a key: it is not repeated. */
	if (text_sa_kind(line) == TEXT_SA_UNKNOWN)
		return wrong(text, "expected NAME=VALUE with a name that the "
				   "manual page lists");
	return text_sa_word(text, line, value);
}

int sa_text_lines(struct text_sa *text, char *lines)
{
	unsigned int number = 0;
	char *line;

	while ((line = strsep(&lines, "\n")) && *line) {
		char error[sizeof(text->error)];

		number++;
		if (!take_line(text, line))
			continue;
		strcpy(error, text->error);
		return wrong(text, "line %u: %.200s", number, error);
	}
	return 0;
}

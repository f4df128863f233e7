// SPDX-License-Identifier: GPL-2.0-or-later
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLANKS " \t\r"

/* So much of a word is shown in a message. */
#define SHOWN_MAX 60

/**
 * struct reading - a file that is being read
 * @file: its name
 * @line: number of the line
 * @found: the line of each setting, 0 if there was none
 * @settings: result
 * @report: see config_parse()
 * @failed: something was wrong
 */
struct reading {
	const char *file;
	unsigned int line;
	unsigned int found[SETTINGS_COUNT];
	struct settings settings;
	void (*report)(const char *text);
	bool failed;
};

__attribute__((format(printf, 2, 3))) static void
complain(struct reading *r, const char *format, ...)
{
	char text[640];
	va_list args;
	int length;

	length = snprintf(text, sizeof(text), "%s:%u: ", r->file, r->line);
	va_start(args, format);
	if (length < (int)sizeof(text))
		vsnprintf(text + length, sizeof(text) - length, format, args);
	va_end(args);
	r->report(text);
	r->failed = true;
}

/* What is shown goes to a log: one short line. */
static const char *shown(char *text)
{
	size_t i;

	for (i = 0; i < SHOWN_MAX && text[i]; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == '\x7f')
			text[i] = '?';
	text[i] = '\0';
	return text;
}

static char *trim(char *text)
{
	size_t length;

	text += strspn(text, BLANKS);
	length = strlen(text);
	while (length && strchr(BLANKS, text[length - 1]))
		length--;
	text[length] = '\0';
	return text;
}

/* A "#" within a word belongs to it. */
static void cut_comment(char *line)
{
	for (char *at = strchr(line, '#'); at; at = strchr(at + 1, '#')) {
		if (at == line || strchr(BLANKS, at[-1])) {
			*at = '\0';
			return;
		}
	}
}

static void unknown(struct reading *r, char *name)
{
	char names[160];
	size_t length = 0;

	names[0] = '\0';
	for (size_t i = 0; i < SETTINGS_COUNT && length < sizeof(names); i++)
		if (settings_all[i].in_file)
			length += snprintf(names + length,
					   sizeof(names) - length, "%s%s",
					   length ? ", " : "",
					   settings_all[i].name);
	complain(r, "%s: expected one of %s", shown(name), names);
}

static void take(struct reading *r, char *name, char *value)
{
	const struct setting *setting = settings_find(name);
	struct settings scratch = r->settings;
	unsigned int *found;
	const char *expected;

	if (!setting) {
		unknown(r, name);
		return;
	}
	if (!setting->in_file) {
		complain(r, "%s: expected on the command line only", name);
		return;
	}
	found = &r->found[setting - settings_all];
	if (*found) {
		complain(r, "%s: expected once, line %u has it already", name,
			 *found);
		return;
	}
	*found = r->line;
	expected = settings_set(&scratch, setting, value);
	if (expected)
		complain(r, "%s: expected %s, not \"%s\"", name, expected,
			 shown(value));
	else if (!settings_given(&scratch, setting))
		r->settings = scratch;
}

static void take_line(struct reading *r, char *line, size_t length)
{
	char *value;

	if (strlen(line) != length) {
		complain(r, "expected text, not a zero byte");
		return;
	}
	cut_comment(line);
	line = trim(line);
	if (!*line)
		return;
	value = strchr(line, '=');
	if (!value || value == line) {
		complain(r, "expected \"name = value\", not \"%s\"",
			 shown(line));
		return;
	}
	*value++ = '\0';
	take(r, trim(line), trim(value));
}

int config_parse(const char *file, char *text, size_t length,
		 struct settings *settings, void (*report)(const char *text))
{
	struct reading r = { .file = file,
			     .settings = *settings,
			     .report = report };
	char *end = text + length;

	while (text < end) {
		char *next = memchr(text, '\n', end - text);

		if (!next)
			next = end;
		*next = '\0';
		r.line++;
		take_line(&r, text, next - text);
		text = next + 1;
	}
	if (r.failed)
		return -EINVAL;
	*settings = r.settings;
	return 0;
}

/* Not waited for: a pipe may be one that nobody writes to. */
static int open_file(const char *file)
{
	struct stat stat;
	int err = 0;
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return -errno;
	if (fstat(fd, &stat))
		err = -errno;
	else if (S_ISDIR(stat.st_mode))
		err = -EISDIR;
	else if (!S_ISREG(stat.st_mode) && !S_ISCHR(stat.st_mode))
		err = -ESPIPE;
	if (err)
		close(fd);
	return err ? err : fd;
}

/* The file's text: its length, or a negative errno. */
static ssize_t read_file(const char *file, char *text, size_t room)
{
	size_t length = 0;
	ssize_t count;
	int err = 0;
	int fd = open_file(file);

	if (fd < 0)
		return fd;
	do {
		count = read(fd, text + length, room - length);
		if (count > 0)
			length += count;
		else if (count < 0 && errno != EINTR)
			err = -errno;
	} while (!err && count && length < room);
	close(fd);
	if (!err && length == room)
		err = -EFBIG;
	return err ? err : (ssize_t)length;
}

int config_read(struct settings *settings, void (*report)(const char *text))
{
	const char *file = settings->config[0] ? settings->config : CONFIG_FILE;
	char *text = malloc(CONFIG_MAX + 1);
	char message[640];
	ssize_t length;
	int err;

	if (!text)
		return -ENOMEM;
	length = read_file(file, text, CONFIG_MAX + 1);
	if (length >= 0) {
		text[length] = '\0';
		err = config_parse(file, text, length, settings, report);
	} else if (length == -ENOENT && !settings->config[0]) {
		err = 0;
	} else {
		err = length;
		snprintf(
			message, sizeof(message),
			"%s: %s: expected a file that can be read, of up to %d bytes",
			file, strerror(-err), CONFIG_MAX);
		report(message);
	}
	free(text);
	return err;
}

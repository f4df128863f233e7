// SPDX-License-Identifier: GPL-2.0-or-later
#include "lines.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static bool is_printable(char c)
{
	return c >= ' ' && c <= '~';
}

static bool is_key(const char *key)
{
	size_t length = strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return length && length <= PR_KEY_MAX && !key[length] &&
	       key[0] >= 'a' && key[0] <= 'z';
}

size_t pr_reader_room(struct pr_reader *reader, char **at)
{
	size_t left = reader->used - reader->taken;

	if (reader->taken) {
		memmove(reader->text, reader->text + reader->taken, left);
		explicit_bzero(reader->text + left, reader->taken);
		reader->used = left;
		reader->taken = 0;
	}
	*at = reader->text + reader->used;
	return sizeof(reader->text) - reader->used;
}

void pr_reader_fed(struct pr_reader *reader, size_t count)
{
	reader->used += count;
}

/*
 * The length of the line at @text, with its end; 0 if the end has not come,
 * -errno if it cannot be a line.
 */
static int line_length(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (i == PR_LINE_MAX)
			return -EMSGSIZE;
		if (text[i] == '\n')
			return i + 1;
		if (!is_printable(text[i]))
			return -EBADMSG;
	}
	return 0;
}

/* A line whose end is a terminator now. */
static int add_line(struct pr_message *message, char *text)
{
	char *equal = strchr(text, '=');

	if (!equal)
		return -EBADMSG;
	*equal = '\0';
	if (!is_key(text) || pr_get(message, text))
		return -EBADMSG;
	if (message->count == PR_LINES_MAX)
		return -EMSGSIZE;
	message->line[message->count].key = text;
	message->line[message->count].value = equal + 1;
	message->count++;
	return 0;
}

/* Where the message at @begin ends, or what pr_reader_next() returns. */
static int find_end(const struct pr_reader *reader, size_t begin)
{
	size_t at = begin;
	int length;

	for (;;) {
		length = line_length(reader->text + at, reader->used - at);
		if (length < 0)
			return length;
		if (!length)
			break;
		at += length;
		if (length == 1 && at - begin > 1)
			return at;
	}
	return reader->used - begin == sizeof(reader->text) ? -EMSGSIZE : 0;
}

int pr_reader_next(struct pr_reader *reader, struct pr_message *message)
{
	int end, err = 0;

	while (reader->taken < reader->used &&
	       reader->text[reader->taken] == '\n')
		reader->taken++;
	end = find_end(reader, reader->taken);
	if (end <= 0)
		return end;

	message->count = 0;
	for (size_t at = reader->taken; !err && (int)at + 1 < end;) {
		char *line = reader->text + at;
		size_t length = strcspn(line, "\n");

		line[length] = '\0';
		at += length + 1;
		err = add_line(message, line);
	}
	reader->taken = end;
	return err ? err : 1;
}

const char *pr_get(const struct pr_message *message, const char *key)
{
	for (size_t i = 0; i < message->count; i++)
		if (!strcmp(message->line[i].key, key))
			return message->line[i].value;
	return NULL;
}

static void append(struct pr_writer *writer, const char *text, size_t length)
{
	if (writer->failed || length >= writer->room - writer->used) {
		writer->failed = true;
		return;
	}
	memcpy(writer->text + writer->used, text, length);
	writer->used += length;
	writer->text[writer->used] = '\0';
}

void pr_put(struct pr_writer *writer, const char *key, const char *format, ...)
{
	char value[PR_LINE_MAX];
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(value, sizeof(value), format, args);
	va_end(args);
	if (length < 0 || strlen(key) + 2 + length > PR_LINE_MAX) {
		writer->failed = true;
		return;
	}
	for (int i = 0; i < length; i++)
		if (!is_printable(value[i]))
			writer->failed = true;
	append(writer, key, strlen(key));
	append(writer, "=", 1);
	append(writer, value, length);
	append(writer, "\n", 1);
}

void pr_put_hex(struct pr_writer *writer, const char *key, const void *bytes,
		size_t length)
{
	static const char digits[] = "0123456789abcdef";
	char value[PR_LINE_MAX];
	const uint8_t *byte = bytes;

	if (2 * length >= sizeof(value)) {
		writer->failed = true;
		return;
	}
	for (size_t i = 0; i < length; i++) {
		value[2 * i] = digits[byte[i] >> 4];
		value[2 * i + 1] = digits[byte[i] & 15];
	}
	value[2 * length] = '\0';
	pr_put(writer, key, "%s", value);
}

int pr_end(struct pr_writer *writer)
{
	append(writer, "\n", 1);
	return writer->failed ? -EMSGSIZE : (int)writer->used;
}

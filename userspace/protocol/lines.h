/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages of the helper protocol: lines "key=value", an empty line at the end.
 * Nothing here does I/O.  Documentation/helper-protocol.rst has the rules.
 */
#ifndef XFRM_PCPU_PROTOCOL_LINES_H
#define XFRM_PCPU_PROTOCOL_LINES_H

#include <stdbool.h>
#include <stddef.h>

/* A line with its end; a message with its empty line. */
#define PR_LINE_MAX 2048
#define PR_LINES_MAX 64
#define PR_MESSAGE_MAX 16384
#define PR_KEY_MAX 31

/**
 * struct pr_line - one line
 * @key: lower case letters, digits and "-"
 * @value: printable ASCII, may be empty
 */
struct pr_line {
	const char *key;
	const char *value;
};

/**
 * struct pr_message - one message
 * @line: @count lines, each key once
 * @count: at least 1
 */
struct pr_message {
	struct pr_line line[PR_LINES_MAX];
	size_t count;
};

/**
 * struct pr_reader - bytes that came; all zero is the empty one
 * @text: @used bytes
 * @used: how many came
 * @taken: of these, bytes of messages that were handed out
 */
struct pr_reader {
	char text[PR_MESSAGE_MAX];
	size_t used;
	size_t taken;
};

/**
 * pr_reader_room() - where the next bytes go
 * @reader: reader
 * @at: result
 *
 * What was handed out is gone afterwards, and overwritten, as it may be a key.
 *
 * Return: bytes at @at, more than 0 once pr_reader_next() has returned 0.
 */
size_t pr_reader_room(struct pr_reader *reader, char **at);

/**
 * pr_reader_fed() - bytes came
 * @reader: reader
 * @count: how many were put at pr_reader_room()
 */
void pr_reader_fed(struct pr_reader *reader, size_t count);

/**
 * pr_reader_next() - the next message
 * @reader: reader
 * @message: result, until pr_reader_room()
 *
 * Empty lines before a message are skipped.
 *
 * Return: 1, 0 if more bytes are needed, -EMSGSIZE if a line or a message is too
 * long, -EBADMSG if a line is none.  After an error the rest cannot be read.
 */
int pr_reader_next(struct pr_reader *reader, struct pr_message *message);

/**
 * pr_get() - the value of a key
 * @message: message
 * @key: key
 *
 * Return: value, NULL if there is none.
 */
const char *pr_get(const struct pr_message *message, const char *key);

/**
 * struct pr_writer - a message that is made
 * @text: buffer, terminated
 * @room: size of it
 * @used: bytes so far
 * @failed: it does not fit, or a value cannot be sent
 */
struct pr_writer {
	char *text;
	size_t room;
	size_t used;
	bool failed;
};

/**
 * pr_put() - append a line
 * @writer: writer
 * @key: key
 * @format: value, as of printf()
 */
void pr_put(struct pr_writer *writer, const char *key, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * pr_put_hex() - append a line with bytes
 * @writer: writer
 * @key: key
 * @bytes: @length bytes
 * @length: how many
 */
void pr_put_hex(struct pr_writer *writer, const char *key, const void *bytes,
		size_t length);

/**
 * pr_end() - append the empty line
 * @writer: writer
 *
 * Return: length of the message, -EMSGSIZE if it failed.
 */
int pr_end(struct pr_writer *writer);

#endif

// SPDX-License-Identifier: GPL-2.0-or-later
#include "json.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

/*
 * Length of the UTF-8 character at @text, 0 if it is none: overlong forms,
 * surrogates and values beyond U+10FFFF are none (RFC 3629, section 4).
 */
static size_t utf8_length(const unsigned char *text)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t length;

	if (text[0] < 0x80)
		return 1;
	if (text[0] >= 0xc2 && text[0] <= 0xdf) {
		length = 2;
	} else if (text[0] >= 0xe0 && text[0] <= 0xef) {
		length = 3;
		if (text[0] == 0xe0)
			low = 0xa0;
		if (text[0] == 0xed)
			high = 0x9f;
	} else if (text[0] >= 0xf0 && text[0] <= 0xf4) {
		length = 4;
		if (text[0] == 0xf0)
			low = 0x90;
		if (text[0] == 0xf4)
			high = 0x8f;
	} else {
		return 0;
	}
	if (text[1] < low || text[1] > high)
		return 0;
	for (size_t i = 2; i < length; i++) {
		if (text[i] < 0x80 || text[i] > 0xbf)
			return 0;
	}
	return length;
}

static void put_string(FILE *out, const char *value)
{
	const unsigned char *text = (const unsigned char *)value;

	fputc('"', out);
	while (*text) {
		size_t length = utf8_length(text);

		if (!length) {
			fputs("\\ufffd", out);
			length = 1;
		} else if (*text == '"' || *text == '\\') {
			fprintf(out, "\\%c", *text);
		} else if (*text < 0x20 || *text == 0x7f) {
			fprintf(out, "\\u%04x", *text);
		} else {
			fwrite(text, 1, length, out);
		}
		text += length;
	}
	fputc('"', out);
}

/* What comes before a value: comma and name. */
static void begin(struct json *json, const char *key)
{
	assert(!key == (!json->depth || json->is_array[json->depth]));
	if (json->has_value[json->depth])
		fputc(',', json->out);
	json->has_value[json->depth] = json->depth > 0;
	if (key) {
		put_string(json->out, key);
		fputc(':', json->out);
	}
}

static void open_level(struct json *json, const char *key, bool is_array)
{
	begin(json, key);
	assert(json->depth < JSON_DEPTH_MAX);
	json->depth++;
	json->has_value[json->depth] = false;
	json->is_array[json->depth] = is_array;
	fputc(is_array ? '[' : '{', json->out);
}

void json_object(struct json *json, const char *key)
{
	open_level(json, key, false);
}

void json_array(struct json *json, const char *key)
{
	open_level(json, key, true);
}

void json_end(struct json *json)
{
	assert(json->depth > 0);
	fputc(json->is_array[json->depth] ? ']' : '}', json->out);
	if (--json->depth)
		return;
	fputc('\n', json->out);
	fflush(json->out);
}

void json_string(struct json *json, const char *key, const char *value)
{
	begin(json, key);
	put_string(json->out, value);
}

void json_number(struct json *json, const char *key, uint64_t value)
{
	begin(json, key);
	fprintf(json->out, "%" PRIu64, value);
}

void json_bool(struct json *json, const char *key, bool value)
{
	begin(json, key);
	fputs(value ? "true" : "false", json->out);
}

void json_null(struct json *json, const char *key)
{
	begin(json, key);
	fputs("null", json->out);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A JSON writer: one value after the other, commas and escapes put by it.
 */
#ifndef XFRM_PCPU_CLI_JSON_H
#define XFRM_PCPU_CLI_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Objects and arrays that may be open at once. */
#define JSON_DEPTH_MAX 16

/**
 * struct json - a writer; set @out, the rest to zero
 * @out: where to; its error flag (ferror()) tells about failed writes
 * @depth: open objects and arrays
 * @has_value: per depth: a comma is due
 * @is_array: per depth: closed by ], not by }
 */
struct json {
	FILE *out;
	int depth;
	bool has_value[JSON_DEPTH_MAX + 1];
	bool is_array[JSON_DEPTH_MAX + 1];
};

/*
 * @key of all of them: name within an object, NULL within an array and at the
 * top.
 */

/**
 * json_object() - open an object
 * @json: writer
 * @key: see above
 */
void json_object(struct json *json, const char *key);

/**
 * json_array() - open an array
 * @json: writer
 * @key: see above
 */
void json_array(struct json *json, const char *key);

/**
 * json_end() - close what was opened last
 * @json: writer
 *
 * A newline follows what was at the top, and everything is flushed.
 */
void json_end(struct json *json);

/**
 * json_string() - write a string
 * @json: writer
 * @key: see above
 * @value: UTF-8; a byte that is not becomes U+FFFD
 */
void json_string(struct json *json, const char *key, const char *value);

/**
 * json_number() - write a number
 * @json: writer
 * @key: see above
 * @value: the number
 */
void json_number(struct json *json, const char *key, uint64_t value);

/**
 * json_bool() - write true or false
 * @json: writer
 * @key: see above
 * @value: which
 */
void json_bool(struct json *json, const char *key, bool value);

/**
 * json_null() - write null
 * @json: writer
 * @key: see above
 */
void json_null(struct json *json, const char *key);

#endif

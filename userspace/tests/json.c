// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "cli/json.h"
#include "tap.h"

static void escapes(void)
{
	static const struct {
		const char *name;
		const char *value;
		const char *expected;
	} cases[] = {
		{ "empty", "", "\"\"" },
		{ "plain", "abc", "\"abc\"" },
		{ "quote and backslash", "\"\\", "\"\\\"\\\\\"" },
		{ "control characters", "\n\t\x01\x1f\x7f",
		  "\"\\u000a\\u0009\\u0001\\u001f\\u007f\"" },
		{ "UTF-8", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\xa7",
		  "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\xa7\"" },
		{ "lone continuation", "a\x80z", "\"a\\ufffdz\"" },
		{ "cut off", "a\xe2\x82", "\"a\\ufffd\\ufffd\"" },
		{ "cut off by a character", "\xc3z", "\"\\ufffdz\"" },
		{ "overlong", "\xc0\xaf", "\"\\ufffd\\ufffd\"" },
		{ "overlong, three bytes", "\xe0\x80\xaf",
		  "\"\\ufffd\\ufffd\\ufffd\"" },
		{ "surrogate", "\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\"" },
		{ "beyond Unicode", "\xf4\x90\x80\x80",
		  "\"\\ufffd\\ufffd\\ufffd\\ufffd\"" },
		{ "no UTF-8 at all", "\xff\xfe", "\"\\ufffd\\ufffd\"" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct json json = { 0 };
		char *text;
		size_t size;

		json.out = open_memstream(&text, &size);
		json_string(&json, NULL, cases[i].value);
		fclose(json.out);
		is_str(text, cases[i].expected, "JSON string: %s",
		       cases[i].name);
		free(text);
	}
}

static void nesting(void)
{
	struct json json = { 0 };
	char *text;
	size_t size;

	json.out = open_memstream(&text, &size);
	json_object(&json, NULL);
	json_array(&json, "empty");
	json_end(&json);
	json_array(&json, "list");
	json_number(&json, NULL, UINT64_MAX);
	json_object(&json, NULL);
	json_bool(&json, "yes", true);
	json_bool(&json, "no", false);
	json_end(&json);
	json_null(&json, NULL);
	json_end(&json);
	json_string(&json, "quo\"ted", "v");
	json_end(&json);
	json_array(&json, NULL);
	json_end(&json);
	fclose(json.out);
	is_str(text,
	       "{\"empty\":[],\"list\":[18446744073709551615,"
	       "{\"yes\":true,\"no\":false},null],\"quo\\\"ted\":\"v\"}\n[]\n",
	       "JSON nesting, commas, newline at the top");
	free(text);
}

void test_json(void)
{
	escapes();
	nesting();
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The settings of the helper: values, the configuration file, and which of file
 * and command line counts.
 */
#include "daemon/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tap.h"

/* What was reported, a line each. */
static char said[8192];

static void report(const char *text)
{
	size_t length = strlen(said);

	snprintf(said + length, sizeof(said) - length, "%s\n", text);
}

static int parse(struct settings *settings, const char *text, size_t length)
{
	char *copy = malloc(length + 1);
	int err;

	if (!copy)
		abort();
	memcpy(copy, text, length);
	copy[length] = '\0';
	said[0] = '\0';
	err = config_parse("f", copy, length, settings, report);
	free(copy);
	return err;
}

static int parse_text(struct settings *settings, const char *text)
{
	return parse(settings, text, strlen(text));
}

static void values(void)
{
	struct settings s;

	settings_begin(&s);
	ok(!strcmp(s.socket, "/run/xfrm-pcpud.sock") &&
		   !strcmp(s.user, "nobody") && !s.logic.limit &&
		   !s.logic.idle_ms && !s.logic.at_once && !s.stdio,
	   "defaults");
	is_num(parse_text(&s, "limit = 4\nidle=600\n\tat-once =yes\r\n"
			      "socket = /run/a#b  \nuser = ipsec"),
	       0, "a file with all there is");
	is_num(s.logic.limit, 4, "a number");
	is_num(s.logic.idle_ms, 600000, "seconds");
	ok(s.logic.at_once, "yes");
	is_str(s.socket, "/run/a#b", "a path with # in it");
	is_str(s.user, "ipsec", "a last line without its end");
	is_str(said, "", "nothing is reported");

	settings_begin(&s);
	is_num(parse_text(&s, "# limit = 1\n\n  \t\n  # idle = x\n"
			      "limit = 0x10 # of 64\nat-once = no#\n"),
	       -EINVAL, "a comment begins after a blank");
	is_str(said, "f:6: at-once: expected yes or no, not \"no#\"\n",
	       "else it is part of the value");
	is_num(s.logic.limit, 0, "a file with an error changes nothing");
	is_num(parse_text(&s, "limit = 0x10 # of 64\n"), 0, "comments");
	is_num(s.logic.limit, 16, "are not looked at");
	is_num(parse_text(&s, ""), 0, "an empty file");
	is_num(parse_text(&s, "idle = 4294967295\n"), 0, "the longest time");
	ok(s.logic.idle_ms == 4294967295000, "is not cut off");
}

static void errors(void)
{
	static const struct {
		const char *text;
		const char *said;
	} cases[] = {
		{ "limit = x", "limit: expected a number from 1, not \"x\"" },
		{ "limit = 0", "limit: expected a number from 1, not \"0\"" },
		{ "limit = -1", "limit: expected a number from 1, not \"-1\"" },
		{ "limit =", "limit: expected a number from 1, not \"\"" },
		{ "limit = 4 5",
		  "limit: expected a number from 1, not \"4 5\"" },
		{ "idle = 4294967296",
		  "idle: expected a number up to 4294967295, not \"4294967296\"" },
		{ "idle = never",
		  "idle: expected a number from 1, not \"never\"" },
		{ "at-once = maybe",
		  "at-once: expected yes or no, not \"maybe\"" },
		{ "at-once", "expected \"name = value\", not \"at-once\"" },
		{ "= 4", "expected \"name = value\", not \"= 4\"" },
		{ "socket = ", "socket: expected 1 to 255 bytes, not \"\"" },
		{ "at_once = yes",
		  "at_once: expected one of socket, user, limit, idle, at-once" },
		{ "Limit = 1",
		  "Limit: expected one of socket, user, limit, idle, at-once" },
		{ "stdio = yes", "stdio: expected on the command line only" },
		{ "config = x", "config: expected on the command line only" },
		{ "limit = \x1b[m\t4",
		  "limit: expected a number from 1, not \"?[m?4\"" },
	};
	static const char zero[] = "limit = 4\0\nidle = 3\n";
	static char longest[400];
	char expected[512];
	struct settings s;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		settings_begin(&s);
		is_num(parse_text(&s, cases[i].text), -EINVAL, "\"%s\"",
		       i + 1 < sizeof(cases) / sizeof(cases[0]) ? cases[i].text
								: "controls");
		snprintf(expected, sizeof(expected), "f:1: %s\n",
			 cases[i].said);
		is_str(said, expected, "is told");
	}
	is_num(parse(&s, zero, sizeof(zero) - 1), -EINVAL, "a zero byte");
	is_str(said, "f:1: expected text, not a zero byte\n", "is told");

	memset(longest, 'a', sizeof(longest) - 1);
	memcpy(longest, "socket = ", 9);
	longest[9 + SETTINGS_TEXT_MAX + 1] = '\0';
	is_num(parse_text(&s, longest), -EINVAL, "a path that is too long");
	snprintf(expected, sizeof(expected),
		 "f:1: socket: expected 1 to 255 bytes, not \"%.60s\"\n",
		 longest + 9);
	is_str(said, expected, "is told, and not shown whole");
	longest[9 + SETTINGS_TEXT_MAX] = '\0';
	is_num(parse_text(&s, longest), 0, "one byte less");
	is_str(s.socket, longest + 9, "is taken whole");

	settings_begin(&s);
	is_num(parse_text(&s, "limit = x\n\n# more\nidle = 7\nlimits = 3\n"
			      "idle = 7\nidle = y\nuser = me\n"),
	       -EINVAL, "several errors");
	is_str(said,
	       "f:1: limit: expected a number from 1, not \"x\"\n"
	       "f:5: limits: expected one of socket, user, limit, idle, at-once\n"
	       "f:6: idle: expected once, line 4 has it already\n"
	       "f:7: idle: expected once, line 4 has it already\n",
	       "all of them are told");
	ok(!s.logic.idle_ms && !strcmp(s.user, "nobody"),
	   "and nothing of the file counts");
}

/* NAME VALUE on the command line. */
static const char *give(struct settings *s, const char *name, const char *value)
{
	const struct setting *setting = settings_find(name);

	if (!setting)
		return "a name";
	return settings_give(s, setting, value);
}

static void command_line(void)
{
	struct settings s;

	settings_begin(&s);
	ok(!give(&s, "limit", "3") && !give(&s, "socket", "/run/mine") &&
		   !give(&s, "stdio", NULL) && !give(&s, "at-once", "no"),
	   "options are taken");
	ok(s.stdio && s.logic.limit == 3 && !s.logic.at_once, "each");
	is_num(parse_text(&s, "limit = 9\nidle = 5\nat-once = yes\n"
			      "socket = /run/other\nuser = me\n"),
	       0, "and a file besides");
	ok(s.logic.limit == 3 && !strcmp(s.socket, "/run/mine") &&
		   !s.logic.at_once,
	   "the command line wins");
	ok(s.logic.idle_ms == 5000 && !strcmp(s.user, "me"),
	   "what it does not say is the file's");
	is_num(parse_text(&s, "limit = x\n"), -EINVAL,
	       "what does not count has to be right too");
	is_str(give(&s, "limit", "0"), "a number from 1", "a wrong option");
	is_str(give(&s, "at-once", "1"), "yes or no", "another");
	is_num(s.logic.limit, 3, "changes nothing");
	ok(!give(&s, "at-once", NULL) && s.logic.at_once,
	   "at-once without a value");
	ok(!settings_find("limi") && !settings_find(""),
	   "names are not shortened");
}

static void differences(void)
{
	struct settings now, fresh;
	size_t count = 0;

	settings_begin(&now);
	fresh = now;
	parse_text(&fresh, "socket = /run/b\nuser = me\nlimit = 4\n"
			   "idle = 7\nat-once = yes\n");
	for (size_t i = 0; i < SETTINGS_COUNT; i++) {
		ok(!settings_differ(&now, &now, &settings_all[i]),
		   "%s is itself", settings_all[i].name);
		count += settings_differ(&now, &fresh, &settings_all[i]);
	}
	ok(count == 2 &&
		   settings_differ(&now, &fresh, settings_find("socket")) &&
		   settings_differ(&now, &fresh, settings_find("user")),
	   "socket and user wait for the next start, nothing else");
	is_str(settings_text(&fresh, settings_find("socket")), "/run/b",
	       "what it will be");
}

static void files(void)
{
	char dir[] = "/tmp/xfrm-pcpu-config.XXXXXX";
	char path[sizeof(dir) + 8];
	struct settings s;
	FILE *file;

	if (!mkdtemp(dir))
		abort();
	snprintf(path, sizeof(path), "%s/conf", dir);
	settings_begin(&s);
	give(&s, "config", path);
	said[0] = '\0';
	is_num(config_read(&s, report), -ENOENT, "a file that is named");
	ok(strstr(said, "/conf: No such file or directory: expected a file"),
	   "has to be there");

	file = fopen(path, "w");
	if (!file)
		abort();
	fputs("limit = 12\n", file);
	fclose(file);
	is_num(config_read(&s, report), 0, "it is read");
	is_num(s.logic.limit, 12, "and counts");

	file = fopen(path, "w");
	if (!file)
		abort();
	for (int i = 0; i < CONFIG_MAX; i++)
		putc('\n', file);
	fclose(file);
	is_num(config_read(&s, report), 0, "the longest file");
	file = fopen(path, "a");
	if (!file)
		abort();
	putc('\n', file);
	fclose(file);
	is_num(config_read(&s, report), -EFBIG, "one that is too long");
	unlink(path);
	is_num(mkfifo(path, 0600), 0, "a pipe without a writer");
	is_num(config_read(&s, report), -ESPIPE, "is no file");
	unlink(path);
	give(&s, "config", dir);
	is_num(config_read(&s, report), -EISDIR, "nor is a directory");
	give(&s, "config", "/dev/null");
	is_num(config_read(&s, report), 0, "/dev/null is an empty one");
	rmdir(dir);
}

void test_config(void)
{
	values();
	errors();
	differences();
	command_line();
	files();
}

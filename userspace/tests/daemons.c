// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/daemons.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "cli/helper.h"
#include "cli/plugin.h"
#include "cli/process.h"
#include "tap.h"

static void versions(void)
{
	static const struct {
		const char *text;
		unsigned int version[3];
	} cases[] = {
		{ "strongSwan swanctl 6.0.1\n", { 6, 0, 1 } },
		{ "Linux strongSwan U5.9.8/K6.1.0-56-amd64\n", { 5, 9, 8 } },
		{ "Linux Libreswan 4.10 (XFRM) on 6.1.0\n", { 4, 10, 0 } },
		{ "RFC 9611 with 5.2\n", { 5, 2, 0 } },
	};
	unsigned int version[3];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ok(daemon_version(cases[i].text, version), "a version in %.30s",
		   cases[i].text);
		ok(!memcmp(version, cases[i].version, sizeof(version)),
		   "it is %u.%u.%u", version[0], version[1], version[2]);
	}
	ok(!daemon_version("", version), "none in nothing");
	ok(!daemon_version("version 7", version), "none in one number");
}

static void needs(void)
{
	static const struct {
		unsigned int version[3];
		bool has_it;
	} cases[] = {
		{ { 5, 9, 8 }, false }, { { 6, 0, 1 }, false },
		{ { 6, 0, 2 }, true },	{ { 6, 1, 0 }, true },
		{ { 7, 0, 0 }, true },
	};
	const struct daemon *charon = daemon_of_process("charon-systemd");

	if (!ok(charon, "charon-systemd is known"))
		return;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		is_num(daemon_need(charon, cases[i].version),
		       cases[i].has_it ? NEEDS_NOTHING : NEEDS_PLUGIN,
		       "strongSwan %u.%u.%u", cases[i].version[0],
		       cases[i].version[1], cases[i].version[2]);
	is_num(daemon_need(charon, NULL), NEEDS_PLUGIN,
	       "strongSwan of unknown version");
	is_num(daemon_need(daemon_of_process("pluto"), NULL), NEEDS_ATTACH,
	       "libreswan");
	ok(!daemon_of_process("charo"), "another process");
}

/* Each file has one more text than the one before. */
static void plugins(void)
{
	static const struct {
		char bytes[48];
		const char *version;
	} texts[] = {
		{ "xfrm-pcpu \0xfrm-pcpu is it", "" },
		{ "xfrm-pcpu 0.1 for strongSwan 5", "" },
		{ "\0xfrm-pcpu 0.2 for strongSwan 5.9.8\0", "0.2" },
	};
	char path[] = "/tmp/plugin.XXXXXX";
	struct plugin plugin;
	int fd = mkstemp(path);

	if (!ok(fd >= 0, "a file"))
		return;
	ok(plugin_read(&plugin, path) && !plugin.version[0],
	   "an empty plugin does not tell");
	for (size_t i = 0; i < 3; i++) {
		ok(write(fd, texts[i].bytes, sizeof(texts[i].bytes)) ==
			   sizeof(texts[i].bytes),
		   "written");
		ok(plugin_read(&plugin, path), "it is there");
		is_str(plugin.version, texts[i].version, "its version");
	}
	ok(plugin.charon[0] == 5 && plugin.charon[1] == 9 &&
		   plugin.charon[2] == 8,
	   "the strongSwan that it is for");
	close(fd);
	unlink(path);
	ok(!plugin_read(&plugin, path), "none");
}

static void helper(void)
{
	char version[8];

	helper_version("xfrm-pcpud 1.2.3\n", version, sizeof(version));
	is_str(version, "1.2.3", "the helper's version");
	helper_version("Usage: xfrm-pcpud 1\n", version, sizeof(version));
	is_str(version, "", "one that does not tell");
	helper_version("xfrm-pcpud 12345678\n", version, sizeof(version));
	is_str(version, "", "too long for a version");
}

static bool is_name(const char *name, void *arg)
{
	return !strcmp(name, arg);
}

static void programs(void)
{
	char *says[] = { "sh", "-c", "cat; echo heard; echo hidden >&2", NULL };
	char *fails[] = { "sh", "-c", "echo heard; exit 3", NULL };
	char *endless[] = { "yes", NULL };
	char *silent[] = { "sh", "-c", "exec sleep 30 >&-", NULL };
	char *missing[] = { "/nonexistent/program", NULL };
	char text[4];
	char name[17] = "";

	is_num(program_ask(says, text, sizeof(text)), 0, "a program is asked");
	is_str(text, "hea", "what fits is kept");
	is_num(program_ask(fails, text, sizeof(text)), -EPROTO,
	       "one that fails");
	is_num(program_ask(endless, text, sizeof(text)), -ETIMEDOUT,
	       "one that does not end");
	is_num(program_ask(silent, text, sizeof(text)), -ETIMEDOUT,
	       "one that only ends its output");
	is_num(program_ask(missing, text, sizeof(text)), -ENOENT, "none");
	is_str(text, "", "it said nothing");
	prctl(PR_GET_NAME, name);
	ok(process_find(is_name, name) > 0, "a process is found by its name");
	is_num(process_find(is_name, "no such name"), 0,
	       "none of another name");
}

void test_daemons(void)
{
	versions();
	needs();
	plugins();
	helper();
	programs();
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/daemons.h"

#include <stdlib.h>

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

static void advice(void)
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
		ok(!daemon_advice(charon, cases[i].version) == cases[i].has_it,
		   "strongSwan %u.%u.%u", cases[i].version[0],
		   cases[i].version[1], cases[i].version[2]);
	ok(daemon_advice(charon, NULL), "strongSwan of unknown version");
	ok(strstr(daemon_advice(daemon_of_process("pluto"), NULL), "attach"),
	   "libreswan");
	ok(!daemon_of_process("charo"), "another process");
}

void test_daemons(void)
{
	versions();
	advice();
}

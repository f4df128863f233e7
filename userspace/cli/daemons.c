// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons.h"

#include <stdio.h>
#include <string.h>

#include "process.h"

#define STRONGSWAN "strongSwan"
#define LIBRESWAN "libreswan"

/* The version is asked of tools: a daemon might start instead of answering. */
static const struct daemon daemons[] = {
	{ "charon-systemd", STRONGSWAN, "swanctl --version" },
	{ "charon", STRONGSWAN, "swanctl --version || ipsec --version" },
	{ "pluto", LIBRESWAN, "ipsec --version" },
};

/* The first strongSwan with per_cpu_sas. */
static const unsigned int strongswan_has_it[3] = { 6, 0, 2 };

const struct daemon *daemon_of_process(const char *name)
{
	for (size_t i = 0; i < sizeof(daemons) / sizeof(daemons[0]); i++) {
		if (!strcmp(daemons[i].process, name))
			return &daemons[i];
	}
	return NULL;
}

static bool is_daemon(const char *name, void *arg)
{
	const struct daemon **daemon = arg;

	*daemon = daemon_of_process(name);
	return *daemon;
}

const struct daemon *daemon_running(void)
{
	const struct daemon *daemon = NULL;

	process_find(is_daemon, &daemon);
	return daemon;
}

bool daemon_version(const char *text, unsigned int version[3])
{
	version[2] = 0;
	for (text += strcspn(text, "0123456789"); *text;
	     text += strcspn(text, "0123456789")) {
		if (sscanf(text, "%9u.%9u.%9u", &version[0], &version[1],
			   &version[2]) >= 2)
			return true;
		text += strspn(text, "0123456789");
	}
	return false;
}

enum daemon_need daemon_need(const struct daemon *daemon,
			     const unsigned int *version)
{
	if (strcmp(daemon->product, STRONGSWAN))
		return NEEDS_ATTACH;
	if (!version)
		return NEEDS_PLUGIN;
	for (int i = 0; i < 3; i++) {
		if (version[i] != strongswan_has_it[i])
			return version[i] < strongswan_has_it[i]
				       ? NEEDS_PLUGIN
				       : NEEDS_NOTHING;
	}
	return NEEDS_NOTHING;
}

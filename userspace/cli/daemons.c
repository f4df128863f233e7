// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

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

const struct daemon *daemon_running(void)
{
	const struct daemon *found = NULL;
	DIR *proc = opendir("/proc");
	struct dirent *entry;

	if (!proc)
		return NULL;
	while (!found && (entry = readdir(proc))) {
		char path[sizeof(entry->d_name) + sizeof("/proc//comm")];
		char name[64];
		FILE *comm;

		if (entry->d_name[0] < '0' || entry->d_name[0] > '9')
			continue;
		snprintf(path, sizeof(path), "/proc/%s/comm", entry->d_name);
		comm = fopen(path, "re");
		if (!comm)
			continue; /* it ended meanwhile */
		if (fgets(name, sizeof(name), comm)) {
			name[strcspn(name, "\n")] = '\0';
			found = daemon_of_process(name);
		}
		fclose(comm);
	}
	closedir(proc);
	return found;
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

const char *daemon_advice(const struct daemon *daemon,
			  const unsigned int *version)
{
	if (strcmp(daemon->product, STRONGSWAN))
		return "it does not signal RFC 9611: xfrm-pcpu attach gives "
		       "SAs of one reqid to CPUs";
	if (!version)
		return "use strongSwan 6.0.2 or later";
	for (int i = 0; i < 3; i++) {
		if (version[i] < strongswan_has_it[i])
			return "it does not know RFC 9611: use strongSwan "
			       "6.0.2 or later";
		if (version[i] > strongswan_has_it[i])
			break;
	}
	return NULL;
}

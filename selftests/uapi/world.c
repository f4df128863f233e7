// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdio.h>

#include "nl.h"
#include "world.h"

/* world_new - the one of the last case ends with its sockets */
void world_new(void)
{
	if (unshare(CLONE_NEWNET))
		die("unshare network namespace");
}

void world_ip(const char *lines)
{
	FILE *ip = popen("ip -batch -", "w");

	if (!ip || fputs(lines, ip) < 0)
		die("ip");
	errno = 0;
	if (pclose(ip))
		die("ip: %s", lines);
}

void world_sysctl(const char *name, const char *value)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/sys/%s", name);
	file = fopen(path, "w");
	if (!file || fputs(value, file) < 0 || fclose(file))
		die("%s", path);
}

void world_links(void)
{
	/* No NEWAE for every other packet, or after a second. */
	world_sysctl("net/core/xfrm_aevent_rseqth", "0");
	world_sysctl("net/core/xfrm_aevent_etime", "0");
	world_ip("link set lo up\n"
		 "link add dummy0 type dummy\n"
		 "link set dummy0 up\n"
		 "addr add 10.0.0.1/24 dev dummy0\n"
		 "addr add fd00::1/64 dev dummy0 nodad\n"
		 "addr add 10.1.0.1/32 dev lo\n"
		 "addr add fd01::1/128 dev lo nodad\n"
		 "route add 10.2.0.0/16 via 10.0.0.2 src 10.1.0.1\n"
		 "route add fd02::/64 via fd00::2 src fd01::1\n");
}

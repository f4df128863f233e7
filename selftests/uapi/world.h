/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The network namespace of a case.  Requests need no more than that; packets
 * need links:
 *
 *	+------------------------------------------------+
 *	| lo      10.1.0.1  fd01::1                      |
 *	| dummy0  10.0.0.1  fd00::1, NOARP               |
 *	|         10.2.0.0/16 via 10.0.0.2               |
 *	|         fd02::/64 via fd00::2                  |
 *	+------------------------------------------------+
 *
 * Which SA a packet left on is seen in the SA's counter: nobody receives.
 */
#ifndef UAPI_WORLD_H
#define UAPI_WORLD_H

void world_new(void);
void world_links(void);
void world_ip(const char *line); /* for "ip -batch -" */
void world_sysctl(const char *name, const char *value);

#endif

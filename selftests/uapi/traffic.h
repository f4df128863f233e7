/* SPDX-License-Identifier: GPL-2.0 */
/* UDP from threads that are pinned to CPUs, and the SAs that carried it. */
#ifndef UAPI_TRAFFIC_H
#define UAPI_TRAFFIC_H

struct traffic {
	unsigned int first, last; /* CPUs */
	unsigned int count; /* packets of each */
	const char *dst;
	unsigned int mark;
};

/* One CPU after the other: a line for each, then the events it caused. */
void traffic_send(int fd, const struct traffic *traffic);
/* All CPUs at once: a line for each SA. */
void traffic_flood(int fd, const struct traffic *traffic);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* What xsend puts into each packet and xrecv counts by. */
#ifndef TOOLS_PROBE_H
#define TOOLS_PROBE_H

#include <stdint.h>

#define PROBE_MAGIC 0x78706370u /* "xpcp" */
#define PROBE_CPUS 1024

struct probe {
	uint32_t magic;
	uint32_t cpu;
	uint32_t seq; /* of the packets that were sent on this CPU, from 0 */
	uint32_t pad;
};

#endif

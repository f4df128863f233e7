/* SPDX-License-Identifier: GPL-2.0 */
/* Ethernet frames with ESP, by itself or in UDP: a valid one becomes one that may not be. */
#ifndef FUZZ_FRAME_H
#define FUZZ_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#define FRAME_MAX 1514
/* The port of ESP in UDP (RFC 3948). */
#define FRAME_NAT_PORT 4500

struct frame {
	size_t len;
	__u8 data[FRAME_MAX];
};

/* Is it IPv4 or IPv6 without options, and ESP or UDP with that port in it? */
bool frame_is_esp(const struct frame *frame);

/*
 * Change @frame in up to four places; @other gives it an SPI, or an address, of an
 * SA that there is.  Both are frame_is_esp() when they come.  One in eight is left
 * as it is: a replay.
 */
void frame_mutate(struct frame *frame, const struct frame *other);

#endif

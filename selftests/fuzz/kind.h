/* SPDX-License-Identifier: GPL-2.0 */
/* What the fuzzer knows of each message: where its parts are. */
#ifndef FUZZ_KIND_H
#define FUZZ_KIND_H

#include <stddef.h>
#include <linux/netlink.h>

#define NOWHERE ((size_t)-1)

struct kind {
	const char *name;
	int type; /* nlmsg_type, or the command of the module's own interface */
	size_t payload; /* bytes before the attributes */
	size_t spi; /* where in the payload the SPI is, or NOWHERE */
};

/* The kinds of XFRM's messages, and of the module's own; the last has no name. */
extern const struct kind xfrm_kinds[];
extern const struct kind own_kinds[];

/* NULL: no kind is like it. */
const struct kind *kind_of(const struct kind *kinds, int type);

#endif

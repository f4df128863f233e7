/* SPDX-License-Identifier: GPL-2.0 */
/* The valid messages that the fuzzer begins with: a file of words, one a line. */
#ifndef FUZZ_SEED_H
#define FUZZ_SEED_H

#include <stdbool.h>

#include "kind.h"
#include "nl.h"

struct seed {
	struct nl_msg msg;
	const struct kind *kind;
	bool own; /* of the module's own interface, not of XFRM */
};

/* Ends the program if a line is not understood.  @family: of generic netlink. */
struct seed *seeds_read(const char *path, int family, __u32 *count);

#endif

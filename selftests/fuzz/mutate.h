/* SPDX-License-Identifier: GPL-2.0 */
/* A valid message becomes one that may not be; what came of it repeats by seed. */
#ifndef FUZZ_MUTATE_H
#define FUZZ_MUTATE_H

#include "kind.h"
#include "nl.h"

/*
 * Change @msg, of @kind, in up to four places; attributes may come from @other,
 * of @other_kind.  Never longer than a struct nl_msg; nlmsg_len may be wrong on
 * purpose, but not by more than what is there.
 */
void mutate(struct nl_msg *msg, const struct kind *kind,
	    const struct nl_msg *other, const struct kind *other_kind);

#endif

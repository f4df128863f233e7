/* SPDX-License-Identifier: GPL-2.0 */
/* Expectations: the CPU of an SA that is still to come. */
#ifndef _XPCPU_EXPECT_H
#define _XPCPU_EXPECT_H

#include "sa.h"

/* Per netns: a daemon has this many exchanges in progress at most. */
#define XPCPU_EXPECT_MAX	1024
/* A longer wait is a forgotten one. */
#define XPCPU_EXPECT_MAX_MS	(10 * 60 * 1000)

int xpcpu_expect_set(const struct xpcpu_sa_id *id, u32 cpu,
		     unsigned int timeout_ms);
int xpcpu_expect_withdraw(const struct xpcpu_sa_id *id);
u32 xpcpu_expect_lookup(const struct xpcpu_sa_id *id);
void xpcpu_expect_flush(struct xpcpu_net *xn);

#endif

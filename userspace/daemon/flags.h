/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CPU_ACQUIRE of the policies of a reqid, and what of it has to be tried again.
 */
#ifndef XFRM_PCPU_DAEMON_FLAGS_H
#define XFRM_PCPU_DAEMON_FLAGS_H

#include <stdbool.h>
#include <stdint.h>

struct xp_xfrm;

/* What fails is tried so often in all; without end it would fill the log. */
#define FLAGS_TRIES 5

/**
 * struct flags - what was not done so far
 * @next: next one
 * @reqid: whose policies
 * @on: they are to have it
 * @tries: how often that failed
 */
struct flags {
	struct flags *next;
	uint32_t reqid;
	bool on;
	unsigned int tries;
};

/**
 * flags_set() - set or clear it
 * @failed: takes what fails; what failed before for that reqid is forgotten
 * @xfrm: kernel
 * @reqid: all outbound policies with such a template
 * @on: set or clear
 */
void flags_set(struct flags **failed, struct xp_xfrm *xfrm, uint32_t reqid,
	       bool on);

/**
 * flags_retry() - try again what failed
 * @failed: what failed
 * @xfrm: kernel
 */
void flags_retry(struct flags **failed, struct xp_xfrm *xfrm);

/**
 * flags_pending() - whether something is to be tried again
 * @failed: what failed
 * @reqid: for this one
 */
bool flags_pending(const struct flags *failed, uint32_t reqid);

/**
 * flags_forget() - nothing is to be tried again
 * @failed: what failed
 */
void flags_forget(struct flags **failed);

#endif

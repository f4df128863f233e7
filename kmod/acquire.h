/* SPDX-License-Identifier: GPL-2.0 */
/* Asking the IKE daemon for an SA. */
#ifndef _XPCPU_ACQUIRE_H
#define _XPCPU_ACQUIRE_H

#include "choice.h"

/**
 * struct xpcpu_acquire - a CPU's acquire in a group
 * @until: no ACQUIRE is sent before this time (jiffies)
 * @pending: one was sent and is not answered; ends at @until too
 * @seq: sequence number of the ACQUIRE
 * @mark: mark that was asked for; this and @saddr never change
 * @saddr: source that was asked for
 * @next: the same CPU's acquire for another mark or source
 *
 * Only its CPU writes it, but for the answer; so it has a cache line of its
 * own.
 */
struct xpcpu_acquire {
	unsigned long until;
	bool pending;
	u32 seq;
	struct xfrm_mark mark;
	xfrm_address_t saddr;
	struct xpcpu_acquire *next;
} ____cacheline_aligned_in_smp;

/**
 * struct xpcpu_acquire_view - a pending acquire as users see it
 * @seq: sequence number of the ACQUIRE
 * @left_ms: milliseconds until it counts as unanswered
 */
struct xpcpu_acquire_view {
	u32 seq;
	u32 left_ms;
};

void xpcpu_acquire_cpu(struct xpcpu_group *group,
		       const struct xpcpu_lookup *l);
bool xpcpu_acquire_due(const struct xpcpu_group *group, u32 cpu);
void xpcpu_acquire_stop(void);
int xpcpu_acquire_any(struct xpcpu_group *group, const struct xpcpu_lookup *l);
void xpcpu_acquire_answered(struct xpcpu_net *xn, struct xpcpu_group *group,
			    u32 cpu, const struct xfrm_state *x);
const struct xpcpu_acquire *
xpcpu_acquire_first(const struct xpcpu_group *group, u32 cpu);
bool xpcpu_acquire_view(const struct xpcpu_acquire *acq,
			struct xpcpu_acquire_view *view);
void xpcpu_acquire_free(struct xpcpu_group *group);

bool xpcpu_acquire_is_ours(u32 seq, u32 *cpu);

int xpcpu_acquire_init(void);
void xpcpu_acquire_exit(void);

#endif

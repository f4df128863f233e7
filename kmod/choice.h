/* SPDX-License-Identifier: GPL-2.0 */
/* Which SA of a group serves a packet on a CPU. */
#ifndef _XPCPU_CHOICE_H
#define _XPCPU_CHOICE_H

#include "group.h"

/**
 * struct xpcpu_lookup - what xfrm_state_find() was asked
 * @daddr: outer destination
 * @saddr: outer source
 * @fl: flow
 * @tmpl: template
 * @pol: policy
 * @family: family of @fl
 * @if_id: xfrm interface
 * @cpu: the CPU that asks, sampled once
 * @net: network namespace
 */
struct xpcpu_lookup {
	const xfrm_address_t *daddr;
	const xfrm_address_t *saddr;
	const struct flowi *fl;
	struct xfrm_tmpl *tmpl;
	struct xfrm_policy *pol;
	unsigned short family;
	u32 if_id;
	u32 cpu;
	struct net *net;
};

/**
 * enum xpcpu_choice_kind - how a choice came out
 * @XPCPU_CHOICE_OWN: the CPU's own SA
 * @XPCPU_CHOICE_FALLBACK: a fallback SA; the CPU has none of its own
 * @XPCPU_CHOICE_HELD: a fallback SA; the CPU's own waits (hold_ms) or is
 *	being installed
 * @XPCPU_CHOICE_NONE: no SA
 */
enum xpcpu_choice_kind {
	XPCPU_CHOICE_OWN,
	XPCPU_CHOICE_FALLBACK,
	XPCPU_CHOICE_HELD,
	XPCPU_CHOICE_NONE,
};

/**
 * struct xpcpu_choice - a choice
 * @x: SA, not held: RCU read side; NULL if none
 * @kind: how it came out
 * @coming: without an SA: one is being made, for whichever CPU: the kernel then
 *	asks for no other
 * @expired: without an SA: one that would do has expired and is not deleted
 *	yet, so nothing is to be asked for
 */
struct xpcpu_choice {
	struct xfrm_state *x;
	enum xpcpu_choice_kind kind;
	bool coming;
	bool expired;
};

struct xfrm_state *xpcpu_choose_own(struct xpcpu_group *group,
				    const struct xpcpu_lookup *l);
void xpcpu_choose(struct xpcpu_group *group, const struct xpcpu_lookup *l,
		  struct xpcpu_choice *choice);
int xpcpu_choice_init(void);

#endif

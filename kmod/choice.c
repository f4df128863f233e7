// SPDX-License-Identifier: GPL-2.0
/*
 * Which SA of a group serves a packet on a CPU: the CPU's own, else the
 * fallback, never another CPU's.
 *
 * Within one list the kernel's rules hold: an SA for this very source before
 * one for any source, one that is not dying before one that is, the newer
 * before the older.
 */
#include <linux/security.h>

#include "choice.h"
#include "sa.h"
#include "symbol.h"

/*
 * Two rules of XFRM that are not exported: whether a selector matches a flow,
 * and whether a policy's security context allows an SA.
 */
static typeof(xfrm_selector_match) *selector_match;
#ifdef CONFIG_SECURITY_NETWORK_XFRM
static typeof(security_xfrm_state_pol_flow_match) *security_match;
#endif

/* What makes one candidate better than another, the heaviest first. */
#define RANK_NOT_HELD		4
#define RANK_EXACT_SOURCE	2
#define RANK_NOT_DYING		1
#define RANK_BEST		(RANK_NOT_HELD | RANK_EXACT_SOURCE | RANK_NOT_DYING)

struct best {
	struct xfrm_state *x;
	int rank;
	bool coming;
	bool expired;
};

/* Most SAs of tunnels carry a selector that matches everything. */
static bool selector_is_any(const struct xfrm_selector *sel)
{
	return !(sel->prefixlen_d | sel->prefixlen_s | sel->proto |
		 sel->ifindex) && !(sel->dport_mask | sel->sport_mask);
}

static __always_inline bool matches_flow(struct xfrm_state *x, const struct xpcpu_lookup *l)
{
	if (x->sel.family) {
		if (x->sel.family != l->family)
			return false;
		if (!selector_is_any(&x->sel) &&
		    !selector_match(&x->sel, l->fl, l->family))
			return false;
	}
#ifdef CONFIG_SECURITY_NETWORK_XFRM
	/* Neither labelled: no security module refuses that. */
	if ((x->security || l->pol->security) &&
	    !security_match(x, l->pol, COMPAT_SECURITY_FLOW(l->fl)))
		return false;
#endif
	return true;
}

/* But for the addresses. */
static __always_inline bool matches_template(const struct xfrm_state *x,
					     const struct xpcpu_lookup *l)
{
	u32 mark = l->pol->mark.v & l->pol->mark.m;

	/* if_id: UPDSA changes it before the SA goes to its new group. */
	return (mark & x->mark.m) == x->mark.v && x->if_id == l->if_id &&
	       !(x->props.flags & XFRM_STATE_WILDRECV) &&
	       !compat_state_in_device(x) &&
	       (!l->tmpl->id.spi || l->tmpl->id.spi == x->id.spi);
}

static int rank_of(struct xpcpu_sa *sa, const struct xfrm_state *x)
{
	int rank = 0;

	if (!xpcpu_sa_held(sa))
		rank |= RANK_NOT_HELD;
	if (!xfrm_addr_any(&x->props.saddr, x->props.family))
		rank |= RANK_EXACT_SOURCE;
	if (!x->km.dying)
		rank |= RANK_NOT_DYING;
	return rank;
}

/* Whether the lists of a group have the newest SA first. */
static bool in_order(const struct xpcpu_group *group)
{
	/* The list was read; pairs with the barrier in xpcpu_group_link(). */
	smp_rmb();
	return likely(!READ_ONCE(group->unordered));
}

/**
 * xpcpu_choose_own() - the CPU's own SA, where that is plain
 * @group: group of the template
 * @l: look-up
 *
 * The usual case at the least cost: the first SA of the CPU's list is as good
 * as an SA can be, and none behind it is newer.
 *
 * Context: RCU read side; once per packet.
 * Return: the SA that xpcpu_choose() would choose, or NULL: ask that.
 */
struct xfrm_state *xpcpu_choose_own(struct xpcpu_group *group,
				    const struct xpcpu_lookup *l)
{
	/* Pairs with the release in xpcpu_group_link(). */
	struct hlist_head *slots = smp_load_acquire(&group->slots);
	struct hlist_node *first;
	struct xfrm_state *x;
	struct xpcpu_sa *sa;

	if (!slots)
		return NULL;
	first = rcu_dereference_raw(hlist_first_rcu(&slots[l->cpu]));
	if (!first)
		return NULL;
	sa = hlist_entry(first, struct xpcpu_sa, member);
	/* Without a reference, but readable until we leave RCU. */
	x = READ_ONCE(sa->x);
	if (!x || READ_ONCE(x->km.state) != XFRM_STATE_VALID || x->km.dying ||
	    !matches_template(x, l) ||
	    !xfrm_addr_equal(&x->props.saddr, l->saddr, x->props.family) ||
	    xfrm_addr_any(l->saddr, x->props.family) ||
	    !matches_flow(x, l) || xpcpu_sa_held(sa))
		return NULL;
	return !READ_ONCE(first->next) || in_order(group) ? x : NULL;
}

static void choose_from(struct xpcpu_group *group, struct hlist_head *head,
			const struct xpcpu_lookup *l, struct best *best)
{
	struct xpcpu_sa *sa;

	best->x = NULL;
	best->rank = -1;
	best->coming = false;
	best->expired = false;

	hlist_for_each_entry_rcu(sa, head, member) {
		/* Without a reference, but readable until we leave RCU. */
		struct xfrm_state *x = READ_ONCE(sa->x);
		int rank;

		if (!x || !matches_template(x, l) ||
		    !xfrm_state_addr_check(x, l->daddr, l->saddr,
					   l->tmpl->encap_family))
			continue;

		switch (READ_ONCE(x->km.state)) {
		case XFRM_STATE_VALID:
			if (!matches_flow(x, l))
				continue;
			break;
		case XFRM_STATE_VOID:
		case XFRM_STATE_ACQ: /* its SPI is allocated, it is on its way */
			best->coming = true;
			continue;
		case XFRM_STATE_ERROR:
		case XFRM_STATE_EXPIRED:
			if (matches_flow(x, l))
				best->expired = true;
			continue;
		default:
			continue;
		}

		rank = rank_of(sa, x);
		if (rank > best->rank ||
		    (rank == best->rank &&
		     best->x->curlft.add_time < x->curlft.add_time)) {
			best->x = x;
			best->rank = rank;
		}
		if (rank == RANK_BEST && in_order(group))
			return;
	}
}

/*
 * Whether an SA of another CPU is being made: its SPI is allocated.  As the
 * kernel does, one that would fit but for its CPU and selector.
 */
static bool others_coming(struct hlist_head *slots,
			  const struct xpcpu_lookup *l)
{
	struct xpcpu_sa *sa;
	unsigned int cpu;

	for (cpu = 0; slots && cpu < nr_cpu_ids; cpu++) {
		hlist_for_each_entry_rcu(sa, &slots[cpu], member) {
			struct xfrm_state *x = READ_ONCE(sa->x);

			if (x && READ_ONCE(x->km.state) == XFRM_STATE_ACQ &&
			    matches_template(x, l) &&
			    xfrm_state_addr_check(x, l->daddr, l->saddr,
						  l->tmpl->encap_family))
				return true;
		}
	}
	return false;
}

/**
 * xpcpu_choose() - the SA that serves a look-up
 * @group: group of the template
 * @l: look-up
 * @choice: filled
 *
 * Context: RCU read side, any CPU (the CPU is the look-up's, which may have
 *	moved on).
 */
void xpcpu_choose(struct xpcpu_group *group, const struct xpcpu_lookup *l,
		  struct xpcpu_choice *choice)
{
	/* Pairs with the release in xpcpu_group_link(). */
	struct hlist_head *slots = smp_load_acquire(&group->slots);
	struct best own = { .rank = -1 };
	struct best fallback;

	if (slots) {
		choose_from(group, &slots[l->cpu], l, &own);
		if (own.x && (own.rank & RANK_NOT_HELD)) {
			choice->x = own.x;
			choice->kind = XPCPU_CHOICE_OWN;
			choice->coming = false;
			choice->expired = false;
			return;
		}
	}

	choose_from(group, &group->fallbacks, l, &fallback);
	if (fallback.x) {
		choice->x = fallback.x;
		choice->kind = own.x || own.coming ? XPCPU_CHOICE_HELD :
						      XPCPU_CHOICE_FALLBACK;
	} else if (own.x) {
		/* Held, but there is nothing else. */
		choice->x = own.x;
		choice->kind = XPCPU_CHOICE_OWN;
	} else {
		choice->x = NULL;
		choice->kind = XPCPU_CHOICE_NONE;
	}
	choice->coming = !choice->x && (own.coming || fallback.coming ||
					others_coming(slots, l));
	choice->expired = own.expired || fallback.expired;
}

/**
 * xpcpu_choice_init() - find the kernel's rules
 *
 * Context: process, may sleep.
 * Return: 0, -ENOENT with a message, -ENOMEM.
 */
int xpcpu_choice_init(void)
{
	unsigned long addr;
	int err;

	err = xpcpu_symbol("xfrm_selector_match", &addr);
	if (err)
		return err;
	selector_match = (void *)addr;
#ifdef CONFIG_SECURITY_NETWORK_XFRM
	err = xpcpu_symbol("security_xfrm_state_pol_flow_match", &addr);
	if (err)
		return err;
	security_match = (void *)addr;
#endif
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Asking the IKE daemon for an SA.
 *
 * For a CPU: a record per group and CPU says that one ACQUIRE is on its way;
 * policies of one group that differ in mark or source want different SAs, and
 * have a record each.  It is no larval SA, because the kernel, which knows no
 * CPU, would delete that with any SA of the group; and it never blocks a packet
 * (RFC 9611, section 4: the fallback SA carries them meanwhile).
 *
 * For any CPU: the larval SA that the kernel itself would have made.
 */
#include <linux/security.h>
#include <linux/slab.h>

#include "acquire.h"
#include "acquire_limit.h"
#include "genl.h"
#include "sa.h"
#include "stats.h"
#include "symbol.h"
#include "trace.h"

/* A retry after nobody listened, and the least life of an acquire. */
#define XPCPU_ACQUIRE_RETRY	HZ

/*
 * Marks and sources of a group that are told apart, per CPU: packets of a
 * policy without a source may have any.  Beyond that the last record serves all.
 */
#define XPCPU_ACQUIRE_RECORDS	8

/* A packet made them: what it cannot have is no fault. */
#define ACQUIRE_GFP	(GFP_ATOMIC | __GFP_NOWARN | __GFP_ACCOUNT)

/* Bit of xpcpu_group.acquire_busy. */
#define BUSY_BIT	0

static struct kmem_cache *acquire_cache;

/* No CPU asks any more; see xpcpu_acquire_stop(). */
static bool stopped;

#ifdef CONFIG_SECURITY_NETWORK_XFRM
static int (*security_acquire)(struct xfrm_state *x,
			       struct xfrm_sec_ctx *polsec, u32 secid);
#endif

/**
 * struct own_acquire - the ACQUIRE that this CPU is sending
 * @x: temporary state; xfrm_user stamps it with the message's seq, and PF_KEY
 *	then with that of its own
 * @cpu: CPU that the message must carry
 * @seq: of xfrm_user's message, once that was sent
 */
struct own_acquire {
	const struct xfrm_state *x;
	u32 cpu;
	u32 seq;
};

static DEFINE_PER_CPU(struct own_acquire *, own_acquire);

/**
 * xpcpu_acquire_is_ours() - whether an ACQUIRE about to be sent is a CPU's
 * @seq: its sequence number
 * @cpu: filled with the CPU it is for
 *
 * Context: inside km_query().
 */
bool xpcpu_acquire_is_ours(u32 seq, u32 *cpu)
{
	struct own_acquire *own;
	bool ours;

	/*
	 * Another task's ACQUIRE can come by, where tasks preempt one another.
	 * With BH off nobody is in the middle of sending on this CPU but, if
	 * it is ours, we ourselves; else what @own points to might go.
	 */
	local_bh_disable();
	own = this_cpu_read(own_acquire);
	ours = own && own->x->km.seq == seq;
	if (ours) {
		*cpu = own->cpu;
		own->seq = seq;
	}
	local_bh_enable();
	return ours;
}

/* The selector of an acquire: this very flow. */
static void selector_of_flow(struct xfrm_selector *sel, const struct flowi *fl,
			     unsigned short family)
{
	sel->family = family;
	if (family == AF_INET) {
		const struct flowi4 *fl4 = &fl->u.ip4;

		sel->daddr.a4 = fl4->daddr;
		sel->saddr.a4 = fl4->saddr;
		sel->prefixlen_d = 32;
		sel->prefixlen_s = 32;
		sel->proto = fl4->flowi4_proto;
		sel->ifindex = fl4->flowi4_oif;
		sel->dport = xfrm_flowi_dport(fl, &fl4->uli);
		sel->sport = xfrm_flowi_sport(fl, &fl4->uli);
	} else {
		const struct flowi6 *fl6 = &fl->u.ip6;

		sel->daddr.in6 = fl6->daddr;
		sel->saddr.in6 = fl6->saddr;
		sel->prefixlen_d = 128;
		sel->prefixlen_s = 128;
		sel->proto = fl6->flowi6_proto;
		sel->ifindex = fl6->flowi6_oif;
		sel->dport = xfrm_flowi_dport(fl, &fl6->uli);
		sel->sport = xfrm_flowi_sport(fl, &fl6->uli);
	}
	sel->dport_mask = htons(0xffff);
	sel->sport_mask = htons(0xffff);
}

static const xfrm_address_t *acquire_source(const struct xpcpu_lookup *l)
{
	if (xfrm_addr_any(&l->tmpl->saddr, l->tmpl->encap_family))
		return l->saddr;
	return &l->tmpl->saddr;
}

static void acquire_state_free(struct xfrm_state *x)
{
	x->km.state = XFRM_STATE_DEAD;
	xfrm_state_put(x);
}

/* A temporary state that says what is missing: the ACQUIRE is made from it. */
static struct xfrm_state *acquire_state(const struct xpcpu_lookup *l)
{
	const struct xfrm_tmpl *tmpl = l->tmpl;
	struct xfrm_state *x = xfrm_state_alloc(l->net);

	if (!x)
		return ERR_PTR(-ENOMEM);

	selector_of_flow(&x->sel, l->fl, l->family);
	x->id = tmpl->id;
	if (xfrm_addr_any(&x->id.daddr, tmpl->encap_family))
		x->id.daddr = *l->daddr;
	x->props.saddr = *acquire_source(l);
	x->props.mode = tmpl->mode;
	x->props.reqid = tmpl->reqid;
	x->props.family = tmpl->encap_family;
	x->mark = l->pol->mark;
	x->if_id = l->if_id;

#ifdef CONFIG_SECURITY_NETWORK_XFRM
	if (l->pol->security) {
		int err = security_acquire(x, l->pol->security,
					   l->fl->flowi_secid);

		if (err) {
			acquire_state_free(x);
			return ERR_PTR(err);
		}
	}
#endif
	return x;
}

static void *charged(struct xpcpu_group *group, void *memory, size_t bytes)
{
	if (!memory)
		xpcpu_acquire_uncharge(group, bytes);
	return memory;
}

static struct xpcpu_acquire *acquire_alloc(struct xpcpu_group *group,
					   const struct xpcpu_lookup *l)
{
	struct xpcpu_acquire *acq;

	if (!xpcpu_acquire_charge(group, sizeof(*acq)))
		return NULL;
	acq = charged(group, kmem_cache_zalloc(acquire_cache, ACQUIRE_GFP),
		      sizeof(*acq));
	if (!acq)
		return NULL;
	acq->until = jiffies;
	acq->mark = l->pol->mark;
	acq->saddr = *acquire_source(l);
	return acq;
}

static bool acquire_is_for(const struct xpcpu_acquire *acq,
			   const struct xpcpu_lookup *l)
{
	return acq->mark.v == l->pol->mark.v && acq->mark.m == l->pol->mark.m &&
	       xfrm_addr_equal(&acq->saddr, acquire_source(l),
			       l->tmpl->encap_family);
}

/* The CPU's lists of records, made with the group's first acquire. */
static struct xpcpu_acquire **acquire_lists(struct xpcpu_group *group)
{
	struct xpcpu_acquire **all = READ_ONCE(group->acquires), **none;
	size_t bytes = nr_cpu_ids * sizeof(*all);

	if (all)
		return all;
	if (!xpcpu_acquire_charge(group, bytes))
		return NULL;
	all = charged(group, kzalloc(bytes, ACQUIRE_GFP), bytes);
	if (!all)
		return NULL;
	none = cmpxchg(&group->acquires, NULL, all);
	if (none) {
		xpcpu_acquire_uncharge(group, bytes);
		kfree(all);
		all = none;
	}
	return all;
}

/* The record of what the look-up wants.  Records come, and stay. */
static struct xpcpu_acquire *acquire_of(struct xpcpu_group *group,
					const struct xpcpu_lookup *l)
{
	struct xpcpu_acquire **all = acquire_lists(group), **link;
	struct xpcpu_acquire *acq, *new = NULL;
	unsigned int nr = 0;

	if (!all)
		return NULL;
	for (link = &all[l->cpu]; ; link = &acq->next) {
		acq = READ_ONCE(*link);
		if (!acq) {
			if (!new)
				new = acquire_alloc(group, l);
			if (!new)
				return NULL;
			acq = cmpxchg(link, NULL, new);
			if (!acq)
				return new;
		}
		if (acquire_is_for(acq, l) || ++nr == XPCPU_ACQUIRE_RECORDS)
			break;
	}
	if (new) {
		xpcpu_acquire_uncharge(group, sizeof(*new));
		kmem_cache_free(acquire_cache, new);
	}
	return acq;
}

static unsigned long acquire_lifetime(const struct net *net)
{
	unsigned long expires = net->xfrm.sysctl_acq_expires;

	return max_t(unsigned long, expires * HZ, XPCPU_ACQUIRE_RETRY);
}

static int acquire_send(struct xpcpu_acquire *acq,
			const struct xpcpu_lookup *l)
{
	struct own_acquire own = { .cpu = l->cpu };
	struct xfrm_state *x = acquire_state(l);
	int err;

	if (IS_ERR(x))
		return PTR_ERR(x);

	own.x = x;
	local_bh_disable();
	this_cpu_write(own_acquire, &own);
	err = km_query(x, l->tmpl, l->pol);
	this_cpu_write(own_acquire, NULL);
	local_bh_enable();

	if (!err)
		WRITE_ONCE(acq->seq, own.seq ?: x->km.seq);
	acquire_state_free(x);
	return err;
}

/**
 * xpcpu_acquire_cpu() - ask for an SA for this CPU, unless that was done
 * @group: group without an SA for the CPU
 * @l: look-up that found a fallback SA only
 *
 * At most one ACQUIRE per group, CPU, mark and source until it is answered or
 * net.core.xfrm_acq_expires has passed; if nobody listens, one try a second.
 *
 * Context: RCU read side, process or softirq.
 */
void xpcpu_acquire_cpu(struct xpcpu_group *group, const struct xpcpu_lookup *l)
{
	struct xpcpu_net *xn = xpcpu_net(l->net);
	struct xpcpu_acquire *acq = acquire_of(group, l);
	unsigned long until, now = jiffies;
	struct xpcpu_choice choice;
	int err;

	if (READ_ONCE(stopped)) {
		xpcpu_count(xn, XPCPU_STAT_ACQUIRE_SUPPRESSED);
		return;
	}
	if (!acq) {
		xpcpu_count(xn, XPCPU_STAT_ACQUIRE_NO_MEMORY);
		return;
	}
	until = READ_ONCE(acq->until);
	/*
	 * A task may have left the CPU since it was sampled: whoever moves the
	 * time forward is the one who sends.
	 */
	if (time_before(now, until) ||
	    cmpxchg(&acq->until, until,
		    now + acquire_lifetime(l->net)) != until) {
		xpcpu_count(xn, XPCPU_STAT_ACQUIRE_SUPPRESSED);
		return;
	}
	/*
	 * The answer may have come since the look-up found none.  Whoever
	 * brought it put the SA into its list before the record was ended.
	 */
	xpcpu_choose(group, l, &choice);
	if (choice.kind != XPCPU_CHOICE_FALLBACK) {
		WRITE_ONCE(acq->until, now);
		xpcpu_count(xn, XPCPU_STAT_ACQUIRE_SUPPRESSED);
		return;
	}
	if (READ_ONCE(acq->pending))
		xpcpu_count(xn, XPCPU_STAT_ACQUIRE_EXPIRED);

	/* Before it is sent: the answer may be quicker than we are. */
	WRITE_ONCE(acq->pending, true);
	err = acquire_send(acq, l);
	trace_xpcpu_acquire(l, acq->seq, err);
	if (!err) {
		xpcpu_count(xn, XPCPU_STAT_ACQUIRE_SENT);
		xpcpu_genl_acquire(group, l->cpu, acq->seq);
		return;
	}
	WRITE_ONCE(acq->pending, false);
	WRITE_ONCE(acq->until, now + XPCPU_ACQUIRE_RETRY);
	xpcpu_count(xn, err == -ENOMEM ? XPCPU_STAT_ACQUIRE_NO_MEMORY :
					 XPCPU_STAT_ACQUIRE_NO_LISTENER);
}

/**
 * xpcpu_acquire_due() - whether a look-up on a CPU without an SA would ask for one
 * @group: group without an SA for the CPU
 * @cpu: CPU
 *
 * Only if nothing is pending for that CPU, for whatever mark and source.
 *
 * Context: RCU read side.
 */
bool xpcpu_acquire_due(const struct xpcpu_group *group, u32 cpu)
{
	const struct xpcpu_acquire *acq;

	if (READ_ONCE(stopped))
		return false;
	for (acq = xpcpu_acquire_first(group, cpu); acq;
	     acq = READ_ONCE(acq->next)) {
		if (time_before(jiffies, READ_ONCE(acq->until)))
			return false;
	}
	return true;
}

/**
 * xpcpu_acquire_stop() - no CPU asks for an SA from now on
 *
 * Call before what gives an ACQUIRE its CPU (report.c) is unhooked: until the
 * look-up is, too, an ACQUIRE without its CPU would be sent, and answered with
 * an SA for all.
 *
 * Context: process, may sleep.
 */
void xpcpu_acquire_stop(void)
{
	WRITE_ONCE(stopped, true);
	/* Who is sending now does so under RCU. */
	synchronize_rcu();
}

/**
 * xpcpu_acquire_any() - ask for an SA for any CPU
 * @group: group that has SAs, but none that this CPU may use
 * @l: look-up that found nothing
 *
 * As the kernel does it: one larval SA, which holds packets back until it is
 * replaced or expires.  The kernel cannot do it here, since it would choose
 * another CPU's SA instead.  If nobody listens, one try a second.
 *
 * Context: RCU read side, process or softirq; takes xfrm_state_lock.
 * Return: -EAGAIN: asked for, now or before; -EEXIST: the template's SPI
 *	belongs to an SA that does not fit; -ESRCH: nobody listens; -ENOMEM.
 */
int xpcpu_acquire_any(struct xpcpu_group *group, const struct xpcpu_lookup *l)
{
	const struct xfrm_tmpl *tmpl = l->tmpl;
	u32 mark = l->pol->mark.v & l->pol->mark.m;
	struct xfrm_state *x;
	int err = -EAGAIN;

	/* A state for each packet would be more than is collected. */
	if (time_before(jiffies, READ_ONCE(group->acquire_retry)))
		return -ESRCH;

	x = xfrm_find_acq(l->net, &l->pol->mark, tmpl->mode, tmpl->reqid,
			  l->if_id, tmpl->id.proto, l->daddr, l->saddr, 0,
			  tmpl->encap_family);
	if (x) {
		xpcpu_sa_put(x);
		return -EAGAIN;
	}
	if (tmpl->id.spi) {
		x = xfrm_state_lookup(l->net, mark, l->daddr, tmpl->id.spi,
				      tmpl->id.proto, tmpl->encap_family);
		if (x) {
			xpcpu_sa_put(x);
			return -EEXIST;
		}
	}

	/* Two CPUs at once would make two larval SAs. */
	if (test_and_set_bit_lock(BUSY_BIT, &group->acquire_busy))
		return -EAGAIN;
	x = acquire_state(l);
	if (IS_ERR(x)) {
		err = PTR_ERR(x);
	} else if (km_query(x, l->tmpl, l->pol)) {
		acquire_state_free(x);
		WRITE_ONCE(group->acquire_retry,
			   jiffies + XPCPU_ACQUIRE_RETRY);
		err = -ESRCH;
	} else {
		x->km.state = XFRM_STATE_ACQ;
		x->lft.hard_add_expires_seconds =
			l->net->xfrm.sysctl_acq_expires;
		xfrm_state_insert(x);
	}
	clear_bit_unlock(BUSY_BIT, &group->acquire_busy);
	return err;
}

/* Whether a look-up that asked so may use the SA. */
static bool acquire_wants(const struct xpcpu_acquire *acq,
			  const struct xfrm_state *x)
{
	u32 mark = acq->mark.v & acq->mark.m;

	return (mark & x->mark.m) == x->mark.v &&
	       (xfrm_addr_any(&x->props.saddr, x->props.family) ||
		xfrm_addr_equal(&acq->saddr, &x->props.saddr,
				x->props.family));
}

/**
 * xpcpu_acquire_answered() - a CPU has got an SA
 * @xn: the netns' part
 * @group: group of the SA
 * @cpu: CPU of the SA
 * @x: SA
 *
 * Not by sequence number: a daemon may stamp one CPU's SA with the number of
 * another's acquire.
 *
 * Context: RCU read side.
 */
void xpcpu_acquire_answered(struct xpcpu_net *xn, struct xpcpu_group *group,
			    u32 cpu, const struct xfrm_state *x)
{
	struct xpcpu_acquire **all = READ_ONCE(group->acquires);
	struct xpcpu_acquire *acq;

	for (acq = all ? READ_ONCE(all[cpu]) : NULL; acq;
	     acq = READ_ONCE(acq->next)) {
		if (!READ_ONCE(acq->pending) || !acquire_wants(acq, x))
			continue;
		if (time_before(jiffies, READ_ONCE(acq->until)))
			xpcpu_count(xn, XPCPU_STAT_ACQUIRE_ANSWERED);
		else
			xpcpu_count(xn, XPCPU_STAT_ACQUIRE_EXPIRED);
		WRITE_ONCE(acq->pending, false);
		/*
		 * If that SA goes, the next packet may ask at once.  Pairs with
		 * the cmpxchg() of one that looked before the SA came.
		 */
		smp_store_release(&acq->until, jiffies);
	}
}

/**
 * xpcpu_acquire_first() - a CPU's acquires
 * @group: group
 * @cpu: CPU
 *
 * Context: RCU read side.
 * Return: the first, NULL if there is none; more are at its @next.
 */
const struct xpcpu_acquire *
xpcpu_acquire_first(const struct xpcpu_group *group, u32 cpu)
{
	struct xpcpu_acquire **all = READ_ONCE(group->acquires);

	return all ? READ_ONCE(all[cpu]) : NULL;
}

/**
 * xpcpu_acquire_view() - a pending acquire
 * @acq: acquire
 * @view: filled
 *
 * Context: RCU read side.
 * Return: whether it is pending.
 */
bool xpcpu_acquire_view(const struct xpcpu_acquire *acq,
			struct xpcpu_acquire_view *view)
{
	long left;

	if (!READ_ONCE(acq->pending))
		return false;
	left = READ_ONCE(acq->until) - jiffies;
	if (left <= 0)
		return false;
	view->seq = READ_ONCE(acq->seq);
	view->left_ms = jiffies_to_msecs(left);
	return true;
}

/**
 * xpcpu_acquire_free() - free the records of a group
 * @group: group that nobody can find any more
 *
 * Context: RCU callback.
 */
void xpcpu_acquire_free(struct xpcpu_group *group)
{
	struct xpcpu_acquire *acq, *next;
	unsigned int cpu;

	if (!group->acquires)
		return;
	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		for (acq = group->acquires[cpu]; acq; acq = next) {
			next = acq->next;
			kmem_cache_free(acquire_cache, acq);
		}
	}
	kfree(group->acquires);
}

/**
 * xpcpu_acquire_init() - prepare
 *
 * Context: process, may sleep.
 * Return: 0, -ENOMEM, or -ENOENT with a message.
 */
int xpcpu_acquire_init(void)
{
#ifdef CONFIG_SECURITY_NETWORK_XFRM
	unsigned long addr;
	int err = xpcpu_symbol("security_xfrm_state_alloc_acquire", &addr);

	if (err)
		return err;
	security_acquire = (void *)addr;
#endif
	acquire_cache = KMEM_CACHE(xpcpu_acquire, 0);
	return acquire_cache ? 0 : -ENOMEM;
}

/**
 * xpcpu_acquire_exit() - undo xpcpu_acquire_init()
 *
 * Context: process, may sleep.  No group is left.
 */
void xpcpu_acquire_exit(void)
{
	kmem_cache_destroy(acquire_cache);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Connected sockets follow their thread.
 *
 * A connected socket keeps the route, and with it the SA, that it once found.
 * Before each packet it asks the route whether it is still valid
 * (dst_ops.check()), and if not it looks for another.  Each netns has a copy of
 * XFRM's dst_ops.  While it has SAs with a CPU the copy leads here, and a route
 * whose SA this CPU would not choose is said to be invalid.
 */
#include <linux/delay.h>
#include <linux/hash.h>
#include <linux/kallsyms.h>
#include <linux/percpu.h>
#include <linux/rwsem.h>
#include <net/sock.h>

#include "acquire.h"
#include "follow.h"
#include "hook.h"
#include "sa.h"
#include "stats.h"
#include "trace.h"

/* See Documentation/performance.rst. */
#define FOLLOW_UDP_DEFAULT	1
#define FOLLOW_TCP_DEFAULT_MS	1000

/* How long unloading waits between two looks at the netns. */
#define STOP_POLL_MS		10

/* What is concluded for an SA is looked at again after this time. */
#define VERDICT_LIFE		HZ
#define VERDICT_BITS		5

/**
 * struct verdict - whether a CPU would choose an SA
 * @key: the SA (compared, never followed), with VERDICT_RIGHT if it would
 * @changes: xpcpu_group_change_count() when this was found
 * @until: to be found anew from this time on (jiffies)
 *
 * Each CPU has its own, and writes them with interrupts off.
 */
struct verdict {
	unsigned long key;
	unsigned long until;
	unsigned int changes;
};

#define VERDICT_RIGHT		1UL

struct verdicts {
	struct verdict of[1 << VERDICT_BITS];
};

static DEFINE_PER_CPU(struct verdicts, verdicts);
static DEFINE_PER_CPU(long, follow_inflight);

/* The kernel's own, which all netns have. */
static struct dst_entry *(*stock_check)(struct dst_entry *dst, u32 cookie);

/* Where UDP's sockets ask; TCP's do elsewhere. */
static unsigned long datagram_start, datagram_size;

/* Netns whose dst_ops lead here. */
static atomic_t nr_following = ATOMIC_INIT(0);
static bool stopped;

static bool same_context(const struct xfrm_sec_ctx *a,
			 const struct xfrm_sec_ctx *b)
{
	if (!a || !b)
		return a == b;
	return a->ctx_doi == b->ctx_doi && a->ctx_alg == b->ctx_alg &&
	       a->ctx_len == b->ctx_len &&
	       !memcmp(a->ctx_str, b->ctx_str, a->ctx_len);
}

/* Whether a look-up that has chosen @x could as well choose @y. */
static bool same_use(const struct xfrm_state *x, const struct xfrm_state *y)
{
	return x->mark.v == y->mark.v && x->mark.m == y->mark.m &&
	       x->if_id == y->if_id &&
	       !((x->props.flags ^ y->props.flags) & XFRM_STATE_WILDRECV) &&
	       !compat_state_in_device(y) &&
	       xfrm_addr_equal(&x->props.saddr, &y->props.saddr,
			       x->props.family) &&
	       !memcmp(&x->sel, &y->sel, sizeof(x->sel)) &&
	       same_context(x->security, y->security);
}

/**
 * enum slot - what a CPU has in place of a fallback
 * @SLOT_EMPTY: nothing
 * @SLOT_BETTER: an SA of its own that serves as well
 * @SLOT_OTHER: SAs that do not, or not yet
 */
enum slot {
	SLOT_EMPTY,
	SLOT_BETTER,
	SLOT_OTHER,
};

/* RCU read side. */
static enum slot look_into_slot(struct xpcpu_group *group, u32 cpu,
				const struct xfrm_state *x)
{
	/* Pairs with the release in xpcpu_group_link(). */
	struct hlist_head *slots = smp_load_acquire(&group->slots);
	enum slot slot = SLOT_EMPTY;
	struct xpcpu_sa *sa;

	if (!slots)
		return SLOT_EMPTY;
	hlist_for_each_entry_rcu(sa, &slots[cpu], member) {
		/* Without a reference, but readable until we leave RCU. */
		const struct xfrm_state *y = READ_ONCE(sa->x);

		slot = SLOT_OTHER;
		if (y && READ_ONCE(y->km.state) == XFRM_STATE_VALID &&
		    !xpcpu_sa_held(sa) && same_use(x, y))
			return SLOT_BETTER;
	}
	return slot;
}

/**
 * struct wish - what the policies of a route want
 * @pinned: an SA with a certain SPI: then no other could serve
 * @per_cpu: an SA for each CPU: then one without asks
 */
struct wish {
	bool pinned;
	bool per_cpu;
};

static void read_wish(struct wish *wish, const struct xfrm_dst *xdst)
{
	int i, j;

	wish->pinned = false;
	wish->per_cpu = false;
	for (i = 0; i < xdst->num_pols; i++) {
		const struct xfrm_policy *pol = xdst->pols[i];

		if (pol->flags & XFRM_POLICY_CPU_ACQUIRE)
			wish->per_cpu = true;
		for (j = 0; j < pol->xfrm_nr; j++) {
			if (pol->xfrm_vec[j].id.spi)
				wish->pinned = true;
		}
	}
}

/*
 * RCU read side.  Whether a look-up on this CPU would end at @x, and until when
 * that can be believed.
 */
static bool would_choose(const struct xfrm_state *x, u32 cpu,
			 const struct wish *wish, unsigned long *until)
{
	struct xpcpu_sa *sa = xpcpu_sa_entry(x);

	if (!sa || !READ_ONCE(sa->linked) || sa->cpu == cpu || wish->pinned ||
	    compat_state_in_device(x))
		return true;
	if (sa->cpu != XPCPU_NONE)
		return false;

	switch (look_into_slot(sa->group, cpu, x)) {
	case SLOT_EMPTY:
		return !wish->per_cpu || !xpcpu_acquire_due(sa->group, cpu);
	case SLOT_BETTER:
		return false;
	case SLOT_OTHER:
		/* It may be held, which ends by itself. */
		*until = jiffies + 1;
		return true;
	}
	return true;
}

/* Preemption off.  Found anew, and kept. */
static noinline bool judge(struct verdict *verdict, const struct xfrm_state *x,
			   const struct xfrm_dst *route, u32 cpu)
{
	unsigned int changes = xpcpu_group_change_count();
	unsigned long flags, until = jiffies + VERDICT_LIFE;
	struct wish wish;
	bool right;

	smp_rmb(); /* pairs with smp_wmb() in xpcpu_group_changed() */

	read_wish(&wish, route);
	rcu_read_lock();
	right = would_choose(x, cpu, &wish, &until);
	rcu_read_unlock();
	if (!right)
		until = jiffies + 1;

	local_irq_save(flags);
	verdict->key = (unsigned long)x | (right ? VERDICT_RIGHT : 0);
	verdict->until = until;
	verdict->changes = changes;
	local_irq_restore(flags);
	return right;
}

/* Whether look-ups on this CPU would end at all the SAs of a route. */
static __always_inline bool is_right(const struct dst_entry *dst)
{
	const struct xfrm_dst *route = (const struct xfrm_dst *)dst;
	struct verdicts *mine;
	bool right;

	preempt_disable();
	mine = this_cpu_ptr(&verdicts);
	do {
		unsigned long x = (unsigned long)dst->xfrm, key;
		struct verdict *verdict =
			&mine->of[hash_long(x, VERDICT_BITS)];
		/* In this order: a softirq may write all of it in between. */
		unsigned int changes = READ_ONCE(verdict->changes);

		key = READ_ONCE(verdict->key);
		if (likely((key | VERDICT_RIGHT) == (x | VERDICT_RIGHT) &&
			   changes == xpcpu_group_change_count() &&
			   time_before(jiffies, READ_ONCE(verdict->until))))
			right = key & VERDICT_RIGHT;
		else
			right = judge(verdict, dst->xfrm, route,
				      smp_processor_id());
		dst = xfrm_dst_child(dst);
	} while (unlikely(right && dst->xfrm));
	preempt_enable();
	return right;
}

/*
 * A route with another SA than this CPU would choose: whether to give it up.
 * TCP asks from the thread and from softirqs on whichever CPU they run, and
 * another SA lets packets overtake each other; so its socket follows when it
 * has sent nothing from its SA's CPU for some time.
 */
static noinline bool gives_up(const struct dst_entry *dst, bool datagram)
{
	const struct xfrm_state *x = dst->xfrm;
	struct xpcpu_net *xn = xpcpu_net(compat_xs_net(x));
	bool follows;

	if (datagram) {
		follows = READ_ONCE(xn->follow_udp);
	} else {
		unsigned int ms = READ_ONCE(xn->follow_tcp_ms);

		follows = ms && time_after_eq(jiffies, READ_ONCE(dst->lastuse) +
						       msecs_to_jiffies(ms));
	}
	trace_xpcpu_follow(x, raw_smp_processor_id(), datagram, follows);
	xpcpu_count_rare(xn->net, follows ? XPCPU_STAT_FOLLOWED :
					    XPCPU_STAT_STAYED);
	return follows;
}

/*
 * What sockets ask in place of the kernel's function.  The caller's address is
 * all that tells UDP's sockets from TCP's; where a tracer hides it, they are
 * treated as TCP's.
 */
static notrace struct dst_entry *follow_check(struct dst_entry *dst, u32 cookie)
{
	bool datagram = (unsigned long)__builtin_return_address(0) -
			datagram_start < datagram_size;
	unsigned long now = jiffies;
	struct dst_entry *valid;

	this_cpu_inc(follow_inflight);
	valid = stock_check(dst, cookie);
	/* One that only queues packets has no SA. */
	if (likely(valid && valid->xfrm)) {
		if (unlikely(!is_right(valid))) {
			if (gives_up(valid, datagram))
				valid = NULL;
		} else if (!datagram && READ_ONCE(valid->lastuse) != now) {
			/* From here the time counts. */
			WRITE_ONCE(valid->lastuse, now);
		}
	}
	this_cpu_dec(follow_inflight);
	return valid;
}

/*
 * False if somebody else has put his own function there: then he may call ours.
 * A family whose module is not there has none.
 */
static bool redirect(struct dst_ops *ops, bool here)
{
	typeof(ops->check) from = here ? stock_check : follow_check;
	typeof(ops->check) to = here ? follow_check : stock_check;
	typeof(ops->check) had = cmpxchg(&ops->check, from, to);

	return had == from || had == to || !had;
}

static bool redirect_net(struct net *net, bool here)
{
	if (!redirect(&net->xfrm.xfrm4_dst_ops, here))
		return false;
#if IS_ENABLED(CONFIG_IPV6)
	if (!redirect(&net->xfrm.xfrm6_dst_ops, here)) {
		redirect(&net->xfrm.xfrm4_dst_ops, !here);
		return false;
	}
#endif
	return true;
}

static bool wanted(const struct xpcpu_net *xn)
{
	return xn->nr_bound && !xn->dead && !READ_ONCE(stopped) &&
	       (READ_ONCE(xn->follow_udp) || READ_ONCE(xn->follow_tcp_ms)) &&
	       stock_check;
}

/**
 * xpcpu_follow_update() - look at a netns' sockets, or no longer
 * @xn: the netns' part, locked
 *
 * Call when the first SA with a CPU came or the last went.
 *
 * Context: BH off, xpcpu_net.lock held.
 */
void xpcpu_follow_update(struct xpcpu_net *xn)
{
	bool want = wanted(xn);

	lockdep_assert_held(&xn->lock);

	if (want == xn->following || !redirect_net(xn->net, want))
		return;
	WRITE_ONCE(xn->following, want);
	if (want)
		atomic_inc(&nr_following);
	else
		atomic_dec(&nr_following);
}

/**
 * xpcpu_follow_changed() - a sysctl has changed, or the netns goes
 * @xn: the netns' part
 *
 * Context: process or softirq; takes xpcpu_net.lock.
 */
void xpcpu_follow_changed(struct xpcpu_net *xn)
{
	spin_lock_bh(&xn->lock);
	xpcpu_follow_update(xn);
	spin_unlock_bh(&xn->lock);
}

/**
 * xpcpu_follow_net_init() - the defaults of a new netns
 * @xn: its part
 *
 * Context: process.
 */
void xpcpu_follow_net_init(struct xpcpu_net *xn)
{
	xn->follow_udp = FOLLOW_UDP_DEFAULT;
	xn->follow_tcp_ms = FOLLOW_TCP_DEFAULT_MS;
}

/**
 * xpcpu_follow_init() - find out what sockets ask
 *
 * Context: process, may sleep; before any netns has a part.
 */
void xpcpu_follow_init(void)
{
	char text[KSYM_SYMBOL_LEN];
	unsigned long size;

	stock_check = READ_ONCE(init_net.xfrm.xfrm4_dst_ops.check);

	/* "sk_dst_check+0x0/0x90"; without the size all count as TCP's. */
	datagram_start = (unsigned long)sk_dst_check;
	sprint_symbol(text, datagram_start);
	if (sscanf(text, "sk_dst_check+0x0/0x%lx", &size) == 1)
		datagram_size = size;
}

static void leave_all(void)
{
	struct net *net;

	down_read(&net_rwsem);
	for_each_net(net)
		xpcpu_follow_changed(xpcpu_net(net));
	up_read(&net_rwsem);
}

/**
 * xpcpu_follow_stop() - sockets ask the kernel's function again, and nobody is
 *	in ours any more
 *
 * Call while SAs' ends are still seen.  If somebody else has put his function
 * in place of ours he may call ours for ever: then this does not return, since
 * the module's text must not be freed.
 *
 * Context: process, may sleep.
 */
void xpcpu_follow_stop(void)
{
	bool told = false;

	WRITE_ONCE(stopped, true);
	/* A netns that is going does it by itself. */
	for (leave_all(); atomic_read(&nr_following); leave_all()) {
		if (!told)
			pr_info("waiting for network namespaces to end\n");
		told = true;
		msleep(STOP_POLL_MS);
	}
	/* Softirqs that interrupted the idle task, then tasks, then the rest. */
	synchronize_rcu();
	xpcpu_hook_drain(&follow_inflight);
	synchronize_rcu();
}

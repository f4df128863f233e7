// SPDX-License-Identifier: GPL-2.0
/*
 * Inbound steering: ESP that arrives on another CPU than its SA's is handed over
 * before XFRM sees it.
 *
 * XFRM asks its handlers of ESP one after the other; ours is the first, while
 * some netns has steering on.  It puts the packet into the queue of the SA's CPU
 * (steer_queue.c).  There the packet enters the same way again; ours then lets it
 * pass to the others.
 *
 * Which CPU works on a packet never decides whether it is accepted: all that
 * matters here is the order.  An SA's packets leave a queue as they came in, and
 * go another way only when those before them have left it.
 */
#include <linux/jhash.h>
#include <linux/slab.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/protocol.h>
#include <net/xfrm.h>

#include "sa.h"
#include "stats.h"
#include "steer.h"
#include "steer_queue.h"
#include "trace.h"

/* Before that of tunnel devices (vti, 100), which is before XFRM's own (0). */
#define STEER_PRIORITY	1000

/**
 * struct xpcpu_steer_flow - what steering remembers of an SA
 * @ticket: of its last packet that was handed over
 * @since: beginning of the time in which packets are counted (low half of
 *	jiffies)
 * @elsewhere: packets since then that arrived on another CPU than the SA's
 * @home: those that arrived on that CPU
 * @wanted: mode auto steers it
 *
 * Written where the packets arrive.  Should they arrive on several CPUs at once,
 * counts may be lost.
 */
struct xpcpu_steer_flow {
	struct xpcpu_steer_ticket ticket;
	u32 since;
	u32 elsewhere;
	u32 home;
	bool wanted;
} ____cacheline_aligned_in_smp;

/* The packet that this CPU was handed: its second way through the handlers. */
static DEFINE_PER_CPU(const struct sk_buff *, returned);

/* All netns are being switched off. */
static bool closing __read_mostly;

static struct xpcpu_steer_flow *flow_get(struct xpcpu_sa *sa)
{
	struct xpcpu_steer_flow *flow = READ_ONCE(sa->flow), *other;

	if (likely(flow))
		return flow;
	flow = kzalloc(sizeof(*flow), GFP_ATOMIC | __GFP_ACCOUNT |
				      __GFP_NOWARN);
	if (!flow)
		return NULL;
	flow->since = (u32)jiffies;
	other = cmpxchg(&sa->flow, NULL, flow);
	if (other)
		kfree(flow);
	return other ?: flow;
}

/*
 * Mode auto: an SA is steered while, in the last full period of steer_auto_ms,
 * more than steer_auto_share per cent of its packets arrived elsewhere.
 */
static bool auto_decide(const struct xpcpu_net *xn,
			struct xpcpu_steer_flow *flow, bool elsewhere)
{
	u32 period = msecs_to_jiffies(READ_ONCE(xn->steer_auto_ms));
	u32 now = (u32)jiffies;

	if (unlikely(now - flow->since >= period)) {
		u64 all = (u64)flow->elsewhere + flow->home;

		flow->wanted = (u64)flow->elsewhere * 100 >
			       all * READ_ONCE(xn->steer_auto_share);
		flow->since = now;
		flow->elsewhere = 0;
		flow->home = 0;
	}
	if (elsewhere)
		flow->elsewhere++;
	else
		flow->home++;
	return flow->wanted;
}

/* SAs without a CPU: by SPI over the CPUs that are there. */
static u32 spread(__be32 spi)
{
	u32 cpu = reciprocal_scale(jhash_1word((__force u32)spi, 0),
				   nr_cpu_ids);

	if (!cpu_online(cpu)) {
		cpu = cpumask_next(cpu, cpu_online_mask);
		if (cpu >= nr_cpu_ids)
			cpu = cpumask_first(cpu_online_mask);
	}
	return cpu;
}

/* The CPU that has an SA while steering is in this mode, or @here. */
static u32 choose(struct xpcpu_net *xn, int mode, struct xpcpu_sa *sa, u32 here)
{
	struct xpcpu_steer_flow *flow;
	u32 cpu = sa->cpu;
	bool wanted = mode != XPCPU_STEER_ENDING;

	if (cpu == XPCPU_NONE)
		cpu = READ_ONCE(xn->steer_spread) ? spread(sa->spi) : here;
	if (mode == XPCPU_STEER_AUTO) {
		flow = flow_get(sa);
		wanted = flow && auto_decide(xn, flow, cpu != here);
	}
	if (cpu == here) {
		xpcpu_count(xn, XPCPU_STAT_STEER_HOME);
		return here;
	}
	return wanted && cpu < nr_cpu_ids && cpu_online(cpu) ? cpu : here;
}

/*
 * RCU read side, softirq.  Returns -EINVAL if the next handler is to have the
 * packet, 0 if it was taken.
 */
static int steer_sa(struct sk_buff *skb, struct xpcpu_net *xn, int mode,
		    struct xpcpu_sa *sa, u16 family, u16 encap_type)
{
	struct xpcpu_steer_cb *cb = XPCPU_STEER_CB(skb);
	u32 here = raw_smp_processor_id();
	u32 cpu = choose(xn, mode, sa, here);
	struct xpcpu_steer_flow *flow = READ_ONCE(sa->flow);

	if (unlikely(flow && xpcpu_steer_pending(&flow->ticket))) {
		/* None may overtake those before it. */
		cpu = READ_ONCE(flow->ticket.cpu);
	} else if (cpu == here) {
		if (sa->cpu != here && sa->cpu != XPCPU_NONE)
			xpcpu_count(xn, XPCPU_STAT_STEER_LEFT);
		return -EINVAL;
	}

	flow = flow_get(sa);
	/* Without a route XFRM drops it, here as there. */
	if (!flow || (skb_dst(skb) && !skb_dst_force(skb))) {
		xpcpu_count(xn, XPCPU_STAT_STEER_LEFT);
		return -EINVAL;
	}
	/* No socket may be found by its packet only now. */
	skb_orphan(skb);
	cb->encap_type = encap_type;
	cb->family = family;
	cb->net = dev_net(skb->dev);
	trace_xpcpu_steer(sa, here, cpu);
	if (unlikely(!xpcpu_steer_enqueue(skb, cpu, &flow->ticket))) {
		xpcpu_count(xn, XPCPU_STAT_STEER_FULL);
		kfree_skb(skb);
		return 0;
	}
	xpcpu_count(xn, XPCPU_STAT_STEER_OUT);
	return 0;
}

/* A handler of XFRM; the packet begins with the ESP header. */
static int steer(struct sk_buff *skb, u16 family, int encap_type)
{
	struct net *net = dev_net(skb->dev);
	struct xpcpu_net *xn = xpcpu_net(net);
	int mode = READ_ONCE(xn->steer);
	struct xpcpu_sa_id id;
	struct xpcpu_sa *sa;
	__be32 spi_buf;
	const __be32 *spi;

	if (!mode || this_cpu_read(returned) == skb || READ_ONCE(xn->dead))
		return -EINVAL;
	if (unlikely(READ_ONCE(closing)))
		mode = XPCPU_STEER_ENDING;
	if (unlikely(skb_sec_path(skb))) {
		xpcpu_count(xn, XPCPU_STAT_STEER_OFFLOAD);
		return -EINVAL;
	}
#ifdef TCP_ENCAP_ESPINTCP
	if (encap_type == TCP_ENCAP_ESPINTCP) {
		xpcpu_count(xn, XPCPU_STAT_STEER_TCP);
		return -EINVAL;
	}
#endif
	spi = skb_header_pointer(skb, 0, sizeof(spi_buf), &spi_buf);
	if (!spi)
		return -EINVAL;

	id.net = net;
	id.spi = *spi;
	id.family = family;
	id.proto = IPPROTO_ESP;
	if (family == AF_INET)
		id.daddr.a4 = ip_hdr(skb)->daddr;
	else
		id.daddr.in6 = ipv6_hdr(skb)->daddr;
	sa = xpcpu_sa_of_packet(&id, skb->mark);
	if (!sa)
		return -EINVAL;
	return steer_sa(skb, xn, mode, sa, family, encap_type);
}

/* RCU read side.  As IP does, which has been there. */
static void esp4_enter(struct sk_buff *skb)
{
	const struct net_protocol *esp;

	esp = rcu_dereference(inet_protos[IPPROTO_ESP]);
	if (likely(esp))
		esp->handler(skb);
	else
		kfree_skb(skb);
}

#if IS_ENABLED(CONFIG_IPV6)
static void esp6_enter(struct sk_buff *skb)
{
	const struct inet6_protocol *esp;

	esp = rcu_dereference(inet6_protos[IPPROTO_ESP]);
	if (likely(esp))
		esp->handler(skb);
	else
		kfree_skb(skb);
}

static void enter6(struct sk_buff *skb, u16 encap_type)
{
	if (encap_type)
		xfrm6_rcv_encap(skb, IPPROTO_ESP, 0, encap_type);
	else
		esp6_enter(skb);
}
#else
static void enter6(struct sk_buff *skb, u16 encap_type)
{
	kfree_skb(skb);
}
#endif

static void enter4(struct sk_buff *skb, u16 encap_type)
{
	if (encap_type)
		xfrm4_rcv_encap(skb, IPPROTO_ESP, 0, encap_type);
	else
		esp4_enter(skb);
}

/**
 * xpcpu_steer_deliver() - give a packet that was handed over to XFRM
 * @skb: packet, taken
 *
 * Context: softirq, RCU read side.
 */
void xpcpu_steer_deliver(struct sk_buff *skb)
{
	const struct xpcpu_steer_cb *cb = XPCPU_STEER_CB(skb);
	struct xpcpu_net *xn = xpcpu_net(cb->net);
	u16 encap_type = cb->encap_type;

	if (unlikely(READ_ONCE(xn->dead))) {
		xpcpu_steer_drop(skb);
		return;
	}
	xpcpu_count(xn, XPCPU_STAT_STEER_IN);
	__this_cpu_write(returned, skb);
	if (cb->family == AF_INET)
		enter4(skb, encap_type);
	else
		enter6(skb, encap_type);
	__this_cpu_write(returned, NULL);
}

/**
 * xpcpu_steer_drop() - drop a packet whose device or netns is going
 * @skb: packet, taken; its device is held
 *
 * Context: softirq, RCU read side.
 */
void xpcpu_steer_drop(struct sk_buff *skb)
{
	struct xpcpu_net *xn = xpcpu_net(dev_net(skb->dev));

	/* What nobody can read any more is counted where somebody can. */
	if (READ_ONCE(xn->dead))
		xn = xpcpu_net(&init_net);
	xpcpu_count(xn, XPCPU_STAT_STEER_GONE);
	kfree_skb(skb);
}

static int steer4(struct sk_buff *skb)
{
	return steer(skb, AF_INET, 0);
}

static int steer4_encap(struct sk_buff *skb, int nexthdr, __be32 spi,
			int encap_type)
{
	return steer(skb, AF_INET, encap_type);
}

static int pass_cb(struct sk_buff *skb, int err)
{
	return 1;
}

static int pass_err4(struct sk_buff *skb, u32 info)
{
	return -ENOENT;
}

static struct xfrm4_protocol handler4 = {
	.handler = steer4,
	.input_handler = steer4_encap,
	.cb_handler = pass_cb,
	.err_handler = pass_err4,
	.priority = STEER_PRIORITY,
};

#if IS_ENABLED(CONFIG_IPV6)
static int steer6(struct sk_buff *skb)
{
	return steer(skb, AF_INET6, 0);
}

static int steer6_encap(struct sk_buff *skb, int nexthdr, __be32 spi,
			int encap_type)
{
	return steer(skb, AF_INET6, encap_type);
}

static int pass_err6(struct sk_buff *skb, struct inet6_skb_parm *opt, u8 type,
		     u8 code, int offset, __be32 info)
{
	return -ENOENT;
}

static struct xfrm6_protocol handler6 = {
	.handler = steer6,
	.input_handler = steer6_encap,
	.cb_handler = pass_cb,
	.err_handler = pass_err6,
	.priority = STEER_PRIORITY,
};

static int register6(void)
{
	return xfrm6_protocol_register(&handler6, IPPROTO_ESP);
}

static void deregister6(void)
{
	xfrm6_protocol_deregister(&handler6, IPPROTO_ESP);
}
#else
static int register6(void)
{
	return 0;
}

static void deregister6(void)
{
}
#endif

/* Protects the two below, and what switches a netns on or off. */
static DEFINE_MUTEX(steer_lock);
static unsigned int users;
static bool running;

static int start(void)
{
	int err;

	/* Without netfilter XFRM's handlers leave more to their caller. */
	if (!IS_ENABLED(CONFIG_NETFILTER))
		return -EOPNOTSUPP;
	err = xpcpu_steer_queues_start();
	if (err)
		return err;
	err = xfrm4_protocol_register(&handler4, IPPROTO_ESP);
	if (err)
		goto err_queues;
	err = register6();
	if (err)
		goto err_handler4;
	running = true;
	return 0;

err_handler4:
	xfrm4_protocol_deregister(&handler4, IPPROTO_ESP);
err_queues:
	xpcpu_steer_queues_stop();
	return err;
}

static void stop(void)
{
	if (!running)
		return;
	running = false;
	/* Each waits for those who are in a handler. */
	deregister6();
	xfrm4_protocol_deregister(&handler4, IPPROTO_ESP);
	xpcpu_steer_queues_stop();
}

/* What is under way comes before what will not be steered any more. */
static void settle(void)
{
	synchronize_net();
	xpcpu_steer_queues_drain();
}

static int switch_on(struct xpcpu_net *xn, int mode)
{
	int err = 0;

	if (closing)
		return -ESHUTDOWN;
	if (!users)
		err = start();
	if (err)
		return err;
	users++;
	WRITE_ONCE(xn->steer, mode);
	return 0;
}

static void switch_off(struct xpcpu_net *xn)
{
	if (running && !READ_ONCE(xn->dead)) {
		WRITE_ONCE(xn->steer, XPCPU_STEER_ENDING);
		settle();
	}
	WRITE_ONCE(xn->steer, XPCPU_STEER_OFF);
	if (!--users)
		stop();
}

/**
 * xpcpu_steer_set() - switch steering in a netns
 * @xn: the netns' part
 * @mode: XPCPU_STEER_OFF, _ON or _AUTO
 *
 * Context: process, may sleep.
 * Return: 0 or a negative errno (then nothing changed).
 */
int xpcpu_steer_set(struct xpcpu_net *xn, int mode)
{
	int err = 0;

	mutex_lock(&steer_lock);
	if (!xn->steer && mode)
		err = switch_on(xn, mode);
	else if (xn->steer && !mode)
		switch_off(xn);
	else
		WRITE_ONCE(xn->steer, mode);
	mutex_unlock(&steer_lock);
	return err;
}

/**
 * xpcpu_steer_net_init() - a netns begins: off, with the defaults
 * @xn: its part
 *
 * Context: process.
 */
void xpcpu_steer_net_init(struct xpcpu_net *xn)
{
	xn->steer_auto_share = XPCPU_STEER_SHARE;
	xn->steer_auto_ms = XPCPU_STEER_AUTO_MS;
}

/**
 * xpcpu_steer_net_exit() - a netns ends
 * @xn: its part, marked dead; no sysctl of it is being written
 *
 * Context: process, may sleep.
 */
void xpcpu_steer_net_exit(struct xpcpu_net *xn)
{
	xpcpu_steer_set(xn, XPCPU_STEER_OFF);
}

/**
 * xpcpu_steer_close() - end steering for good, in all netns
 *
 * Call first, while the netns are not marked dead: packets go on in order.
 *
 * Context: process, may sleep.
 */
void xpcpu_steer_close(void)
{
	mutex_lock(&steer_lock);
	WRITE_ONCE(closing, true);
	if (running)
		settle();
	stop();
	mutex_unlock(&steer_lock);
}

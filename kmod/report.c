// SPDX-License-Identifier: GPL-2.0
/*
 * SA_PCPU and SA_DIR in what the kernel reports: wrappers of netlink_unicast()
 * for replies, netlink_broadcast() for events and xfrm_state_walk() for dumps.
 *
 * The attributes go to the end of the message, as mainline has them.  The
 * number comes from the SA that the message names, never from the request that
 * is being served: a timer may send its message in the middle of one.
 */
#include <linux/netlink.h>
#include <net/netlink.h>
#include <net/sock.h>

#include "acquire.h"
#include "report.h"
#include "request.h"
#include "sa.h"
#include "stats.h"
#include "user.h"

/* What both attributes need. */
#define REPORT_SPACE	(nla_total_size(sizeof(u32)) + \
			 nla_total_size(sizeof(u8)))

/* To the skb's last message, which begins at @start. */
static int put_info(struct sk_buff *skb, unsigned int start,
		    const struct xpcpu_sa_info *info)
{
	if (info->cpu != XPCPU_NONE &&
	    nla_put_u32(skb, XPCPU_XFRMA_SA_PCPU, info->cpu))
		return -EMSGSIZE;
#ifndef COMPAT_NATIVE_SA_DIR
	if (info->dir && nla_put_u8(skb, XPCPU_XFRMA_SA_DIR, info->dir))
		return -EMSGSIZE;
#endif
	nlmsg_end(skb, (struct nlmsghdr *)(skb->data + start));
	return 0;
}

/*
 * What 32-bit programs will be given instead of @skb: the kernel has made it
 * by now, message by message.
 */
static struct sk_buff *translation(const struct sk_buff *skb)
{
	return IS_ENABLED(CONFIG_XFRM_USER_COMPAT) ?
		       skb_shinfo(skb)->frag_list : NULL;
}

static int make_room(struct sk_buff *skb)
{
	if (skb_tailroom(skb) >= REPORT_SPACE)
		return 0;
	return pskb_expand_head(skb, 0, REPORT_SPACE, GFP_ATOMIC);
}

static void mark_of_message(const struct nlmsghdr *nlh, int hdrlen,
			    struct xfrm_mark *mark)
{
	const struct nlattr *nla = nlmsg_find_attr(nlh, hdrlen, XFRMA_MARK);

	mark->v = 0;
	mark->m = 0;
	if (nla && nla_len(nla) >= sizeof(*mark))
		nla_memcpy(mark, nla, sizeof(*mark));
}

static bool info_of_usersa(const struct net *net, const struct nlmsghdr *nlh,
			   int hdrlen, const struct xfrm_usersa_info *usersa,
			   struct xpcpu_sa_info *info)
{
	struct xpcpu_sa_id id = {
		.net = net,
		.daddr = usersa->id.daddr,
		.spi = usersa->id.spi,
		.family = usersa->family,
		.proto = usersa->id.proto,
	};
	struct xfrm_mark mark;

	mark_of_message(nlh, hdrlen, &mark);
	return xpcpu_sa_info_by_id(&id, &mark, info);
}

static bool info_of_usersa_id(const struct net *net,
			      const struct nlmsghdr *nlh, int hdrlen,
			      const struct xfrm_usersa_id *said,
			      struct xpcpu_sa_info *info)
{
	struct xpcpu_sa_id id = {
		.net = net,
		.daddr = said->daddr,
		.spi = said->spi,
		.family = said->family,
		.proto = said->proto,
	};
	struct xfrm_mark mark;

	mark_of_message(nlh, hdrlen, &mark);
	return xpcpu_sa_info_by_id(&id, &mark, info);
}

/* An ACQUIRE names no SA; it has a CPU if a CPU's acquire is behind it. */
static bool info_of_acquire(const struct net *net, const struct nlmsghdr *nlh,
			    struct xpcpu_sa_info *info)
{
	const struct xfrm_user_acquire *ua = nlmsg_data(nlh);
	const struct xpcpu_request *req;

	info->dir = 0;
	if (xpcpu_acquire_is_ours(ua->seq, &info->cpu))
		return true;
	/* A user's own ACQUIRE is echoed; only his request knows the CPU. */
	req = xpcpu_request_current(net);
	if (!req || req->type != XFRM_MSG_ACQUIRE || !req->has_pcpu)
		return false;
	info->cpu = req->pcpu;
	return true;
}

static bool info_of_message(const struct net *net, const struct nlmsghdr *nlh,
			    struct xpcpu_sa_info *info)
{
	switch (nlh->nlmsg_type) {
	case XFRM_MSG_NEWSA:
	case XFRM_MSG_UPDSA:
		return info_of_usersa(net, nlh,
				      sizeof(struct xfrm_usersa_info),
				      nlmsg_data(nlh), info);
	case XFRM_MSG_EXPIRE:
		return info_of_usersa(net, nlh, sizeof(struct xfrm_user_expire),
				      nlmsg_data(nlh), info);
	case XFRM_MSG_DELSA:
		return info_of_usersa_id(net, nlh,
					 sizeof(struct xfrm_usersa_id),
					 nlmsg_data(nlh), info);
	case XFRM_MSG_NEWAE:
		/* Begins with the SA's identifier. */
		return info_of_usersa_id(net, nlh,
					 sizeof(struct xfrm_aevent_id),
					 nlmsg_data(nlh), info);
	case XFRM_MSG_ACQUIRE:
		return info_of_acquire(net, nlh, info);
	}
	return false;
}

/* Replies and events hold one message, which nobody else has seen yet. */
static int complete_message(const struct net *net, struct sk_buff *skb)
{
	const struct nlmsghdr *nlh = nlmsg_hdr(skb);
	struct sk_buff *skb32;
	struct xpcpu_sa_info info;

	if (skb->len < NLMSG_HDRLEN || nlh->nlmsg_type < XFRM_MSG_BASE ||
	    !info_of_message(net, nlh, &info))
		return 0;
	if (info.cpu == XPCPU_NONE && !info.dir)
		return 0;

	if (make_room(skb) || put_info(skb, 0, &info))
		return -ENOBUFS;
	skb32 = translation(skb);
	if (skb32 && (make_room(skb32) || put_info(skb32, 0, &info)))
		return -ENOBUFS;
	return 0;
}

/*
 * Every netlink user passes the hooked functions; only the kernel's XFRM sockets
 * are meant.  Others do not even enter: they may sleep in there for as long as
 * somebody does not read, and unloading would wait for them.
 */
static bool notrace not_ours(const void *first)
{
	const struct sock *ssk = first;

	return ssk->sk_protocol != NETLINK_XFRM ||
	       compat_nlsk(sock_net(ssk)) != ssk;
}

/*
 * A message that cannot be completed is not sent: an ACQUIRE without its CPU
 * would be answered with an SA for all.
 */
static int complete_or_drop(struct sock *ssk, struct sk_buff *skb)
{
	struct net *net = sock_net(ssk);
	int err = complete_message(net, skb);

	if (err) {
		xpcpu_count_rare(net, XPCPU_STAT_REPORT_DROPPED);
		kfree_skb(skb);
	}
	return err;
}

static int wrap_unicast(struct sock *ssk, struct sk_buff *skb, u32 portid,
			int nonblock)
{
	int err;

	xpcpu_wrapper_enter();
	err = complete_or_drop(ssk, skb);
	if (!err)
		err = XPCPU_HOOK_ORIG(xpcpu_hook_unicast, netlink_unicast)
			(ssk, skb, portid, nonblock);
	xpcpu_wrapper_leave();
	return err;
}

static int wrap_broadcast(COMPAT_BROADCAST_PROTO)
{
	int err;

	xpcpu_wrapper_enter();
	err = complete_or_drop(ssk, skb);
	if (!err)
		err = XPCPU_HOOK_ORIG(xpcpu_hook_broadcast, compat_broadcast)
			(COMPAT_BROADCAST_ARGS);
	xpcpu_wrapper_leave();
	return err;
}

/**
 * struct dump - a dump in progress
 * @func: the kernel's callback
 * @data: its argument
 */
struct dump {
	int (*func)(struct xfrm_state *x, int count, void *data);
	void *data;
};

/* With xfrm_state_lock held. */
static int dump_one(struct xfrm_state *x, int count, void *data)
{
	const struct dump *dump = data;
	const struct compat_xfrm_dump_info *sp = dump->data;
	struct sk_buff *skb = sp->out_skb;
	struct sk_buff *skb32 = translation(skb);
	unsigned int start = skb->len;
	unsigned int start32 = skb32 ? skb32->len : 0;
	struct xpcpu_sa_info info;
	int err;

	err = dump->func(x, count, dump->data);
	if (err || !xpcpu_sa_info(x, &info))
		return err;

	/* The first message of a buffer makes the translation. */
	skb32 = translation(skb);
	err = put_info(skb, start, &info);
	if (!err && skb32)
		err = put_info(skb32, start32, &info);
	if (err) {
		/* As if the whole message had not fitted: the next buffer. */
		skb_trim(skb, start);
		if (skb32)
			skb_trim(skb32, start32);
	}
	return err;
}

static int wrap_walk(struct net *net, struct xfrm_state_walk *walk,
		     int (*func)(struct xfrm_state *x, int count, void *data),
		     void *data)
{
	struct dump dump = { .func = func, .data = data };
	int err;

	xpcpu_wrapper_enter();
	/* PF_KEY walks too, and knows no attributes. */
	if (xpcpu_xfrm_user_has((unsigned long)func))
		err = XPCPU_HOOK_ORIG(xpcpu_hook_walk, xfrm_state_walk)
			(net, walk, dump_one, &dump);
	else
		err = XPCPU_HOOK_ORIG(xpcpu_hook_walk, xfrm_state_walk)
			(net, walk, func, data);
	xpcpu_wrapper_leave();
	return err;
}

struct xpcpu_hook xpcpu_hook_walk = {
	.name = "xfrm_state_walk",
	.func = xfrm_state_walk,
	.wrapper = XPCPU_WRAPPER(xfrm_state_walk, wrap_walk),
};

struct xpcpu_hook xpcpu_hook_unicast = {
	.name = "netlink_unicast",
	.func = netlink_unicast,
	.wrapper = XPCPU_WRAPPER(netlink_unicast, wrap_unicast),
	.passes = not_ours,
};

struct xpcpu_hook xpcpu_hook_broadcast = {
	.name = COMPAT_BROADCAST_NAME,
	.func = compat_broadcast,
	.wrapper = XPCPU_WRAPPER(compat_broadcast, wrap_broadcast),
	.passes = not_ours,
};

// SPDX-License-Identifier: GPL-2.0
/*
 * What an XFRM netlink request said: wrapper of xfrm_user_rcv_msg().
 *
 * Older kernels accept attributes that they do not know, with any length or
 * value, and drop them.  Here they are read, checked as mainline checks them,
 * and remembered until the SA comes by (lifecycle.c).
 */
#include <linux/compat.h>
#include <linux/sched/task_stack.h>
#include <net/netlink.h>

#include "output.h"
#include "request.h"
#include "sa.h"
#include "stats.h"

/* Only its type is used; the kernel declares it in its own file. */
int xpcpu_rcv_msg_proto(struct sk_buff *skb, struct nlmsghdr *nlh,
			struct netlink_ext_ack *extack);

/**
 * xpcpu_request_current() - the request that this task is running
 * @net: network namespace
 *
 * Context: any; NULL in a softirq that interrupted the task, and for others.
 */
struct xpcpu_request *xpcpu_request_current(const struct net *net)
{
	struct xpcpu_request *req;

	if (!in_task())
		return NULL;
	req = READ_ONCE(xpcpu_net(net)->request);
	/*
	 * If it is another task's, that task holds xfrm_cfg_mutex and may be
	 * leaving: only the owner may look further, and ours is on our stack.
	 */
	if (!req || !object_is_on_stack(req))
		return NULL;
	return req;
}

/**
 * xpcpu_request_begin() - make a request the current one
 * @net: network namespace, whose xfrm_cfg_mutex is held
 * @req: request, on the caller's stack
 *
 * Context: process.
 * Return: the request that was current, for xpcpu_request_end().
 */
struct xpcpu_request *xpcpu_request_begin(const struct net *net,
					  struct xpcpu_request *req)
{
	struct xpcpu_net *xn = xpcpu_net(net);
	struct xpcpu_request *outer = xn->request;

	WRITE_ONCE(xn->request, req);
	return outer;
}

/**
 * xpcpu_request_end() - the request is done
 * @net: network namespace
 * @outer: what xpcpu_request_begin() returned
 *
 * Context: process.
 */
void xpcpu_request_end(const struct net *net, struct xpcpu_request *outer)
{
	WRITE_ONCE(xpcpu_net(net)->request, outer);
}

/*
 * Length of the fixed part of each request (UAPI linux/xfrm.h).  The kernel's
 * own table is in xfrm_user, which need not be loaded before this module.
 * Types that are not here are passed on unread.
 */
static const u16 msg_len[XFRM_NR_MSGTYPES] = {
	[XFRM_MSG_NEWSA - XFRM_MSG_BASE] = sizeof(struct xfrm_usersa_info),
	[XFRM_MSG_DELSA - XFRM_MSG_BASE] = sizeof(struct xfrm_usersa_id),
	[XFRM_MSG_GETSA - XFRM_MSG_BASE] = sizeof(struct xfrm_usersa_id),
	[XFRM_MSG_NEWPOLICY - XFRM_MSG_BASE] = sizeof(struct xfrm_userpolicy_info),
	[XFRM_MSG_DELPOLICY - XFRM_MSG_BASE] = sizeof(struct xfrm_userpolicy_id),
	[XFRM_MSG_GETPOLICY - XFRM_MSG_BASE] = sizeof(struct xfrm_userpolicy_id),
	[XFRM_MSG_ALLOCSPI - XFRM_MSG_BASE] = sizeof(struct xfrm_userspi_info),
	[XFRM_MSG_ACQUIRE - XFRM_MSG_BASE] = sizeof(struct xfrm_user_acquire),
	[XFRM_MSG_EXPIRE - XFRM_MSG_BASE] = sizeof(struct xfrm_user_expire),
	[XFRM_MSG_UPDPOLICY - XFRM_MSG_BASE] = sizeof(struct xfrm_userpolicy_info),
	[XFRM_MSG_UPDSA - XFRM_MSG_BASE] = sizeof(struct xfrm_usersa_info),
	[XFRM_MSG_POLEXPIRE - XFRM_MSG_BASE] = sizeof(struct xfrm_user_polexpire),
	[XFRM_MSG_FLUSHSA - XFRM_MSG_BASE] = sizeof(struct xfrm_usersa_flush),
	[XFRM_MSG_NEWAE - XFRM_MSG_BASE] = sizeof(struct xfrm_aevent_id),
	[XFRM_MSG_GETAE - XFRM_MSG_BASE] = sizeof(struct xfrm_aevent_id),
	[XFRM_MSG_REPORT - XFRM_MSG_BASE] = sizeof(struct xfrm_user_report),
	[XFRM_MSG_MIGRATE - XFRM_MSG_BASE] = sizeof(struct xfrm_userpolicy_id),
	[XFRM_MSG_GETSADINFO - XFRM_MSG_BASE] = sizeof(u32),
	[XFRM_MSG_GETSPDINFO - XFRM_MSG_BASE] = sizeof(u32),
	[XFRM_MSG_MAPPING - XFRM_MSG_BASE] = sizeof(struct xfrm_user_mapping),
#ifdef COMPAT_HAVE_POLICY_DEFAULT
	[XFRM_MSG_SETDEFAULT - XFRM_MSG_BASE] =
		sizeof(struct xfrm_userpolicy_default),
	[XFRM_MSG_GETDEFAULT - XFRM_MSG_BASE] =
		sizeof(struct xfrm_userpolicy_default),
#endif
};

/*
 * How much shorter the fixed part of a 32-bit caller's request is: there u64
 * is aligned to 4 bytes, and structures that hold an SA or a policy lose the
 * padding at their end (and EXPIRE that after its last byte).
 */
static unsigned int saved_by_32bit(int type)
{
	switch (type) {
	case XFRM_MSG_NEWSA:
	case XFRM_MSG_UPDSA:
	case XFRM_MSG_NEWPOLICY:
	case XFRM_MSG_UPDPOLICY:
	case XFRM_MSG_ALLOCSPI:
	case XFRM_MSG_ACQUIRE:
		return 4;
	case XFRM_MSG_EXPIRE:
	case XFRM_MSG_POLEXPIRE:
		return 8;
	}
	return 0;
}

/* Length of the fixed part of this task's request. */
static unsigned int fixed_len(int type)
{
	unsigned int len = msg_len[type - XFRM_MSG_BASE];

	return in_compat_syscall() ? len - saved_by_32bit(type) : len;
}

static bool takes_dir(int type)
{
	return type == XFRM_MSG_NEWSA || type == XFRM_MSG_UPDSA ||
	       type == XFRM_MSG_ALLOCSPI;
}

static bool takes_pcpu(int type)
{
	return takes_dir(type) || type == XFRM_MSG_ACQUIRE;
}

static bool is_dump(const struct nlmsghdr *nlh, int type)
{
	return nlh->nlmsg_type == type && (nlh->nlmsg_flags & NLM_F_DUMP);
}

/* FLUSHPOLICY has no fixed part, and is known. */
static bool is_known(int type)
{
	return type == XFRM_MSG_FLUSHPOLICY ||
	       (type >= XFRM_MSG_BASE && type <= XFRM_MSG_MAX &&
		msg_len[type - XFRM_MSG_BASE]);
}

static int bad(struct netlink_ext_ack *extack, const struct nlattr *nla,
	       const char *msg, int err)
{
	if (extack) {
		extack->_msg = msg;
		extack->bad_attr = nla;
	}
	return err;
}

static bool is_ours(const struct nlattr *nla)
{
	switch (nla_type(nla)) {
	case XPCPU_XFRMA_SA_PCPU:
#ifndef COMPAT_NATIVE_SA_DIR
	case XPCPU_XFRMA_SA_DIR:
#endif
		return true;
	}
	return false;
}

/* As mainline's policy for the two attributes says (strict since SA_DIR). */
static int read_attr(struct xpcpu_request *req, const struct nlattr *nla)
{
	static const char bad_length[] = "invalid attribute length";

	if (!is_ours(nla))
		return 0;
	if (nla->nla_type & NLA_F_NESTED)
		return bad(req->extack, nla, "NLA_F_NESTED not expected",
			   -EINVAL);
	switch (nla_type(nla)) {
	case XPCPU_XFRMA_SA_PCPU:
		if (nla_len(nla) != sizeof(u32))
			return bad(req->extack, nla, bad_length, -EINVAL);
		req->has_pcpu = true;
		req->pcpu = nla_get_u32(nla);
		break;
#ifndef COMPAT_NATIVE_SA_DIR
	case XPCPU_XFRMA_SA_DIR:
		if (nla_len(nla) != sizeof(u8))
			return bad(req->extack, nla, bad_length, -EINVAL);
		req->dir = nla_get_u8(nla);
		if (req->dir != XPCPU_SA_DIR_IN && req->dir != XPCPU_SA_DIR_OUT)
			return bad(req->extack, nla, "integer out of range",
				   -ERANGE);
		break;
#endif
	}
	return 0;
}

static int read_request(struct xpcpu_request *req, const struct nlmsghdr *nlh)
{
	int type = nlh->nlmsg_type;
	/* The dump of SAs has no fixed part. */
	bool dump = is_dump(nlh, XFRM_MSG_GETSA);
	const struct nlattr *nla;
	int rem, err;

	nlmsg_for_each_attr(nla, nlh, dump ? 0 : fixed_len(type), rem) {
		err = read_attr(req, nla);
		if (err)
			return err;
	}
	/* It has to be well-formed there, and is of no use. */
	if (dump)
		return 0;
	if (req->dir && !takes_dir(type)) {
		NL_SET_ERR_MSG(req->extack, "Invalid attribute SA_DIR");
		return -EINVAL;
	}
	if (!req->has_pcpu)
		return 0;
	if (!takes_pcpu(type)) {
		NL_SET_ERR_MSG(req->extack, "Invalid attribute SA_PCPU");
		return -EINVAL;
	}
	/* For NEWSA and UPDSA this comes later, with the SA. */
	if ((type == XFRM_MSG_ALLOCSPI || type == XFRM_MSG_ACQUIRE) &&
	    req->pcpu >= num_possible_cpus()) {
		NL_SET_ERR_MSG(req->extack, "pCPU number too big");
		return -EINVAL;
	}
	return 0;
}

static bool is_cpu_acquire_policy(const struct nlmsghdr *nlh)
{
	const struct xfrm_userpolicy_info *info = nlmsg_data(nlh);

	return (nlh->nlmsg_type == XFRM_MSG_NEWPOLICY ||
		nlh->nlmsg_type == XFRM_MSG_UPDPOLICY) &&
	       info->flags & XFRM_POLICY_CPU_ACQUIRE;
}

static bool may_end_cpu_acquire(const struct nlmsghdr *nlh)
{
	switch (nlh->nlmsg_type) {
	case XFRM_MSG_UPDPOLICY:
	case XFRM_MSG_DELPOLICY:
	case XFRM_MSG_FLUSHPOLICY:
	case XFRM_MSG_POLEXPIRE:
		return true;
	}
	return false;
}

/* Whether the kernel will get as far as looking at the attributes. */
static bool concerns_us(const struct sk_buff *skb, const struct nlmsghdr *nlh)
{
	int type = nlh->nlmsg_type;

	return is_known(type) && !is_dump(nlh, XFRM_MSG_GETPOLICY) &&
	       (is_dump(nlh, XFRM_MSG_GETSA) ||
		nlmsg_len(nlh) >= fixed_len(type)) &&
	       (IS_ENABLED(CONFIG_XFRM_USER_COMPAT) || !in_compat_syscall()) &&
	       netlink_net_capable(skb, CAP_NET_ADMIN);
}

static int serve(struct sk_buff *skb, struct nlmsghdr *nlh,
		 struct netlink_ext_ack *extack)
{
	struct net *net = sock_net(skb->sk);
	struct xpcpu_request req = {
		.type = nlh->nlmsg_type,
		.pcpu = XPCPU_NONE,
		.extack = extack,
	};
	struct xpcpu_request *outer;
	int err;

	err = read_request(&req, nlh);
	if (!err && is_cpu_acquire_policy(nlh)) {
		err = xpcpu_output_need();
		if (err)
			NL_SET_ERR_MSG(extack, XPCPU_NO_HOOK_MSG);
	}
	if (err) {
		xpcpu_count_rare(net, XPCPU_STAT_REFUSED);
		return err;
	}

	outer = xpcpu_request_begin(net, &req);
	err = XPCPU_HOOK_ORIG(xpcpu_hook_rcv_msg, xpcpu_rcv_msg_proto)
		(skb, nlh, extack);
	xpcpu_request_end(net, outer);

	if (req.refresh)
		xpcpu_group_refresh(&req.refresh_key);
	if (may_end_cpu_acquire(nlh))
		xpcpu_output_release();
	return err;
}

static int wrap_rcv_msg(struct sk_buff *skb, struct nlmsghdr *nlh,
			struct netlink_ext_ack *extack)
{
	int err;

	xpcpu_wrapper_enter();
	if (concerns_us(skb, nlh))
		err = serve(skb, nlh, extack);
	else
		err = XPCPU_HOOK_ORIG(xpcpu_hook_rcv_msg, xpcpu_rcv_msg_proto)
			(skb, nlh, extack);
	xpcpu_wrapper_leave();
	return err;
}

struct xpcpu_hook xpcpu_hook_rcv_msg = {
	.name = "xfrm_user_rcv_msg",
	.wrapper = XPCPU_WRAPPER(xpcpu_rcv_msg_proto, wrap_rcv_msg),
};

// SPDX-License-Identifier: GPL-2.0-or-later
#include "cpu_acquire.h"

#include <errno.h>
#include <string.h>

#include <linux/netlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include "socket.h"

/* Requests that are tried before others are said to write too fast. */
#define TRIES 8

/**
 * struct change - change of a policy's flag
 * @sk: where the requests are sent
 * @policy: names the policy
 * @theirs: the policy as others have written it last, NULL if they deleted it
 * @is_labelled: it has a security context, which events do not tell
 * @index: its index in the kernel, as of our last request
 * @answered: the event of our last request came
 * @before: others wrote or deleted it, and our last request came after that
 * @after: they did so after our last request
 */
struct change {
	struct xp_socket *sk;
	const struct xp_policy *policy;
	struct nl_msg *theirs;
	bool is_labelled;
	uint32_t index;
	bool answered;
	bool before;
	bool after;
};

static int keep(struct change *change, const struct nlmsghdr *nlh)
{
	nlmsg_free(change->theirs);
	change->theirs = nlh ? nlmsg_convert((struct nlmsghdr *)nlh) : NULL;
	return nlh && !change->theirs ? -ENOMEM : 0;
}

static int take_policy(const struct nlmsghdr *nlh, void *arg)
{
	struct change *change = arg;
	struct xp_policy policy;
	int err = xp_spd_get_policy(nlh, &policy);

	if (err)
		return err;
	/* The index may be another policy's by now. */
	if (change->theirs || !xp_spd_is_same(&policy, change->policy))
		return 0;
	change->is_labelled = nlmsg_find_attr(
		(struct nlmsghdr *)nlh, sizeof(struct xfrm_userpolicy_info),
		XFRMA_SEC_CTX);
	return keep(change, nlh);
}

static int take_event(const struct nlmsghdr *nlh, void *arg)
{
	struct change *change = arg;
	struct xp_policy policy;
	int err = xp_spd_get_change(nlh, &policy);

	if (err)
		return err == -EOPNOTSUPP ? 0 : err;
	if (nlh->nlmsg_type == XFRM_MSG_FLUSHPOLICY
		    ? policy.type != change->policy->type
		    : !xp_spd_is_same(&policy, change->policy))
		return 0;
	if (xp_socket_is_last(change->sk, nlh)) {
		change->answered = true;
		change->index = policy.index;
		change->before = change->after;
		change->after = false;
		return 0;
	}
	change->after = true;
	return keep(change,
		    nlh->nlmsg_type == XFRM_MSG_NEWPOLICY ||
				    nlh->nlmsg_type == XFRM_MSG_UPDPOLICY
			    ? nlh
			    : NULL);
}

/*
 * The kernel serves one request after the other and tells of each before it answers
 * it: all that came before ours is there.
 */
static int hear(struct change *change, struct xp_socket *heard)
{
	int err;

	do {
		err = xp_socket_read(heard, take_event, change);
	} while (!err || err == -EINTR);
	if (err != -EAGAIN)
		return err;
	return change->answered ? 0 : -ENOBUFS;
}

static uint8_t flags_of(const struct nl_msg *msg)
{
	struct xfrm_userpolicy_info info;

	memcpy(&info, nlmsg_data(nlmsg_hdr((struct nl_msg *)msg)),
	       sizeof(info));
	return info.flags;
}

/* As others want it to be, but for the flag. */
static struct nl_msg *next_request(const struct change *change, uint8_t flags)
{
	struct xp_policy name = *change->policy;

	if (change->theirs)
		return xp_spd_put_flags(nlmsg_hdr(change->theirs), flags);
	name.index = change->index;
	return xp_spd_put_name(XFRM_MSG_DELPOLICY, &name);
}

/*
 * What others did between our reading and our writing is done again after it.  They
 * may write the policy once more while we take back one that they had deleted: then
 * it is missing for a moment.
 */
static int rewrite(struct change *change, struct xp_socket *heard, bool on)
{
	for (int i = 0; i < TRIES; i++) {
		uint8_t flags = change->theirs ? flags_of(change->theirs) : 0;
		uint8_t wanted = on ? flags | XFRM_POLICY_CPU_ACQUIRE
				    : flags & ~XFRM_POLICY_CPU_ACQUIRE;
		struct nl_msg *msg;
		bool is_gone = !change->theirs;
		int err;

		if (!i && flags == wanted)
			return 0;
		/* Without its label it would be another policy. */
		if (i && !is_gone && change->is_labelled)
			return -EOPNOTSUPP;
		msg = next_request(change, wanted);
		if (!msg)
			return -ENOMEM;
		change->answered = false;
		change->before = false;
		change->after = false;
		err = xp_socket_request(change->sk, msg, NULL, NULL);
		if (!err)
			err = hear(change, heard);
		if (err)
			return err;
		if (change->after || !change->before)
			return is_gone ? -ENOENT : 0;
	}
	return -EAGAIN;
}

int xp_cpu_acquire_set(struct xp_socket *sk, struct xp_socket *heard,
		       const struct xp_policy *policy, bool on)
{
	struct change change = { .sk = sk, .policy = policy };
	struct nl_msg *msg = xp_spd_put_name(XFRM_MSG_GETPOLICY, policy);
	int err;

	if (!msg)
		return -ENOMEM;
	err = xp_socket_request(sk, msg, take_policy, &change);
	if (!err && !change.theirs)
		err = -ENOENT;
	if (!err)
		err = rewrite(&change, heard, on);
	nlmsg_free(change.theirs);
	return err;
}

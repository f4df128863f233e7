// SPDX-License-Identifier: GPL-2.0-or-later
#include "xfrm_event.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/netlink.h>
#include <netlink/attr.h>

#include "attrs.h"

static int get_acquire(const struct nlmsghdr *nlh,
		       struct xp_xfrm_acquire *acquire)
{
	const struct nlattr *tb[XP_XFRMA_MAX + 1];
	struct xfrm_user_acquire info;
	struct xfrm_user_tmpl tmpl;
	struct xp_attrs run;

	memset(acquire, 0, sizeof(*acquire));
	if (xp_attrs_of_msg(nlh, sizeof(info), &run) ||
	    xp_xfrm_attrs(run, tb) || !tb[XFRMA_TMPL] ||
	    nla_len(tb[XFRMA_TMPL]) < (int)sizeof(tmpl))
		return -EBADMSG;
	memcpy(&info, (const char *)nlh + NLMSG_HDRLEN, sizeof(info));
	/* The template that wants an SA; it has the family of the outer side. */
	memcpy(&tmpl, nla_data(tb[XFRMA_TMPL]), sizeof(tmpl));
	if (xp_addr_from_xfrm(tmpl.family, &info.id.daddr, &acquire->id.dst) ||
	    xp_addr_from_xfrm(tmpl.family, &info.saddr, &acquire->src))
		return -EBADMSG;
	acquire->id.spi = ntohl(info.id.spi);
	acquire->id.proto = info.id.proto;
	acquire->reqid = tmpl.reqid;
	acquire->mode = tmpl.mode;
	acquire->seq = info.seq;
	acquire->sel = info.sel;
	acquire->policy_index = info.policy.index;
	acquire->cpu = XFRM_PCPU_CPU_NONE;
	xp_mark_from_xfrm(tb[XFRMA_MARK], &acquire->id.mark);
	if (tb[XFRMA_IF_ID])
		acquire->if_id = nla_get_u32(tb[XFRMA_IF_ID]);
	if (tb[XP_XFRMA_SA_PCPU])
		acquire->cpu = nla_get_u32(tb[XP_XFRMA_SA_PCPU]);
	return 0;
}

static int get_expire(const struct nlmsghdr *nlh, struct xp_xfrm_event *event)
{
	int err = xp_sad_get_sa(nlh, &event->sa);
	struct xfrm_user_expire expire;

	if (err)
		return err;
	memcpy(&expire, (const char *)nlh + NLMSG_HDRLEN, sizeof(expire));
	event->type = expire.hard ? XP_XFRM_SA_HARD : XP_XFRM_SA_SOFT;
	return 0;
}

static int get_flush(const struct nlmsghdr *nlh, struct xp_xfrm_event *event)
{
	struct xfrm_usersa_flush flush;

	if (nlh->nlmsg_len < NLMSG_LENGTH(sizeof(flush)))
		return -EBADMSG;
	memcpy(&flush, (const char *)nlh + NLMSG_HDRLEN, sizeof(flush));
	event->type = XP_XFRM_SA_FLUSHED;
	event->proto = flush.proto;
	return 0;
}

int xp_xfrm_get_event(const struct nlmsghdr *nlh, struct xp_xfrm_event *event)
{
	struct xp_xfrm_event result = { .port = nlh->nlmsg_pid };
	int err;

	switch (nlh->nlmsg_type) {
	case XFRM_MSG_ACQUIRE:
		result.type = XP_XFRM_ACQUIRE;
		err = get_acquire(nlh, &result.acquire);
		break;
	case XFRM_MSG_NEWSA:
		result.type = XP_XFRM_SA_NEW;
		err = xp_sad_get_sa(nlh, &result.sa);
		break;
	case XFRM_MSG_UPDSA:
		result.type = XP_XFRM_SA_UPDATED;
		err = xp_sad_get_sa(nlh, &result.sa);
		break;
	case XFRM_MSG_DELSA:
		result.type = XP_XFRM_SA_DELETED;
		err = xp_sad_get_sa(nlh, &result.sa);
		break;
	case XFRM_MSG_EXPIRE:
		err = get_expire(nlh, &result);
		break;
	case XFRM_MSG_FLUSHSA:
		err = get_flush(nlh, &result);
		break;
	case XFRM_MSG_NEWPOLICY:
	case XFRM_MSG_UPDPOLICY:
		result.type = XP_XFRM_POLICY;
		err = xp_spd_get_policy(nlh, &result.policy);
		break;
	default:
		return -EOPNOTSUPP;
	}
	if (!err)
		*event = result;
	return err;
}

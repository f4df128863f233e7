// SPDX-License-Identifier: GPL-2.0-or-later
#include "spd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/netlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include "attrs.h"
#include "sad.h"

/* AF_UNSPEC stays for an address of zeros: the packet's own counts. */
static int get_tmpl_addr(uint16_t family, const xfrm_address_t *from,
			 struct xp_addr *addr)
{
	static const xfrm_address_t zero;

	if (!memcmp(from, &zero, sizeof(zero)))
		return 0;
	return xp_addr_from_xfrm(family, from, addr);
}

static int get_tmpls(const struct nlattr *nla, struct xp_policy *policy)
{
	size_t count;

	if (!nla)
		return 0; /* a policy without IPsec */
	count = nla_len(nla) / sizeof(struct xfrm_user_tmpl);
	if (nla_len(nla) % sizeof(struct xfrm_user_tmpl) || count > XP_TMPL_MAX)
		return -EBADMSG;
	for (size_t i = 0; i < count; i++) {
		struct xp_tmpl *tmpl = &policy->tmpl[i];
		struct xfrm_user_tmpl from;

		memcpy(&from, (const char *)nla_data(nla) + i * sizeof(from),
		       sizeof(from));
		if (get_tmpl_addr(from.family, &from.id.daddr, &tmpl->dst) ||
		    get_tmpl_addr(from.family, &from.saddr, &tmpl->src))
			return -EBADMSG;
		tmpl->spi = ntohl(from.id.spi);
		tmpl->reqid = from.reqid;
		tmpl->mode = from.mode;
		tmpl->proto = from.id.proto;
		tmpl->optional = from.optional;
	}
	policy->nr_tmpls = count;
	return 0;
}

/* Type of policies; "main" unless it is told. */
static uint8_t get_type(const struct nlattr *nla)
{
	struct xfrm_userpolicy_type type = { .type = XFRM_POLICY_TYPE_MAIN };

	if (nla)
		memcpy(&type, nla_data(nla), sizeof(type));
	return type.type;
}

/* The policy is at the beginning, or with @nested in an attribute, after its name. */
static int get_policy(const struct nlmsghdr *nlh, bool nested,
		      struct xp_policy *policy)
{
	const struct nlattr *tb[XP_XFRMA_MAX + 1];
	struct xp_policy result = { 0 };
	struct xfrm_userpolicy_info info;
	struct xp_attrs run;

	if (xp_attrs_of_msg(nlh,
			    nested ? sizeof(struct xfrm_userpolicy_id)
				   : sizeof(info),
			    &run) ||
	    xp_xfrm_attrs(run, tb) ||
	    (nested && (!tb[XFRMA_POLICY] ||
			nla_len(tb[XFRMA_POLICY]) < (int)sizeof(info))))
		return -EBADMSG;
	memcpy(&info,
	       nested ? nla_data(tb[XFRMA_POLICY])
		      : (const char *)nlh + NLMSG_HDRLEN,
	       sizeof(info));
	if (info.dir >= XFRM_POLICY_MAX)
		return -EOPNOTSUPP;
	result.sel = info.sel;
	result.index = info.index;
	result.priority = info.priority;
	result.dir = info.dir;
	result.flags = info.flags;
	result.is_block = info.action == XFRM_POLICY_BLOCK;
	result.type = get_type(tb[XFRMA_POLICY_TYPE]);
	if (tb[XFRMA_IF_ID])
		result.if_id = nla_get_u32(tb[XFRMA_IF_ID]);
	xp_mark_from_xfrm(tb[XFRMA_MARK], &result.mark);
	if (get_tmpls(tb[XFRMA_TMPL], &result))
		return -EBADMSG;
	*policy = result;
	return 0;
}

int xp_spd_get_policy(const struct nlmsghdr *nlh, struct xp_policy *policy)
{
	if (nlh->nlmsg_type != XFRM_MSG_NEWPOLICY &&
	    nlh->nlmsg_type != XFRM_MSG_UPDPOLICY)
		return -EBADMSG;
	return get_policy(nlh, false, policy);
}

static int get_flush(const struct nlmsghdr *nlh, struct xp_policy *policy)
{
	const struct nlattr *tb[XP_XFRMA_MAX + 1];
	struct xp_attrs run;

	if (xp_attrs_of_msg(nlh, 0, &run) || xp_xfrm_attrs(run, tb))
		return -EBADMSG;
	*policy = (struct xp_policy){
		.type = get_type(tb[XFRMA_POLICY_TYPE]),
	};
	return 0;
}

int xp_spd_get_change(const struct nlmsghdr *nlh, struct xp_policy *policy)
{
	switch (nlh->nlmsg_type) {
	case XFRM_MSG_NEWPOLICY:
	case XFRM_MSG_UPDPOLICY:
		return get_policy(nlh, false, policy);
	case XFRM_MSG_DELPOLICY:
		return get_policy(nlh, true, policy);
	case XFRM_MSG_FLUSHPOLICY:
		return get_flush(nlh, policy);
	default:
		return -EOPNOTSUPP;
	}
}

int xp_spd_add(struct xp_spd *spd, const struct xp_policy *policy)
{
	if (spd->count == spd->room) {
		size_t room = spd->room ? spd->room * 2 : 16;
		struct xp_policy *new =
			reallocarray(spd->policy, room, sizeof(*new));

		if (!new)
			return -ENOMEM;
		spd->policy = new;
		spd->room = room;
	}
	spd->policy[spd->count++] = *policy;
	return 0;
}

void xp_spd_free(struct xp_spd *spd)
{
	free(spd->policy);
	memset(spd, 0, sizeof(*spd));
}

/* Not memcmp() of the whole: the structure ends with padding before ifindex. */
static bool same_selector(const struct xfrm_selector *a,
			  const struct xfrm_selector *b)
{
	return !memcmp(&a->daddr, &b->daddr, sizeof(a->daddr)) &&
	       !memcmp(&a->saddr, &b->saddr, sizeof(a->saddr)) &&
	       a->dport == b->dport && a->dport_mask == b->dport_mask &&
	       a->sport == b->sport && a->sport_mask == b->sport_mask &&
	       a->family == b->family && a->prefixlen_d == b->prefixlen_d &&
	       a->prefixlen_s == b->prefixlen_s && a->proto == b->proto &&
	       a->ifindex == b->ifindex;
}

bool xp_spd_is_same(const struct xp_policy *a, const struct xp_policy *b)
{
	return same_selector(&a->sel, &b->sel) && a->dir == b->dir &&
	       a->type == b->type && a->if_id == b->if_id &&
	       a->mark.value == b->mark.value && a->mark.mask == b->mark.mask;
}

struct nl_msg *xp_spd_put_name(uint16_t type, const struct xp_policy *policy)
{
	struct nl_msg *msg = nlmsg_alloc_simple(type, NLM_F_ACK);
	struct xfrm_userpolicy_id id = {
		.sel = policy->sel,
		/* Finds also a policy with a security context. */
		.index = policy->index,
		.dir = policy->dir,
	};
	struct xfrm_userpolicy_type spd = { .type = policy->type };
	struct xfrm_mark mark = {
		.v = policy->mark.value,
		.m = policy->mark.mask,
	};

	if (!msg)
		return NULL;
	if (nlmsg_append(msg, &id, sizeof(id), NLMSG_ALIGNTO) ||
	    nla_put(msg, XFRMA_POLICY_TYPE, sizeof(spd), &spd) ||
	    (policy->if_id && nla_put_u32(msg, XFRMA_IF_ID, policy->if_id)) ||
	    ((mark.v || mark.m) &&
	     nla_put(msg, XFRMA_MARK, sizeof(mark), &mark))) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

struct nl_msg *xp_spd_put_flags(const struct nlmsghdr *nlh, uint8_t flags)
{
	struct xfrm_userpolicy_info *info;
	struct nl_msg *msg;
	size_t body;
	void *to;

	if (nlh->nlmsg_len < NLMSG_LENGTH(sizeof(*info)))
		return NULL;
	body = nlh->nlmsg_len - NLMSG_HDRLEN;
	msg = nlmsg_alloc_size(nlmsg_total_size(body));
	if (!msg)
		return NULL;
	nlmsg_hdr(msg)->nlmsg_type = XFRM_MSG_UPDPOLICY;
	nlmsg_hdr(msg)->nlmsg_flags = NLM_F_ACK;
	to = nlmsg_reserve(msg, body, NLMSG_ALIGNTO);
	if (!to) {
		nlmsg_free(msg);
		return NULL;
	}
	memcpy(to, (const char *)nlh + NLMSG_HDRLEN, body);
	info = to;
	info->flags = flags;
	return msg;
}

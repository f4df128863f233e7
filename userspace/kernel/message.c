// SPDX-License-Identifier: GPL-2.0-or-later
#include "message.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include "attrs.h"
#include "groups.h"

/* Size of each attribute's value. */
static const struct xp_attr_size sizes[XFRM_PCPU_A_MAX + 1] = {
	[XFRM_PCPU_A_UNSPEC] = XP_ATTR_AT_LEAST(0),
	[XFRM_PCPU_A_PAD] = XP_ATTR_AT_LEAST(0),
	[XFRM_PCPU_A_FAMILY] = XP_ATTR_EXACTLY(2),
	[XFRM_PCPU_A_DADDR] = { 4, 16 },
	[XFRM_PCPU_A_SADDR] = { 4, 16 },
	[XFRM_PCPU_A_SPI] = XP_ATTR_EXACTLY(4),
	[XFRM_PCPU_A_PROTO] = XP_ATTR_EXACTLY(1),
	[XFRM_PCPU_A_MARK] = XP_ATTR_EXACTLY(4),
	[XFRM_PCPU_A_MARK_MASK] = XP_ATTR_EXACTLY(4),
	[XFRM_PCPU_A_CPU] = XP_ATTR_EXACTLY(4),
	[XFRM_PCPU_A_OLD_CPU] = XP_ATTR_EXACTLY(4),
	[XFRM_PCPU_A_DIR] = XP_ATTR_EXACTLY(1),
	[XFRM_PCPU_A_TIMEOUT_MS] = XP_ATTR_EXACTLY(4),
	[XFRM_PCPU_A_GROUP_ID] = XP_ATTR_EXACTLY(8),
	[XFRM_PCPU_A_REQID] = XP_ATTR_EXACTLY(4),
	[XFRM_PCPU_A_MODE] = XP_ATTR_EXACTLY(1),
	[XFRM_PCPU_A_IF_ID] = XP_ATTR_EXACTLY(4),
	[XFRM_PCPU_A_SA] = XP_ATTR_AT_LEAST(NLA_HDRLEN),
	[XFRM_PCPU_A_ACQUIRE] = XP_ATTR_AT_LEAST(NLA_HDRLEN),
	[XFRM_PCPU_A_STATE] = XP_ATTR_EXACTLY(1),
	[XFRM_PCPU_A_HELD] = XP_ATTR_EXACTLY(0),
	[XFRM_PCPU_A_SEQ] = XP_ATTR_EXACTLY(4),
	[XFRM_PCPU_A_VERSION] = XP_ATTR_AT_LEAST(1),
	[XFRM_PCPU_A_FEATURES] = XP_ATTR_EXACTLY(4),
	[XFRM_PCPU_A_POSSIBLE_CPUS] = XP_ATTR_EXACTLY(4),
	[XFRM_PCPU_A_EXPECT_MAX] = XP_ATTR_EXACTLY(4),
	[XFRM_PCPU_A_HOLD_MS] = XP_ATTR_EXACTLY(4),
	[XFRM_PCPU_A_FOLLOW_UDP] = XP_ATTR_EXACTLY(1),
	[XFRM_PCPU_A_FOLLOW_TCP_MS] = XP_ATTR_EXACTLY(4),
	[XFRM_PCPU_A_FOLLOWING] = XP_ATTR_EXACTLY(1),
	[XFRM_PCPU_A_NR_SAS] = XP_ATTR_EXACTLY(4),
	[XFRM_PCPU_A_NR_GROUPS] = XP_ATTR_EXACTLY(4),
	[XFRM_PCPU_A_OUTPUT_ARMED] = XP_ATTR_EXACTLY(1),
	[XFRM_PCPU_A_NR_BOUND] = XP_ATTR_EXACTLY(4),
	[XFRM_PCPU_A_STEER_MODE] = XP_ATTR_EXACTLY(1),
	[XFRM_PCPU_A_STEER_SPREAD] = XP_ATTR_EXACTLY(1),
	[XFRM_PCPU_A_STEER_AUTO_SHARE] = XP_ATTR_EXACTLY(4),
	[XFRM_PCPU_A_STEER_AUTO_MS] = XP_ATTR_EXACTLY(4),
	[XFRM_PCPU_A_STEER_QUEUE_LEN] = XP_ATTR_EXACTLY(4),
	[XFRM_PCPU_A_STEER_BYPASS] = XP_ATTR_EXACTLY(1),
	[XFRM_PCPU_A_STEER_HOME] = XP_ATTR_EXACTLY(8),
	[XFRM_PCPU_A_STEER_OUT] = XP_ATTR_EXACTLY(8),
	[XFRM_PCPU_A_STEER_IN] = XP_ATTR_EXACTLY(8),
	[XFRM_PCPU_A_STEER_FULL] = XP_ATTR_EXACTLY(8),
	[XFRM_PCPU_A_STEER_GONE] = XP_ATTR_EXACTLY(8),
	[XFRM_PCPU_A_STEER_LEFT] = XP_ATTR_EXACTLY(8),
	[XFRM_PCPU_A_STEER_OFFLOAD] = XP_ATTR_EXACTLY(8),
	[XFRM_PCPU_A_STEER_TCP] = XP_ATTR_EXACTLY(8),
};

static int attrs_index(struct xp_attrs run,
		       const struct nlattr *tb[XFRM_PCPU_A_MAX + 1])
{
	return xp_attrs_index(run, sizes, XFRM_PCPU_A_MAX, tb);
}

static uint64_t u64_or_0(const struct nlattr *nla)
{
	return nla ? nla_get_u64(nla) : 0;
}

static uint32_t u32_or(const struct nlattr *nla, uint32_t absent)
{
	return nla ? nla_get_u32(nla) : absent;
}

static uint8_t u8_or(const struct nlattr *nla, uint8_t absent)
{
	return nla ? nla_get_u8(nla) : absent;
}

static int get_addr(const struct nlattr *nla, uint16_t family,
		    struct xp_addr *addr)
{
	int size;

	memset(addr, 0, sizeof(*addr));
	switch (family) {
	case AF_INET:
		size = sizeof(addr->v4);
		break;
	case AF_INET6:
		size = sizeof(addr->v6);
		break;
	default:
		return -EBADMSG;
	}
	if (nla_len(nla) != size)
		return -EBADMSG;
	addr->family = family;
	memcpy(&addr->v6, nla_data(nla), size);
	return 0;
}

static bool has_key(const struct nlattr **tb)
{
	return tb[XFRM_PCPU_A_FAMILY] || tb[XFRM_PCPU_A_DADDR] ||
	       tb[XFRM_PCPU_A_PROTO] || tb[XFRM_PCPU_A_MODE];
}

static int get_key(const struct nlattr **tb, struct xp_key *key)
{
	if (!tb[XFRM_PCPU_A_FAMILY] || !tb[XFRM_PCPU_A_DADDR] ||
	    !tb[XFRM_PCPU_A_PROTO] || !tb[XFRM_PCPU_A_MODE])
		return -EBADMSG;
	key->reqid = u32_or(tb[XFRM_PCPU_A_REQID], 0);
	key->if_id = u32_or(tb[XFRM_PCPU_A_IF_ID], 0);
	key->mode = nla_get_u8(tb[XFRM_PCPU_A_MODE]);
	key->proto = nla_get_u8(tb[XFRM_PCPU_A_PROTO]);
	return get_addr(tb[XFRM_PCPU_A_DADDR],
			nla_get_u16(tb[XFRM_PCPU_A_FAMILY]), &key->dst);
}

/* @family: of the group, AF_UNSPEC if it is not known: the length decides. */
static int get_sa(const struct nlattr **tb, uint16_t family, struct xp_sa *sa)
{
	const struct nlattr *src = tb[XFRM_PCPU_A_SADDR];

	if (!tb[XFRM_PCPU_A_SPI])
		return -EBADMSG;

	memset(sa, 0, sizeof(*sa));
	sa->spi = ntohl(nla_get_u32(tb[XFRM_PCPU_A_SPI]));
	sa->cpu = u32_or(tb[XFRM_PCPU_A_CPU], XFRM_PCPU_CPU_NONE);
	sa->dir = u8_or(tb[XFRM_PCPU_A_DIR], 0);
	sa->state = u8_or(tb[XFRM_PCPU_A_STATE], 0);
	sa->has_state = tb[XFRM_PCPU_A_STATE];
	sa->held = tb[XFRM_PCPU_A_HELD];
	sa->mark.value = u32_or(tb[XFRM_PCPU_A_MARK], 0);
	sa->mark.mask = u32_or(tb[XFRM_PCPU_A_MARK_MASK],
			       tb[XFRM_PCPU_A_MARK] ? UINT32_MAX : 0);
	if (!src)
		return 0;
	if (family == AF_UNSPEC)
		family = nla_len(src) == sizeof(sa->src.v4) ? AF_INET
							    : AF_INET6;
	return get_addr(src, family, &sa->src);
}

static int get_acquire(const struct nlattr **tb, struct xp_acquire *acquire)
{
	if (!tb[XFRM_PCPU_A_CPU] || !tb[XFRM_PCPU_A_SEQ])
		return -EBADMSG;
	acquire->cpu = nla_get_u32(tb[XFRM_PCPU_A_CPU]);
	acquire->seq = nla_get_u32(tb[XFRM_PCPU_A_SEQ]);
	acquire->left_ms = u32_or(tb[XFRM_PCPU_A_TIMEOUT_MS], 0);
	return 0;
}

/* Start reading a message of the family. */
static int get_genl(const struct nlmsghdr *nlh, uint8_t *cmd,
		    struct xp_attrs *run)
{
	const struct genlmsghdr *ghdr;

	if (xp_attrs_of_msg(nlh, GENL_HDRLEN, run))
		return -EBADMSG;
	ghdr = (const struct genlmsghdr *)((const char *)nlh + NLMSG_HDRLEN);
	*cmd = ghdr->cmd;
	return 0;
}

int xp_msg_put_sa_id(struct nl_msg *msg, const struct xp_sa_id *id)
{
	int size;

	if (id->dst.family == AF_INET)
		size = sizeof(id->dst.v4);
	else if (id->dst.family == AF_INET6)
		size = sizeof(id->dst.v6);
	else
		return -EAFNOSUPPORT;

	if (nla_put_u16(msg, XFRM_PCPU_A_FAMILY, id->dst.family) ||
	    nla_put(msg, XFRM_PCPU_A_DADDR, size, &id->dst.v6) ||
	    nla_put_u32(msg, XFRM_PCPU_A_SPI, htonl(id->spi)) ||
	    nla_put_u8(msg, XFRM_PCPU_A_PROTO, id->proto))
		return -EMSGSIZE;
	if (!id->mark.value && !id->mark.mask)
		return 0;
	if (nla_put_u32(msg, XFRM_PCPU_A_MARK, id->mark.value) ||
	    nla_put_u32(msg, XFRM_PCPU_A_MARK_MASK, id->mark.mask))
		return -EMSGSIZE;
	return 0;
}

int xp_msg_get_info(const struct nlmsghdr *nlh, struct xp_info *info)
{
	const struct nlattr *tb[XFRM_PCPU_A_MAX + 1];
	struct xp_info result = { 0 };
	struct xp_attrs run;
	size_t length;
	uint8_t cmd;

	if (get_genl(nlh, &cmd, &run) || cmd != XFRM_PCPU_CMD_GET_INFO ||
	    attrs_index(run, tb))
		return -EBADMSG;
	if (!tb[XFRM_PCPU_A_VERSION] || !tb[XFRM_PCPU_A_FEATURES])
		return -EBADMSG;

	length = strnlen(nla_data(tb[XFRM_PCPU_A_VERSION]),
			 nla_len(tb[XFRM_PCPU_A_VERSION]));
	if (length == (size_t)nla_len(tb[XFRM_PCPU_A_VERSION]))
		return -EBADMSG; /* not terminated */
	if (length >= sizeof(result.version))
		length = sizeof(result.version) - 1;
	memcpy(result.version, nla_data(tb[XFRM_PCPU_A_VERSION]), length);

	result.features = nla_get_u32(tb[XFRM_PCPU_A_FEATURES]);
	result.possible_cpus = u32_or(tb[XFRM_PCPU_A_POSSIBLE_CPUS], 0);
	result.expect_max = u32_or(tb[XFRM_PCPU_A_EXPECT_MAX], 0);
	result.hold_ms = u32_or(tb[XFRM_PCPU_A_HOLD_MS], 0);
	result.nr_sas = u32_or(tb[XFRM_PCPU_A_NR_SAS], 0);
	result.nr_groups = u32_or(tb[XFRM_PCPU_A_NR_GROUPS], 0);
	result.output_armed = u8_or(tb[XFRM_PCPU_A_OUTPUT_ARMED], 0);
	result.follow_udp = u8_or(tb[XFRM_PCPU_A_FOLLOW_UDP], 0);
	result.follow_tcp_ms = u32_or(tb[XFRM_PCPU_A_FOLLOW_TCP_MS], 0);
	result.following = u8_or(tb[XFRM_PCPU_A_FOLLOWING], 0);
	result.steer_mode = u8_or(tb[XFRM_PCPU_A_STEER_MODE], 0);
	result.steer_spread = u8_or(tb[XFRM_PCPU_A_STEER_SPREAD], 0);
	result.steer_auto_share = u32_or(tb[XFRM_PCPU_A_STEER_AUTO_SHARE], 0);
	result.steer_auto_ms = u32_or(tb[XFRM_PCPU_A_STEER_AUTO_MS], 0);
	result.steer_queue_len = u32_or(tb[XFRM_PCPU_A_STEER_QUEUE_LEN], 0);
	result.steer_bypass = u8_or(tb[XFRM_PCPU_A_STEER_BYPASS], 0);
	*info = result;
	return 0;
}

int xp_msg_get_steer(const struct nlmsghdr *nlh, struct xp_steer *steer)
{
	const struct nlattr *tb[XFRM_PCPU_A_MAX + 1];
	struct xp_attrs run;
	uint8_t cmd;

	if (get_genl(nlh, &cmd, &run) || cmd != XFRM_PCPU_CMD_NEW_STEER ||
	    attrs_index(run, tb) || !tb[XFRM_PCPU_A_CPU])
		return -EBADMSG;
	*steer = (struct xp_steer){
		.cpu = nla_get_u32(tb[XFRM_PCPU_A_CPU]),
		.home = u64_or_0(tb[XFRM_PCPU_A_STEER_HOME]),
		.out = u64_or_0(tb[XFRM_PCPU_A_STEER_OUT]),
		.in = u64_or_0(tb[XFRM_PCPU_A_STEER_IN]),
		.full = u64_or_0(tb[XFRM_PCPU_A_STEER_FULL]),
		.gone = u64_or_0(tb[XFRM_PCPU_A_STEER_GONE]),
		.left = u64_or_0(tb[XFRM_PCPU_A_STEER_LEFT]),
		.offload = u64_or_0(tb[XFRM_PCPU_A_STEER_OFFLOAD]),
		.tcp = u64_or_0(tb[XFRM_PCPU_A_STEER_TCP]),
	};
	return 0;
}

static int count_members(struct xp_attrs run, size_t *sas, size_t *acquires)
{
	const struct nlattr *nla;
	int err = 0;

	*sas = 0;
	*acquires = 0;
	while ((nla = xp_attrs_next(&run, &err))) {
		*sas += nla_type(nla) == XFRM_PCPU_A_SA;
		*acquires += nla_type(nla) == XFRM_PCPU_A_ACQUIRE;
	}
	return err;
}

/* There is room for @sas and @acquires, as count_members() counted them. */
static int get_members(struct xp_attrs run, size_t sas, size_t acquires,
		       struct xp_group *group)
{
	uint16_t family = group->has_key ? group->key.dst.family : AF_UNSPEC;
	const struct nlattr *tb[XFRM_PCPU_A_MAX + 1];
	const struct nlattr *nla;
	int err = 0;

	while ((nla = xp_attrs_next(&run, &err))) {
		int type = nla_type(nla);

		if (type != XFRM_PCPU_A_SA && type != XFRM_PCPU_A_ACQUIRE)
			continue;
		err = attrs_index(xp_attrs_of_nest(nla), tb);
		if (err)
			return err;
		if (type == XFRM_PCPU_A_SA && group->nr_sas < sas)
			err = get_sa(tb, family, &group->sas[group->nr_sas++]);
		else if (group->nr_acquires < acquires)
			err = get_acquire(
				tb, &group->acquires[group->nr_acquires++]);
		if (err)
			return err;
	}
	return err;
}

int xp_msg_get_group(const struct nlmsghdr *nlh, struct xp_group *group)
{
	const struct nlattr *tb[XFRM_PCPU_A_MAX + 1];
	struct xp_group result = { 0 };
	size_t sas, acquires;
	struct xp_attrs run;
	uint8_t cmd;
	int err;

	if (get_genl(nlh, &cmd, &run) || cmd != XFRM_PCPU_CMD_NEW_GROUP ||
	    attrs_index(run, tb) || count_members(run, &sas, &acquires))
		return -EBADMSG;
	if (!tb[XFRM_PCPU_A_GROUP_ID])
		return -EBADMSG;

	result.id = nla_get_u64(tb[XFRM_PCPU_A_GROUP_ID]);
	result.nr_bound = u32_or(tb[XFRM_PCPU_A_NR_BOUND], 0);
	result.has_key = has_key(tb);
	if (result.has_key) {
		err = get_key(tb, &result.key);
		if (err)
			return err;
	}

	err = -ENOMEM;
	if (sas) {
		result.sas = calloc(sas, sizeof(*result.sas));
		if (!result.sas)
			goto error;
	}
	if (acquires) {
		result.acquires = calloc(acquires, sizeof(*result.acquires));
		if (!result.acquires)
			goto error;
	}
	err = get_members(run, sas, acquires, &result);
	if (err)
		goto error;
	*group = result;
	return 0;

error:
	xp_group_free(&result);
	return err;
}

int xp_msg_get_event(const struct nlmsghdr *nlh, struct xp_event *event)
{
	const struct nlattr *tb[XFRM_PCPU_A_MAX + 1];
	struct xp_event result = { 0 };
	struct xp_attrs run;
	int err;

	if (get_genl(nlh, &result.cmd, &run))
		return -EBADMSG;
	if (result.cmd < XFRM_PCPU_CMD_EV_BOUND ||
	    result.cmd > XFRM_PCPU_CMD_EV_ACQUIRE)
		return -EOPNOTSUPP;
	if (attrs_index(run, tb))
		return -EBADMSG;
	result.old_cpu = u32_or(tb[XFRM_PCPU_A_OLD_CPU], XFRM_PCPU_CPU_NONE);

	if (result.cmd == XFRM_PCPU_CMD_EV_ACQUIRE) {
		if (!tb[XFRM_PCPU_A_CPU] || !tb[XFRM_PCPU_A_SEQ])
			return -EBADMSG;
		result.sa.cpu = nla_get_u32(tb[XFRM_PCPU_A_CPU]);
		result.seq = nla_get_u32(tb[XFRM_PCPU_A_SEQ]);
		err = get_key(tb, &result.key);
	} else {
		if (!tb[XFRM_PCPU_A_SA])
			return -EBADMSG;
		run = xp_attrs_of_nest(tb[XFRM_PCPU_A_SA]);
		err = attrs_index(run, tb);
		if (!err)
			err = get_key(tb, &result.key);
		if (!err)
			err = get_sa(tb, result.key.dst.family, &result.sa);
	}
	if (!err)
		*event = result;
	return err;
}

bool xp_msg_is_family_gone(const struct nlmsghdr *nlh, const char *name)
{
	const struct nlattr *nla;
	struct xp_attrs run;
	uint8_t cmd;
	int err = 0;

	if (get_genl(nlh, &cmd, &run) || cmd != CTRL_CMD_DELFAMILY)
		return false;
	while ((nla = xp_attrs_next(&run, &err))) {
		if (nla_type(nla) == CTRL_ATTR_FAMILY_NAME &&
		    (size_t)nla_len(nla) == strlen(name) + 1 &&
		    !memcmp(nla_data(nla), name, strlen(name) + 1))
			return true;
	}
	return false;
}

void xp_msg_get_ext_ack(const struct nlmsghdr *nlh, char *text, size_t size)
{
	size_t offset = sizeof(int);
	const struct nlattr *nla;
	struct xp_attrs run;
	int err = 0;

	if (!size)
		return;
	text[0] = '\0';
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return;

	if (nlh->nlmsg_type == NLMSG_ERROR) {
		const struct nlmsgerr *msg;

		if (xp_attrs_of_msg(nlh, sizeof(*msg), &run))
			return;
		msg = (const struct nlmsgerr *)((const char *)nlh +
						NLMSG_HDRLEN);
		offset = sizeof(*msg);
		/* The request is repeated unless NLM_F_CAPPED is set. */
		if (!(nlh->nlmsg_flags & NLM_F_CAPPED)) {
			if (msg->msg.nlmsg_len < NLMSG_HDRLEN ||
			    msg->msg.nlmsg_len > nlh->nlmsg_len)
				return;
			offset += msg->msg.nlmsg_len - NLMSG_HDRLEN;
		}
	}
	if (xp_attrs_of_msg(nlh, offset, &run))
		return;
	while ((nla = xp_attrs_next(&run, &err))) {
		size_t length;

		if (nla_type(nla) != NLMSGERR_ATTR_MSG)
			continue;
		length = strnlen(nla_data(nla), nla_len(nla));
		if (length >= size)
			length = size - 1;
		memcpy(text, nla_data(nla), length);
		text[length] = '\0';
	}
}

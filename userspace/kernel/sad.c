// SPDX-License-Identifier: GPL-2.0-or-later
#include "sad.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/netlink.h>
#include <netlink/attr.h>

#include "attrs.h"
#include "groups.h"

/* Sizes of the attributes that are read here; any for all others. */
#define ANY XP_ATTR_AT_LEAST(0)

static const struct xp_attr_size sizes[XP_XFRMA_MAX + 1] = {
	[XFRMA_UNSPEC] = ANY,
	[XFRMA_ALG_AUTH] = XP_ATTR_AT_LEAST(sizeof(struct xfrm_algo)),
	[XFRMA_ALG_CRYPT] = XP_ATTR_AT_LEAST(sizeof(struct xfrm_algo)),
	[XFRMA_ALG_COMP] = ANY,
	[XFRMA_ENCAP] = XP_ATTR_EXACTLY(sizeof(struct xfrm_encap_tmpl)),
	[XFRMA_TMPL] = ANY,
	[XFRMA_SA] = XP_ATTR_EXACTLY(sizeof(struct xfrm_usersa_info)),
	[XFRMA_POLICY] = ANY,
	[XFRMA_SEC_CTX] = ANY,
	[XFRMA_LTIME_VAL] = ANY,
	[XFRMA_REPLAY_VAL] = XP_ATTR_EXACTLY(sizeof(struct xfrm_replay_state)),
	[XFRMA_REPLAY_THRESH] = ANY,
	[XFRMA_ETIMER_THRESH] = ANY,
	[XFRMA_SRCADDR] = ANY,
	[XFRMA_COADDR] = ANY,
	[XFRMA_LASTUSED] = XP_ATTR_EXACTLY(8),
	[XFRMA_POLICY_TYPE] =
		XP_ATTR_EXACTLY(sizeof(struct xfrm_userpolicy_type)),
	[XFRMA_MIGRATE] = ANY,
	[XFRMA_ALG_AEAD] = XP_ATTR_AT_LEAST(sizeof(struct xfrm_algo_aead)),
	[XFRMA_KMADDRESS] = ANY,
	[XFRMA_ALG_AUTH_TRUNC] =
		XP_ATTR_AT_LEAST(sizeof(struct xfrm_algo_auth)),
	[XFRMA_MARK] = XP_ATTR_EXACTLY(sizeof(struct xfrm_mark)),
	[XFRMA_TFCPAD] = ANY,
	[XFRMA_REPLAY_ESN_VAL] =
		XP_ATTR_AT_LEAST(sizeof(struct xfrm_replay_state_esn)),
	[XFRMA_SA_EXTRA_FLAGS] = ANY,
	[XFRMA_PROTO] = ANY,
	[XFRMA_ADDRESS_FILTER] = ANY,
	[XFRMA_PAD] = ANY,
	[XFRMA_OFFLOAD_DEV] = ANY,
	[XFRMA_SET_MARK] = XP_ATTR_EXACTLY(4),
	[XFRMA_SET_MARK_MASK] = XP_ATTR_EXACTLY(4),
	[XFRMA_IF_ID] = XP_ATTR_EXACTLY(4),
	[XFRMA_IF_ID + 1] = ANY, /* MTIMER_THRESH */
	[XP_XFRMA_SA_DIR] = XP_ATTR_EXACTLY(1),
	[XP_XFRMA_SA_DIR + 1] = ANY, /* NAT_KEEPALIVE_INTERVAL */
	[XP_XFRMA_SA_PCPU] = XP_ATTR_EXACTLY(4),
};

int xp_xfrm_attrs(struct xp_attrs run,
		  const struct nlattr *tb[XP_XFRMA_MAX + 1])
{
	return xp_attrs_index(run, sizes, XP_XFRMA_MAX, tb);
}

bool xp_addr_is(const struct xp_addr *a, const struct xp_addr *b)
{
	return a->family == b->family &&
	       !memcmp(&a->v6, &b->v6,
		       a->family == AF_INET ? sizeof(a->v4) : sizeof(a->v6));
}

int xp_addr_from_xfrm(uint16_t family, const xfrm_address_t *from,
		      struct xp_addr *addr)
{
	struct xp_addr result = { .family = family };

	if (family == AF_INET)
		memcpy(&result.v4, from, sizeof(result.v4));
	else if (family == AF_INET6)
		memcpy(&result.v6, from, sizeof(result.v6));
	else
		return -EBADMSG;
	*addr = result;
	return 0;
}

void xp_addr_to_xfrm(const struct xp_addr *addr, xfrm_address_t *to)
{
	memset(to, 0, sizeof(*to));
	if (addr->family == AF_INET)
		memcpy(to, &addr->v4, sizeof(addr->v4));
	else
		memcpy(to, &addr->v6, sizeof(addr->v6));
}

void xp_mark_from_xfrm(const struct nlattr *nla, struct xp_mark *mark)
{
	struct xfrm_mark value = { 0 };

	if (nla)
		memcpy(&value, nla_data(nla), sizeof(value));
	mark->value = value.v;
	mark->mask = value.m;
}

/* The sequence numbers, of 32 or of 64 bits, and the window. */
static void get_replay(const struct nlattr **tb, struct xp_sad_sa *sa)
{
	if (tb[XFRMA_REPLAY_ESN_VAL]) {
		struct xfrm_replay_state_esn esn;

		memcpy(&esn, nla_data(tb[XFRMA_REPLAY_ESN_VAL]), sizeof(esn));
		sa->oseq = (uint64_t)esn.oseq_hi << 32 | esn.oseq;
		sa->iseq = (uint64_t)esn.seq_hi << 32 | esn.seq;
		sa->replay_window = esn.replay_window;
	} else if (tb[XFRMA_REPLAY_VAL]) {
		struct xfrm_replay_state replay;

		memcpy(&replay, nla_data(tb[XFRMA_REPLAY_VAL]), sizeof(replay));
		sa->oseq = replay.oseq;
		sa->iseq = replay.seq;
	}
}

static int get_sa(const void *data, const struct nlattr **tb,
		  struct xp_sad_sa *sa)
{
	/* Messages are aligned to 4 bytes only, the structure wants 8. */
	struct xfrm_usersa_info info;
	struct xp_sad_sa result = { .cpu = XFRM_PCPU_CPU_NONE };

	memcpy(&info, data, sizeof(info));
	if (xp_addr_from_xfrm(info.family, &info.id.daddr, &result.id.dst) ||
	    xp_addr_from_xfrm(info.family, &info.saddr, &result.src))
		return -EBADMSG;
	result.id.spi = ntohl(info.id.spi);
	result.id.proto = info.id.proto;
	xp_mark_from_xfrm(tb[XFRMA_MARK], &result.id.mark);
	result.reqid = info.reqid;
	result.mode = info.mode;
	result.seq = info.seq;
	result.sel = info.sel;
	result.limits = info.lft;
	result.used = info.curlft;
	result.errors = info.stats;
	result.flags = info.flags;
	result.replay_window = info.replay_window;
	get_replay(tb, &result);
	if (tb[XFRMA_IF_ID])
		result.if_id = nla_get_u32(tb[XFRMA_IF_ID]);
	if (tb[XFRMA_LASTUSED])
		result.last_used = nla_get_u64(tb[XFRMA_LASTUSED]);
	if (tb[XP_XFRMA_SA_DIR])
		result.dir = nla_get_u8(tb[XP_XFRMA_SA_DIR]);
	if (tb[XP_XFRMA_SA_PCPU])
		result.cpu = nla_get_u32(tb[XP_XFRMA_SA_PCPU]);
	*sa = result;
	return 0;
}

/* Bytes before the attributes of a message that is about one SA, 0: none. */
static size_t payload(const struct nlmsghdr *nlh)
{
	switch (nlh->nlmsg_type) {
	case XFRM_MSG_NEWSA:
	case XFRM_MSG_UPDSA:
		return sizeof(struct xfrm_usersa_info);
	case XFRM_MSG_EXPIRE:
		return sizeof(struct xfrm_user_expire);
	case XFRM_MSG_DELSA:
		return sizeof(struct xfrm_usersa_id);
	default:
		return 0;
	}
}

int xp_sad_get_sa(const struct nlmsghdr *nlh, struct xp_sad_sa *sa)
{
	const struct nlattr *tb[XP_XFRMA_MAX + 1];
	size_t offset = payload(nlh);
	struct xp_attrs run;

	if (!offset || xp_attrs_of_msg(nlh, offset, &run) ||
	    xp_xfrm_attrs(run, tb))
		return -EBADMSG;
	/* DELSA has the name first, and the SA as an attribute. */
	if (nlh->nlmsg_type == XFRM_MSG_DELSA)
		return tb[XFRMA_SA] ? get_sa(nla_data(tb[XFRMA_SA]), tb, sa)
				    : -EBADMSG;
	return get_sa((const char *)nlh + NLMSG_HDRLEN, tb, sa);
}

int xp_sad_add(struct xp_sad *sad, const struct xp_sad_sa *sa)
{
	if (sad->count == sad->room) {
		size_t room = sad->room ? sad->room * 2 : 16;
		struct xp_sad_sa *new =
			reallocarray(sad->sa, room, sizeof(*new));

		if (!new)
			return -ENOMEM;
		sad->sa = new;
		sad->room = room;
	}
	sad->sa[sad->count++] = *sa;
	return 0;
}

void xp_sad_free(struct xp_sad *sad)
{
	free(sad->sa);
	memset(sad, 0, sizeof(*sad));
}

static bool same_mark(const struct xp_mark *a, const struct xp_mark *b)
{
	return a->value == b->value && a->mask == b->mask;
}

const struct xp_sad_sa *xp_sad_find(const struct xp_sad *sad,
				    const struct xp_sa_id *id)
{
	for (size_t i = 0; i < sad->count; i++) {
		const struct xp_sad_sa *sa = &sad->sa[i];

		if (sa->id.spi == id->spi && sa->id.proto == id->proto &&
		    xp_addr_is(&sa->id.dst, &id->dst) &&
		    same_mark(&sa->id.mark, &id->mark))
			return sa;
	}
	return NULL;
}

/* What a member of a group shows of its counters. */
static void count(const struct xp_sad_sa *sa, struct xp_sa *member)
{
	member->is_counted = true;
	member->packets = sa->used.packets;
	member->bytes = sa->used.bytes;
	member->add_time = sa->used.add_time;
}

void xp_sad_count(const struct xp_sad *sad, struct xp_groups *groups)
{
	for (size_t i = 0; i < groups->count; i++) {
		struct xp_group *group = &groups->group[i];

		for (size_t j = 0; j < group->nr_sas; j++) {
			struct xp_sa *member = &group->sas[j];
			struct xp_sa_id id = {
				.dst = group->key.dst,
				.spi = member->spi,
				.proto = group->key.proto,
				.mark = member->mark,
			};
			const struct xp_sad_sa *sa = xp_sad_find(sad, &id);

			if (sa)
				count(sa, member);
		}
	}
}

static bool same_key(const struct xp_key *a, const struct xp_key *b)
{
	return xp_addr_is(&a->dst, &b->dst) && a->reqid == b->reqid &&
	       a->if_id == b->if_id && a->mode == b->mode &&
	       a->proto == b->proto;
}

/* The group of that key, or a new one; NULL without memory. */
static struct xp_group *group_of(struct xp_groups *groups,
				 const struct xp_key *key)
{
	struct xp_group new = {
		.id = groups->count + 1,
		.has_key = true,
		.key = *key,
	};

	for (size_t i = 0; i < groups->count; i++) {
		if (same_key(&groups->group[i].key, key))
			return &groups->group[i];
	}
	if (xp_groups_add(groups, &new))
		return NULL;
	return &groups->group[groups->count - 1];
}

static int add_member(struct xp_group *group, const struct xp_sad_sa *sa)
{
	struct xp_sa *new = reallocarray(group->sas, group->nr_sas + 1,
					 sizeof(*group->sas));
	struct xp_sa member = {
		.spi = sa->id.spi,
		.cpu = sa->cpu,
		.mark = sa->id.mark,
		.src = sa->src,
		.dir = sa->dir,
	};

	if (!new)
		return -ENOMEM;
	count(sa, &member);
	new[group->nr_sas++] = member;
	group->sas = new;
	group->nr_bound += sa->cpu != XFRM_PCPU_CPU_NONE;
	return 0;
}

int xp_sad_groups(const struct xp_sad *sad, struct xp_groups *groups)
{
	int err = 0;

	for (size_t i = 0; i < sad->count && !err; i++) {
		const struct xp_sad_sa *sa = &sad->sa[i];
		struct xp_key key = {
			.dst = sa->id.dst,
			.reqid = sa->reqid,
			.if_id = sa->if_id,
			.mode = sa->mode,
			.proto = sa->id.proto,
		};
		struct xp_group *group;

		if (!sa->id.spi)
			continue;
		group = group_of(groups, &key);
		err = group ? add_member(group, sa) : -ENOMEM;
	}
	if (!err)
		err = xp_groups_finish(groups);
	if (err)
		xp_groups_free(groups);
	return err;
}

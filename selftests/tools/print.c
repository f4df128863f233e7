// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "names.h"
#include "print.h"

static size_t payload_size(int type)
{
	switch (type) {
	case XFRM_MSG_NEWSA:
	case XFRM_MSG_UPDSA:
		return sizeof(struct xfrm_usersa_info);
	case XFRM_MSG_DELSA:
		return sizeof(struct xfrm_usersa_id);
	case XFRM_MSG_EXPIRE:
		return sizeof(struct xfrm_user_expire);
	case XFRM_MSG_ACQUIRE:
		return sizeof(struct xfrm_user_acquire);
	case XFRM_MSG_NEWAE:
		return sizeof(struct xfrm_aevent_id);
	case XFRM_MSG_NEWPOLICY:
	case XFRM_MSG_UPDPOLICY:
		return sizeof(struct xfrm_userpolicy_info);
	case XFRM_MSG_DELPOLICY:
	case XFRM_MSG_MIGRATE:
		return sizeof(struct xfrm_userpolicy_id);
	case XFRM_MSG_POLEXPIRE:
		return sizeof(struct xfrm_user_polexpire);
	case XFRM_MSG_FLUSHSA:
		return sizeof(struct xfrm_usersa_flush);
	case XFRM_MSG_REPORT:
		return sizeof(struct xfrm_user_report);
	case XFRM_MSG_MAPPING:
		return sizeof(struct xfrm_user_mapping);
	default:
		return 0;
	}
}

static const struct nlattr *attr_at(const struct nlmsghdr *hdr, size_t at)
{
	const struct nlattr *attr = (const void *)((const char *)hdr + at);

	if (at + NLA_HDRLEN > hdr->nlmsg_len || attr->nla_len < NLA_HDRLEN ||
	    at + attr->nla_len > hdr->nlmsg_len)
		return NULL;
	return attr;
}

#define for_each_attr(attr, at, hdr)                            \
	for (at = NLMSG_SPACE(payload_size((hdr)->nlmsg_type)); \
	     (attr = attr_at(hdr, at)); at += NLA_ALIGN(attr->nla_len))

const struct nlattr *msg_attr(const struct nlmsghdr *hdr, int type)
{
	const struct nlattr *attr;
	size_t at;

	for_each_attr(attr, at, hdr) if ((attr->nla_type & NLA_TYPE_MASK) ==
					 type) return attr;
	return NULL;
}

static void print_addr(const char *what, int family, const xfrm_address_t *addr)
{
	char text[INET6_ADDRSTRLEN];

	if (!inet_ntop(family, addr, text, sizeof(text)))
		strcpy(text, "?");
	printf(" %s=%s", what, text);
}

static void print_id(int family, const xfrm_address_t *dst, __be32 spi,
		     int proto)
{
	print_addr("dst", family, dst);
	printf(" proto=%s spi=0x%x family=%d", proto_name(proto), ntohl(spi),
	       family);
}

static void print_sa(const struct xfrm_usersa_info *sa)
{
	print_addr("src", sa->family, &sa->saddr);
	print_id(sa->family, &sa->id.daddr, sa->id.spi, sa->id.proto);
	printf(" reqid=%u mode=%s seq=%u packets=%llu bytes=%llu", sa->reqid,
	       mode_name(sa->mode), sa->seq, sa->curlft.packets,
	       sa->curlft.bytes);
}

static void print_policy_id(const struct xfrm_selector *sel, unsigned int dir,
			    unsigned int index)
{
	print_addr("selsrc", sel->family, &sel->saddr);
	printf("/%u", sel->prefixlen_s);
	print_addr("seldst", sel->family, &sel->daddr);
	printf("/%u pdir=%u index=%u", sel->prefixlen_d, dir, index);
}

static void print_policy(const struct xfrm_userpolicy_info *pol)
{
	print_policy_id(&pol->sel, pol->dir, pol->index);
	printf(" priority=%u pflags=%u", pol->priority, pol->flags);
}

static void print_acquire(const struct nlmsghdr *hdr)
{
	const struct xfrm_user_acquire *acq = NLMSG_DATA(hdr);
	const struct nlattr *attr = msg_attr(hdr, XFRMA_TMPL);
	int family = acq->sel.family;

	if (attr &&
	    attr->nla_len >= NLA_HDRLEN + sizeof(struct xfrm_user_tmpl)) {
		const struct xfrm_user_tmpl *tmpl = attr_data(attr);

		family = tmpl->family;
		printf(" reqid=%u mode=%s", tmpl->reqid, mode_name(tmpl->mode));
	}
	print_addr("src", family, &acq->saddr);
	print_id(family, &acq->id.daddr, acq->id.spi, acq->id.proto);
	printf(" seq=%u", acq->seq);
	print_addr("selsrc", acq->sel.family, &acq->sel.saddr);
	print_addr("seldst", acq->sel.family, &acq->sel.daddr);
	printf(" pdir=%u index=%u pflags=%u", acq->policy.dir,
	       acq->policy.index, acq->policy.flags);
}

static void print_mapping(const struct xfrm_user_mapping *map)
{
	print_id(map->id.family, &map->id.daddr, map->id.spi, map->id.proto);
	printf(" reqid=%u", map->reqid);
	print_addr("oldsrc", map->id.family, &map->old_saddr);
	print_addr("newsrc", map->id.family, &map->new_saddr);
	printf(" oldport=%u newport=%u", ntohs(map->old_sport),
	       ntohs(map->new_sport));
}

static void print_ctx(const struct xfrm_user_sec_ctx *ctx, size_t len)
{
	size_t room = len - sizeof(*ctx);

	if (room > ctx->ctx_len)
		room = ctx->ctx_len;
	printf("=%.*s", (int)room, (const char *)(ctx + 1));
}

static void print_attr(const struct nlattr *attr)
{
	size_t len = attr->nla_len - NLA_HDRLEN;
	int type = attr->nla_type & NLA_TYPE_MASK;
	size_t want = type == ATTR_SA_DIR			    ? 1
		      : type == ATTR_SA_PCPU || type == XFRMA_IF_ID ? 4
		      : type == XFRMA_MARK			    ? 8
								    : 0;
	__u32 words[2];

	printf("%s", attr_name(type));
	if (type == XFRMA_SEC_CTX && len > sizeof(struct xfrm_user_sec_ctx))
		print_ctx(attr_data(attr), len);
	if (!want)
		return;
	if (len != want) {
		printf("=len%zu", len);
		return;
	}
	memcpy(words, attr_data(attr), len);
	if (want == 1)
		printf("=%u", *(const __u8 *)attr_data(attr));
	else if (want == 8)
		printf("=0x%x/0x%x", words[0], words[1]);
	else
		printf("=%u", words[0]);
}

static void print_attrs(const struct nlmsghdr *hdr)
{
	const struct nlattr *attr;
	const char *sep = " attrs=";
	size_t at;

	for_each_attr(attr, at, hdr)
	{
		printf("%s", sep);
		print_attr(attr);
		sep = ",";
	}
}

void print_msg(const struct nlmsghdr *hdr)
{
	const void *data = NLMSG_DATA(hdr);
	size_t size = payload_size(hdr->nlmsg_type);

	printf("%s", msg_name(hdr->nlmsg_type));
	if (!size || hdr->nlmsg_len < NLMSG_LENGTH(size)) {
		printf(" len=%u\n", hdr->nlmsg_len);
		return;
	}

	switch (hdr->nlmsg_type) {
	case XFRM_MSG_NEWSA:
	case XFRM_MSG_UPDSA:
		print_sa(data);
		break;
	case XFRM_MSG_DELSA: {
		const struct xfrm_usersa_id *id = data;

		print_id(id->family, &id->daddr, id->spi, id->proto);
		break;
	}
	case XFRM_MSG_EXPIRE: {
		const struct xfrm_user_expire *expire = data;

		print_sa(&expire->state);
		printf(" hard=%u", expire->hard);
		break;
	}
	case XFRM_MSG_ACQUIRE:
		print_acquire(hdr);
		break;
	case XFRM_MSG_MAPPING:
		print_mapping(data);
		break;
	case XFRM_MSG_NEWAE: {
		const struct xfrm_aevent_id *ae = data;

		print_addr("src", ae->sa_id.family, &ae->saddr);
		print_id(ae->sa_id.family, &ae->sa_id.daddr, ae->sa_id.spi,
			 ae->sa_id.proto);
		printf(" reqid=%u flags=0x%x", ae->reqid, ae->flags);
		break;
	}
	case XFRM_MSG_NEWPOLICY:
	case XFRM_MSG_UPDPOLICY:
	case XFRM_MSG_POLEXPIRE: /* begins with the policy */
		print_policy(data);
		break;
	case XFRM_MSG_DELPOLICY:
	case XFRM_MSG_MIGRATE: {
		const struct xfrm_userpolicy_id *id = data;

		print_policy_id(&id->sel, id->dir, id->index);
		break;
	}
	case XFRM_MSG_FLUSHSA: {
		const struct xfrm_usersa_flush *flush = data;

		printf(" proto=%s", proto_name(flush->proto));
		break;
	}
	}
	print_attrs(hdr);
	putchar('\n');
}

void print_result(const char *what, const struct nl_result *result)
{
	const char *name = strerrorname_np(-result->err);

	printf("%s errno=%s extack=\"%s\"\n", what,
	       result->err ? name ? name : "?" : "0", result->extack);
}

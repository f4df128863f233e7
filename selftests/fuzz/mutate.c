// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <string.h>
#include <linux/xfrm_pcpu.h>

#include "mutate.h"
#include "names.h"
#include "random.h"

static size_t attributes_at(const struct kind *kind)
{
	return NLMSG_HDRLEN + NLMSG_ALIGN(kind->payload);
}

/* A random one of the attributes of @msg; NULL: it has none that is whole. */
static struct nlattr *pick_attr(const struct nl_msg *msg,
				const struct kind *kind)
{
	struct nlattr *attr, *picked = NULL;
	size_t at = attributes_at(kind);

	for (__u32 seen = 1; at + NLA_HDRLEN <= msg->hdr.nlmsg_len; seen++) {
		attr = (void *)(msg->buf + at);
		if (attr->nla_len < NLA_HDRLEN ||
		    at + attr->nla_len > msg->hdr.nlmsg_len)
			break;
		if (!random_below(seen))
			picked = attr;
		at += NLA_ALIGN(attr->nla_len);
	}
	return picked;
}

static size_t data_len(const struct nlattr *attr)
{
	return attr->nla_len - NLA_HDRLEN;
}

static void *data_of(struct nlattr *attr)
{
	return (char *)attr + NLA_HDRLEN;
}

/* An attribute that no longer fits is left out. */
static void append(struct nl_msg *msg, int type, const void *data, size_t len)
{
	if (NLMSG_ALIGN(msg->hdr.nlmsg_len) + NLA_HDRLEN + NLA_ALIGN(len) <=
	    sizeof(msg->buf))
		nl_put(msg, type, data, len);
}

/* SAs that are few meet each other: the same one is made, changed and deleted. */
static void change_spi(struct nl_msg *msg, const struct kind *kind)
{
	__be32 spi = htonl(0x1000 + random_below(32));
	struct nlattr *attr;

	if (kind->spi != NOWHERE) {
		memcpy(msg->buf + NLMSG_HDRLEN + kind->spi, &spi, sizeof(spi));
		return;
	}
	attr = pick_attr(msg, kind);
	if (attr && attr->nla_type == XFRM_PCPU_A_SPI &&
	    data_len(attr) == sizeof(spi))
		memcpy(data_of(attr), &spi, sizeof(spi));
}

static void change_payload(struct nl_msg *msg, const struct kind *kind)
{
	if (kind->payload)
		msg->buf[NLMSG_HDRLEN + random_below(kind->payload)] ^=
			1 << random_below(8);
}

static void change_number(struct nl_msg *msg, const struct kind *kind)
{
	__u32 value = random_odd();

	if (kind->payload >= sizeof(value))
		memcpy(msg->buf + NLMSG_HDRLEN +
			       4 * random_below(kind->payload / 4),
		       &value, sizeof(value));
}

static void change_data(struct nl_msg *msg, const struct kind *kind)
{
	struct nlattr *attr = pick_attr(msg, kind);
	__u32 value = random_odd();

	if (!attr || !data_len(attr))
		return;
	if (data_len(attr) >= sizeof(value) && random_below(2))
		memcpy((char *)data_of(attr) +
			       4 * random_below(data_len(attr) / 4),
		       &value, sizeof(value));
	else
		((char *)data_of(attr))[random_below(data_len(attr))] ^=
			1 << random_below(8);
}

static void change_type(struct nl_msg *msg, const struct kind *kind)
{
	struct nlattr *attr = pick_attr(msg, kind);

	if (attr)
		attr->nla_type = random_below(4) ? random_below(48)
						 : random_odd();
}

static void change_len(struct nl_msg *msg, const struct kind *kind)
{
	struct nlattr *attr = pick_attr(msg, kind);

	if (attr)
		attr->nla_len = random_below(4)
					? attr->nla_len + random_below(17) - 8
					: random_odd();
}

static void repeat(struct nl_msg *msg, const struct kind *kind)
{
	struct nlattr *attr = pick_attr(msg, kind);

	if (attr)
		append(msg, attr->nla_type, data_of(attr), data_len(attr));
}

static void take_out(struct nl_msg *msg, const struct kind *kind)
{
	struct nlattr *attr = pick_attr(msg, kind);
	char *end = msg->buf + msg->hdr.nlmsg_len;
	size_t len;

	if (!attr)
		return;
	len = NLA_ALIGN(attr->nla_len);
	if ((char *)attr + len > end)
		len = end - (char *)attr;
	memmove(attr, (char *)attr + len, end - (char *)attr - len);
	msg->hdr.nlmsg_len -= len;
}

static void splice(struct nl_msg *msg, const struct nl_msg *other,
		   const struct kind *other_kind)
{
	struct nlattr *attr = pick_attr(other, other_kind);

	if (attr)
		append(msg, attr->nla_type, data_of(attr), data_len(attr));
}

/* What this project adds to the kernel. */
static void append_own(struct nl_msg *msg)
{
	__u32 cpu = random_below(4) ? random_below(5) : random_odd();
	__u8 dir = random_below(4);

	if (random_below(4))
		append(msg, ATTR_SA_PCPU, &cpu,
		       random_below(8) ? sizeof(cpu) : random_below(4));
	else
		append(msg, ATTR_SA_DIR, &dir, sizeof(dir));
}

static void change_flags(struct nl_msg *msg)
{
	msg->hdr.nlmsg_flags ^= 1 << random_below(12);
	/* What is no request is not looked at. */
	msg->hdr.nlmsg_flags |= NLM_F_REQUEST;
}

static void cut(struct nl_msg *msg)
{
	msg->hdr.nlmsg_len = NLMSG_HDRLEN + random_below(msg->hdr.nlmsg_len -
							 NLMSG_HDRLEN + 1);
}

void mutate(struct nl_msg *msg, const struct kind *kind,
	    const struct nl_msg *other, const struct kind *other_kind)
{
	/* Most stay valid enough to reach what is behind the first check. */
	change_spi(msg, kind);
	for (__u32 left = random_below(4); left; left--) {
		switch (random_below(14)) {
		case 0:
			change_payload(msg, kind);
			break;
		case 1:
			change_number(msg, kind);
			break;
		case 2:
			change_data(msg, kind);
			break;
		case 3:
			change_type(msg, kind);
			break;
		case 4:
			change_len(msg, kind);
			break;
		case 5:
			repeat(msg, kind);
			break;
		case 6:
			take_out(msg, kind);
			break;
		case 7:
			splice(msg, other, other_kind);
			break;
		case 8:
			change_flags(msg);
			break;
		case 9:
			if (!random_below(4))
				cut(msg);
			break;
		default:
			append_own(msg);
		}
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "attrs.h"

#include <errno.h>
#include <string.h>

#include <linux/netlink.h>
#include <netlink/attr.h>

int xp_attrs_of_msg(const struct nlmsghdr *nlh, size_t offset,
		    struct xp_attrs *run)
{
	size_t start = NLMSG_HDRLEN + NLMSG_ALIGN(offset);

	if (nlh->nlmsg_len < start)
		return -EBADMSG;
	run->pos = (const struct nlattr *)((const char *)nlh + start);
	run->left = nlh->nlmsg_len - start;
	return 0;
}

struct xp_attrs xp_attrs_of_nest(const struct nlattr *nla)
{
	return (struct xp_attrs){
		.pos = nla_data(nla),
		.left = nla_len(nla),
	};
}

const struct nlattr *xp_attrs_next(struct xp_attrs *run, int *err)
{
	const struct nlattr *nla = run->pos;
	size_t padded;

	if (!run->left)
		return NULL;
	if (run->left < sizeof(*nla) || nla->nla_len < sizeof(*nla))
		goto malformed;
	padded = NLA_ALIGN((size_t)nla->nla_len);
	if (padded > run->left)
		goto malformed;
	run->pos = (const struct nlattr *)((const char *)nla + padded);
	run->left -= padded;
	return nla;

malformed:
	*err = -EBADMSG;
	return NULL;
}

int xp_attrs_index(struct xp_attrs run, const struct xp_attr_size *sizes,
		   int max, const struct nlattr **tb)
{
	const struct nlattr *nla;
	int err = 0;

	memset(tb, 0, sizeof(tb[0]) * (max + 1));
	while ((nla = xp_attrs_next(&run, &err))) {
		int type = nla_type(nla);

		if (type > max)
			continue;
		if (nla_len(nla) < sizes[type].min ||
		    nla_len(nla) > sizes[type].max)
			return -EBADMSG;
		tb[type] = nla;
	}
	return err;
}

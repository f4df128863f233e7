// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/genetlink.h>

#include "genl.h"

static struct family found;

int genl_open(void)
{
	struct sockaddr_nl any = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	int on = 1;

	if (fd < 0 || bind(fd, (void *)&any, sizeof(any)) ||
	    setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on)))
		die("generic netlink socket");
	return fd;
}

static void each_attr(const void *at, const void *end,
		      void (*seen)(const struct nlattr *attr))
{
	while ((const char *)at + NLA_HDRLEN <= (const char *)end) {
		const struct nlattr *attr = at;

		if (attr->nla_len < NLA_HDRLEN)
			break;
		seen(attr);
		at = (const char *)at + NLA_ALIGN(attr->nla_len);
	}
}

void genl_each_attr(const struct nlmsghdr *hdr,
		    void (*seen)(const struct nlattr *attr))
{
	each_attr((char *)hdr + NLMSG_HDRLEN + GENL_HDRLEN,
		  (char *)hdr + hdr->nlmsg_len, seen);
}

void genl_begin(struct nl_msg *msg, int family, int flags, int cmd)
{
	struct genlmsghdr *genl = nl_begin(msg, family, flags, GENL_HDRLEN);

	genl->cmd = cmd;
	genl->version = 1;
}

static void each_nested(const struct nlattr *nest,
			void (*seen)(const struct nlattr *attr))
{
	each_attr(nest + 1, (char *)nest + nest->nla_len, seen);
}

static void group_attr(const struct nlattr *attr)
{
	if (attr->nla_type == CTRL_ATTR_MCAST_GRP_ID && !found.group)
		memcpy(&found.group, attr + 1, sizeof(found.group));
}

static void one_group(const struct nlattr *attr)
{
	each_nested(attr, group_attr);
}

static void family_attr(const struct nlattr *attr)
{
	if (attr->nla_type == CTRL_ATTR_FAMILY_ID)
		memcpy(&found.id, attr + 1, sizeof(found.id));
	else if ((attr->nla_type & NLA_TYPE_MASK) == CTRL_ATTR_MCAST_GROUPS)
		each_nested(attr, one_group);
}

static void family_seen(const struct nlmsghdr *hdr)
{
	genl_each_attr(hdr, family_attr);
}

struct family family_find(const char *name)
{
	static struct nl_msg msg;
	struct nl_result result;
	int fd = genl_open();

	memset(&found, 0, sizeof(found));
	genl_begin(&msg, GENL_ID_CTRL, NLM_F_ACK, CTRL_CMD_GETFAMILY);
	nl_put(&msg, CTRL_ATTR_FAMILY_NAME, name, strlen(name) + 1);
	result = nl_talk(fd, &msg, 0, family_seen);
	close(fd);
	errno = result.err ? -result.err : ENOENT;
	if (result.err || !found.id)
		die("family %s", name);
	return found;
}

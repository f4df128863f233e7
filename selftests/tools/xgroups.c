// SPDX-License-Identifier: GPL-2.0
/*
 * xgroups: dump the module's groups as a reader with small buffers does, which gets
 * small messages: the kernel makes them as large as the largest buffer it has seen.
 *
 *	messages=3 acquires=160 sas=1
 *
 * Exit status: 1 if the dump ends with an error.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/genetlink.h>
#include <linux/xfrm_pcpu.h>

#include "nl.h"

/* Less than what the kernel takes at the least. */
#define SMALL 4096

static unsigned int family, messages, acquires, sas;

static int genl_open(void)
{
	struct sockaddr_nl any = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);

	if (fd < 0 || bind(fd, (void *)&any, sizeof(any)))
		die("generic netlink socket");
	return fd;
}

static void each_attr(const struct nlmsghdr *hdr,
		      void (*seen)(const struct nlattr *attr))
{
	size_t at = NLMSG_HDRLEN + GENL_HDRLEN;

	while (at + NLA_HDRLEN <= hdr->nlmsg_len) {
		const struct nlattr *attr = (void *)((char *)hdr + at);

		if (attr->nla_len < NLA_HDRLEN)
			break;
		seen(attr);
		at += NLA_ALIGN(attr->nla_len);
	}
}

static void family_attr(const struct nlattr *attr)
{
	if (attr->nla_type == CTRL_ATTR_FAMILY_ID)
		family = *(const __u16 *)(attr + 1);
}

static void seen_family(const struct nlmsghdr *hdr)
{
	each_attr(hdr, family_attr);
}

static void group_attr(const struct nlattr *attr)
{
	switch (attr->nla_type & NLA_TYPE_MASK) {
	case XFRM_PCPU_A_ACQUIRE:
		acquires++;
		break;
	case XFRM_PCPU_A_SA:
		sas++;
		break;
	}
}

static void seen_group(const struct nlmsghdr *hdr)
{
	messages++;
	each_attr(hdr, group_attr);
}

static struct nl_result ask(int type, int flags, int cmd, const char *name,
			    size_t bufsize,
			    void (*seen)(const struct nlmsghdr *hdr))
{
	static struct nl_msg msg;
	struct genlmsghdr *genl = nl_begin(&msg, type, flags, GENL_HDRLEN);
	/* A reader of its own: that of another message had other buffers. */
	int fd = genl_open();
	struct nl_result result;

	genl->cmd = cmd;
	genl->version = 1;
	if (name)
		nl_put(&msg, CTRL_ATTR_FAMILY_NAME, name, strlen(name) + 1);
	result = nl_talk(fd, &msg, bufsize, seen);
	close(fd);
	return result;
}

int main(void)
{
	struct nl_result result;

	result = ask(GENL_ID_CTRL, NLM_F_ACK, CTRL_CMD_GETFAMILY,
		     XFRM_PCPU_GENL_NAME, 0, seen_family);
	errno = -result.err;
	if (result.err)
		die("family %s", XFRM_PCPU_GENL_NAME);
	result = ask(family, NLM_F_DUMP, XFRM_PCPU_CMD_GET_GROUP, NULL, SMALL,
		     seen_group);
	printf("messages=%u acquires=%u sas=%u\n", messages, acquires, sas);
	if (result.err)
		fprintf(stderr, "dump: %s\n", strerror(-result.err));
	return !!result.err;
}

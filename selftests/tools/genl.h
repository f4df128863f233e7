/* SPDX-License-Identifier: GPL-2.0 */
/* The module's own interface, a family of generic netlink. */
#ifndef TOOLS_GENL_H
#define TOOLS_GENL_H

#include <linux/netlink.h>

#include "nl.h"

/* What the kernel calls a family, and the first of its multicast groups. */
struct family {
	__u16 id;
	__u32 group;
};

int genl_open(void);

/* Ends the program if there is none of that name. */
struct family family_find(const char *name);

/* Each attribute of a message of such a family. */
void genl_each_attr(const struct nlmsghdr *hdr,
		    void (*seen)(const struct nlattr *attr));

/* Begin a request to it. */
void genl_begin(struct nl_msg *msg, int family, int flags, int cmd);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One XFRM message as one line:
 *
 *   NEWSA src=10.0.0.1 dst=10.0.0.2 proto=esp spi=0x1000 family=2 ...
 *	attrs=ALG_AUTH,ALG_CRYPT,SA_PCPU=3,SA_DIR=2
 *
 * Attributes stand in the order of the message.  An attribute whose value is
 * printed and which has another length than it should is printed as NAME=lenN.
 */
#ifndef TOOLS_PRINT_H
#define TOOLS_PRINT_H

#include "nl.h"

void print_msg(const struct nlmsghdr *hdr);
void print_result(const char *what, const struct nl_result *result);

/* The first attribute of that type, or NULL. */
const struct nlattr *msg_attr(const struct nlmsghdr *hdr, int type);
static inline const void *attr_data(const struct nlattr *attr)
{
	return (const char *)attr + NLA_HDRLEN;
}

#endif

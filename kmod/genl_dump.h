/* SPDX-License-Identifier: GPL-2.0 */
/* The dump of all groups. */
#ifndef _XPCPU_GENL_DUMP_H
#define _XPCPU_GENL_DUMP_H

#include <linux/netlink.h>
#include <net/genetlink.h>

extern struct genl_family xpcpu_genl_family;

int xpcpu_dump_start(struct netlink_callback *cb);
int xpcpu_dump(struct sk_buff *skb, struct netlink_callback *cb);
int xpcpu_dump_done(struct netlink_callback *cb);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* Inbound steering in the module's own interface. */
#ifndef _XPCPU_GENL_STEER_H
#define _XPCPU_GENL_STEER_H

#include <linux/skbuff.h>

#include "pernet.h"

struct netlink_callback;

int xpcpu_put_steer(struct sk_buff *skb, const struct xpcpu_net *xn);
int xpcpu_dump_steer(struct sk_buff *skb, struct netlink_callback *cb);

#endif

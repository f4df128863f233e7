/* SPDX-License-Identifier: GPL-2.0 */
/* What an XFRM netlink request said. */
#ifndef _XPCPU_REQUEST_H
#define _XPCPU_REQUEST_H

#include <linux/netlink.h>

#include "group.h"
#include "hook.h"

/**
 * struct xpcpu_request - the request that a netns is serving
 * @type: XFRM_MSG_*, 0 for a migration that PF_KEY asked for
 * @has_pcpu: it carries XFRMA_SA_PCPU
 * @pcpu: its value; XPCPU_NONE if absent
 * @dir: value of XFRMA_SA_DIR, 0 if absent
 * @extack: where errors are explained; may be NULL
 * @migrated: SA that is being migrated
 * @refresh: an SA became a CPU's, its group's sockets shall look again
 * @refresh_key: that group
 */
struct xpcpu_request {
	u16 type;
	bool has_pcpu;
	u32 pcpu;
	u8 dir;
	struct netlink_ext_ack *extack;
	struct xfrm_state *migrated;
	bool refresh;
	struct xpcpu_group_key refresh_key;
};

struct xpcpu_request *xpcpu_request_current(const struct net *net);
struct xpcpu_request *xpcpu_request_begin(const struct net *net,
					  struct xpcpu_request *req);
void xpcpu_request_end(const struct net *net, struct xpcpu_request *outer);

extern struct xpcpu_hook xpcpu_hook_rcv_msg;

#endif

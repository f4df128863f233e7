// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Messages of the kernel: XFRM netlink and the module's family.  The length of
 * the message is set to what there is, since a socket sees to that.
 */
#include <stdlib.h>
#include <string.h>

#include <linux/netlink.h>

#include <netlink/msg.h>

#include "fuzz.h"
#include "kernel/groups.h"
#include "kernel/install.h"
#include "kernel/message.h"
#include "kernel/sad.h"
#include "kernel/spd.h"
#include "kernel/xfrm_event.h"

static void read_xfrm(const struct nlmsghdr *nlh)
{
	struct xp_xfrm_event event;
	struct xp_policy policy;
	struct xp_sad_sa sa;

	xp_sad_get_sa(nlh, &sa);
	xp_install_compare(nlh, nlh);
	xp_xfrm_get_event(nlh, &event);
	xp_spd_get_change(nlh, &policy);
	if (!xp_spd_get_policy(nlh, &policy))
		nlmsg_free(xp_spd_put_flags(nlh, 4));
}

static void read_module(const struct nlmsghdr *nlh)
{
	struct xp_groups groups = { 0 };
	struct xp_group group = { 0 };
	struct xp_event event;
	struct xp_info info;
	char text[32];

	xp_msg_get_info(nlh, &info);
	xp_msg_get_event(nlh, &event);
	if (!xp_msg_get_group(nlh, &group) && !xp_groups_add(&groups, &group))
		xp_groups_finish(&groups);
	xp_groups_free(&groups);
	xp_msg_is_family_gone(nlh, "xfrm_pcpu");
	xp_msg_get_ext_ack(nlh, text, sizeof(text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nlmsghdr *nlh;

	if (size < sizeof(*nlh))
		return 0;
	nlh = malloc(size);
	memcpy(nlh, data, size);
	nlh->nlmsg_len = size;
	read_xfrm(nlh);
	read_module(nlh);
	free(nlh);
	return 0;
}

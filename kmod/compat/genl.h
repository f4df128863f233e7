/* SPDX-License-Identifier: GPL-2.0 */
/* Generic netlink families: members that came and went. */
#ifndef _XPCPU_COMPAT_GENL_H
#define _XPCPU_COMPAT_GENL_H

#include <net/genetlink.h>

/* Who may join a multicast group (5.11). */
#ifdef GENL_MCAST_CAP_NET_ADMIN
#define COMPAT_GENL_MCAST_ADMIN	.flags = GENL_MCAST_CAP_NET_ADMIN,
#else
#define COMPAT_GENL_MCAST_ADMIN
#endif

#ifdef COMPAT_HAVE_RESV_START_OP
#define COMPAT_GENL_RESV_START(op)	.resv_start_op = (op),
#else
#define COMPAT_GENL_RESV_START(op)
#endif

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* Generic netlink families: members that came and went. */
#ifndef _XPCPU_COMPAT_GENL_H
#define _XPCPU_COMPAT_GENL_H

#include <net/genetlink.h>

/*
 * Who may join a multicast group: nobody asks before 5.12; then the flag of a
 * command counted, since 6.7 (and in stable kernels) groups have their own.
 */
#ifdef GENL_MCAST_CAP_NET_ADMIN
#define COMPAT_GENL_MCAST_ADMIN	.flags = GENL_MCAST_CAP_NET_ADMIN,
#elif defined(COMPAT_HAVE_MCGRP_FLAGS)
#define COMPAT_GENL_MCAST_ADMIN	.flags = GENL_UNS_ADMIN_PERM,
#else
#define COMPAT_GENL_MCAST_ADMIN
#endif

#ifdef COMPAT_HAVE_RESV_START_OP
#define COMPAT_GENL_RESV_START(op)	.resv_start_op = (op),
#else
#define COMPAT_GENL_RESV_START(op)
#endif

#endif

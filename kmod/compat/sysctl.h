/* SPDX-License-Identifier: GPL-2.0 */
/* Sysctls of a netns: how a table is registered, and what a handler gets. */
#ifndef _XPCPU_COMPAT_SYSCTL_H
#define _XPCPU_COMPAT_SYSCTL_H

#include <linux/sysctl.h>
#include <net/net_namespace.h>

#ifdef COMPAT_CONST_CTL_TABLE
#define COMPAT_CTL_TABLE	const struct ctl_table
#else
#define COMPAT_CTL_TABLE	struct ctl_table
#endif

#ifdef COMPAT_SYSCTL_USER_BUFFER
#define COMPAT_CTL_BUFFER	void __user
#else
#define COMPAT_CTL_BUFFER	void
#endif

/* @size: without the empty entry at the end, which older kernels look for. */
static inline struct ctl_table_header *
compat_register_net_sysctl(struct net *net, const char *path,
			   struct ctl_table *table, size_t size)
{
#ifdef COMPAT_HAVE_NET_SYSCTL_SIZE
	return register_net_sysctl_sz(net, path, table, size);
#else
	return register_net_sysctl(net, path, table);
#endif
}

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* Settings of a netns: net.xfrm_pcpu.*. */
#ifndef _XPCPU_SYSCTL_H
#define _XPCPU_SYSCTL_H

struct xpcpu_net;

int xpcpu_sysctl_net_init(struct xpcpu_net *xn);
void xpcpu_sysctl_net_exit(struct xpcpu_net *xn);

#endif

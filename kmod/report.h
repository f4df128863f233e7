/* SPDX-License-Identifier: GPL-2.0 */
/* SA_PCPU and SA_DIR in what the kernel reports. */
#ifndef _XPCPU_REPORT_H
#define _XPCPU_REPORT_H

#include "hook.h"

extern struct xpcpu_hook xpcpu_hook_walk;
extern struct xpcpu_hook xpcpu_hook_unicast;
extern struct xpcpu_hook xpcpu_hook_broadcast;

#endif

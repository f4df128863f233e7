/* SPDX-License-Identifier: GPL-2.0 */
/* Force-included before everything else: all that differs between kernels. */
#ifndef _XPCPU_COMPAT_H
#define _XPCPU_COMPAT_H

/* Before linux/printk.h has its say. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "uapi.h"
#include "ftrace.h"
#include "rcu_tasks.h"
#include "state.h"
#include "genl.h"
#include "netlink.h"
#include "param.h"
#include "sysctl.h"
#include "napi.h"

#endif

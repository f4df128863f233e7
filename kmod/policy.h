/* SPDX-License-Identifier: GPL-2.0 */
/* Policies that want an SA per CPU. */
#ifndef _XPCPU_POLICY_H
#define _XPCPU_POLICY_H

#include <linux/types.h>

bool xpcpu_policy_any_cpu_acquire(void);

#endif

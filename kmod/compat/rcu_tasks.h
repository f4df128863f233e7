/* SPDX-License-Identifier: GPL-2.0 */
/* Wait until no task is inside a trampoline any more. */
#ifndef _XPCPU_COMPAT_RCU_TASKS_H
#define _XPCPU_COMPAT_RCU_TASKS_H

#include <linux/rcupdate.h>

/*
 * Kernels without TASKS_RCU are not preemptible (5.10 amd64): there an
 * ordinary grace period means the same.
 */
static inline void compat_synchronize_tasks(void)
{
#ifdef CONFIG_TASKS_RCU
	synchronize_rcu_tasks();
#else
	synchronize_rcu();
#endif
}

#endif

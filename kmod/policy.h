/* SPDX-License-Identifier: GPL-2.0 */
/* Policies that want an SA per CPU. */
#ifndef _XPCPU_POLICY_H
#define _XPCPU_POLICY_H

#include "hook.h"

/**
 * enum xpcpu_policy_want - whose policy has XFRM_POLICY_CPU_ACQUIRE
 * @XPCPU_POLICY_WANT_NONE: nobody's
 * @XPCPU_POLICY_WANT_SOCKET: a socket's
 * @XPCPU_POLICY_WANT_SPD: one of the SPD, perhaps a socket's too
 */
enum xpcpu_policy_want {
	XPCPU_POLICY_WANT_NONE,
	XPCPU_POLICY_WANT_SOCKET,
	XPCPU_POLICY_WANT_SPD,
};

extern struct xpcpu_hook xpcpu_hook_sk_policy;

enum xpcpu_policy_want xpcpu_policy_cpu_acquire(void);

#endif

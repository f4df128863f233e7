/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Change of a policy's flag CPU_ACQUIRE under the eyes of who writes and deletes
 * policies meanwhile: UPDPOLICY makes a policy that is gone anew.
 */
#ifndef XFRM_PCPU_KERNEL_CPU_ACQUIRE_H
#define XFRM_PCPU_KERNEL_CPU_ACQUIRE_H

#include "spd.h"

struct xp_socket;

/**
 * xp_cpu_acquire_set() - set or clear XFRM_POLICY_CPU_ACQUIRE of a policy
 * @sk: for requests
 * @heard: hears policies, and does not wait
 * @policy: names the policy
 * @on: set or clear
 *
 * As xp_xfrm_set_cpu_acquire().
 */
int xp_cpu_acquire_set(struct xp_socket *sk, struct xp_socket *heard,
		       const struct xp_policy *policy, bool on);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A move on a kernel that does not move SAs: xfrm-pcpud, if it runs, has the IKE
 * daemon rekey the Child SA onto the CPU.
 */
#ifndef XFRM_PCPU_CLI_MOVE_HELPER_H
#define XFRM_PCPU_CLI_MOVE_HELPER_H

#include <stddef.h>

#include "kernel/sad.h"

/**
 * move_by_helper() - ask it, and wait until that is done
 * @sa: one of the two SAs, as the kernel has it
 * @cpu: for both
 * @error: upon failure, why
 * @size: bytes at @error
 *
 * Return: 0, -ENOENT if none runs, or another negative errno.
 */
int move_by_helper(const struct xp_sad_sa *sa, uint32_t cpu, char *error,
		   size_t size);

#endif

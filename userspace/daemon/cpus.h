/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which CPUs there are: lists as in /sys/devices/system/cpu.
 */
#ifndef XFRM_PCPU_DAEMON_CPUS_H
#define XFRM_PCPU_DAEMON_CPUS_H

#include <stdbool.h>
#include <stdint.h>

/* More than any kernel has (NR_CPUS of x86 is 8192 at most). */
#define CPUS_MAX 8192

/**
 * struct cpus - a set of CPUs
 * @has: one for each
 * @end: the highest CPU + 1, 0 if there is none
 * @count: how many
 */
struct cpus {
	bool has[CPUS_MAX];
	uint32_t end;
	uint32_t count;
};

/**
 * cpus_parse() - read a list such as "0-3,5"
 * @text: list, a line feed at its end is ignored
 * @cpus: result
 *
 * Source: Documentation/admin-guide/cputopology.rst of the kernel.
 *
 * Return: 0, -EINVAL.
 */
int cpus_parse(const char *text, struct cpus *cpus);

/**
 * cpus_read() - read a list of the kernel
 * @name: "possible", "present", "online"
 * @cpus: result
 *
 * Return: 0, -EINVAL, or an errno of open(2).
 */
int cpus_read(const char *name, struct cpus *cpus);

#endif

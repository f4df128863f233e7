/* SPDX-License-Identifier: GPL-2.0 */
/* Random numbers that a seed repeats. */
#ifndef FUZZ_RANDOM_H
#define FUZZ_RANDOM_H

#include <linux/types.h>

/* A number below @bound (not 0), of a sequence that random_begin() began. */
__u32 random_below(__u32 bound);
void random_begin(__u64 seed);

/* One at which code that counts goes wrong, or a CPU's. */
__u32 random_odd(void);

#endif

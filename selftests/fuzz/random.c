// SPDX-License-Identifier: GPL-2.0
#include "random.h"

static __u64 state;

void random_begin(__u64 seed)
{
	state = seed * 0x9e3779b97f4a7c15 + 1;
}

/* xorshift64*: fast under emulation, and the same everywhere. */
__u32 random_below(__u32 bound)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (__u32)((state * 0x2545f4914f6cdd1d) >> 33) % bound;
}

__u32 random_odd(void)
{
	static const __u32 odd[] = { 0,		 1,	     2,	  3,	4,
				     63,	 64,	     255, 8191, 65535,
				     0x7fffffff, 0x80000000, ~1U, ~0U };

	return odd[random_below(sizeof(odd) / sizeof(odd[0]))];
}

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Marks by which a program in the guest talks to a plugin of QEMU: an
 * instruction that does nothing, and carries a number that no compiler makes.
 */
#ifndef BENCH_MARK_H
#define BENCH_MARK_H

#include <stdint.h>

/* nopl 0x58504d00+N(%rax,%rax,1) */
#define MARK_OPCODE                    \
	{                              \
		0x0f, 0x1f, 0x84, 0x00 \
	}
#define MARK_LEN 8
#define MARK_MAGIC 0x58504d00U

/* A sample begins, a sample ends, the last sample of a cell has ended. */
#define MARK_START 1
#define MARK_STOP 2
#define MARK_CELL 3

#ifdef __x86_64__
#define bench_mark(number)                        \
	asm volatile("nopl %c0(%%rax,%%rax,1)"    \
		     :                            \
		     : "i"(MARK_MAGIC + (number)) \
		     : "memory")
#endif

#endif

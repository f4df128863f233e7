/* SPDX-License-Identifier: GPL-2.0 */
/* Which code of the kernel a request reaches, where the kernel says so (KCOV). */
#ifndef FUZZ_COVERAGE_H
#define FUZZ_COVERAGE_H

#include <stdbool.h>

/* Memory that all processes share, before the first is started. */
void coverage_share(void);

/*
 * From now on for this process; with the rights of root.  Ends the program if
 * the kernel has no KCOV.
 */
void coverage_open(void);

/* A system call follows. */
void coverage_begin(void);

/* Whether it reached what none before it has, of any process. */
bool coverage_is_new(void);

/* How many places were reached. */
unsigned long coverage_total(void);

#endif

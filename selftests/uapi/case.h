/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A case is a name and a script (script.h).  It runs in a network namespace of
 * its own and prints a block: "== NAME", then what the kernel answered.
 */
#ifndef UAPI_CASE_H
#define UAPI_CASE_H

#include <stdbool.h>

/* The VMs have that many, so that "the last" and "too big" are the same ones. */
#define CPUS 4

/*
 * @errno_only: stock kernels raise an error there themselves, whose text differs
 * between versions.
 */
void case_run(const char *name, const char *script, bool errno_only);

/* Each value of an attribute in each request. */
void cases_values(void);

/*
 * The cases of a file: "== NAME" or "== NAME (errno only)", then the script up
 * to the next one.  Empty lines, and those that begin with "#", do not count.
 */
void cases_file(const char *path);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A case is a name and a script.  It runs in a network namespace of its own and
 * prints a block: "== NAME", then what the kernel answered.
 */
#ifndef UAPI_CASE_H
#define UAPI_CASE_H

#include <stddef.h>

/* The VMs have that many, so that "the last" and "too big" are the same ones. */
#define CPUS 4

/*
 * An error that stock kernels raise themselves: its text differs between
 * versions, so that only the errno is compared.
 */
#define ERRNO_ONLY 1u

struct test_case {
	const char *name;
	const char *script;
	unsigned int flags;
};

void case_run(const char *name, const char *script, unsigned int flags);

/* The tables of cases, in the order in which they run. */
void cases_values(void); /* each value of an attribute in each request */
void cases_requests(void); /* requests, their replies and events */
void cases_expire(void); /* EXPIRE, NEWAE: what time and traffic cause */
void cases_policy(void); /* CPU_ACQUIRE, ACQUIRE and MIGRATE by request */
void cases_choice(void); /* the SA on which each CPU's packets leave */
void cases_acquire(void); /* asking for an SA of a CPU */

void cases_run(const struct test_case *cases, size_t count);
#define CASES_RUN(cases) cases_run(cases, sizeof(cases) / sizeof((cases)[0]))

/* Words that most requests have. */
#define SA "src=10.0.0.1 dst=10.0.0.2 mode=tunnel reqid=1 "
#define SA6 "src=fd00::1 dst=fd00::2 mode=tunnel reqid=1 "
#define ID "src=10.0.0.1 dst=10.0.0.2 reqid=1 "
#define SEL "sel=10.1.0.1,10.2.0.1,udp pdir=out "
#define SEL_TRANSPORT "sel=10.0.0.1,10.0.0.2,udp pdir=out "
#define SEL6 "sel=fd01::1,fd02::1,udp pdir=out "
#define TMPL "tmpl=10.0.0.1/10.0.0.2/esp/tunnel/1 "
#define TMPL6 "tmpl=fd00::1/fd00::2/esp/tunnel/1 "
#define POLICY SEL TMPL

#endif

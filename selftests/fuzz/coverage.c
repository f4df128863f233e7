// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <linux/kcov.h>

#include "coverage.h"
#include "nl.h"

#define KCOV "/sys/kernel/debug/kcov"
/* Places of one request that are looked at; the first word counts them. */
#define PLACES (1UL << 16)
/* Two places may share a bit: then one of them is not new. */
#define BITS (1UL << 22)

static unsigned long *places;

/* Shared by all processes. */
static struct {
	unsigned long total;
	unsigned char bits[BITS / 8];
} * seen;

void coverage_share(void)
{
	seen = mmap(NULL, sizeof(*seen), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (seen == MAP_FAILED)
		die("shared memory");
}

void coverage_open(void)
{
	int fd = open(KCOV, O_RDWR);

	if (fd < 0 || ioctl(fd, KCOV_INIT_TRACE, PLACES))
		die(KCOV);
	places = mmap(NULL, PLACES * sizeof(*places), PROT_READ | PROT_WRITE,
		      MAP_SHARED, fd, 0);
	if (places == MAP_FAILED || ioctl(fd, KCOV_ENABLE, KCOV_TRACE_PC))
		die(KCOV);
}

void coverage_begin(void)
{
	if (places)
		__atomic_store_n(&places[0], 0, __ATOMIC_RELAXED);
}

/* Returns whether the bit was not set before. */
static bool note(unsigned long place)
{
	unsigned long bit = (place * 0x9e3779b97f4a7c15UL) >> 42;
	unsigned char mask = 1 << (bit % 8);

	return !(__atomic_fetch_or(&seen->bits[bit / 8], mask,
				   __ATOMIC_RELAXED) &
		 mask);
}

bool coverage_is_new(void)
{
	unsigned long n, new = 0;

	if (!places)
		return false;
	n = __atomic_load_n(&places[0], __ATOMIC_RELAXED);
	for (unsigned long i = 1; i <= n && i < PLACES; i++)
		new += note(places[i]);
	__atomic_add_fetch(&seen->total, new, __ATOMIC_RELAXED);
	return new;
}

unsigned long coverage_total(void)
{
	return seen ? seen->total : 0;
}

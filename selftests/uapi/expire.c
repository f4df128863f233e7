// SPDX-License-Identifier: GPL-2.0
/* EXPIRE and NEWAE that nobody asked for: time and traffic cause them. */
#include "case.h"

static const struct test_case cases[] = {
	{ "expire/soft-by-time",
	  "newsa " SA "spi=0x100 dir=out pcpu=1 soft_seconds=1\n"
	  "wait 1\ndumpsa",
	  0 },
	{ "expire/hard-by-time",
	  "newsa " SA "spi=0x100 dir=out pcpu=1 hard_seconds=1\n"
	  "wait 1\ndumpsa",
	  0 },
	{ "expire/soft-by-packets",
	  "links\nnewpolicy " POLICY "index=0x1001\n"
	  "newsa " SA "spi=0x100 dir=out pcpu=1 soft_packets=2\n"
	  "send 1 1\nsend 1 1\nsend 1 2",
	  0 },
	{ "expire/hard-by-packets",
	  "links\nnewpolicy " POLICY "index=0x1001\n"
	  "newsa " SA "spi=0x100 dir=out pcpu=1 hard_packets=2\n"
	  "send 1 2\nsend 1 1\nwait 1\ngetsa " ID "spi=0x100",
	  ERRNO_ONLY },
	{ "expire/hard-by-packets-then-fallback",
	  "links\nnewpolicy " POLICY "index=0x1001\n"
	  "newsa " SA "spi=0x1000 dir=out\n"
	  "newsa " SA "spi=0x100 dir=out pcpu=1 hard_packets=2\n"
	  "send 1 2\nsend 1 1\nwait 1\nsend 1 2",
	  0 },
	{ "newae/by-packets",
	  "links\nnewpolicy " POLICY "index=0x1001\n"
	  "newsa " SA "spi=0x100 dir=out pcpu=1 raw=11:02000000\n"
	  "send 1 2\nsend 1 4",
	  0 },
};

void cases_expire(void)
{
	CASES_RUN(cases);
}

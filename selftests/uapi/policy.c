// SPDX-License-Identifier: GPL-2.0
/* CPU_ACQUIRE, the policy flag 4; ACQUIRE and MIGRATE as requests. */
#include "case.h"

#define POL POLICY "index=0x1001 "
#define ACQUIRE "acquire " SA POLICY "seq=0x51000001 "
#define MIGRATE        \
	"migrate " SEL \
	"mode=tunnel reqid=1 migrate=10.0.0.1/10.0.0.2/10.0.0.1/10.0.0.3 "

static const struct test_case cases[] = {
	{ "newpolicy/flag",
	  "newpolicy " POL "pflags=4\ngetpolicy " SEL "\ndumppolicy", 0 },
	{ "newpolicy/flag-with-others",
	  "newpolicy " POL "pflags=7\ngetpolicy " SEL, 0 },
	{ "newpolicy/flag-inbound",
	  "newpolicy sel=10.2.0.1,10.1.0.1,udp pdir=in " TMPL
	  "index=0x1000 pflags=4\n"
	  "dumppolicy",
	  0 },
	{ "newpolicy/flag-exists",
	  "newpolicy " POL "\nnewpolicy " POL "pflags=4\n"
	  "getpolicy " SEL,
	  ERRNO_ONLY },
	{ "updpolicy/sets-flag",
	  "newpolicy " POL "\nupdpolicy " POL "pflags=4\n"
	  "getpolicy " SEL,
	  0 },
	{ "updpolicy/clears-flag",
	  "newpolicy " POL "pflags=4\nupdpolicy " POL "\n"
	  "getpolicy " SEL,
	  0 },
	{ "updpolicy/new", "updpolicy " POL "pflags=4\ngetpolicy " SEL, 0 },
	{ "delpolicy/flag",
	  "newpolicy " POL "pflags=4\ndelpolicy " SEL "\ndumppolicy", 0 },
	{ "flushpolicy/flag",
	  "newpolicy " POL "pflags=4\nflushpolicy\ndumppolicy", 0 },

	{ "acquire/echo", ACQUIRE "pcpu=1\n", 0 },
	{ "acquire/echo-flag", ACQUIRE "pcpu=1 pflags=4\n", 0 },
	{ "acquire/echo-no-cpu", ACQUIRE "\n", 0 },
	{ "acquire/echo-mark-if-id", ACQUIRE "pcpu=1 mark=0x10/0xff if_id=5\n",
	  0 },
	{ "acquire/two", ACQUIRE "pcpu=1\n" ACQUIRE "\n" ACQUIRE "pcpu=2\n",
	  0 },
	{ "acquire/ipv6", "acquire " SA6 SEL6 TMPL6 "seq=0x51000001 pcpu=3",
	  0 },
	{ "acquire/nobody-listens", "deaf\n" ACQUIRE "pcpu=1\ndumpsa",
	  ERRNO_ONLY },
	{ "acquire/nobody", "nobody " ACQUIRE "pcpu=1\ndumpsa", ERRNO_ONLY },

	{ "migrate/event",
	  "newsa " SA "spi=0x100 dir=out pcpu=1\nnewpolicy " POL "\n" MIGRATE
	  "\ndumpsa",
	  0 },
	{ "migrate/two",
	  "newsa " SA "spi=0x100 dir=out pcpu=1\n"
	  "newsa " SA "spi=0x101 dir=out\nnewpolicy " POL "pflags=4\n" MIGRATE
	  "\n"
	  "getsa src=10.0.0.1 dst=10.0.0.3 spi=0x100\n"
	  "getsa src=10.0.0.1 dst=10.0.0.3 spi=0x101\n"
	  "getpolicy " SEL,
	  0 },
	{ "migrate/same-destination",
	  "newsa " SA "spi=0x100 dir=out pcpu=1\nnewpolicy " POL "\n"
	  "migrate " SEL
	  "mode=tunnel reqid=1 migrate=10.0.0.1/10.0.0.2/10.0.0.9/10.0.0.2\n"
	  "dumpsa",
	  0 },
	{ "migrate/then-delete",
	  "newsa " SA "spi=0x100 dir=out pcpu=1\nnewpolicy " POL "\n" MIGRATE
	  "\ndelsa dst=10.0.0.3 spi=0x100",
	  0 },
	{ "migrate/then-update",
	  "newsa " SA "spi=0x100 dir=out pcpu=1\nnewpolicy " POL "\n" MIGRATE
	  "\n"
	  "updsa src=10.0.0.1 dst=10.0.0.3 mode=tunnel reqid=1 "
	  "spi=0x100 dir=out pcpu=1\n"
	  "getsa dst=10.0.0.3 spi=0x100",
	  0 },
	{ "migrate/no-policy",
	  "newsa " SA "spi=0x100 dir=out pcpu=1\n" MIGRATE "\ndumpsa",
	  ERRNO_ONLY },
};

void cases_policy(void)
{
	CASES_RUN(cases);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * A CPU asks for an SA: when, what the ACQUIRE says, what carries its packets
 * until the answer.  CPUs ask in turn: those that ask at the same instant each
 * send an ACQUIRE, on every kernel.
 */
#include "case.h"

#define LINKS "links\nnewpolicy " POLICY "index=0x1001\n"
#define LINKS_FLAG "links\nnewpolicy " POLICY "index=0x1001 pflags=4\n"
#define OWN(cpu) "newsa " SA "spi=0x100" cpu " dir=out pcpu=" cpu "\n"
#define FALLBACK "newsa " SA "spi=0x2000 dir=out\n"
#define UPDPOLICY "updpolicy " POLICY "index=0x1001 "

static const struct test_case cases[] = {
	{ "acquire/no-sa", LINKS "send 1 1\ndumpsa", 0 },
	{ "acquire/no-sa-flag", LINKS_FLAG "send 1 1\ndumpsa", 0 },
	{ "acquire/no-sa-once", LINKS_FLAG "send 0 3\nsend 1 3", 0 },
	{ "acquire/no-sa-expires",
	  "acq_expires 1\n" LINKS_FLAG "send 1 1\nwait 1\ndumpsa", 0 },
	{ "acquire/others-only-expires",
	  "acq_expires 1\n" LINKS OWN("0") "send 1 1\nwait 1\nsend 1 1\ndumpsa",
	  0 },
	{ "acquire/fallback-no-flag", LINKS FALLBACK "send 0-3 3", 0 },
	{ "acquire/fallback", LINKS_FLAG FALLBACK "send 1 1", 0 },
	{ "acquire/fallback-more-packets", LINKS_FLAG FALLBACK "send 1 5", 0 },
	{ "acquire/fallback-in-the-dump",
	  LINKS_FLAG FALLBACK "send 1 1\ndumpsa", 0 },
	{ "acquire/fallback-each-cpu", LINKS_FLAG FALLBACK "send 0-3 1", 0 },
	{ "acquire/fallback-last-cpu", LINKS_FLAG FALLBACK "send 3 1", 0 },
	{ "acquire/fallback-own", LINKS_FLAG FALLBACK OWN("1") "send 1 3", 0 },
	{ "acquire/fallback-other-has", LINKS_FLAG FALLBACK OWN("1") "send 2 1",
	  0 },
	{ "acquire/fallback-expires",
	  "acq_expires 1\n" LINKS_FLAG FALLBACK
	  "send 1 1\nwait 1\nsleep 1100\nsend 1 1",
	  0 },
	{ "acquire/fallback-nobody-listens",
	  LINKS_FLAG FALLBACK "deaf\nsend 1 1", 0 },
	{ "acquire/fallback-nobody-listens-more-packets",
	  LINKS_FLAG FALLBACK "deaf\nsend 1 5\nsend 2 5\ndumpsa", 0 },
	{ "acquire/fallback-listener-comes",
	  LINKS_FLAG FALLBACK "deaf\nsend 1 1\nsleep 1100\nlisten\nsend 1 1",
	  0 },
	{ "acquire/fallback-mark-if-id",
	  "links\nip link add ipsec0 type xfrm dev dummy0 if_id 5\nip link set ipsec0 up\n"
	  "ip route replace 10.2.0.0/16 dev ipsec0 src 10.1.0.1\n"
	  "newpolicy " POLICY "index=0x1001 pflags=4 mark=0x1f/0xff if_id=5\n"
	  "newsa " SA "spi=0x2000 dir=out if_id=5 mark=0x1f/0xff\n"
	  "send 1 1 mark=0x1f",
	  0 },
	{ "acquire/fallback-ipv6",
	  "links\nnewpolicy " SEL6 TMPL6 "index=0x1001 pflags=4\n"
	  "newsa " SA6 "spi=0x2000 dir=out\nsend 2 1 to=fd02::1",
	  0 },
	{ "acquire/fallback-ipv6-in-ipv4",
	  "links\nnewpolicy " SEL6 TMPL "index=0x1001 pflags=4\n"
	  "newsa " SA "spi=0x2000 dir=out flags=0x20\nsend 2 1 to=fd02::1",
	  0 },
	{ "acquire/fallback-wide-selector",
	  "links\nnewpolicy sel=10.1.0.0/16,10.2.0.0/16 pdir=out " TMPL
	  "index=0x1001 pflags=4\n" FALLBACK "send 1 1",
	  0 },
	{ "acquire/flag-comes",
	  LINKS FALLBACK "send 1 1\n" UPDPOLICY "pflags=4\nsend 1 1", 0 },
	{ "acquire/flag-goes", LINKS_FLAG FALLBACK UPDPOLICY "\nsend 1 3", 0 },
	{ "acquire/fallback-deleted",
	  LINKS_FLAG FALLBACK OWN("1") "delsa " ID
				       "spi=0x2000\nsend 2 1\nsend 1 1",
	  0 },
	{ "acquire/own-deleted",
	  LINKS_FLAG FALLBACK OWN("1") "send 1 1\n"
				       "delsa " ID "spi=0x1001\nsend 1 1",
	  0 },
	{ "acquire/answered-newsa",
	  LINKS_FLAG FALLBACK
	  "send 1 1\n" OWN("1") "send 1 5\nsleep 10\nsend 1 5",
	  0 },
	{ "acquire/answered-newsa-seq",
	  LINKS_FLAG FALLBACK
	  "send 1 1\n"
	  "newsa " SA "spi=0x1001 dir=out pcpu=1 seq=$SEQ\nsend 1 5\ndumpsa",
	  0 },
	{ "acquire/answered-allocspi",
	  LINKS_FLAG FALLBACK "send 1 1\n"
			      "allocspi " SA "spi=0x1001 dir=out pcpu=1\n"
			      "updsa " SA "spi=0x1001 dir=out pcpu=1\nsend 1 5",
	  0 },
	{ "acquire/answered-allocspi-seq",
	  LINKS_FLAG FALLBACK
	  "send 1 1\n"
	  "allocspi " SA "spi=0x1001 dir=out pcpu=1 seq=$SEQ\n"
	  "updsa " SA "spi=0x1001 dir=out pcpu=1 seq=$SEQ\nsend 1 5\ndumpsa",
	  0 },
	{ "acquire/answered-no-sa",
	  LINKS "send 1 1\nnewsa " SA
		"spi=0x2000 dir=out seq=$SEQ\nsend 0-1 5\ndumpsa",
	  0 },
	{ "acquire/answered-no-sa-with-cpu",
	  LINKS "send 1 1\n" OWN("1") "send 1 5\ndumpsa", 0 },
	{ "acquire/answered-no-sa-with-cpu-then-another-asks",
	  LINKS "send 1 1\n" OWN("1") "send 2 1", 0 },
	{ "acquire/answered-no-sa-allocspi",
	  LINKS "send 1 1\n"
		"allocspi " SA "spi=0x2000 dir=out seq=$SEQ\n"
		"updsa " SA "spi=0x2000 dir=out seq=$SEQ\nsend 1 5\ndumpsa",
	  0 },
	{ "acquire/answered-no-sa-allocspi-with-cpu",
	  LINKS "send 1 1\n"
		"allocspi " SA "spi=0x1001 dir=out pcpu=1 seq=$SEQ\n"
		"updsa " SA
		"spi=0x1001 dir=out pcpu=1 seq=$SEQ\nsend 1 5\ndumpsa",
	  0 },
	{ "acquire/others-only-answered-by-fallback",
	  LINKS OWN("0") "send 1 1\n" FALLBACK "send 0-1 5\ndumpsa", 0 },
	{ "acquire/others-only-answered-by-own",
	  LINKS OWN("0") "send 1 1\n" OWN("1") "send 0-1 5", 0 },
	{ "acquire/optional-template",
	  "links\nnewpolicy " SEL_TRANSPORT
	  "tmpl=10.0.0.1/10.0.0.2/esp/transport/1/use index=0x1001 pflags=4\n"
	  "newsa src=10.0.0.1 dst=10.0.0.2 mode=transport reqid=1 spi=0x2000 dir=out\n"
	  "send 1 1 to=10.0.0.2",
	  0 },
	{ "acquire/two-templates",
	  "links\nnewpolicy " SEL "tmpl=10.0.0.1/10.0.0.2/comp/tunnel/1 "
	  "tmpl=10.0.0.1/10.0.0.2/esp/transport/1 index=0x1001 pflags=4\n"
	  "newsa src=10.0.0.1 dst=10.0.0.2 mode=tunnel reqid=1 spi=0x2001 dir=out proto=comp\n"
	  "newsa src=10.0.0.1 dst=10.0.0.2 mode=transport reqid=1 spi=0x2000 dir=out\n"
	  "send 1 1",
	  0 },
	{ "acquire/answered-for-another-cpu",
	  LINKS_FLAG FALLBACK "send 1 1\n" OWN("2") "send 2 5", 0 },
	{ "acquire/two-groups",
	  LINKS_FLAG FALLBACK
	  "newpolicy sel=10.1.0.1,10.2.0.2,udp pdir=out "
	  "tmpl=10.0.0.1/10.0.0.2/esp/tunnel/2 index=0x1009 pflags=4\n"
	  "newsa src=10.0.0.1 dst=10.0.0.2 mode=tunnel reqid=2 spi=0x3000 dir=out\n"
	  "send 1 1\nsend 1 1 to=10.2.0.2",
	  0 },
	{ "acquire/by-policy-deleted",
	  LINKS_FLAG FALLBACK "send 1 1\ndelpolicy " SEL "\nsend 1 1", 0 },
};

void cases_acquire(void)
{
	CASES_RUN(cases);
}

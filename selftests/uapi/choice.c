// SPDX-License-Identifier: GPL-2.0
/*
 * The SA on which each CPU's packets leave: the CPU's own, else the fallback,
 * never another CPU's.
 *
 * Mainline looks at one SA after the other and takes the first that will do, or
 * the newer one by seconds: "sleep 1100" is between SAs of which the newer is
 * wanted.  Left out: what depends on the order of mainline's list, as the
 * choice between a dying SA and a fallback (the difference 4), and which of two
 * larval SAs is met first.
 */
#include "case.h"

#define LINKS "links\nnewpolicy " POLICY "index=0x1001\n"
#define LINKS_FLAG "links\nnewpolicy " POLICY "index=0x1001 pflags=4\n"
#define OWN(cpu) "newsa " SA "spi=0x100" cpu " dir=out pcpu=" cpu "\n"
#define FALLBACK "newsa " SA "spi=0x2000 dir=out\n"
#define OWNS OWN("0") OWN("1") OWN("2") OWN("3")
#define LATER "sleep 1100\n"

static const struct test_case cases[] = {
	{ "choice/own", LINKS OWNS FALLBACK "send 0-3 5", 0 },
	{ "choice/own-flag", LINKS_FLAG OWNS FALLBACK "send 0-3 5", 0 },
	{ "choice/own-no-fallback", LINKS OWNS "send 0-3 5", 0 },
	{ "choice/own-no-fallback-flag", LINKS_FLAG OWNS "send 0-3 5", 0 },
	{ "choice/own-at-once", LINKS OWNS FALLBACK "flood 0-3 50", 0 },
	{ "choice/own-older-than-fallback",
	  LINKS OWN("0") LATER FALLBACK "send 0-1 5", 0 },
	{ "choice/own-newer-than-fallback",
	  LINKS FALLBACK LATER OWN("0") "send 0-1 5", 0 },
	{ "choice/own-nobody-listens",
	  LINKS_FLAG OWNS FALLBACK "deaf\nsend 0-3 5", 0 },
	{ "choice/own-ipv6",
	  "links\nnewpolicy " SEL6 TMPL6 "index=0x1001\n"
	  "newsa " SA6 "spi=0x1001 dir=out pcpu=1\nnewsa " SA6
	  "spi=0x1002 dir=out pcpu=2\n"
	  "newsa " SA6 "spi=0x2000 dir=out\n"
	  "send 0-3 5 to=fd02::1",
	  0 },
	{ "choice/own-transport",
	  "links\nnewpolicy " SEL_TRANSPORT "index=0x1001 "
	  "tmpl=10.0.0.1/10.0.0.2/esp/transport/1\n"
	  "newsa src=10.0.0.1 dst=10.0.0.2 mode=transport reqid=1 spi=0x1001 dir=out pcpu=1\n"
	  "newsa src=10.0.0.1 dst=10.0.0.2 mode=transport reqid=1 spi=0x2000 dir=out\n"
	  "send 0-3 5 to=10.0.0.2",
	  0 },
	{ "choice/own-optional-template",
	  "links\nnewpolicy " SEL_TRANSPORT
	  "tmpl=10.0.0.1/10.0.0.2/esp/transport/1/use index=0x1001\n"
	  "newsa src=10.0.0.1 dst=10.0.0.2 mode=transport reqid=1 spi=0x1001 dir=out pcpu=1\n"
	  "send 0-1 5 to=10.0.0.2",
	  0 },
	{ "choice/fallback", LINKS OWN("1") OWN("3") FALLBACK "send 0-3 5", 0 },
	{ "choice/fallback-only", LINKS FALLBACK "send 0-3 5", 0 },
	{ "choice/fallback-newer",
	  LINKS FALLBACK LATER "newsa " SA "spi=0x2001 dir=out\nsend 0-3 5",
	  0 },
	{ "choice/others-only",
	  LINKS OWN("0") OWN("1") "send 2 5\nsend 3 5\nsend 0-1 5", 0 },
	{ "choice/others-only-flag",
	  LINKS_FLAG OWN("0") OWN("1") "send 2 5\nsend 3 5\nsend 0-1 5", 0 },
	{ "choice/others-only-nobody-listens",
	  LINKS OWN("0") OWN("1") "deaf\nsend 2 5\nsend 0-1 5\ndumpsa", 0 },
	{ "choice/nothing-nobody-listens", LINKS "deaf\nsend 0 5\ndumpsa", 0 },
	{ "choice/deleted",
	  LINKS OWNS FALLBACK "send 1 5\n"
			      "delsa " ID "spi=0x1001\nsend 0-3 5",
	  0 },
	{ "choice/deleted-fallback",
	  LINKS OWN("1") FALLBACK "send 0-1 5\n"
				  "delsa " ID "spi=0x2000\nsend 1 5\nsend 0 5",
	  0 },
	{ "choice/flushed", LINKS OWNS FALLBACK "flushsa\nsend 1 5", 0 },
	{ "choice/installed-later",
	  LINKS FALLBACK "send 1 5\n" OWN("1") "send 1 5", 0 },
	{ "choice/larval",
	  LINKS FALLBACK "allocspi " SA "spi=0x1001 dir=out pcpu=1\n"
			 "send 1 5\nupdsa " SA
			 "spi=0x1001 dir=out pcpu=1\nsend 1 5",
	  0 },
	{ "choice/updsa-clears",
	  LINKS FALLBACK LATER "allocspi " SA "spi=0x1001 dir=out pcpu=1\n"
			       "updsa " SA "spi=0x1001 dir=out\nsend 0-1 5",
	  0 },
	{ "choice/updsa-wins",
	  LINKS FALLBACK "allocspi " SA "spi=0x1001 dir=out pcpu=1\n"
			 "updsa " SA "spi=0x1001 dir=out pcpu=2\nsend 0-3 5",
	  0 },
	{ "choice/updsa-valid-changes",
	  LINKS FALLBACK OWN("1") "updsa " SA
				  "spi=0x1001 dir=out pcpu=2\nsend 0-3 5",
	  0 },
	{ "choice/updsa-valid-keeps",
	  LINKS FALLBACK OWN("1") "updsa " SA "spi=0x1001 dir=out\nsend 0-3 5",
	  0 },
	{ "choice/rekey",
	  LINKS FALLBACK OWN("1") "send 1 5\n" LATER "newsa " SA
				  "spi=0x1101 dir=out pcpu=1\nsend 0-1 5\n"
				  "delsa " ID "spi=0x1001\nsend 0-1 5",
	  0 },
	{ "choice/rekey-flag",
	  LINKS_FLAG FALLBACK OWN("1") LATER
	  "newsa " SA "spi=0x1101 dir=out pcpu=1\nsend 1 5\ndelsa " ID
	  "spi=0x1001\nsend 1 5",
	  0 },
	{ "choice/rekey-others-stay",
	  LINKS OWN("0") OWN("1") LATER "newsa " SA
					"spi=0x1101 dir=out pcpu=1\nsend 0-1 5",
	  0 },
	{ "choice/dying-and-newer",
	  LINKS "newsa " SA
		"spi=0x1001 dir=out pcpu=1 soft_packets=2\nsend 1 3\n"
		"newsa " SA "spi=0x1101 dir=out pcpu=1\nsend 1 5",
	  0 },
	{ "choice/dying-alone",
	  LINKS "newsa " SA
		"spi=0x1001 dir=out pcpu=1 soft_packets=2\nsend 1 3\nsend 1 5",
	  0 },
	{ "choice/dying-alone-flag",
	  LINKS_FLAG
	  "newsa " SA
	  "spi=0x1001 dir=out pcpu=1 soft_packets=2\nsend 1 3\nsend 1 5",
	  0 },
	{ "choice/dying-fallback",
	  LINKS OWN(
		  "0") "newsa " SA
		       "spi=0x2000 dir=out soft_packets=2\nsend 1 3\nsend 0-1 5",
	  0 },
	{ "choice/mark",
	  "links\nnewpolicy " POLICY "index=0x1001 mark=0x1f/0xff\n"
	  "newsa " SA "spi=0x1001 dir=out pcpu=1 mark=0x10/0xf0\n"
	  "newsa " SA "spi=0x2000 dir=out mark=0x10/0xf0\n"
	  "newsa " SA "spi=0x1000 dir=out pcpu=0 mark=0x20/0xf0\n"
	  "send 0-1 5 mark=0x1f",
	  0 },
	{ "choice/if-id",
	  "links\nip link add ipsec0 type xfrm dev dummy0 if_id 5\nip link set ipsec0 up\n"
	  "ip route replace 10.2.0.0/16 dev ipsec0 src 10.1.0.1\n"
	  "newpolicy " POLICY "index=0x1001 if_id=5\n"
	  "newsa " SA "spi=0x1001 dir=out pcpu=1 if_id=5\n"
	  "newsa " SA "spi=0x2000 dir=out if_id=5\n"
	  "newsa " SA "spi=0x1000 dir=out pcpu=0 if_id=6\n"
	  "send 0-1 5",
	  0 },
	{ "choice/selector",
	  LINKS FALLBACK
	  "newsa " SA "spi=0x1000 dir=out pcpu=0 sel=10.1.0.1,10.2.0.1,esp\n"
	  "newsa " SA "spi=0x1001 dir=out pcpu=1 sel=10.1.0.1,10.2.0.1,udp\n"
	  "send 0-1 5",
	  0 },
	{ "choice/wildcard-source",
	  "links\nnewpolicy " POLICY "index=0x1001\n"
	  "newsa src=0.0.0.0 dst=10.0.0.2 mode=tunnel reqid=1 spi=0x1001 dir=out pcpu=1\n"
	  "newsa src=0.0.0.0 dst=10.0.0.2 mode=tunnel reqid=1 spi=0x2000 dir=out\n"
	  "send 0-1 5",
	  0 },
	{ "choice/other-reqid",
	  LINKS FALLBACK
	  "newsa src=10.0.0.1 dst=10.0.0.2 mode=tunnel reqid=2 spi=0x1000 dir=out pcpu=0\n"
	  "send 0 5",
	  0 },
	{ "choice/other-destination",
	  LINKS FALLBACK
	  "newsa src=10.0.0.1 dst=10.0.0.3 mode=tunnel reqid=1 spi=0x1000 dir=out pcpu=0\n"
	  "send 0 5",
	  0 },
	{ "choice/other-mode",
	  LINKS FALLBACK
	  "newsa src=10.0.0.1 dst=10.0.0.2 mode=transport reqid=1 spi=0x1000 dir=out pcpu=0\n"
	  "send 0 5",
	  0 },
	{ "choice/inbound-sa",
	  LINKS FALLBACK "newsa " SA "spi=0x1000 dir=in pcpu=0\nsend 0 5", 0 },
	{ "choice/migrated",
	  LINKS FALLBACK OWN(
		  "1") "migrate " SEL "mode=tunnel reqid=1 "
		       "migrate=10.0.0.1/10.0.0.2/10.0.0.1/10.0.0.3\n"
		       "send 0-1 5",
	  0 },
};

void cases_choice(void)
{
	CASES_RUN(cases);
}

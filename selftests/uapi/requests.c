// SPDX-License-Identifier: GPL-2.0
/* Requests that touch an SA with a CPU: the reply, the event, the SA after it. */
#include "case.h"

#define NEWSA "newsa " SA "spi=0x100 dir=out pcpu=1\n"
#define GETSA "getsa " ID "spi=0x100\n"
#define RAW_ALG(name) "cipher=none raw=1:" name ZEROS_60
#define ZEROS_10 "00000000000000000000"
#define ZEROS_60 ZEROS_10 ZEROS_10 ZEROS_10 ZEROS_10 ZEROS_10 ZEROS_10
#define NONESUCH \
	"6e6f6e6573756368" /* eight of 64 bytes of a name, then a length */

/* Two addresses of 16 bytes, AF_INET, and the length of two prefixes. */
#define ZEROS_8_BYTES "0000000000000000"
#define FILTER_IPV4 \
	ZEROS_8_BYTES ZEROS_8_BYTES ZEROS_8_BYTES ZEROS_8_BYTES "02000000"

static const struct test_case sas[] = {
	{ "newsa/no-attributes", "newsa " SA "spi=0x100\n" GETSA, 0 },
	{ "newsa/mark-if-id-encap",
	  "newsa " SA
	  "spi=0x100 dir=out pcpu=1 encap=4500:4500 mark=0x10/0xf0 if_id=5\n"
	  "getsa " ID "spi=0x100 mark=0x10/0xf0",
	  0 },
	{ "newsa/attribute-first",
	  "newsa " SA "spi=0x100 pcpu=1 dir=out if_id=5\n" GETSA, 0 },
	{ "newsa/gcm",
	  "newsa " SA "spi=0x100 dir=out pcpu=1 cipher=gcm\n" GETSA, 0 },
	{ "newsa/ah",
	  "newsa " SA "spi=0x100 dir=out pcpu=1 proto=ah\n"
	  "getsa " ID "spi=0x100 proto=ah",
	  0 },
	{ "newsa/ipcomp",
	  "newsa " SA "spi=0x100 dir=out pcpu=1 proto=comp\n"
	  "getsa " ID "spi=0x100 proto=comp",
	  0 },
	{ "newsa/transport",
	  "newsa src=10.0.0.1 dst=10.0.0.2 mode=transport reqid=1 "
	  "spi=0x100 dir=out pcpu=1\n" GETSA,
	  0 },
	{ "newsa/ipv6",
	  "newsa " SA6 "spi=0x100 dir=out pcpu=1\n"
	  "getsa dst=fd00::2 spi=0x100",
	  0 },
	{ "newsa/same-spi-two-destinations",
	  NEWSA
	  "newsa src=10.0.0.1 dst=10.0.0.3 mode=tunnel reqid=1 spi=0x100 dir=out pcpu=2\n"
	  "dumpsa",
	  0 },
	{ "newsa/same-spi-two-marks",
	  "newsa " SA "spi=0x100 dir=out pcpu=1 mark=1\n"
	  "newsa " SA "spi=0x100 dir=out pcpu=2 mark=2\n"
	  "getsa " ID "spi=0x100 mark=1\n"
	  "getsa " ID "spi=0x100 mark=2",
	  0 },
	{ "newsa/two-of-one-cpu",
	  NEWSA "newsa " SA "spi=0x101 dir=out pcpu=1\ndumpsa", 0 },
	{ "newsa/all-cpus-and-fallback",
	  "newsa " SA "spi=0x100 dir=out\n"
	  "newsa " SA "spi=0x101 dir=out pcpu=0\n"
	  "newsa " SA "spi=0x102 dir=out pcpu=1\n"
	  "newsa " SA "spi=0x103 dir=out pcpu=2\n"
	  "newsa " SA "spi=0x104 dir=out pcpu=3\n"
	  "dumpsa",
	  0 },
	{ "newsa/exists", NEWSA "newsa " SA "spi=0x100 dir=out pcpu=0\n" GETSA,
	  ERRNO_ONLY },
	{ "newsa/unknown-cipher",
	  "newsa " SA "spi=0x100 dir=out pcpu=1 " RAW_ALG(NONESUCH) "\ndumpsa",
	  ERRNO_ONLY },
	{ "newsa/no-cipher",
	  "newsa " SA "spi=0x100 dir=out pcpu=1 cipher=none\ndumpsa",
	  ERRNO_ONLY },
	{ "newsa/bad-mode",
	  "newsa src=10.0.0.1 dst=10.0.0.2 mode=77 reqid=1 spi=0x100 dir=out pcpu=1\ndumpsa",
	  ERRNO_ONLY },
	{ "newsa/bad-proto",
	  "newsa " SA "spi=0x100 dir=out pcpu=1 proto=udp\ndumpsa",
	  ERRNO_ONLY },
	{ "newsa/no-spi", "newsa " SA "dir=out pcpu=1\ndumpsa", ERRNO_ONLY },
	{ "newsa/replay-window-outbound",
	  "newsa " SA "spi=0x100 dir=out pcpu=1 replay_window=32\n" GETSA, 0 },
	{ "newsa/replay-window-inbound",
	  "newsa " SA "spi=0x100 dir=in pcpu=1 replay_window=32\n" GETSA, 0 },
	{ "newsa/decap-dscp-outbound",
	  "newsa " SA "spi=0x100 dir=out pcpu=1 flags=2\n" GETSA, 0 },
	{ "newsa/nopmtudisc-inbound",
	  "newsa " SA "spi=0x100 dir=in pcpu=1 flags=4\n" GETSA, 0 },
	{ "newsa/nobody", "nobody " NEWSA "dumpsa", ERRNO_ONLY },
	{ "newsa/nobody-too-big",
	  "nobody newsa " SA "spi=0x100 dir=out pcpu=4\ndumpsa", ERRNO_ONLY },

	{ "getsa/absent", NEWSA "getsa " ID "spi=0x101", ERRNO_ONLY },
	{ "getsa/other-mark",
	  "newsa " SA "spi=0x100 dir=out pcpu=1 mark=1\n"
	  "getsa " ID "spi=0x100 mark=2",
	  ERRNO_ONLY },
	{ "getsa/larval", "allocspi " SA "spi=0x100 pcpu=1\n" GETSA, 0 },

	{ "delsa/event", NEWSA "delsa " ID "spi=0x100\n" GETSA, ERRNO_ONLY },
	{ "delsa/larval",
	  "allocspi " SA "spi=0x100 dir=out pcpu=1\n"
	  "delsa " ID "spi=0x100\ndumpsa",
	  0 },
	{ "delsa/absent", "delsa " ID "spi=0x100", ERRNO_ONLY },
	{ "delsa/twice", NEWSA "delsa " ID "spi=0x100\ndelsa " ID "spi=0x100",
	  ERRNO_ONLY },
	{ "delsa/and-again",
	  NEWSA "delsa " ID "spi=0x100\n"
		"newsa " SA "spi=0x100 dir=out\n" GETSA,
	  0 },
	{ "delsa/no-attributes", "newsa " SA "spi=0x100\ndelsa " ID "spi=0x100",
	  0 },

	{ "flushsa/event",
	  NEWSA "newsa " SA "spi=0x101 dir=out\nflushsa\ndumpsa", 0 },
	{ "flushsa/other-proto", NEWSA "flushsa proto=ah\ndumpsa", 0 },
	{ "flushsa/and-again",
	  NEWSA "flushsa\nnewsa " SA "spi=0x100 dir=out\n" GETSA, 0 },

	{ "dumpsa/empty", "dumpsa", 0 },
	{ "dumpsa/several",
	  NEWSA "newsa " SA "spi=0x101 dir=out\n"
		"newsa " SA6 "spi=0x102 dir=out pcpu=3\n"
		"newsa " SA "spi=0x103 dir=in pcpu=0\ndumpsa",
	  0 },
	{ "dumpsa/of-one-protocol",
	  NEWSA "newsa " SA "spi=0x101 dir=out pcpu=2 proto=ah\n"
		"dumpsa raw=25:33",
	  0 },
	{ "dumpsa/of-one-address",
	  NEWSA "newsa " SA6 "spi=0x101 dir=out pcpu=2\n"
		"dumpsa raw=26:" FILTER_IPV4,
	  0 },
	{ "dumpsa/larger-than-a-buffer",
	  "deaf\nfill 400\ncheck 0\ncheck 4096\ncheck 8192\ncheck 16384", 0 },
};

static const struct test_case updates[] = {
	{ "updsa/larval-absent-clears",
	  "allocspi " SA "spi=0x100 dir=out pcpu=1\n"
	  "updsa " SA "spi=0x100 dir=out\n" GETSA,
	  0 },
	{ "updsa/larval-sets",
	  "allocspi " SA "spi=0x100 dir=out\n"
	  "updsa " SA "spi=0x100 dir=out pcpu=1\n" GETSA,
	  0 },
	{ "updsa/larval-wins",
	  "allocspi " SA "spi=0x100 dir=out pcpu=1\n"
	  "updsa " SA "spi=0x100 dir=out pcpu=3\n" GETSA,
	  0 },
	{ "updsa/larval-inbound",
	  "allocspi " SA "spi=0x100 dir=in pcpu=1\n"
	  "updsa " SA "spi=0x100 dir=in pcpu=1 replay_window=32\n" GETSA,
	  0 },
	{ "updsa/larval-sets-direction",
	  "allocspi " SA "spi=0x100\n"
	  "updsa " SA "spi=0x100 dir=in\n" GETSA,
	  0 },
	{ "updsa/larval-changes-direction",
	  "allocspi " SA "spi=0x100 dir=in\n"
	  "updsa " SA "spi=0x100 dir=out\n" GETSA,
	  0 },
	{ "updsa/larval-without-direction",
	  "allocspi " SA "spi=0x100 dir=in\n"
	  "updsa " SA "spi=0x100\n" GETSA,
	  0 },
	{ "updsa/larval-refused-then-good",
	  "allocspi " SA "spi=0x100 dir=out pcpu=1\n"
	  "updsa " SA "spi=0x100 dir=out pcpu=4\n" GETSA "updsa " SA
	  "spi=0x100 dir=out pcpu=2\n" GETSA,
	  0 },
	{ "updsa/larval-cpu-without-direction",
	  "allocspi " SA "spi=0x100 pcpu=1\nupdsa " SA
	  "spi=0x100 pcpu=1\n" GETSA,
	  0 },
	{ "updsa/valid-cpu-without-direction",
	  "newsa " SA "spi=0x100\nupdsa " SA "spi=0x100 pcpu=1\n" GETSA, 0 },
	{ "updsa/valid-same-cpu",
	  NEWSA "updsa " SA "spi=0x100 dir=out pcpu=1\n" GETSA, 0 },
	{ "updsa/valid-other-cpu",
	  NEWSA "updsa " SA "spi=0x100 dir=out pcpu=2\n" GETSA, 0 },
	{ "updsa/valid-absent", NEWSA "updsa " SA "spi=0x100 dir=out\n" GETSA,
	  0 },
	{ "updsa/valid-without-cpu-gets-one",
	  "newsa " SA "spi=0x100 dir=out\nupdsa " SA
	  "spi=0x100 dir=out pcpu=1\n" GETSA,
	  0 },
	{ "updsa/valid-without-cpu-absent",
	  "newsa " SA "spi=0x100 dir=out\nupdsa " SA
	  "spi=0x100 dir=out\n" GETSA,
	  0 },
	{ "updsa/valid-other-direction",
	  "newsa " SA "spi=0x100 dir=in\nupdsa " SA "spi=0x100 dir=out\n" GETSA,
	  0 },
	{ "updsa/valid-without-direction",
	  "newsa " SA "spi=0x100 dir=in\nupdsa " SA "spi=0x100\n" GETSA, 0 },
	{ "updsa/absent", "updsa " SA "spi=0x100 dir=out pcpu=1\ndumpsa",
	  ERRNO_ONLY },
	{ "updsa/unknown-cipher",
	  NEWSA "updsa " SA
		"spi=0x100 dir=out pcpu=1 " RAW_ALG(NONESUCH) "\n" GETSA,
	  ERRNO_ONLY },

	{ "allocspi/reply", "allocspi " SA "spi=0x100 pcpu=1\n" GETSA, 0 },
	{ "allocspi/direction",
	  "allocspi " SA "spi=0x100 dir=in pcpu=1\n" GETSA, 0 },
	{ "allocspi/no-attributes", "allocspi " SA "spi=0x100\n" GETSA, 0 },
	{ "allocspi/range",
	  "allocspi " SA "min=0x10000 max=0x1ffff pcpu=2\ndumpsa", 0 },
	{ "allocspi/mark-if-id",
	  "allocspi " SA "spi=0x100 mark=1 if_id=5 pcpu=2\n"
	  "getsa " ID "spi=0x100 mark=1",
	  0 },
	{ "allocspi/ipv6", "allocspi " SA6 "spi=0x100 pcpu=2\ndumpsa", 0 },
	{ "allocspi/seq",
	  "allocspi " SA "spi=0x100 seq=0x51000001 pcpu=2\ndumpsa", 0 },
	{ "allocspi/same-spi",
	  "allocspi " SA "spi=0x100 pcpu=1\n"
	  "allocspi " SA "spi=0x100 pcpu=2\n" GETSA,
	  ERRNO_ONLY },
	{ "allocspi/of-a-valid-sa",
	  NEWSA "allocspi " SA "spi=0x100 pcpu=2\n" GETSA, ERRNO_ONLY },
	{ "allocspi/nobody", "nobody allocspi " SA "spi=0x100 pcpu=1\ndumpsa",
	  ERRNO_ONLY },
	{ "allocspi/expires",
	  "acq_expires 1\nallocspi " SA "spi=0x100 dir=out pcpu=1\n"
	  "wait 1\ndumpsa",
	  0 },
	{ "newsa/replaces-larval-by-seq",
	  "allocspi " SA "spi=0x100 seq=0x51000001 dir=out pcpu=1\n"
	  "newsa " SA "spi=0x200 seq=0x51000001 dir=out pcpu=1\ndumpsa",
	  0 },
};

static const struct test_case counters[] = {
	{ "getae/reply", NEWSA "getae " ID "spi=0x100", 0 },
	{ "getae/flags", NEWSA "getae " ID "spi=0x100 flags=0x30", 0 },
	{ "getae/no-attributes", "newsa " SA "spi=0x100\ngetae " ID "spi=0x100",
	  0 },
	{ "getae/absent", "getae " ID "spi=0x100", ERRNO_ONLY },
	{ "getae/mark-if-id",
	  "newsa " SA "spi=0x100 dir=out pcpu=1 mark=1 if_id=5\n"
	  "getae " ID "spi=0x100 mark=1",
	  0 },
	{ "newae/event", NEWSA "newae " ID "spi=0x100\n" GETSA, 0 },
	{ "newae/no-attributes", "newsa " SA "spi=0x100\nnewae " ID "spi=0x100",
	  0 },
	{ "newae/larval",
	  "allocspi " SA "spi=0x100 pcpu=1\nnewae " ID "spi=0x100",
	  ERRNO_ONLY },
	{ "newae/absent", "newae " ID "spi=0x100", ERRNO_ONLY },

	{ "expire/soft-by-request",
	  NEWSA "expire " SA "spi=0x100 hard=0\n" GETSA, 0 },
	{ "expire/hard-by-request",
	  NEWSA "expire " SA "spi=0x100 hard=1\n" GETSA, ERRNO_ONLY },
	{ "expire/mark-if-id-by-request",
	  "newsa " SA "spi=0x100 dir=out pcpu=1 mark=1 if_id=5\n"
	  "expire " SA "spi=0x100 hard=0 mark=1",
	  0 },
	{ "expire/larval-by-request",
	  "allocspi " SA "spi=0x100 pcpu=1\n"
	  "expire " SA "spi=0x100 hard=1\n" GETSA,
	  ERRNO_ONLY },
	{ "expire/absent-by-request", "expire " SA "spi=0x100 hard=1",
	  ERRNO_ONLY },
};

void cases_requests(void)
{
	CASES_RUN(sas);
	CASES_RUN(updates);
	CASES_RUN(counters);
}

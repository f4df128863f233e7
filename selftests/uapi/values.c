// SPDX-License-Identifier: GPL-2.0
/*
 * Each value of SA_PCPU and SA_DIR, good and bad, in each request: one fault a
 * request, so that no order of checks is tested which nobody relies on.
 */
#include <stdio.h>

#include "case.h"

struct value {
	const char *name;
	const char *words;
};

#define PCPU_BITS(bits) "raw=0x" bits "023:01000000 "
#define DIR_BITS(bits) "raw=0x" bits "021:02 "

static const struct value pcpus[] = {
	{ "pcpu=first", "pcpu=0 " },
	{ "pcpu=last", "pcpu=3 " },
	{ "pcpu=too-big", "pcpu=4 " },
	{ "pcpu=65536", "pcpu=0x10000 " },
	{ "pcpu=int-max", "pcpu=0x7fffffff " },
	{ "pcpu=int-min", "pcpu=0x80000000 " },
	{ "pcpu=all-ones", "pcpu=0xffffffff " },
	{ "pcpu-of-0-bytes", "raw=35: " },
	{ "pcpu-of-1-byte", "raw=35:01 " },
	{ "pcpu-of-2-bytes", "raw=35:0100 " },
	{ "pcpu-of-3-bytes", "raw=35:010000 " },
	{ "pcpu-of-5-bytes", "raw=35:0100000001 " },
	{ "pcpu-of-8-bytes", "raw=35:0100000001000000 " },
	{ "pcpu-nested", PCPU_BITS("8") },
	{ "pcpu-net-byteorder", PCPU_BITS("4") },
	{ "pcpu-twice", "pcpu=0 pcpu=1 " },
	{ "pcpu-twice-first-too-big", "pcpu=4 pcpu=1 " },
	{ "pcpu-twice-last-too-big", "pcpu=1 pcpu=4 " },
};

static const struct value dirs[] = {
	{ "dir=0", "dir=0 " },
	{ "dir=in", "dir=1 " },
	{ "dir=out", "dir=2 " },
	{ "dir=3", "dir=3 " },
	{ "dir=255", "dir=255 " },
	{ "dir-of-0-bytes", "raw=33: " },
	{ "dir-of-2-bytes", "raw=33:0200 " },
	{ "dir-of-3-bytes", "raw=33:020000 " },
	{ "dir-of-4-bytes", "raw=33:02000000 " },
	{ "dir-of-5-bytes", "raw=33:0200000000 " },
	{ "dir-of-8-bytes", "raw=33:0200000000000000 " },
	{ "dir-nested", DIR_BITS("8") },
	{ "dir-net-byteorder", DIR_BITS("4") },
	{ "dir-twice", "dir=1 dir=2 " },
	{ "dir-twice-first-bad", "dir=3 dir=2 " },
	{ "dir-twice-last-bad", "dir=2 dir=3 " },
};

/* Where an attribute has no business, fewer values will do. */
static const struct value strangers[] = {
	{ "pcpu=first", "pcpu=0 " },
	{ "pcpu=too-big", "pcpu=4 " },
	{ "pcpu-of-1-byte", "raw=35:01 " },
	{ "pcpu-nested", PCPU_BITS("8") },
	{ "dir=out", "dir=2 " },
	{ "dir=3", "dir=3 " },
	{ "dir-of-0-bytes", "raw=33: " },
	{ "dir-nested", DIR_BITS("8") },
};

/* A request that may have the attribute: "%s" is where it goes. */
struct request {
	const char *name;
	const char *script;
};

static const struct request with_pcpu[] = {
	{ "newsa", "newsa $SA spi=0x100 dir=out %s\n"
		   "dumpsa" },
	{ "newsa-without-dir", "newsa $SA spi=0x100 %s\n"
			       "dumpsa" },
	{ "newsa-inbound", "newsa $SA spi=0x100 dir=in %s\n"
			   "dumpsa" },
	{ "newsa-ipv6", "newsa $SA6 spi=0x100 dir=out %s\n"
			"dumpsa" },
	{ "updsa-larval", "allocspi $SA spi=0x100 dir=out pcpu=2\n"
			  "updsa $SA spi=0x100 dir=out %s\n"
			  "dumpsa" },
	{ "updsa-valid", "newsa $SA spi=0x100 dir=out pcpu=2\n"
			 "updsa $SA spi=0x100 dir=out %s\n"
			 "dumpsa" },
	{ "allocspi", "allocspi $SA spi=0x100 %s\n"
		      "dumpsa" },
	{ "allocspi-outbound", "allocspi $SA spi=0x100 dir=out %s\n"
			       "dumpsa" },
	{ "acquire", "acquire $SA $POLICY seq=0x51000001 %s\n"
		     "dumpsa" },
};

static const struct request with_dir[] = {
	{ "newsa", "newsa $SA spi=0x100 %s\n"
		   "dumpsa" },
	{ "newsa-pcpu", "newsa $SA spi=0x100 pcpu=1 %s\n"
			"dumpsa" },
	{ "updsa-larval", "allocspi $SA spi=0x100 dir=out pcpu=2\n"
			  "updsa $SA spi=0x100 %s\n"
			  "dumpsa" },
	{ "updsa-valid", "newsa $SA spi=0x100 dir=out pcpu=2\n"
			 "updsa $SA spi=0x100 %s\n"
			 "dumpsa" },
	{ "allocspi", "allocspi $SA spi=0x100 %s\n"
		      "dumpsa" },
	{ "acquire", "acquire $SA $POLICY seq=0x51000001 %s\n"
		     "dumpsa" },
};

static const struct request others[] = {
	{ "getsa", "newsa $SA spi=0x100 dir=out pcpu=1\n"
		   "getsa $ID spi=0x100 %s" },
	{ "delsa", "newsa $SA spi=0x100 dir=out pcpu=1\n"
		   "delsa $ID spi=0x100 %s\n"
		   "dumpsa" },
	{ "flushsa", "newsa $SA spi=0x100 dir=out pcpu=1\n"
		     "flushsa %s\n"
		     "dumpsa" },
	{ "dumpsa", "newsa $SA spi=0x100 dir=out pcpu=1\n"
		    "dumpsa %s" },
	{ "expire-soft", "newsa $SA spi=0x100 dir=out pcpu=1\n"
			 "expire $SA spi=0x100 hard=0 %s\n"
			 "dumpsa" },
	{ "expire-hard", "newsa $SA spi=0x100 dir=out pcpu=1\n"
			 "expire $SA spi=0x100 hard=1 %s\n"
			 "dumpsa" },
	{ "getae", "newsa $SA spi=0x100 dir=out pcpu=1\n"
		   "getae $ID spi=0x100 %s" },
	{ "newae", "newsa $SA spi=0x100 dir=out pcpu=1\n"
		   "newae $ID spi=0x100 %s" },
	{ "newpolicy", "newpolicy $POLICY pflags=4 index=0x1001 %s\n"
		       "dumppolicy" },
	{ "updpolicy", "newpolicy $POLICY index=0x1001\n"
		       "updpolicy $POLICY pflags=4 index=0x1001 %s\n"
		       "dumppolicy" },
	{ "getpolicy", "newpolicy $POLICY index=0x1001\n"
		       "getpolicy $SEL %s" },
	{ "delpolicy", "newpolicy $POLICY index=0x1001\n"
		       "delpolicy $SEL %s\n"
		       "dumppolicy" },
	{ "flushpolicy", "newpolicy $POLICY index=0x1001\n"
			 "flushpolicy %s\n"
			 "dumppolicy" },
	{ "dumppolicy", "newpolicy $POLICY index=0x1001\n"
			"dumppolicy %s" },
	{ "migrate",
	  "newsa $SA spi=0x100 dir=out pcpu=1\n"
	  "newpolicy $POLICY index=0x1001\n"
	  "migrate $SEL mode=tunnel reqid=1 migrate=10.0.0.1/10.0.0.2/10.0.0.1/10.0.0.3 %s\n"
	  "dumpsa" },
	{ "newspdinfo", "newspdinfo %s" },
	{ "getspdinfo", "getspdinfo %s" },
	{ "getsadinfo", "getsadinfo %s" },
	{ "setdefault", "setdefault %s" },
	{ "getdefault", "getdefault %s" },
	{ "polexpire", "polexpire %s" },
	{ "report", "report %s" },
	{ "mapping", "mapping %s" },
};

static void each(const struct request *requests, size_t nr_requests,
		 const struct value *values, size_t nr_values)
{
	char name[128], script[1024];

	for (size_t i = 0; i < nr_requests; i++) {
		for (size_t j = 0; j < nr_values; j++) {
			snprintf(name, sizeof(name), "%s/%s", requests[i].name,
				 values[j].name);
			/* The tables above are the only formats. */
			snprintf(script, sizeof(script), requests[i].script,
				 values[j].words);
			case_run(name, script, false);
		}
	}
}

#define EACH(requests, values)                                           \
	each(requests, sizeof(requests) / sizeof((requests)[0]), values, \
	     sizeof(values) / sizeof((values)[0]))

void cases_values(void)
{
	EACH(with_pcpu, pcpus);
	EACH(with_dir, dirs);
	EACH(others, strangers);
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include "daemon/cpus.h"
#include "tap.h"

void test_cpus(void)
{
	static const char *const bad[] = {
		"x",	"3-1",	 "0-",	"-1",	"0,",
		"0,,1", "0-1-2", "1 2", "8192", "99999999999999999999"
	};
	static struct cpus cpus;

	is_num(cpus_parse("0-3,5,8-9\n", &cpus), 0, "a list of CPUs");
	ok(cpus.end == 10 && cpus.count == 7, "how far and how many");
	ok(cpus.has[0] && cpus.has[3] && !cpus.has[4] && cpus.has[5] &&
		   !cpus.has[7] && cpus.has[9],
	   "which");
	ok(!cpus_parse("0\n", &cpus) && cpus.end == 1 && cpus.count == 1,
	   "one CPU");
	ok(!cpus_parse("1-2,2\n", &cpus) && cpus.count == 2, "one named twice");
	ok(!cpus_parse("\n", &cpus) && !cpus.end, "none");
	ok(!cpus_parse("8191", &cpus) && cpus.end == CPUS_MAX, "the last one");
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		is_num(cpus_parse(bad[i], &cpus), -EINVAL, "no list: \"%s\"",
		       bad[i]);
	is_num(cpus_read("nonsense", &cpus), -ENOENT, "a list that is none");
	ok(!cpus_read("possible", &cpus) && cpus.end, "the kernel's");
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>

#include "cli/args.h"
#include "tap.h"

#define ARGV_MAX 16

/* Split @line at blanks and read it. */
static int parse(struct sa_args *args, unsigned int has, const char *line)
{
	char *argv[ARGV_MAX + 1] = { NULL };
	char *copy = strdup(line);
	int argc = 0;
	char *rest;
	int err;

	for (char *word = strtok_r(copy, " ", &rest); word && argc < ARGV_MAX;
	     word = strtok_r(NULL, " ", &rest))
		argv[argc++] = word;
	err = args_sa(args, has, argc, argv);
	free(copy);
	return err;
}

static void sa_accepted(void)
{
	struct sa_args args;

	is_num(parse(&args, ARGS_CPU, "bind 10.0.0.2 0x1234 0"), 0,
	       "CPU 0 is a CPU");
	is_num(args.cpu, 0, "CPU 0 is kept");
	is_num(args.id.spi, 0x1234, "SPI");
	is_num(args.id.proto, IPPROTO_ESP, "ESP unless told otherwise");
	ok(!args.id.mark.value && !args.id.mark.mask, "no mark unless told");
	is_num(args.timeout_ms, 30000, "default timeout");

	is_num(parse(&args, ARGS_CPU,
		     "move ::1 16 4294967294 mark 0x1/0xff proto ah"),
	       0, "options in any order");
	is_num(args.cpu, UINT32_MAX - 1, "largest CPU");
	is_num(args.id.proto, IPPROTO_AH, "AH");
	is_num(args.id.mark.mask, 0xff, "mask");

	is_num(parse(&args, 0, "unbind 10.0.0.2 1 proto comp"), 0,
	       "no CPU where none belongs");
	is_num(args.id.proto, IPPROTO_COMP, "IPComp");

	is_num(parse(&args, ARGS_CPU | ARGS_TIMEOUT,
		     "expect 10.0.0.2 1 3 timeout 0"),
	       0, "timeout 0");
	is_num(args.timeout_ms, 0, "timeout 0 is kept");
}

static void sa_refused(void)
{
	static const struct {
		unsigned int has;
		const char *line;
		const char *error; /* part of the message */
	} cases[] = {
		{ ARGS_CPU, "bind", "DST is missing: expected DST SPI CPU" },
		{ ARGS_CPU, "bind 10.0.0.2", "SPI is missing" },
		{ ARGS_CPU, "bind 10.0.0.2 1", "CPU is missing" },
		{ 0, "unbind 10.0.0.2", "SPI is missing: expected DST SPI" },
		{ ARGS_CPU, "bind x 1 1", "DST \"x\": expected an IPv4" },
		{ ARGS_CPU, "bind 10.0.0.2 0 1", "SPI \"0\": expected 1 to" },
		{ ARGS_CPU, "bind 10.0.0.2 1g 1", "SPI \"1g\"" },
		{ ARGS_CPU, "bind 10.0.0.2 1 -1", "CPU \"-1\": expected 0" },
		{ ARGS_CPU, "bind 10.0.0.2 1 fallback", "CPU \"fallback\"" },
		{ ARGS_CPU, "bind 10.0.0.2 1 0xffffffff", "means no CPU" },
		{ ARGS_CPU, "bind 10.0.0.2 1 4294967295", "means no CPU" },
		{ ARGS_CPU, "bind 10.0.0.2 1 1 proto", "proto: its value" },
		{ ARGS_CPU, "bind 10.0.0.2 1 1 proto udp", "expected esp, ah" },
		{ ARGS_CPU, "bind 10.0.0.2 1 1 mark x", "mark \"x\"" },
		{ ARGS_CPU, "bind 10.0.0.2 1 1 proto ah proto ah", "twice" },
		{ ARGS_CPU, "bind 10.0.0.2 1 1 timeout 5",
		  "unexpected \"timeout\": expected proto or mark" },
		{ ARGS_CPU | ARGS_TIMEOUT, "expect 10.0.0.2 1 1 time 5",
		  "expected timeout, proto or mark" },
		{ ARGS_CPU | ARGS_TIMEOUT, "expect 10.0.0.2 1 1 timeout 5s",
		  "expected milliseconds" },
		{ 0, "unbind 10.0.0.2 1 1", "unexpected \"1\"" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sa_args args;

		is_num(parse(&args, cases[i].has, cases[i].line), -EINVAL,
		       "refused: %s", cases[i].line);
		if (!ok(strstr(args.error, cases[i].error), "it says: %s",
			cases[i].error))
			tap_diag("got %s", args.error);
	}
}

static int options(struct option_args *args, unsigned int has, char *first,
		   char *second)
{
	char *argv[] = { "command", first, second, NULL };

	return args_options(args, has, first ? (second ? 3 : 2) : 1, argv);
}

static void command_options(void)
{
	const unsigned int both = ARGS_JSON | ARGS_COUNT;
	struct option_args args;

	is_num(options(&args, both, NULL, NULL), 0, "no option");
	ok(!args.json && !args.count, "nothing is set");
	is_num(options(&args, both, "--json", NULL), 0, "--json");
	ok(args.json, "json is set");
	is_num(options(&args, both, "--count", "5"), 0, "--count 5");
	is_num(args.count, 5, "count is set");
	is_num(options(&args, both, "--count", "0"), -EINVAL, "--count 0");
	is_num(options(&args, both, "--count", NULL), -EINVAL, "--count alone");
	is_num(options(&args, ARGS_JSON, "--count", "5"), -EINVAL,
	       "--count where it does not belong");
	is_num(options(&args, both, "json", NULL), -EINVAL, "no option");
	is_str(args.error,
	       "unexpected \"json\": expected --json, --acquires or --count N",
	       "it says what is expected");
}

static void is_attach(const char *line, int err, const char *expected)
{
	struct attach_args args;
	char words[128];
	char *argv[8] = { "attach" };
	int argc = 1;

	strcpy(words, line);
	for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	is_num(args_attach(&args, argc, argv), err, "attach %s", line);
	is_str(args.error, expected, "it says: %s", expected);
}

static void attach(void)
{
	char *argv[] = { "attach", "7",	 "8,0-2,5",	  "dst",     "fd00::1",
			 "proto",  "ah", "--no-fallback", "--watch", "--json" };
	static const uint32_t cpus[] = { 8, 0, 1, 2, 5 };
	struct attach_args args;

	is_num(args_attach(&args, 10, argv), 0, "all of attach");
	is_num(args.reqid, 7, "reqid");
	if (ok(args.nr_cpus == 5, "CPUs"))
		ok(!memcmp(args.cpus, cpus, sizeof(cpus)), "in their order");
	is_num(args.dst.family, AF_INET6, "dst");
	is_num(args.proto, IPPROTO_AH, "proto");
	ok(args.no_fallback && args.watch && args.json, "options");

	is_attach("", -EINVAL, "REQID is missing: expected REQID CPUS");
	is_attach("1", -EINVAL, "CPUS is missing: expected REQID CPUS");
	is_attach("1 3-1", -EINVAL, "CPUs: expected a list like 0-3,8");
	is_attach("1 0,", -EINVAL, "CPUs: expected a list like 0-3,8");
	is_attach("1 0-1-2", -EINVAL, "CPUs: expected a list like 0-3,8");
	is_attach("1 0-4294967295", -EINVAL,
		  "CPUs: expected a list like 0-3,8");
	is_attach("1 0-3,2", -EINVAL, "CPU 2 is named twice");
	is_attach("1 0-1024", -EINVAL, "more than 1024 CPUs");
	is_attach("1 0 dst", -EINVAL,
		  "dst \"\": expected an IPv4 or IPv6 address");
	is_attach("1 0 proto tcp", -EINVAL,
		  "proto \"tcp\": expected esp, ah or comp");
	is_attach("1 0 frob", -EINVAL,
		  "unexpected \"frob\": expected dst, proto, --no-fallback, "
		  "--watch or --json");
	is_attach("0 0", -EINVAL,
		  "REQID \"0\": expected 1 to 0xffffffff, a decimal number "
		  "or 0x and a hexadecimal one");
}

void test_args(void)
{
	attach();
	sa_accepted();
	sa_refused();
	command_options();
}

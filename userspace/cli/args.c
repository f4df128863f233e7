// SPDX-License-Identifier: GPL-2.0-or-later
#include "args.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "text/value.h"

#define NUMBER "a decimal number or 0x and a hexadecimal one"

/* Put a message into @args->error and fail. */
#define wrong(args, ...) \
	(snprintf((args)->error, sizeof((args)->error), __VA_ARGS__), -EINVAL)

static int read_spi(struct sa_args *args, const char *text)
{
	if (text_u32(text, &args->id.spi) || !args->id.spi)
		return wrong(args,
			     "SPI \"%s\": expected 1 to 0xffffffff, " NUMBER,
			     text);
	return 0;
}

static int read_cpu(struct sa_args *args, const char *text)
{
	if (text_u32(text, &args->cpu))
		return wrong(args, "CPU \"%s\": expected 0 or more, " NUMBER,
			     text);
	if (args->cpu == XFRM_PCPU_CPU_NONE)
		return wrong(args,
			     "CPU \"%s\" means no CPU: expected a CPU number "
			     "(unbind takes an SA's CPU away)",
			     text);
	return 0;
}

/* "KEY VALUE"; *seen keeps the keys that were given. */
static int read_option(struct sa_args *args, unsigned int has, const char *key,
		       const char *value, unsigned int *seen)
{
	enum { PROTO = 1, MARK = 2, TIMEOUT = 4 };
	unsigned int bit;

	if (!strcmp(key, "proto"))
		bit = PROTO;
	else if (!strcmp(key, "mark"))
		bit = MARK;
	else if (!strcmp(key, "timeout") && (has & ARGS_TIMEOUT))
		bit = TIMEOUT;
	else
		return wrong(args,
			     "unexpected \"%s\": expected %sproto or mark", key,
			     has & ARGS_TIMEOUT ? "timeout, " : "");
	if (*seen & bit)
		return wrong(args, "%s is given twice", key);
	*seen |= bit;
	if (!value)
		return wrong(args, "%s: its value is missing", key);

	if (bit == PROTO && text_proto(value, &args->id.proto))
		return wrong(args, "proto \"%s\": expected esp, ah or comp",
			     value);
	if (bit == MARK && text_mark_or_value(value, &args->id.mark))
		return wrong(
			args,
			"mark \"%s\": expected VALUE or VALUE/MASK, each " NUMBER
			" of 32 bits",
			value);
	if (bit == TIMEOUT && text_u32(value, &args->timeout_ms))
		return wrong(args,
			     "timeout \"%s\": expected milliseconds, " NUMBER,
			     value);
	return 0;
}

int args_sa(struct sa_args *args, unsigned int has, int argc, char **argv)
{
	int positional = (has & ARGS_CPU) ? 3 : 2;
	unsigned int seen = 0;
	int err;

	memset(args, 0, sizeof(*args));
	args->id.proto = IPPROTO_ESP;
	args->timeout_ms = ARGS_TIMEOUT_MS;

	if (argc <= positional)
		return wrong(args, "%s is missing: expected DST SPI%s",
			     argc <= 1	 ? "DST"
			     : argc == 2 ? "SPI"
					 : "CPU",
			     has & ARGS_CPU ? " CPU" : "");
	if (text_address(argv[1], &args->id.dst))
		return wrong(args,
			     "DST \"%s\": expected an IPv4 or IPv6 address",
			     argv[1]);
	err = read_spi(args, argv[2]);
	if (!err && (has & ARGS_CPU))
		err = read_cpu(args, argv[3]);
	for (int i = positional + 1; !err && i < argc; i++) {
		if (!strcmp(argv[i], "--json")) {
			args->json = true;
			continue;
		}
		err = read_option(args, has, argv[i],
				  i + 1 < argc ? argv[i + 1] : NULL, &seen);
		i++;
	}
	return err;
}

static int add_cpu(struct attach_args *args, uint32_t cpu)
{
	for (size_t i = 0; i < args->nr_cpus; i++) {
		if (args->cpus[i] == cpu)
			return wrong(args, "CPU %" PRIu32 " is named twice",
				     cpu);
	}
	if (args->nr_cpus == ARGS_CPUS_MAX)
		return wrong(args, "more than %d CPUs", ARGS_CPUS_MAX);
	args->cpus[args->nr_cpus++] = cpu;
	return 0;
}

/* "N" or "N-M", of @length bytes. */
static int read_cpu_range(struct attach_args *args, const char *text,
			  size_t length)
{
	uint32_t first, last;
	char range[32];
	char *dash;

	if (length >= sizeof(range))
		return wrong(args, "CPUs: expected a list like 0-3,8");
	memcpy(range, text, length);
	range[length] = '\0';
	dash = strchr(range, '-');
	if (dash)
		*dash++ = '\0';
	if (text_u32(range, &first) || text_u32(dash ? dash : range, &last) ||
	    last < first || last == XFRM_PCPU_CPU_NONE)
		return wrong(args, "CPUs: expected a list like 0-3,8");
	for (uint64_t cpu = first; cpu <= last; cpu++) {
		int err = add_cpu(args, cpu);

		if (err)
			return err;
	}
	return 0;
}

static int read_cpus(struct attach_args *args, const char *text)
{
	for (;;) {
		size_t length = strcspn(text, ",");
		int err = read_cpu_range(args, text, length);

		if (err || !text[length])
			return err;
		text += length + 1;
	}
}

int args_attach(struct attach_args *args, int argc, char **argv)
{
	memset(args, 0, sizeof(*args));
	if (argc < 3)
		return wrong(args, "%s is missing: expected REQID CPUS",
			     argc < 2 ? "REQID" : "CPUS");
	if (text_u32(argv[1], &args->reqid) || !args->reqid)
		return wrong(args,
			     "REQID \"%s\": expected 1 to 0xffffffff, " NUMBER,
			     argv[1]);
	if (read_cpus(args, argv[2]))
		return -EINVAL;
	for (int i = 3; i < argc; i++) {
		const char *value = i + 1 < argc ? argv[i + 1] : "";

		if (!strcmp(argv[i], "--json")) {
			args->json = true;
		} else if (!strcmp(argv[i], "--no-fallback")) {
			args->no_fallback = true;
		} else if (!strcmp(argv[i], "--watch")) {
			args->watch = true;
		} else if (!strcmp(argv[i], "dst")) {
			if (text_address(value, &args->dst))
				return wrong(args,
					     "dst \"%s\": expected an IPv4 or "
					     "IPv6 address",
					     value);
			i++;
		} else if (!strcmp(argv[i], "proto")) {
			if (text_proto(value, &args->proto))
				return wrong(args,
					     "proto \"%s\": expected esp, ah "
					     "or comp",
					     value);
			i++;
		} else {
			return wrong(args,
				     "unexpected \"%s\": expected dst, proto, "
				     "--no-fallback, --watch or --json",
				     argv[i]);
		}
	}
	return 0;
}

static const char *expected_options(unsigned int has)
{
	if (has & ARGS_INTERVAL)
		return "--interval SECONDS or --count N";
	if (has & ARGS_COUNT)
		return "--json, --acquires or --count N";
	if (has & ARGS_ANONYMOUS)
		return "--anonymous";
	if (has & ARGS_OUTPUT)
		return "--output FILE";
	return has & ARGS_JSON ? "--json" : "no argument";
}

/* The number after the option @argv[0], of which NULL may be what follows. */
static int read_number(struct option_args *args, char **argv, uint32_t most,
		       uint32_t *number)
{
	if (!argv[1])
		return wrong(args, "%s: its value is missing", argv[0]);
	if (text_u32(argv[1], number) || !*number)
		return wrong(args, "%s \"%s\": expected 1 or more, " NUMBER,
			     argv[0], argv[1]);
	if (*number > most)
		return wrong(args, "%s %s: expected %" PRIu32 " at most",
			     argv[0], argv[1], most);
	return 0;
}

int args_options(struct option_args *args, unsigned int has, int argc,
		 char **argv)
{
	memset(args, 0, sizeof(*args));
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--json") && (has & ARGS_JSON)) {
			args->json = true;
		} else if (!strcmp(argv[i], "--acquires") &&
			   (has & ARGS_ACQUIRES)) {
			args->acquires = true;
		} else if (!strcmp(argv[i], "--count") && (has & ARGS_COUNT)) {
			if (read_number(args, &argv[i++], UINT32_MAX,
					&args->count))
				return -EINVAL;
		} else if (!strcmp(argv[i], "--interval") &&
			   (has & ARGS_INTERVAL)) {
			if (read_number(args, &argv[i++], ARGS_INTERVAL_MAX,
					&args->interval))
				return -EINVAL;
		} else if (!strcmp(argv[i], "--anonymous") &&
			   (has & ARGS_ANONYMOUS)) {
			args->anonymous = true;
		} else if (!strcmp(argv[i], "--output") &&
			   (has & ARGS_OUTPUT)) {
			if (++i == argc || !argv[i][0])
				return wrong(args,
					     "--output: the name of a file is "
					     "missing");
			args->output = argv[i];
		} else {
			return wrong(args, "unexpected \"%s\": expected %s",
				     argv[i], expected_options(has));
		}
	}
	return 0;
}

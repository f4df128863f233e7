/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arguments of the command line, read strictly.  Nothing here does I/O.
 */
#ifndef XFRM_PCPU_CLI_ARGS_H
#define XFRM_PCPU_CLI_ARGS_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/message.h"

/* Timeout of "expect" if none is given, milliseconds. */
#define ARGS_TIMEOUT_MS 30000

/* Parts of "DST SPI CPU [timeout MS] ..." that a command has. */
#define ARGS_CPU (1U << 0)
#define ARGS_TIMEOUT (1U << 1)

/* Options that a command has. */
#define ARGS_JSON (1U << 0)
#define ARGS_COUNT (1U << 1)
#define ARGS_ACQUIRES (1U << 2)
#define ARGS_OUTPUT (1U << 3)
#define ARGS_ANONYMOUS (1U << 4)
#define ARGS_INTERVAL (1U << 5)

/* An hour: more is not looked at. */
#define ARGS_INTERVAL_MAX 3600

/* CPUs that a list may name. */
#define ARGS_CPUS_MAX 1024

/**
 * struct sa_args - arguments of a command about one SA
 * @id: the SA
 * @cpu: CPU number
 * @timeout_ms: milliseconds
 * @json: --json
 * @error: what was wrong and what was expected
 */
struct sa_args {
	struct xp_sa_id id;
	uint32_t cpu;
	uint32_t timeout_ms;
	bool json;
	char error[256];
};

/**
 * struct option_args - options of a command that only prints
 * @json: --json
 * @count: --count; 0 if it is not given: no end
 * @interval: --interval, seconds; 0 if it is not given
 * @acquires: --acquires
 * @anonymous: --anonymous
 * @output: --output, NULL if it is not given
 * @error: what was wrong and what was expected
 */
struct option_args {
	bool json;
	uint32_t count;
	uint32_t interval;
	bool acquires;
	bool anonymous;
	const char *output;
	char error[256];
};

/**
 * struct attach_args - arguments of "attach"
 * @reqid: reqid of the SAs
 * @cpus: @nr_cpus different CPUs, in order
 * @nr_cpus: length of @cpus
 * @dst: outer destination, family AF_UNSPEC if it is not given
 * @proto: IPPROTO_*, 0 if it is not given
 * @no_fallback: --no-fallback
 * @watch: --watch
 * @json: --json
 * @error: what was wrong and what was expected
 */
struct attach_args {
	uint32_t reqid;
	uint32_t cpus[ARGS_CPUS_MAX];
	size_t nr_cpus;
	struct xp_addr dst;
	uint8_t proto;
	bool no_fallback;
	bool watch;
	bool json;
	char error[256];
};

/**
 * args_sa() - read "DST SPI [CPU] [timeout MS] [proto P] [mark V[/M]] [--json]"
 * @args: result; @args->error upon failure
 * @has: ARGS_CPU, ARGS_TIMEOUT
 * @argc: as of main()
 * @argv: as of main(); argv[0] is skipped
 *
 * Return: 0, -EINVAL.
 */
int args_sa(struct sa_args *args, unsigned int has, int argc, char **argv);

/**
 * args_attach() - read "REQID CPUS [dst DST] [proto P] [--no-fallback] [--watch] [--json]"
 * @args: result; @args->error upon failure
 * @argc: as of main()
 * @argv: as of main(); argv[0] is skipped
 *
 * Return: 0, -EINVAL.
 */
int args_attach(struct attach_args *args, int argc, char **argv);

/**
 * args_options() - read "[--json] [--count N] [--interval SECONDS] [--acquires] [--output FILE] [--anonymous]"
 * @args: result; @args->error upon failure
 * @has: ARGS_JSON, ARGS_COUNT, ARGS_INTERVAL, ARGS_ACQUIRES, ARGS_OUTPUT,
 *	ARGS_ANONYMOUS
 * @argc: as of main()
 * @argv: as of main(); argv[0] is skipped
 *
 * Return: 0, -EINVAL.
 */
int args_options(struct option_args *args, unsigned int has, int argc,
		 char **argv);

#endif

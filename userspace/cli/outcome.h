/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a command that deals with many SAs came to for each of them.
 */
#ifndef XFRM_PCPU_CLI_OUTCOME_H
#define XFRM_PCPU_CLI_OUTCOME_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "json.h"
#include "kernel/client.h"
#include "kernel/sad.h"

/**
 * struct outcomes - output of one command
 * @out: where to
 * @is_json: as JSON: an array
 * @json: writer of it
 * @done: SAs that are as wanted
 * @failed: SAs that are not
 */
struct outcomes {
	FILE *out;
	bool is_json;
	struct json json;
	unsigned int done;
	unsigned int failed;
};

/**
 * outcomes_begin() - begin the output
 * @outcomes: result
 * @out: where to
 * @is_json: as JSON
 */
void outcomes_begin(struct outcomes *outcomes, FILE *out, bool is_json);

/**
 * outcome_done() - an SA is as wanted
 * @outcomes: the output
 * @id: the SA
 * @cpu: its CPU, XFRM_PCPU_CPU_NONE for none
 * @how: what happened, one word or a few
 */
void outcome_done(struct outcomes *outcomes, const struct xp_sa_id *id,
		  uint32_t cpu, const char *how);

/**
 * outcome_failed() - an SA is not as wanted
 * @outcomes: the output
 * @id: the SA
 * @cpu: the CPU that it should have
 * @why: reason
 */
void outcome_failed(struct outcomes *outcomes, const struct xp_sa_id *id,
		    uint32_t cpu, const char *why);

/**
 * outcome_put() - bring an SA to a CPU
 * @outcomes: the output
 * @client: the module
 * @sa: the SA, as it is
 * @cpu: the CPU that it shall have; XFRM_PCPU_CPU_NONE only if it has none
 * @how: what is said of an SA that did not have it before
 */
void outcome_put(struct outcomes *outcomes, struct xp_client *client,
		 const struct xp_sad_sa *sa, uint32_t cpu, const char *how);

/**
 * outcomes_end() - end the output, complain if something failed
 * @outcomes: the output
 * @command: name of the subcommand
 *
 * Return: exit status.
 */
int outcomes_end(struct outcomes *outcomes, const char *command);

#endif

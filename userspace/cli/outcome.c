// SPDX-License-Identifier: GPL-2.0-or-later
#include "outcome.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "complain.h"
#include "names.h"

void outcomes_begin(struct outcomes *outcomes, FILE *out, bool is_json)
{
	*outcomes = (struct outcomes){
		.out = out,
		.is_json = is_json,
		.json = { .out = out },
	};
	if (is_json)
		json_array(&outcomes->json, NULL);
}

static void put(struct outcomes *outcomes, const struct xp_sa_id *id,
		uint32_t cpu, bool is_done, const char *text)
{
	struct json *json = &outcomes->json;
	char spi[sizeof("0x00000000")];

	snprintf(spi, sizeof(spi), "0x%08" PRIx32, id->spi);
	if (!outcomes->is_json) {
		fprintf(outcomes->out, "dst %s spi %s proto %s cpu %s: %s%s\n",
			name_of_addr(&id->dst).text, spi,
			name_of_proto(id->proto).text, name_of_cpu(cpu).text,
			is_done ? "" : "FAILED: ", text);
		return;
	}
	json_object(json, NULL);
	json_string(json, "dst", name_of_addr(&id->dst).text);
	json_string(json, "spi", spi);
	json_string(json, "proto", name_of_proto(id->proto).text);
	if (cpu == XFRM_PCPU_CPU_NONE)
		json_null(json, "cpu");
	else
		json_number(json, "cpu", cpu);
	json_bool(json, "done", is_done);
	json_string(json, "text", text);
	json_end(json);
}

void outcome_done(struct outcomes *outcomes, const struct xp_sa_id *id,
		  uint32_t cpu, const char *how)
{
	put(outcomes, id, cpu, true, how);
	outcomes->done++;
}

void outcome_failed(struct outcomes *outcomes, const struct xp_sa_id *id,
		    uint32_t cpu, const char *why)
{
	put(outcomes, id, cpu, false, why);
	outcomes->failed++;
}

void outcome_put(struct outcomes *outcomes, struct xp_client *client,
		 const struct xp_sad_sa *sa, uint32_t cpu, const char *how)
{
	const char *text;
	int err;

	if (sa->cpu == cpu) {
		outcome_done(outcomes, &sa->id, cpu,
			     cpu == XFRM_PCPU_CPU_NONE ? "stays" : "had it");
		return;
	}
	if (sa->cpu == XFRM_PCPU_CPU_NONE)
		err = xp_client_bind(client, &sa->id, cpu);
	else
		err = xp_client_move(client, &sa->id, cpu);
	if (!err) {
		outcome_done(outcomes, &sa->id, cpu, how);
		return;
	}
	text = xp_client_text(client);
	outcome_failed(outcomes, &sa->id, cpu, text[0] ? text : strerror(-err));
}

int outcomes_end(struct outcomes *outcomes, const char *command)
{
	if (outcomes->is_json)
		json_end(&outcomes->json);
	if (!outcomes->failed)
		return EXIT_SUCCESS;
	complain("%s: %u of %u SAs are not as wanted, the others are", command,
		 outcomes->failed, outcomes->failed + outcomes->done);
	return EXIT_FAILURE;
}

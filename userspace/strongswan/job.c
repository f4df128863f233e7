// SPDX-License-Identifier: GPL-2.0-or-later
#include "job.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "child.h"
#include "exchange.h"
#include "hold.h"

#include <processing/jobs/callback_job.h>
#include <processing/jobs/initiate_tasks_job.h>
#include <sa/ikev2/tasks/child_create.h>

/**
 * struct entry - an order that is being done
 * @next: next one
 * @config: of its Child SA; not a reference; NULL for a rekey
 * @job: the order
 */
struct entry {
	struct entry *next;
	child_cfg_t *config;
	struct job job;
};

/* They end with their IKE SAs, at the latest. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct entry *entries;

bool job_of(const child_cfg_t *config, struct job *job)
{
	struct entry *entry;

	pthread_mutex_lock(&lock);
	entry = entries;
	while (entry && entry->config != config)
		entry = entry->next;
	if (entry)
		*job = entry->job;
	pthread_mutex_unlock(&lock);
	return entry;
}

static void forget(const child_cfg_t *config, uint32_t ike)
{
	struct entry **at = &entries;

	pthread_mutex_lock(&lock);
	while (*at) {
		struct entry *entry = *at;

		if ((config && entry->config == config) ||
		    entry->job.ike == ike) {
			*at = entry->next;
			free(entry);
		} else {
			at = &entry->next;
		}
	}
	pthread_mutex_unlock(&lock);
}

void job_done(const child_cfg_t *config)
{
	forget(config, 0);
}

void job_forget(ike_sa_t *ike_sa)
{
	forget(NULL, ike_sa->get_unique_id(ike_sa));
}

bool job_of_rekey(uint32_t ike, uint32_t spi_in, struct job *job)
{
	struct entry **at = &entries, *entry;

	pthread_mutex_lock(&lock);
	while (*at && ((*at)->job.ike != ike || (*at)->job.spi_in != spi_in))
		at = &(*at)->next;
	entry = *at;
	if (entry) {
		*job = entry->job;
		*at = entry->next;
		free(entry);
	}
	pthread_mutex_unlock(&lock);
	return entry;
}

static bool note(const struct job *job, child_cfg_t *config)
{
	struct entry *entry = calloc(1, sizeof(*entry));

	if (!entry)
		return false;
	entry->job = *job;
	entry->config = config;
	pthread_mutex_lock(&lock);
	entry->next = entries;
	entries = entry;
	pthread_mutex_unlock(&lock);
	return true;
}

/* One end of a packet, "192.0.2.1 17 500"; NULL if there is none. */
static traffic_selector_t *selector(const char *text)
{
	char address[INET6_ADDRSTRLEN];
	uint16_t port;
	uint8_t proto;
	host_t *host;

	if (sscanf(text, "%45s %" SCNu8 " %" SCNu16, address, &proto, &port) !=
	    3)
		return NULL;
	host = host_create_from_string(address, 0);
	if (!host)
		return NULL;
	return traffic_selector_create_from_subnet(
		host, host->get_family(host) == AF_INET ? 32 : 128, proto, port,
		port ? port : UINT16_MAX);
}

/* RFC 7296, section 2.9: the packet comes first. */
static child_create_t *create_task(ike_sa_t *ike_sa, child_cfg_t *config,
				   const struct job *job)
{
	traffic_selector_t *src = selector(job->packet_src);
	traffic_selector_t *dst = selector(job->packet_dst);
	child_create_t *task =
		child_create_create(ike_sa, config, FALSE, src, dst);

	DESTROY_IF(src);
	DESTROY_IF(dst);
	/*
	 * For the selectors alone charon would choose another one, if the peer has
	 * narrowed those of the trap policy that began it.
	 */
	task->use_reqid(task, job->reqid);
	return task;
}

/* One more like those. */
static status_t negotiate(ike_sa_t *ike_sa, const struct job *job)
{
	child_sa_t *like = child_alike(ike_sa, job->reqid, NULL, NULL);
	child_cfg_t *config = like ? child_config(like) : NULL;
	child_create_t *task;

	if (!config)
		return FAILED;
	if (!note(job, config)) {
		config->destroy(config);
		return FAILED;
	}
	task = create_task(ike_sa, config, job);
	ike_sa->queue_task(ike_sa, &task->task);
	lib->processor->queue_job(
		lib->processor,
		(job_t *)initiate_tasks_job_create(ike_sa->get_id(ike_sa)));
	return SUCCESS;
}

static child_sa_t *child_of_spi(ike_sa_t *ike_sa, uint32_t spi_in)
{
	child_sa_t *child =
		ike_sa->get_child_sa(ike_sa, PROTO_ESP, htonl(spi_in), TRUE);

	return child ? child
		     : ike_sa->get_child_sa(ike_sa, PROTO_AH, htonl(spi_in),
					    TRUE);
}

static status_t rekey(ike_sa_t *ike_sa, const struct job *job)
{
	child_sa_t *child = child_of_spi(ike_sa, job->spi_in);

	if (!child || !note(job, NULL))
		return FAILED;
	ike_sa->rekey_child_sa(ike_sa, child->get_protocol(child),
			       child->get_spi(child, TRUE));
	return SUCCESS;
}

static status_t delete (ike_sa_t *ike_sa, const struct job *job)
{
	child_sa_t *child = child_of_spi(ike_sa, job->spi_in);

	if (!child)
		return FAILED;
	return ike_sa->delete_child_sa(ike_sa, child->get_protocol(child),
				       child->get_spi(child, TRUE), FALSE);
}

/* charon's threads may have to wait for an IKE SA; that of the helper does not. */
static job_requeue_t carry_out(void *arg)
{
	struct job *job = arg;
	ike_sa_t *ike_sa = charon->ike_sa_manager->checkout_by_id(
		charon->ike_sa_manager, job->ike);
	status_t status = ike_sa ? job->carry_out(ike_sa, job) : FAILED;

	if (status == FAILED)
		exchange_failed(&job->ref, false);
	if (status == DESTROY_ME)
		charon->ike_sa_manager->checkin_and_destroy(
			charon->ike_sa_manager, ike_sa);
	else if (ike_sa)
		charon->ike_sa_manager->checkin(charon->ike_sa_manager, ike_sa);
	return JOB_REQUEUE_NONE;
}

/* One that does not fit is none. */
static void take_selector(const struct pr_message *message, const char *key,
			  char *text)
{
	const char *value = pr_get(message, key);

	if (value && strlen(value) < JOB_SELECTOR_MAX)
		strcpy(text, value);
}

void job_order(const struct pr_message *message, unsigned int generation)
{
	const char *name = pr_get(message, "message");
	struct job job = {
		.ref = { pr_get(message, "job") ? REF_JOB : REF_NONE,
			 link_number(message, "job"), generation },
		.ike = link_number(message, "ike"),
		.reqid = link_number(message, "reqid"),
		.spi_in = link_number(message, "spi-in"),
		.verdict = link_reply(message),
	};
	chunk_t copy;

	if (!strcmp(name, "release")) {
		hold_release(job.spi_in, pr_get(message, "installed"));
		return;
	}
	if (!strcmp(name, "negotiate"))
		job.carry_out = negotiate;
	else if (!strcmp(name, "rekey"))
		job.carry_out = rekey;
	else if (!strcmp(name, "delete"))
		job.carry_out = delete;
	else
		return;
	job.verdict.accept = true;
	take_selector(message, "packet-src", job.packet_src);
	take_selector(message, "packet-dst", job.packet_dst);
	copy = chunk_clone(chunk_from_thing(job));
	lib->processor->queue_job(
		lib->processor,
		(job_t *)callback_job_create(carry_out, copy.ptr, free, NULL));
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "job.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "child.h"
#include "exchange.h"
#include "hold.h"

#include <processing/jobs/callback_job.h>
#include <processing/jobs/initiate_tasks_job.h>
#include <sa/ikev2/tasks/child_create.h>
#include <threading/mutex.h>

/**
 * struct entry - an order that is being done
 * @next: next one
 * @config: of its Child SA; not a reference; NULL for a rekey
 * @job: the order
 * @retries: charon begins anew
 */
struct entry {
	struct entry *next;
	child_cfg_t *config;
	struct job job;
	bool retries;
};

/**
 * struct removal - an order to delete a Child SA
 * @ike: number of the IKE SA
 * @spi_in: SPI of the inbound SA
 */
struct removal {
	uint32_t ike;
	uint32_t spi_in;
};

static mutex_t *lock;
static struct entry *entries;

bool job_start(void)
{
	lock = mutex_create(MUTEX_TYPE_DEFAULT);
	return lock;
}

void job_stop(void)
{
	while (entries) {
		struct entry *next = entries->next;

		free(entries);
		entries = next;
	}
	lock->destroy(lock);
}

/* Under the lock. */
static struct entry *find(const child_cfg_t *config)
{
	struct entry *entry = entries;

	while (entry && entry->config != config)
		entry = entry->next;
	return entry;
}

bool job_of(const child_cfg_t *config, struct job *job)
{
	struct entry *entry;

	lock->lock(lock);
	entry = find(config);
	if (entry)
		*job = entry->job;
	lock->unlock(lock);
	return entry;
}

void job_retries(const child_cfg_t *config)
{
	struct entry *entry;

	lock->lock(lock);
	entry = find(config);
	if (entry)
		entry->retries = true;
	lock->unlock(lock);
}

bool job_ended(const child_cfg_t *config)
{
	struct entry *entry;
	bool retries;

	lock->lock(lock);
	entry = find(config);
	retries = entry && entry->retries;
	if (retries)
		entry->retries = false;
	lock->unlock(lock);
	return !retries;
}

static void forget(const child_cfg_t *config, uint32_t ike)
{
	struct entry **at = &entries;

	lock->lock(lock);
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
	lock->unlock(lock);
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

	lock->lock(lock);
	while (*at && ((*at)->job.ike != ike || (*at)->job.replaces != spi_in))
		at = &(*at)->next;
	entry = *at;
	if (entry) {
		*job = entry->job;
		*at = entry->next;
		free(entry);
	}
	lock->unlock(lock);
	return entry;
}

static struct entry *note(const struct job *job, child_cfg_t *config)
{
	struct entry *entry = calloc(1, sizeof(*entry));

	if (!entry)
		return NULL;
	entry->job = *job;
	entry->config = config;
	lock->lock(lock);
	entry->next = entries;
	entries = entry;
	lock->unlock(lock);
	return entry;
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

/* Whose SAs are to have one more like them. */
static bool queue(ike_sa_t *ike_sa, const struct job *job)
{
	child_sa_t *like = child_of_reqid(ike_sa, job->reqid);
	child_cfg_t *config = like ? child_config(like) : NULL;
	child_create_t *task;

	if (!config)
		return false;
	if (!note(job, config)) {
		config->destroy(config);
		return false;
	}
	task = create_task(ike_sa, config, job);
	ike_sa->queue_task(ike_sa, &task->task);
	lib->processor->queue_job(
		lib->processor,
		(job_t *)initiate_tasks_job_create(ike_sa->get_id(ike_sa)));
	return true;
}

static job_requeue_t negotiate(void *arg)
{
	struct job *job = arg;
	ike_sa_t *ike_sa = charon->ike_sa_manager->checkout_by_id(
		charon->ike_sa_manager, job->ike);

	if (!ike_sa || !queue(ike_sa, job))
		exchange_failed(&job->ref, false);
	if (ike_sa)
		charon->ike_sa_manager->checkin(charon->ike_sa_manager, ike_sa);
	return JOB_REQUEUE_NONE;
}

static child_sa_t *child_of_spi(ike_sa_t *ike_sa, uint32_t spi_in)
{
	child_sa_t *child =
		ike_sa->get_child_sa(ike_sa, PROTO_ESP, htonl(spi_in), TRUE);

	return child ? child
		     : ike_sa->get_child_sa(ike_sa, PROTO_AH, htonl(spi_in),
					    TRUE);
}

static job_requeue_t rekey(void *arg)
{
	struct job *job = arg;
	ike_sa_t *ike_sa = charon->ike_sa_manager->checkout_by_id(
		charon->ike_sa_manager, job->ike);
	child_sa_t *child = ike_sa ? child_of_spi(ike_sa, job->replaces) : NULL;

	if (!child || !note(job, NULL))
		exchange_failed(&job->ref, false);
	else
		ike_sa->rekey_child_sa(ike_sa, child->get_protocol(child),
				       child->get_spi(child, TRUE));
	if (ike_sa)
		charon->ike_sa_manager->checkin(charon->ike_sa_manager, ike_sa);
	return JOB_REQUEUE_NONE;
}

static job_requeue_t delete (void *arg)
{
	const struct removal *removal = arg;
	ike_sa_t *ike_sa = charon->ike_sa_manager->checkout_by_id(
		charon->ike_sa_manager, removal->ike);
	status_t status = SUCCESS;
	child_sa_t *child;

	if (!ike_sa)
		return JOB_REQUEUE_NONE;
	child = child_of_spi(ike_sa, removal->spi_in);
	if (child)
		status = ike_sa->delete_child_sa(ike_sa,
						 child->get_protocol(child),
						 child->get_spi(child, TRUE),
						 FALSE);
	if (status == DESTROY_ME)
		charon->ike_sa_manager->checkin_and_destroy(
			charon->ike_sa_manager, ike_sa);
	else
		charon->ike_sa_manager->checkin(charon->ike_sa_manager, ike_sa);
	return JOB_REQUEUE_NONE;
}

/* charon's threads may have to wait for an IKE SA; that of the helper does not. */
static void run(callback_job_cb_t call, const void *what, size_t size)
{
	chunk_t copy = chunk_clone(chunk_create((u_char *)what, size));
	callback_job_t *job = callback_job_create(call, copy.ptr, free, NULL);

	lib->processor->queue_job(lib->processor, (job_t *)job);
}

/* One that does not fit is none. */
static void take_selector(const struct pr_message *message, const char *key,
			  char *text)
{
	const char *value = pr_get(message, key);

	if (value && strlen(value) < JOB_SELECTOR_MAX)
		strcpy(text, value);
}

/* With a Child SA to replace, or without. */
static void order_child(const struct pr_message *message,
			unsigned int generation, callback_job_cb_t call)
{
	struct job job = {
		.ref = { REF_JOB, link_number(message, "job"), generation },
		.ike = link_number(message, "ike"),
		.reqid = link_number(message, "reqid"),
		.replaces = link_number(message, "spi-in"),
		.fallback = !pr_get(message, "cpu-out"),
	};

	job.length = link_notify(message, job.notify);
	take_selector(message, "packet-src", job.packet_src);
	take_selector(message, "packet-dst", job.packet_dst);
	run(call, &job, sizeof(job));
}

void job_order(const struct pr_message *message, unsigned int generation)
{
	const char *name = pr_get(message, "message");
	struct removal removal = {
		.ike = link_number(message, "ike"),
		.spi_in = link_number(message, "spi-in"),
	};

	if (!strcmp(name, "negotiate"))
		order_child(message, generation, negotiate);
	else if (!strcmp(name, "rekey"))
		order_child(message, generation, rekey);
	else if (!strcmp(name, "delete"))
		run(delete, &removal, sizeof(removal));
	else if (!strcmp(name, "release"))
		(pr_get(message, "installed") ? hold_forget
					      : hold_release)(removal.spi_in);
}

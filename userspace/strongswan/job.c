// SPDX-License-Identifier: GPL-2.0-or-later
#include "job.h"

#include <arpa/inet.h>
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
 * @config: of its Child SA; not a reference
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

		if (entry->config == config || entry->job.ike == ike) {
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

/* Whose SAs are to have one more like them. */
static bool queue(ike_sa_t *ike_sa, const struct job *job)
{
	child_sa_t *like = child_of_reqid(ike_sa, job->reqid);
	struct entry *entry = like ? calloc(1, sizeof(*entry)) : NULL;
	child_create_t *task;

	if (!entry)
		return false;
	entry->job = *job;
	entry->config = child_config(like);
	lock->lock(lock);
	entry->next = entries;
	entries = entry;
	lock->unlock(lock);
	task = child_create_create(ike_sa, entry->config, FALSE, NULL, NULL);
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

static job_requeue_t delete (void *arg)
{
	const struct removal *removal = arg;
	ike_sa_t *ike_sa = charon->ike_sa_manager->checkout_by_id(
		charon->ike_sa_manager, removal->ike);
	uint32_t spi = htonl(removal->spi_in);
	status_t status = SUCCESS;

	if (!ike_sa)
		return JOB_REQUEUE_NONE;
	if (ike_sa->get_child_sa(ike_sa, PROTO_ESP, spi, TRUE))
		status = ike_sa->delete_child_sa(ike_sa, PROTO_ESP, spi, FALSE);
	else if (ike_sa->get_child_sa(ike_sa, PROTO_AH, spi, TRUE))
		status = ike_sa->delete_child_sa(ike_sa, PROTO_AH, spi, FALSE);
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

static void order_negotiate(const struct pr_message *message,
			    unsigned int generation)
{
	struct job job = {
		.ref = { REF_JOB, link_number(message, "job"), generation },
		.ike = link_number(message, "ike"),
		.reqid = link_number(message, "reqid"),
		.fallback = !pr_get(message, "cpu-out"),
	};

	job.length = link_notify(message, job.notify);
	run(negotiate, &job, sizeof(job));
}

void job_order(const struct pr_message *message, unsigned int generation)
{
	const char *name = pr_get(message, "message");
	struct removal removal = {
		.ike = link_number(message, "ike"),
		.spi_in = link_number(message, "spi-in"),
	};

	if (!strcmp(name, "negotiate"))
		order_negotiate(message, generation);
	else if (!strcmp(name, "delete"))
		run(delete, &removal, sizeof(removal));
	else if (!strcmp(name, "release"))
		hold_release(removal.spi_in);
}

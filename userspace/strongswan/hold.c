// SPDX-License-Identifier: GPL-2.0-or-later
#include "hold.h"

#include <string.h>

#include "link.h"

#include <threading/condvar.h>
#include <threading/mutex.h>

static mutex_t *lock;
static condvar_t *gone;
static struct held *first;
static hold_call install;

void hold_destroy(struct held *held)
{
	if (!held)
		return;
	held->id.src->destroy(held->id.src);
	held->id.dst->destroy(held->id.dst);
	chunk_clear(&held->data.enc_key);
	chunk_clear(&held->data.int_key);
	held->data.src_ts->destroy_offset(
		held->data.src_ts, offsetof(traffic_selector_t, destroy));
	held->data.dst_ts->destroy_offset(
		held->data.dst_ts, offsetof(traffic_selector_t, destroy));
	free(held->data.interface);
#ifdef XP_HAS_LABELS
	DESTROY_IF(held->data.label);
#endif
	free(held);
}

void hold_start(hold_call call)
{
	install = call;
	lock = mutex_create(MUTEX_TYPE_DEFAULT);
	gone = condvar_create(CONDVAR_TYPE_DEFAULT);
}

void hold_stop(void)
{
	gone->destroy(gone);
	lock->destroy(lock);
}

static linked_list_t *clone_selectors(linked_list_t *list)
{
	return list->clone_offset(list, offsetof(traffic_selector_t, clone));
}

bool hold_keep(uint32_t spi_in, uint32_t replaces, kernel_ipsec_sa_id_t *id,
	       kernel_ipsec_add_sa_t *data)
{
	struct held *held = calloc(1, sizeof(*held));

	if (!held)
		return false;
	held->spi_in = spi_in;
	held->replaces = replaces;
	held->id = *id;
	held->id.src = id->src->clone(id->src);
	held->id.dst = id->dst->clone(id->dst);
	held->data = *data;
	held->data.enc_key = chunk_clone(data->enc_key);
	held->data.int_key = chunk_clone(data->int_key);
	held->data.src_ts = clone_selectors(data->src_ts);
	held->data.dst_ts = clone_selectors(data->dst_ts);
	held->data.interface = strdupnull(data->interface);
	held->lifetime = *data->lifetime;
	held->data.lifetime = &held->lifetime;
#ifdef XP_HAS_LABELS
	if (data->label)
		held->data.label = data->label->clone(data->label);
#endif
	lock->lock(lock);
	held->next = first;
	first = held;
	lock->unlock(lock);
	return true;
}

status_t hold_install(struct held *held)
{
	status_t status = SUCCESS;

	if (held)
		status = install(charon->kernel, &held->id, &held->data);
	if (status != SUCCESS)
		DBG1(DBG_KNL, "xfrm-pcpu: SA %.8x was not installed",
		     ntohl(held->id.spi));
	hold_destroy(held);
	return status;
}

/* Under the lock. */
static struct held *take(struct held **at)
{
	struct held *held = *at;

	if (held)
		*at = held->next;
	return held;
}

static struct held **of_child(uint32_t spi_in)
{
	struct held **at = &first;

	while (*at && (*at)->spi_in != spi_in)
		at = &(*at)->next;
	return at;
}

static struct held **successor(uint32_t spi_out)
{
	struct held **at = &first;

	while (*at && (*at)->replaces != spi_out)
		at = &(*at)->next;
	return at;
}

struct held *hold_take(uint32_t spi_in)
{
	struct held *held;

	lock->lock(lock);
	held = take(of_child(spi_in));
	lock->unlock(lock);
	return held;
}

/* All under the lock, so that who waits for it sees it installed. */
void hold_release(uint32_t spi_in, bool installed)
{
	struct held *held;

	lock->lock(lock);
	held = take(of_child(spi_in));
	if (installed)
		hold_destroy(held);
	else
		hold_install(held);
	gone->broadcast(gone);
	lock->unlock(lock);
}

void hold_release_all(void)
{
	lock->lock(lock);
	while (first)
		hold_install(take(&first));
	gone->broadcast(gone);
	lock->unlock(lock);
}

bool hold_drop(kernel_ipsec_sa_id_t *id)
{
	struct held **at = &first, *held;
	bool found;

	lock->lock(lock);
	while (*at && ((*at)->id.spi != id->spi ||
		       !(*at)->id.dst->ip_equals((*at)->id.dst, id->dst)))
		at = &(*at)->next;
	held = take(at);
	found = held && !held->data.update;
	gone->broadcast(gone);
	lock->unlock(lock);
	hold_destroy(held);
	return found;
}

void hold_wait(uint32_t spi_out)
{
	timeval_t until;
	bool late = false;

	time_monotonic(&until);
	timeval_add_ms(&until, LINK_ANSWER_MS);
	lock->lock(lock);
	while (*successor(spi_out) && !late)
		late = gone->timed_wait_abs(gone, lock, until);
	hold_install(take(successor(spi_out)));
	lock->unlock(lock);
}

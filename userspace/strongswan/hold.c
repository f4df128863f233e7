// SPDX-License-Identifier: GPL-2.0-or-later
#include "hold.h"

#include <string.h>

#include "hand.h"
#include "link.h"

#include <threading/condvar.h>
#include <threading/mutex.h>

/**
 * struct held - an SA that waits
 * @next: next one
 * @spi_in: of its inbound SA
 * @replaces: SPI of the outbound SA that it replaces
 * @id: the SA; what it points to is its own
 * @data: likewise
 * @lifetime: of @data
 */
struct held {
	struct held *next;
	uint32_t spi_in;
	uint32_t replaces;
	kernel_ipsec_sa_id_t id;
	kernel_ipsec_add_sa_t data;
	lifetime_cfg_t lifetime;
};

static mutex_t *lock;
static condvar_t *gone;
static struct held *first;
static hold_call install;

static void destroy(struct held *held)
{
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

bool hold_start(hold_call call)
{
	install = call;
	lock = mutex_create(MUTEX_TYPE_DEFAULT);
	gone = condvar_create(CONDVAR_TYPE_DEFAULT);
	return lock && gone;
}

void hold_stop(void)
{
	hold_release_all();
	gone->destroy(gone);
	lock->destroy(lock);
}

static linked_list_t *clone_selectors(linked_list_t *list)
{
	linked_list_t *copy = linked_list_create();
	enumerator_t *all = list->create_enumerator(list);
	traffic_selector_t *ts;

	while (all->enumerate(all, &ts))
		copy->insert_last(copy, ts->clone(ts));
	all->destroy(all);
	return copy;
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

static struct held *take(struct held **at)
{
	struct held *held = *at;

	if (held)
		*at = held->next;
	return held;
}

/* Under the lock, so that who waits for it sees it installed. */
static void let_go(struct held **at)
{
	struct held *held = take(at);

	if (!held)
		return;
	if (install(charon->kernel, &held->id, &held->data) != SUCCESS)
		DBG1(DBG_KNL, "xfrm-pcpu: SA %.8x was not installed",
		     ntohl(held->id.spi));
	destroy(held);
	gone->broadcast(gone);
}

static void forget(struct held **at)
{
	struct held *held = take(at);

	if (!held)
		return;
	destroy(held);
	gone->broadcast(gone);
}

static struct held **of_child(uint32_t spi_in)
{
	struct held **at = &first;

	while (*at && (*at)->spi_in != spi_in)
		at = &(*at)->next;
	return at;
}

void hold_release(uint32_t spi_in)
{
	lock->lock(lock);
	let_go(of_child(spi_in));
	lock->unlock(lock);
}

void hold_forget(uint32_t spi_in)
{
	lock->lock(lock);
	forget(of_child(spi_in));
	lock->unlock(lock);
}

bool hold_keeps(uint32_t spi_in)
{
	bool found;

	lock->lock(lock);
	found = *of_child(spi_in);
	lock->unlock(lock);
	return found;
}

bool hold_put(uint32_t spi_in, struct pr_writer *w)
{
	struct held *held;

	lock->lock(lock);
	held = *of_child(spi_in);
	if (held)
		hand_put(w, &held->id, &held->data);
	lock->unlock(lock);
	return held;
}

void hold_release_all(void)
{
	lock->lock(lock);
	while (first)
		let_go(&first);
	lock->unlock(lock);
}

bool hold_drop(kernel_ipsec_sa_id_t *id)
{
	struct held **at = &first;
	bool found;

	lock->lock(lock);
	while (*at && ((*at)->id.spi != id->spi ||
		       !(*at)->id.dst->ip_equals((*at)->id.dst, id->dst)))
		at = &(*at)->next;
	found = *at;
	forget(at);
	lock->unlock(lock);
	return found;
}

static struct held **successor(uint32_t spi_out)
{
	struct held **at = &first;

	while (*at && (*at)->replaces != spi_out)
		at = &(*at)->next;
	return at;
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
	let_go(successor(spi_out));
	lock->unlock(lock);
}

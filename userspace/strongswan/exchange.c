// SPDX-License-Identifier: GPL-2.0-or-later
#include "exchange.h"

#include <arpa/inet.h>
#include <string.h>

#include "ike/notify.h"

#include <encoding/payloads/sa_payload.h>
#include <threading/mutex.h>

/**
 * struct pair - of an IKE SA
 * @next: next one
 * @ike: number of the IKE SA
 * @one: ours and the peer's
 */
struct pair {
	struct pair *next;
	uint32_t ike;
	struct exchange one[2];
};

/* Of the list alone. */
static mutex_t *lock;
static struct pair *pairs;

bool exchange_start(void)
{
	lock = mutex_create(MUTEX_TYPE_DEFAULT);
	return lock;
}

void exchange_stop(void)
{
	while (pairs) {
		struct pair *next = pairs->next;

		free(pairs);
		pairs = next;
	}
	lock->destroy(lock);
}

static struct pair **find(uint32_t ike)
{
	struct pair **at = &pairs;

	while (*at && (*at)->ike != ike)
		at = &(*at)->next;
	return at;
}

struct exchange *exchange_of(ike_sa_t *ike_sa, bool ours)
{
	struct pair *pair;

	lock->lock(lock);
	pair = *find(ike_sa->get_unique_id(ike_sa));
	lock->unlock(lock);
	return pair ? &pair->one[ours] : NULL;
}

struct exchange *exchange_begin(ike_sa_t *ike_sa, bool ours)
{
	struct exchange *exchange = exchange_of(ike_sa, ours);
	struct pair *pair;

	if (exchange) {
		exchange_failed(&exchange->ref, false);
		memset(exchange, 0, sizeof(*exchange));
		return exchange;
	}
	pair = calloc(1, sizeof(*pair));
	if (!pair)
		return NULL;
	pair->ike = ike_sa->get_unique_id(ike_sa);
	lock->lock(lock);
	pair->next = pairs;
	pairs = pair;
	lock->unlock(lock);
	return &pair->one[ours];
}

void exchange_forget(ike_sa_t *ike_sa)
{
	struct pair **at, *gone;

	lock->lock(lock);
	at = find(ike_sa->get_unique_id(ike_sa));
	gone = *at;
	if (gone)
		*at = gone->next;
	lock->unlock(lock);
	free(gone);
}

/*
 * As it came, as far as charon has kept it: the critical bit is gone, and more
 * data than a debugger wants are cut.
 */
static void keep_notify(struct exchange *exchange, notify_payload_t *notify)
{
	chunk_t spi = notify->get_spi_data(notify);
	chunk_t data = notify->get_notification_data(notify);
	uint8_t payload[8 + EXCHANGE_DATA_MAX] = { 0 };
	size_t length = 8;
	chunk_t whole;

	payload[4] = notify->get_protocol_id(notify);
	payload[5] = spi.len;
	payload[6] = IKE_SA_RESOURCE_INFO >> 8;
	payload[7] = IKE_SA_RESOURCE_INFO & 0xff;
	if (spi.len <= sizeof(payload) - length) {
		memcpy(payload + length, spi.ptr, spi.len);
		length += spi.len;
	}
	if (data.len > sizeof(payload) - length)
		data.len = sizeof(payload) - length;
	memcpy(payload + length, data.ptr, data.len);
	length += data.len;
	payload[3] = length;
	whole = chunk_create(payload, length);
	chunk_to_hex(whole, exchange->peer_notify, false);
	exchange->offered = true;
}

static void keep_offers(struct exchange *exchange, sa_payload_t *payload)
{
	linked_list_t *proposals = payload->get_proposals(payload);
	enumerator_t *all = proposals->create_enumerator(proposals);
	proposal_t *proposal;

	while (all->enumerate(all, &proposal) &&
	       exchange->offer_count < EXCHANGE_OFFERS_MAX) {
		size_t i = exchange->offer_count++;

		exchange->offers[i].number = proposal->get_number(proposal);
		exchange->offers[i].spi = ntohl(proposal->get_spi(proposal));
	}
	all->destroy(all);
	proposals->destroy_offset(proposals, offsetof(proposal_t, destroy));
}

void exchange_read(struct exchange *exchange, message_t *message)
{
	notify_payload_t *notify;
	payload_t *payload;

	notify = message->get_notify(message,
				     (notify_type_t)IKE_SA_RESOURCE_INFO);
	if (notify)
		keep_notify(exchange, notify);
	if (message->get_notify(message, (notify_type_t)IKE_TS_MAX_QUEUE))
		exchange->max_queue = true;
	payload = message->get_payload(message, PLV2_SECURITY_ASSOCIATION);
	if (payload)
		keep_offers(exchange, (sa_payload_t *)payload);
}

uint32_t exchange_spi_out(const struct exchange *exchange, proposal_t *proposal)
{
	uint8_t number = proposal->get_number(proposal);

	for (size_t i = 0; i < exchange->offer_count; i++) {
		if (exchange->offers[i].number == number)
			return exchange->offers[i].spi;
	}
	return exchange->offer_count ? exchange->offers[0].spi : 0;
}

void exchange_write(const struct exchange *exchange, message_t *message)
{
	struct ike_notify notify;

	if (ike_notify_read(exchange->notify, exchange->length, &notify))
		return;
	message->add_notify(message, FALSE, (notify_type_t)notify.type,
			    chunk_create((u_char *)notify.data, notify.length));
}

void exchange_take(struct exchange *exchange, const struct reply *reply)
{
	exchange->accepted = reply->accept;
	exchange->refused = reply->refuse;
	exchange->fallback = !reply->has_cpu;
	memcpy(exchange->notify, reply->notify, reply->length);
	exchange->length = reply->length;
	if (!reply->accept)
		exchange->ref.kind = REF_NONE;
}

void exchange_failed(struct ref *ref, bool max_queue)
{
	char text[LINK_TEXT_MAX];
	struct pr_writer w = link_begin(text, "failed");

	if (link_put_ref(&w, ref)) {
		pr_put(&w, "reason", "%s",
		       max_queue ? "ts-max-queue" : "other");
		link_tell(&w);
	}
	ref->kind = REF_NONE;
}

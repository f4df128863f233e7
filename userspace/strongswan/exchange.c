// SPDX-License-Identifier: GPL-2.0-or-later
#include "exchange.h"

#include <string.h>

#include "ike/notify.h"

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

void exchange_read(struct exchange *exchange, message_t *message)
{
	notify_payload_t *notify;

	notify = message->get_notify(message,
				     (notify_type_t)IKE_SA_RESOURCE_INFO);
	if (notify)
		keep_notify(exchange, notify);
	if (message->get_notify(message, (notify_type_t)IKE_TS_MAX_QUEUE))
		exchange->max_queue = true;
}

void exchange_write(const struct exchange *exchange, message_t *message)
{
	struct ike_notify notify;

	if (ike_notify_read(exchange->verdict.notify, exchange->verdict.length,
			    &notify))
		return;
	message->add_notify(message, FALSE, (notify_type_t)notify.type,
			    chunk_create((u_char *)notify.data, notify.length));
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

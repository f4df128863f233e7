/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A negotiation of a Child SA that is served, from its request to the SA.  An
 * IKE SA has one that we began and one that the peer began, at most: told.h has
 * them.
 */
#ifndef XFRM_PCPU_STRONGSWAN_EXCHANGE_H
#define XFRM_PCPU_STRONGSWAN_EXCHANGE_H

#include "charon.h"
#include "link.h"

/* Data of the peer's notify that are shown to the helper: for debugging. */
#define EXCHANGE_DATA_MAX 64

/**
 * struct exchange - one negotiation
 * @ref: what the helper calls it
 * @verdict: what the helper wants of it; with our notify
 * @offered: the peer sent SA_RESOURCE_INFO
 * @max_queue: the peer answered TS_MAX_QUEUE
 * @child: the Child SA, NULL as long as it is not known
 * @replaces: inbound SPI of the one that is rekeyed, 0 if none is
 * @reqid: of those that the peer's joins, 0 if there are none
 * @peer_notify: hexadecimal digits of the peer's notify
 */
struct exchange {
	struct ref ref;
	struct reply verdict;
	bool offered;
	bool max_queue;
	child_sa_t *child;
	uint32_t replaces;
	uint32_t reqid;
	char peer_notify[2 * (8 + EXCHANGE_DATA_MAX) + 1];
};

/**
 * exchange_read() - what the peer's message says about it
 * @exchange: it
 * @message: the peer's
 */
void exchange_read(struct exchange *exchange, message_t *message);

/**
 * exchange_write() - put our notify into a message
 * @exchange: it
 * @message: ours
 */
void exchange_write(const struct exchange *exchange, message_t *message);

/**
 * exchange_failed() - tell that nothing comes of it
 * @ref: what the helper calls it
 * @max_queue: the peer answered TS_MAX_QUEUE
 */
void exchange_failed(struct ref *ref, bool max_queue);

#endif

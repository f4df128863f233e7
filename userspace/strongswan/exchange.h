/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A negotiation of a Child SA that is served, from its request to the SA.  An
 * IKE SA has one that we began and one that the peer began, at most.  Who has
 * the IKE SA checked out uses them, which is one thread at a time.
 */
#ifndef XFRM_PCPU_STRONGSWAN_EXCHANGE_H
#define XFRM_PCPU_STRONGSWAN_EXCHANGE_H

#include "charon.h"
#include "link.h"

/* Data of the peer's notify that are shown to the helper: for debugging. */
#define EXCHANGE_DATA_MAX 64

/* More proposals than that have the SPI of the first. */
#define EXCHANGE_OFFERS_MAX 16

/**
 * struct exchange - one negotiation
 * @ref: what the helper calls it
 * @accepted: with the notify
 * @refused: the helper wants none
 * @fallback: for no CPU
 * @hold: the outbound SA waits
 * @offered: the peer sent SA_RESOURCE_INFO
 * @max_queue: the peer answered TS_MAX_QUEUE
 * @child: the Child SA, NULL as long as it is not known
 * @replaces: inbound SPI of the one that is rekeyed, 0 if none is
 * @reqid: of those that the peer's joins, 0 if there are none
 * @peer_notify: hexadecimal digits of the peer's notify
 * @notify: for our message
 * @length: bytes of it
 * @offers: number and SPI of the peer's proposals
 * @offer_count: how many
 */
struct exchange {
	struct ref ref;
	bool accepted;
	bool refused;
	bool fallback;
	bool hold;
	bool offered;
	bool max_queue;
	child_sa_t *child;
	uint32_t replaces;
	uint32_t reqid;
	char peer_notify[2 * (8 + EXCHANGE_DATA_MAX) + 1];
	uint8_t notify[LINK_NOTIFY_MAX];
	size_t length;
	struct {
		uint8_t number;
		uint32_t spi;
	} offers[EXCHANGE_OFFERS_MAX];
	size_t offer_count;
};

bool exchange_start(void);
void exchange_stop(void);

/**
 * exchange_of() - the negotiation of an IKE SA
 * @ike_sa: checked out
 * @ours: the one that we began
 *
 * Return: it, NULL if nothing was begun.
 */
struct exchange *exchange_of(ike_sa_t *ike_sa, bool ours);

/**
 * exchange_begin() - begin a negotiation; the last one is over
 * @ike_sa: checked out
 * @ours: we begin
 *
 * Return: an empty one, NULL without memory.
 */
struct exchange *exchange_begin(ike_sa_t *ike_sa, bool ours);

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
 * exchange_take() - a reply to a question about it
 * @exchange: it
 * @reply: the reply
 */
void exchange_take(struct exchange *exchange, const struct reply *reply);

/**
 * exchange_spi_out() - the peer's SPI
 * @exchange: it
 * @proposal: that was chosen
 *
 * Return: SPI, host byte order.
 */
uint32_t exchange_spi_out(const struct exchange *exchange,
			  proposal_t *proposal);

/**
 * exchange_failed() - tell that nothing comes of it
 * @ref: what the helper calls it
 * @max_queue: the peer answered TS_MAX_QUEUE
 */
void exchange_failed(struct ref *ref, bool max_queue);

/**
 * exchange_forget() - the IKE SA is gone
 * @ike_sa: IKE SA
 */
void exchange_forget(ike_sa_t *ike_sa);

#endif

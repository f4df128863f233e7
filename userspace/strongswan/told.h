/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IKE SAs with their negotiations, and what the helper knows of them: those that have
 * a child which is served, and the Child SAs that it had a part in.  It is told again
 * when it comes back.
 */
#ifndef XFRM_PCPU_STRONGSWAN_TOLD_H
#define XFRM_PCPU_STRONGSWAN_TOLD_H

#include "charon.h"
#include "exchange.h"
#include "link.h"
#include "wanted.h"

/* As the helper takes it. */
#define TOLD_PROPERTIES_MAX 255

/**
 * struct told_child - a Child SA
 * @ike: number of its IKE SA
 * @reqid: its reqid
 * @spi_in: SPI of the inbound SA, host byte order, as all here
 * @spi_out: SPI of the outbound SA
 * @fallback: it has no CPU
 * @ah: it is AH's, not ESP's
 * @wanted: how its child is served, which the fallback says
 * @properties: the same for SAs that may stand for each other
 */
struct told_child {
	uint32_t ike;
	uint32_t reqid;
	uint32_t spi_in;
	uint32_t spi_out;
	bool fallback;
	bool ah;
	struct wanted wanted;
	char properties[TOLD_PROPERTIES_MAX + 1];
};

/**
 * told_exchange() - the negotiation of an IKE SA
 * @ike_sa: checked out; who has it alone uses its negotiations
 * @ours: the one that we began
 *
 * Return: it, NULL if nothing was begun.
 */
struct exchange *told_exchange(ike_sa_t *ike_sa, bool ours);

/**
 * told_begin() - begin a negotiation; the last one is over
 * @ike_sa: checked out
 * @ours: we begin
 *
 * Return: an empty one, NULL without memory.
 */
struct exchange *told_begin(ike_sa_t *ike_sa, bool ours);

/**
 * told_ike() - tell an IKE SA, unless it was told with these addresses
 * @ike_sa: IKE SA
 * @local: its address, NULL for the present one
 * @peer: the peer's address, likewise
 */
void told_ike(ike_sa_t *ike_sa, host_t *local, host_t *peer);

/**
 * told_ike_replaced() - a new IKE SA has the Child SAs of an old one
 * @old: old one
 * @new: new one
 */
void told_ike_replaced(ike_sa_t *old, ike_sa_t *new);

/**
 * told_ike_down() - an IKE SA is gone
 * @ike_sa: IKE SA
 */
void told_ike_down(ike_sa_t *ike_sa);

/**
 * told_child_up() - a Child SA is there
 * @child: copied
 * @ref: its negotiation; of another connection: the helper had a part in it
 * @replaces: inbound SPI of the one that was rekeyed, 0 if none was
 * @notify: hexadecimal digits of the peer's notify, "" if it sent none
 */
void told_child_up(const struct told_child *child, const struct ref *ref,
		   uint32_t replaces, const char *notify);

/**
 * told_child_down() - a Child SA is gone
 * @ike: number of its IKE SA
 * @spi_in: SPI of its inbound SA
 */
void told_child_down(uint32_t ike, uint32_t spi_in);

/**
 * told_child() - does the helper know this Child SA?
 * @ike: number of its IKE SA
 * @spi_in: SPI of the inbound SA
 * @child: result, all 0 if it does not
 *
 * Return: whether it does.
 */
bool told_child(uint32_t ike, uint32_t spi_in, struct told_child *child);

/**
 * told_outbound() - is this an outbound SA of a Child SA that was told?
 * @spi_out: SPI
 *
 * Return: whether it is.
 */
bool told_outbound(uint32_t spi_out);

/**
 * told_by_peer() - the peer deletes a Child SA
 * @ike: number of its IKE SA
 * @spi_in: SPI of the inbound SA
 */
void told_by_peer(uint32_t ike, uint32_t spi_in);

/**
 * told_fallback() - has this reqid a fallback?
 * @reqid: reqid
 *
 * Return: whether all CPUs have an SA to use.
 */
bool told_fallback(uint32_t reqid);

/**
 * told_all() - tell all that there is, and say that this was all
 */
void told_all(void);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the helper orders: one more Child SA, another one in place of one, or one
 * less.  A Child SA that it orders has a configuration of its own, which names the order
 * until it is done.
 */
#ifndef XFRM_PCPU_STRONGSWAN_JOB_H
#define XFRM_PCPU_STRONGSWAN_JOB_H

#include "charon.h"
#include "link.h"

/* An address, a protocol and a port. */
#define JOB_SELECTOR_MAX 64

/**
 * struct job - an order of the helper's
 * @carry_out: how it is done
 * @ref: what it calls it
 * @ike: number of the IKE SA
 * @reqid: reqid of the SAs that it joins
 * @spi_in: or inbound SPI of the one that it replaces or deletes
 * @packet_src: source of the packet that asks, as the helper says it, or empty
 * @packet_dst: its destination
 * @verdict: with our notify
 */
struct job {
	status_t (*carry_out)(ike_sa_t *ike_sa, const struct job *job);
	struct ref ref;
	uint32_t ike;
	uint32_t reqid;
	uint32_t spi_in;
	char packet_src[JOB_SELECTOR_MAX];
	char packet_dst[JOB_SELECTOR_MAX];
	struct reply verdict;
};

/**
 * job_order() - an order of the helper's
 * @message: the message
 * @generation: of the connection
 */
void job_order(const struct pr_message *message, unsigned int generation);

/**
 * job_of() - the order that a configuration is of
 * @config: configuration of a Child SA
 * @job: result
 *
 * Return: false if it is not of an order that is not done.
 */
bool job_of(const child_cfg_t *config, struct job *job);

/**
 * job_of_rekey() - the order that a rekey is of; it is taken
 * @ike: number of the IKE SA
 * @spi_in: of the inbound SA that is replaced
 * @job: result
 *
 * Return: false if nobody ordered it.
 */
bool job_of_rekey(uint32_t ike, uint32_t spi_in, struct job *job);

/**
 * job_done() - an order is done, or will not be
 * @config: configuration of a Child SA
 */
void job_done(const child_cfg_t *config);

/**
 * job_forget() - an IKE SA is gone
 * @ike_sa: IKE SA
 */
void job_forget(ike_sa_t *ike_sa);

#endif

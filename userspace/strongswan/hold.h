/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SAs that wait, with their keys, and are installed for charon: an outbound one
 * until the peer is ready for it, an inbound one until the helper can have both.
 */
#ifndef XFRM_PCPU_STRONGSWAN_HOLD_H
#define XFRM_PCPU_STRONGSWAN_HOLD_H

#include "charon.h"
#include "protocol/lines.h"

/**
 * typedef hold_call - charon's own add_sa
 */
typedef status_t (*hold_call)(kernel_interface_t *kernel,
			      kernel_ipsec_sa_id_t *id,
			      kernel_ipsec_add_sa_t *data);

/**
 * hold_start() - begin
 * @call: charon's add_sa
 */
bool hold_start(hold_call call);
void hold_stop(void);

/**
 * hold_keep() - an SA waits
 * @spi_in: of the inbound SA of its Child SA, host byte order
 * @replaces: outbound SPI of the Child SA that it replaces, 0 if it is a new one
 * @id: the SA; copied
 * @data: the SA; copied
 *
 * Return: false without memory.
 */
bool hold_keep(uint32_t spi_in, uint32_t replaces, kernel_ipsec_sa_id_t *id,
	       kernel_ipsec_add_sa_t *data);

/**
 * hold_release() - install it
 * @spi_in: of the inbound SA
 */
void hold_release(uint32_t spi_in);

/**
 * hold_forget() - it is installed, or will not be
 * @spi_in: of the inbound SA
 */
void hold_forget(uint32_t spi_in);

/**
 * hold_keeps() - does one wait?
 * @spi_in: of the inbound SA
 */
bool hold_keeps(uint32_t spi_in);

/**
 * hold_put() - put it into a message
 * @spi_in: of the inbound SA
 * @w: message
 *
 * Return: false if it does not wait.
 */
bool hold_put(uint32_t spi_in, struct pr_writer *w);

/**
 * hold_release_all() - install all
 */
void hold_release_all(void);

/**
 * hold_drop() - it will not be
 * @id: the SA
 *
 * Return: whether it waited.
 */
bool hold_drop(kernel_ipsec_sa_id_t *id);

/**
 * hold_wait() - an old SA is about to be deleted: let its successor go first
 * @spi_out: SPI of the old one
 *
 * The helper, who knows of the end of the old one, releases the successor at
 * once; if it does not, it is installed after a second all the same.
 */
void hold_wait(uint32_t spi_out);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Outbound SAs that wait until the peer is ready for them, with their keys.  For
 * charon they are installed.
 */
#ifndef XFRM_PCPU_STRONGSWAN_HOLD_H
#define XFRM_PCPU_STRONGSWAN_HOLD_H

#include "charon.h"

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
 * hold_keep() - an outbound SA waits
 * @spi_in: of its inbound SA, host byte order
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
 * @spi_in: of its inbound SA
 */
void hold_release(uint32_t spi_in);

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

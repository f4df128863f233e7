/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SAs that wait, with their keys, and are installed for charon: an inbound one
 * until the outbound one is there too, an outbound one until the peer is ready for it.
 */
#ifndef XFRM_PCPU_STRONGSWAN_HOLD_H
#define XFRM_PCPU_STRONGSWAN_HOLD_H

#include "charon.h"

/**
 * struct held - an SA that waits
 * @next: next one
 * @spi_in: of the inbound SA of its Child SA
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
void hold_start(hold_call call);
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
 * hold_take() - it waits no more
 * @spi_in: of the inbound SA
 *
 * Return: it, the caller's, or NULL.
 */
struct held *hold_take(uint32_t spi_in);

/**
 * hold_install() - install what was taken
 * @held: it, which is no more; may be NULL
 *
 * Return: what charon's add_sa says.
 */
status_t hold_install(struct held *held);

/**
 * hold_destroy() - what was taken is installed already, or will not be
 * @held: it, which is no more; may be NULL
 */
void hold_destroy(struct held *held);

/**
 * hold_release() - install it
 * @spi_in: of the inbound SA
 * @installed: it is, or will not be: only forget it
 */
void hold_release(uint32_t spi_in, bool installed);

/**
 * hold_release_all() - install all
 */
void hold_release_all(void);

/**
 * hold_drop() - it will not be
 * @id: the SA
 *
 * Return: whether it waited, and the kernel has nothing of it, nor a larval SA.
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

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SAs in the words of the helper, who installs those that are for a CPU where the
 * kernel gives it with the installation alone: with their keys.
 */
#ifndef XFRM_PCPU_STRONGSWAN_HAND_H
#define XFRM_PCPU_STRONGSWAN_HAND_H

#include "charon.h"
#include "protocol/lines.h"

/**
 * hand_can() - are there words for all that charon wants of it?
 * @data: the SA
 *
 * Return: false for algorithms and options that only charon itself can install.
 */
bool hand_can(const kernel_ipsec_add_sa_t *data);

/**
 * hand_put() - put an SA into a message
 * @w: message; it holds keys from now on
 * @id: the SA
 * @data: the SA; what is the same for both directions is taken of the inbound one
 */
void hand_put(struct pr_writer *w, const kernel_ipsec_sa_id_t *id,
	      const kernel_ipsec_add_sa_t *data);

/**
 * hand_put_mark() - put a mark into a message
 * @w: message
 * @key: key
 * @mark: mark; none is left out
 */
void hand_put_mark(struct pr_writer *w, const char *key, mark_t mark);

#endif

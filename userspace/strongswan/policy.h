/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The outbound policies that the SAs of a group share.  charon installs one per
 * Child SA, with the SPI of the newest in its template, so that no other SA can
 * be used, and writes it anew each time, which takes CPU_ACQUIRE away.  Here it
 * is installed with the first Child SA, without an SPI, and deleted with the last.
 */
#ifndef XFRM_PCPU_STRONGSWAN_POLICY_H
#define XFRM_PCPU_STRONGSWAN_POLICY_H

#include "charon.h"

/**
 * typedef policy_call - charon's own add_policy or del_policy
 */
typedef status_t (*policy_call)(kernel_interface_t *kernel,
				kernel_ipsec_policy_id_t *id,
				kernel_ipsec_manage_policy_t *data);

/**
 * policy_add() - one more Child SA uses a policy
 * @id: the policy
 * @data: with the SPI of its outbound SA
 * @begin: it is of those that share one, if need be a new one; what is ordinary
 *	shares one that is there, into which it must not put its SPI
 * @call: charon's add_policy
 * @status: what @call returned if it was the first
 *
 * Return: false if it is not one of these.
 */
bool policy_add(kernel_ipsec_policy_id_t *id,
		kernel_ipsec_manage_policy_t *data, bool begin,
		policy_call call, status_t *status);

/**
 * policy_del() - one Child SA less
 * @id: the policy
 * @data: with the SPI of its outbound SA
 * @call: charon's del_policy
 * @status: what @call returned if it was the last
 *
 * Return: false if it is not one of these.
 */
bool policy_del(kernel_ipsec_policy_id_t *id,
		kernel_ipsec_manage_policy_t *data, policy_call call,
		status_t *status);

/**
 * policy_spi() - the SPI in a template
 * @sa: template
 *
 * Return: network byte order, 0 if there is none.
 */
uint32_t policy_spi(const ipsec_sa_cfg_t *sa);

#endif

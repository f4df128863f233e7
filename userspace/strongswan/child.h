/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Child SAs of charon's: finding one, and the configuration of one more like it.
 */
#ifndef XFRM_PCPU_STRONGSWAN_CHILD_H
#define XFRM_PCPU_STRONGSWAN_CHILD_H

#include "charon.h"

/**
 * child_alike() - a Child SA of a group
 * @ike_sa: checked out
 * @reqid: its reqid, or 0
 * @local: then the selectors of our side
 * @remote: and of the peer's
 *
 * Return: one that is installed, or NULL.
 */
child_sa_t *child_alike(ike_sa_t *ike_sa, uint32_t reqid, linked_list_t *local,
			linked_list_t *remote);

/**
 * child_properties() - what SAs that may stand for each other have in common,
 *	besides the reqid
 * @child: with its proposal chosen
 * @text: result
 * @size: bytes at @text
 */
void child_properties(child_sa_t *child, char *text, size_t size);

/**
 * child_config() - the configuration of one more
 * @child: what it is to be like
 *
 * For charon it never equals another one, since 5.9.6 refuses a second Child SA of
 * the same configuration; it starts nothing, runs no script.
 *
 * Return: a configuration.
 */
child_cfg_t *child_config(child_sa_t *child);

#endif

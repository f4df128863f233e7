/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the administrator wants, from strongswan.conf:
 *
 *	charon.plugins.xfrm-pcpu {
 *		socket = /run/xfrm-pcpud.sock
 *		connections {
 *			CONNECTION {
 *				CHILD {
 *					enable = yes
 *					limit = 8
 *					mode = on-demand
 *				}
 *			}
 *		}
 *	}
 */
#ifndef XFRM_PCPU_STRONGSWAN_WANTED_H
#define XFRM_PCPU_STRONGSWAN_WANTED_H

#include "charon.h"

/**
 * struct wanted - how a child is served
 * @limit: SAs beside the fallback at most, 0: as the helper was told for all
 * @mode: when CPUs get theirs, "on-demand" or "at-once", likewise NULL
 */
struct wanted {
	uint32_t limit;
	const char *mode;
};

/**
 * wanted_child() - is this one of our children?
 * @ike_sa: IKE SA
 * @child: configuration of a Child SA
 *
 * Return: only what was named (RFC 9611, section 7), with IKEv2, and without IPComp,
 * labels and values that are unique to each SA.
 */
bool wanted_child(ike_sa_t *ike_sa, child_cfg_t *child);

/**
 * wanted_how() - how one of our children is served
 * @ike_sa: IKE SA
 * @child: configuration of a Child SA
 *
 * Return: it. What is not understood is told in the log, and left to the helper.
 */
struct wanted wanted_how(ike_sa_t *ike_sa, child_cfg_t *child);

/**
 * wanted_socket() - where the helper listens
 *
 * Return: a path.
 */
const char *wanted_socket(void);

#endif

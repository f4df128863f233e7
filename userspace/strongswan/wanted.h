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
 *				}
 *			}
 *		}
 *	}
 */
#ifndef XFRM_PCPU_STRONGSWAN_WANTED_H
#define XFRM_PCPU_STRONGSWAN_WANTED_H

#include "charon.h"

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
 * wanted_socket() - where the helper listens
 *
 * Return: a path.
 */
const char *wanted_socket(void);

#endif

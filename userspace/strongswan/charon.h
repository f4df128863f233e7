/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * strongSwan's headers, and what differs between its versions: XP_CHARON is
 * 50908 for 5.9.8.
 */
#ifndef XFRM_PCPU_STRONGSWAN_CHARON_H
#define XFRM_PCPU_STRONGSWAN_CHARON_H

#include <daemon.h>
#include <library.h>

/* Labels of SELinux came with 5.9.6, and with them the packet of an acquire in a
 * structure of its own.
 */
#if XP_CHARON >= 50906
#define XP_HAS_LABELS 1
#endif

#endif

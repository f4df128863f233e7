/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is this the charon that the plugin was built for?  Its structures have no
 * version of their own, and they differ between versions and by how a
 * distribution configured them.
 */
#ifndef XFRM_PCPU_STRONGSWAN_LAYOUT_H
#define XFRM_PCPU_STRONGSWAN_LAYOUT_H

#include <stdbool.h>

/* "xfrm-pcpu 0.1.0 for strongSwan 5.9.8": xfrm-pcpu check reads it in the file. */
extern const char layout_built_for[];

/**
 * layout_fits() - look at the program that loads the plugin
 *
 * Says in charon's log what does not fit.
 *
 * Return: whether the plugin may go on.
 */
bool layout_fits(void);

#endif

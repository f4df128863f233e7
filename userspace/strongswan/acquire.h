/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Acquires of CPUs are the helper's, who hears them from the kernel: charon does
 * not begin a Child SA for them.  What has no SA at all stays charon's.
 */
#ifndef XFRM_PCPU_STRONGSWAN_ACQUIRE_H
#define XFRM_PCPU_STRONGSWAN_ACQUIRE_H

/**
 * acquire_wrap() - from now on
 */
void acquire_wrap(void);

/**
 * acquire_unwrap() - until now
 */
void acquire_unwrap(void);

#endif

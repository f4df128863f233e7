/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What charon tells its kernel interface of Child SAs that are served goes through
 * here.
 */
#ifndef XFRM_PCPU_STRONGSWAN_KERNEL_H
#define XFRM_PCPU_STRONGSWAN_KERNEL_H

/**
 * kernel_wrap() - from now on
 */
void kernel_wrap(void);

/**
 * kernel_unwrap() - until now
 */
void kernel_unwrap(void);

#endif

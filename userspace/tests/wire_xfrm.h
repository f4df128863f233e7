/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * XFRM netlink messages made by hand, byte by byte, so that they can be wrong.
 */
#ifndef XFRM_PCPU_TESTS_WIRE_XFRM_H
#define XFRM_PCPU_TESTS_WIRE_XFRM_H

#include "kernel/xfrm_uapi.h"
#include "wire.h"

/* Key of the algorithms of wire_algs(). */
#define WIRE_KEY "0123456789abcdef"

/*
 * An SA from 10.0.0.1 to 10.0.0.2, esp, tunnel, reqid 1, 10 packets of 1000
 * bytes in all, made at 1000 s.
 */
struct xfrm_usersa_info wire_sa_info(uint32_t spi);

/* The message of @type (NEWSA, UPDSA, DELSA, EXPIRE) about it, with a key. */
void wire_xfrm_sa(struct wire *wire, uint16_t type, uint32_t spi);

/* cbc(aes) with WIRE_KEY. */
void wire_algs(struct wire *wire);

/* The policy 10.1.0.0/16 to 10.2.0.0/16, outbound, index 9, @flags. */
struct xfrm_userpolicy_info wire_policy_info(uint8_t flags);

/* NEWPOLICY of it with one template, reqid 1, and type "main". */
void wire_policy(struct wire *wire, uint8_t flags);

/* ACQUIRE of that policy, seq 17. */
void wire_xfrm_acquire(struct wire *wire);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A whole SA with its keys: the request that installs it, and what the kernel
 * made of it.  Nothing here does I/O.
 */
#ifndef XFRM_PCPU_KERNEL_INSTALL_H
#define XFRM_PCPU_KERNEL_INSTALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sad.h"

struct nl_msg;
struct nlmsghdr;

/* Longest key, bytes: twice the block of SHA-512 that an HMAC folds it into. */
#define XP_ALG_KEY_MAX 256

/* Longest name of an algorithm with its terminator (struct xfrm_algo). */
#define XP_ALG_NAME_MAX 64

/**
 * struct xp_alg - an algorithm and its key
 * @name: the kernel's name, as in /proc/crypto; "" if there is none
 * @key: @key_len bytes
 * @key_len: bytes
 * @trunc_bits: bits of the integrity check value; not for encryption alone
 */
struct xp_alg {
	char name[XP_ALG_NAME_MAX];
	uint8_t key[XP_ALG_KEY_MAX];
	size_t key_len;
	uint32_t trunc_bits;
};

/**
 * struct xp_install - an SA to install; all zero but what it needs
 * @sa: id, src, reqid, if_id, mode, cpu, dir, seq, sel, limits, replay_window,
 *	flags count; XFRM_STATE_ESN asks for extended sequence numbers
 * @aead: combined algorithm, or none
 * @enc: encryption, or none
 * @auth: integrity, or none
 * @encap_sport: source port of ESP in UDP, 0 for none
 * @encap_dport: destination port of it
 * @set_mark: mark that packets get, if its mask is not 0
 * @is_update: UPDSA of the larval SA that ALLOCSPI made
 */
struct xp_install {
	struct xp_sad_sa sa;
	struct xp_alg aead;
	struct xp_alg enc;
	struct xp_alg auth;
	uint16_t encap_sport;
	uint16_t encap_dport;
	struct xp_mark set_mark;
	bool is_update;
};

/**
 * xp_install_wipe() - overwrite all of it, with the keys
 * @install: the SA
 */
void xp_install_wipe(struct xp_install *install);

/**
 * xp_install_check() - is it an SA that can be asked for?
 * @install: the SA
 *
 * Return: NULL, or what is missing or contradicts itself.
 */
const char *xp_install_check(const struct xp_install *install);

/**
 * xp_install_put() - the request NEWSA or UPDSA
 * @install: the SA
 * @out_window: an outbound SA with ESN gets a replay window: kernels before 6.10
 *	want one, later ones refuse it
 *
 * Return: the message, NULL without memory.  It holds keys.
 */
struct nl_msg *xp_install_put(const struct xp_install *install,
			      bool out_window);

/**
 * xp_install_compare() - does the kernel have what was asked for?
 * @asked: message of xp_install_put()
 * @got: message NEWSA, the answer to GETSA
 *
 * Compares CPU, direction, addresses, reqid, mode, flags, lifetimes, selector,
 * and every attribute of @asked.  A kernel that is locked down shows keys as
 * zeros: those are taken for equal.
 *
 * Return: NULL if so, else the name of the first thing that differs, "message"
 * if @got is malformed.
 */
const char *xp_install_compare(const struct nlmsghdr *asked,
			       const struct nlmsghdr *got);

#endif

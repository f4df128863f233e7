/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values of the helper protocol, read strictly.  Nothing here does I/O.
 * Results are written only upon success.
 */
#ifndef XFRM_PCPU_PROTOCOL_VALUE_H
#define XFRM_PCPU_PROTOCOL_VALUE_H

#include "kernel/message.h"

/**
 * pr_number() - read a number
 * @text: decimal without leading zeros, or hexadecimal after 0x
 * @most: largest value
 * @value: result
 *
 * Return: 0, -EINVAL.
 */
int pr_number(const char *text, uint64_t most, uint64_t *value);

/**
 * pr_address() - read an IPv4 or IPv6 address
 * @text: as inet_pton() takes it
 * @addr: result
 *
 * Return: 0, -EINVAL.
 */
int pr_address(const char *text, struct xp_addr *addr);

/**
 * pr_mark() - read VALUE/MASK
 * @text: two numbers of 32 bits
 * @mark: result
 *
 * Return: 0, -EINVAL.
 */
int pr_mark(const char *text, struct xp_mark *mark);

/**
 * pr_hex() - read bytes
 * @text: hexadecimal digits, two for each byte
 * @bytes: result
 * @room: bytes that fit
 * @length: result, how many
 *
 * Return: 0, -EINVAL, -EMSGSIZE.
 */
int pr_hex(const char *text, uint8_t *bytes, size_t room, size_t *length);

#endif

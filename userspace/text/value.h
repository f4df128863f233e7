/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values that people and programs write, read strictly: the command line and
 * the helper protocol.  Nothing here does I/O.  Results are written only upon
 * success.
 */
#ifndef XFRM_PCPU_TEXT_VALUE_H
#define XFRM_PCPU_TEXT_VALUE_H

#include "kernel/message.h"

/**
 * text_number() - read a number
 * @text: decimal without leading zeros, or hexadecimal after 0x; nothing else
 *	around it, no sign
 * @most: largest value
 * @value: result
 *
 * Return: 0, -EINVAL if @text is no such number, -ERANGE if it is larger.
 */
int text_number(const char *text, uint64_t most, uint64_t *value);

/**
 * text_u32() - read a number of 32 bits
 * @text: as text_number() takes it
 * @value: result
 *
 * Return: 0, -EINVAL, -ERANGE.
 */
int text_u32(const char *text, uint32_t *value);

/**
 * text_address() - read an IPv4 or IPv6 address
 * @text: as inet_pton() takes it
 * @addr: result
 *
 * Return: 0, -EINVAL.
 */
int text_address(const char *text, struct xp_addr *addr);

/**
 * text_mark() - read VALUE/MASK
 * @text: two numbers of 32 bits
 * @mark: result
 *
 * Return: 0, -EINVAL, -ERANGE.
 */
int text_mark(const char *text, struct xp_mark *mark);

/**
 * text_mark_or_value() - read VALUE[/MASK]
 * @text: one or two numbers of 32 bits
 * @mark: result; the mask is 0xffffffff if @text has none
 *
 * Return: 0, -EINVAL, -ERANGE.
 */
int text_mark_or_value(const char *text, struct xp_mark *mark);

/**
 * text_proto() - read the name of an IPsec protocol
 * @text: esp, ah or comp
 * @proto: result, IPPROTO_*
 *
 * Return: 0, -EINVAL.
 */
int text_proto(const char *text, uint8_t *proto);

/**
 * text_hex() - read bytes
 * @text: hexadecimal digits, two for each byte
 * @bytes: result
 * @room: bytes that fit
 * @length: result, how many
 *
 * Return: 0, -EINVAL, -EMSGSIZE.
 */
int text_hex(const char *text, uint8_t *bytes, size_t room, size_t *length);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of the numbers that the kernel sends.
 */
#ifndef XFRM_PCPU_CLI_NAMES_H
#define XFRM_PCPU_CLI_NAMES_H

#include <netinet/in.h>
#include <stdint.h>

struct xp_addr;

/**
 * struct name - room for a name
 * @text: the name, terminated
 */
struct name {
	char text[INET6_ADDRSTRLEN];
};

/*
 * Each returns the name, or the number as text for one that has no name here.
 * Use the result as name_of_x(n).text.
 */

/**
 * name_of_addr() - an address as text
 * @addr: the address
 *
 * Return: text, "-" if it has no family.
 */
struct name name_of_addr(const struct xp_addr *addr);

/**
 * name_of_cpu() - a CPU
 * @cpu: number, or XFRM_PCPU_CPU_NONE
 *
 * Return: the number or "fallback".
 */
struct name name_of_cpu(uint32_t cpu);

/**
 * name_of_family() - an address family
 * @family: AF_INET or AF_INET6
 *
 * Return: "inet" or "inet6".
 */
struct name name_of_family(uint16_t family);

/**
 * name_of_proto() - an IPsec protocol
 * @proto: IPPROTO_*
 *
 * Return: as ip-xfrm(8) calls it.
 */
struct name name_of_proto(uint8_t proto);

/**
 * name_of_mode() - a mode
 * @mode: XFRM_MODE_*
 *
 * Return: as ip-xfrm(8) calls it.
 */
struct name name_of_mode(uint8_t mode);

/**
 * name_of_state() - state of an SA
 * @state: XFRM_STATE_*, as XFRM_PCPU_A_STATE counts
 *
 * Return: the kernel's name in small letters.
 */
struct name name_of_state(uint8_t state);

/**
 * name_of_dir() - direction of an SA
 * @dir: 1 or 2, 0 if it was never given
 *
 * Return: "in", "out", "-".
 */
struct name name_of_dir(uint8_t dir);

/**
 * name_of_feature() - one feature of the module
 * @bit: number of the bit in XFRM_PCPU_A_FEATURES
 *
 * Return: its name, "bitN" for one that is unknown here.
 */
struct name name_of_feature(unsigned int bit);

/**
 * name_of_event() - an event
 * @cmd: XFRM_PCPU_CMD_EV_*
 *
 * Return: the name without its prefix.
 */
struct name name_of_event(uint8_t cmd);

/**
 * name_of_xfrm_event() - an event of XFRM netlink
 * @type: enum xp_xfrm_event_type
 *
 * Return: a word.
 */
struct name name_of_xfrm_event(unsigned int type);

#endif

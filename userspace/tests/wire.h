/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Netlink messages made by hand, byte by byte, so that they can be wrong.
 */
#ifndef XFRM_PCPU_TESTS_WIRE_H
#define XFRM_PCPU_TESTS_WIRE_H

#include <stddef.h>
#include <stdint.h>

#include <linux/netlink.h>

#define WIRE_MAX 4096

/**
 * struct wire - a message under construction
 * @nlh: its header
 * @bytes: all of it
 */
struct wire {
	union {
		struct nlmsghdr nlh;
		uint8_t bytes[WIRE_MAX];
	};
};

/* Begin a message of the family with command @cmd. */
void wire_begin(struct wire *wire, uint8_t cmd);

/* Begin a netlink message of @type without generic netlink header. */
void wire_begin_raw(struct wire *wire, uint16_t type, uint16_t flags);

/* Append @size bytes, padded; @data may be NULL if there are none. */
void wire_bytes(struct wire *wire, const void *data, size_t size);

void wire_attr(struct wire *wire, uint16_t type, const void *data, size_t size);
void wire_u8(struct wire *wire, uint16_t type, uint8_t value);
void wire_u16(struct wire *wire, uint16_t type, uint16_t value);
void wire_u32(struct wire *wire, uint16_t type, uint32_t value);
void wire_u64(struct wire *wire, uint16_t type, uint64_t value);
void wire_string(struct wire *wire, uint16_t type, const char *value);

/* Open a nest; the result is for wire_nest_end(). */
size_t wire_nest(struct wire *wire, uint16_t type);
void wire_nest_end(struct wire *wire, size_t nest);

/* FAMILY, DADDR 10.0.0.2, PROTO esp, MODE transport, REQID 1. */
void wire_key(struct wire *wire);

/* The message with GROUP_ID @id and wire_key(). */
void wire_group(struct wire *wire, uint64_t id);

/* A nest with SPI and source 10.0.0.1; @cpu may be XFRM_PCPU_CPU_NONE. */
void wire_sa(struct wire *wire, uint32_t spi, uint32_t cpu);

/* A nest with all three attributes. */
void wire_acquire(struct wire *wire, uint32_t cpu, uint32_t seq, uint32_t left);

#endif

// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire.h"

#include <assert.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/genetlink.h>
#include <linux/xfrm.h>
#include <linux/xfrm_pcpu.h>

#define WIRE_FAMILY 0x30

void wire_begin_raw(struct wire *wire, uint16_t type, uint16_t flags)
{
	memset(wire, 0, sizeof(*wire));
	wire->nlh.nlmsg_len = NLMSG_HDRLEN;
	wire->nlh.nlmsg_type = type;
	wire->nlh.nlmsg_flags = flags;
}

void wire_begin(struct wire *wire, uint8_t cmd)
{
	struct genlmsghdr ghdr = {
		.cmd = cmd,
		.version = XFRM_PCPU_GENL_VERSION,
	};

	wire_begin_raw(wire, WIRE_FAMILY, 0);
	wire_bytes(wire, &ghdr, sizeof(ghdr));
}

void wire_bytes(struct wire *wire, const void *data, size_t size)
{
	size_t at = wire->nlh.nlmsg_len;

	assert(at + NLMSG_ALIGN(size) <= WIRE_MAX);
	/* Of a member of the union GCC 12 would take the first for its size. */
	if (size)
		memcpy((uint8_t *)wire + at, data, size);
	wire->nlh.nlmsg_len += NLMSG_ALIGN(size);
}

void wire_attr(struct wire *wire, uint16_t type, const void *data, size_t size)
{
	struct nlattr nla = {
		.nla_len = NLA_HDRLEN + size,
		.nla_type = type,
	};

	wire_bytes(wire, &nla, sizeof(nla));
	wire_bytes(wire, data, size);
}

void wire_u8(struct wire *wire, uint16_t type, uint8_t value)
{
	wire_attr(wire, type, &value, sizeof(value));
}

void wire_u16(struct wire *wire, uint16_t type, uint16_t value)
{
	wire_attr(wire, type, &value, sizeof(value));
}

void wire_u32(struct wire *wire, uint16_t type, uint32_t value)
{
	wire_attr(wire, type, &value, sizeof(value));
}

void wire_u64(struct wire *wire, uint16_t type, uint64_t value)
{
	wire_attr(wire, type, &value, sizeof(value));
}

void wire_string(struct wire *wire, uint16_t type, const char *value)
{
	wire_attr(wire, type, value, strlen(value) + 1);
}

size_t wire_nest(struct wire *wire, uint16_t type)
{
	size_t nest = wire->nlh.nlmsg_len;

	wire_attr(wire, type | NLA_F_NESTED, NULL, 0);
	return nest;
}

void wire_nest_end(struct wire *wire, size_t nest)
{
	uint16_t length = wire->nlh.nlmsg_len - nest;

	memcpy(wire->bytes + nest + offsetof(struct nlattr, nla_len), &length,
	       sizeof(length));
}

void wire_key(struct wire *wire)
{
	wire_u16(wire, XFRM_PCPU_A_FAMILY, AF_INET);
	wire_u32(wire, XFRM_PCPU_A_DADDR, htonl(0x0a000002));
	wire_u8(wire, XFRM_PCPU_A_PROTO, IPPROTO_ESP);
	wire_u8(wire, XFRM_PCPU_A_MODE, XFRM_MODE_TRANSPORT);
	wire_u32(wire, XFRM_PCPU_A_REQID, 1);
}

void wire_group(struct wire *wire, uint64_t id)
{
	wire_begin(wire, XFRM_PCPU_CMD_NEW_GROUP);
	wire_u64(wire, XFRM_PCPU_A_GROUP_ID, id);
	wire_key(wire);
}

void wire_sa(struct wire *wire, uint32_t spi, uint32_t cpu)
{
	size_t nest = wire_nest(wire, XFRM_PCPU_A_SA);

	wire_u32(wire, XFRM_PCPU_A_SPI, htonl(spi));
	wire_u32(wire, XFRM_PCPU_A_SADDR, htonl(0x0a000001));
	if (cpu != XFRM_PCPU_CPU_NONE)
		wire_u32(wire, XFRM_PCPU_A_CPU, cpu);
	wire_nest_end(wire, nest);
}

void wire_acquire(struct wire *wire, uint32_t cpu, uint32_t seq, uint32_t left)
{
	size_t nest = wire_nest(wire, XFRM_PCPU_A_ACQUIRE);

	wire_u32(wire, XFRM_PCPU_A_CPU, cpu);
	wire_u32(wire, XFRM_PCPU_A_SEQ, seq);
	wire_u32(wire, XFRM_PCPU_A_TIMEOUT_MS, left);
	wire_nest_end(wire, nest);
}

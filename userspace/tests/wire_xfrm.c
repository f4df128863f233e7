// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire_xfrm.h"

#include <string.h>
#include <sys/socket.h>

#define ADDR(a, b, c, d)                                                      \
	{                                                                     \
		.a4 = htonl((uint32_t)(a) << 24 | (b) << 16 | (c) << 8 | (d)) \
	}

struct xfrm_usersa_info wire_sa_info(uint32_t spi)
{
	return (struct xfrm_usersa_info){
		.id = { .daddr = ADDR(10, 0, 0, 2),
			.spi = htonl(spi),
			.proto = IPPROTO_ESP },
		.saddr = ADDR(10, 0, 0, 1),
		.curlft = { .bytes = 1000, .packets = 10, .add_time = 1000 },
		.reqid = 1,
		.family = AF_INET,
		.mode = XFRM_MODE_TUNNEL,
		.replay_window = 32,
		.flags = XFRM_STATE_AF_UNSPEC,
	};
}

void wire_algs(struct wire *wire)
{
	struct {
		struct xfrm_algo head;
		char key[sizeof(WIRE_KEY) - 1];
	} alg = {
		.head = { .alg_name = "cbc(aes)",
			  .alg_key_len = 8 * (sizeof(WIRE_KEY) - 1) },
	};

	memcpy(alg.key, WIRE_KEY, sizeof(alg.key));
	wire_attr(wire, XFRMA_ALG_CRYPT, &alg, sizeof(alg));
}

void wire_xfrm_sa(struct wire *wire, uint16_t type, uint32_t spi)
{
	struct xfrm_usersa_info info = wire_sa_info(spi);

	wire_begin_raw(wire, type, 0);
	if (type == XFRM_MSG_DELSA) {
		struct xfrm_usersa_id id = {
			.daddr = info.id.daddr,
			.spi = info.id.spi,
			.family = info.family,
			.proto = info.id.proto,
		};

		wire_bytes(wire, &id, sizeof(id));
		wire_attr(wire, XFRMA_SA, &info, sizeof(info));
	} else if (type == XFRM_MSG_EXPIRE) {
		struct xfrm_user_expire expire = { .state = info };

		wire_bytes(wire, &expire, sizeof(expire));
	} else {
		wire_bytes(wire, &info, sizeof(info));
	}
	wire_algs(wire);
}

struct xfrm_userpolicy_info wire_policy_info(uint8_t flags)
{
	return (struct xfrm_userpolicy_info){
		.sel = { .daddr = ADDR(10, 2, 0, 0),
			 .saddr = ADDR(10, 1, 0, 0),
			 .family = AF_INET,
			 .prefixlen_d = 16,
			 .prefixlen_s = 16 },
		.lft = { .hard_add_expires_seconds = 3600 },
		.priority = 100,
		.index = 9,
		.dir = XFRM_POLICY_OUT,
		.flags = flags,
	};
}

static struct xfrm_user_tmpl tmpl(void)
{
	return (struct xfrm_user_tmpl){
		.id = { .daddr = ADDR(10, 0, 0, 2), .proto = IPPROTO_ESP },
		.family = AF_INET,
		.saddr = ADDR(10, 0, 0, 1),
		.reqid = 1,
		.mode = XFRM_MODE_TUNNEL,
	};
}

void wire_policy(struct wire *wire, uint8_t flags)
{
	struct xfrm_userpolicy_info info = wire_policy_info(flags);
	struct xfrm_userpolicy_type type = { .type = XFRM_POLICY_TYPE_MAIN };
	struct xfrm_user_tmpl one = tmpl();

	wire_begin_raw(wire, XFRM_MSG_NEWPOLICY, 0);
	wire_bytes(wire, &info, sizeof(info));
	wire_attr(wire, XFRMA_TMPL, &one, sizeof(one));
	wire_attr(wire, XFRMA_POLICY_TYPE, &type, sizeof(type));
}

void wire_xfrm_acquire(struct wire *wire)
{
	struct xfrm_user_acquire info = {
		.id = { .daddr = ADDR(10, 0, 0, 2), .proto = IPPROTO_ESP },
		.saddr = ADDR(10, 0, 0, 1),
		.sel = { .daddr = ADDR(10, 2, 0, 1),
			 .saddr = ADDR(10, 1, 0, 1),
			 .family = AF_INET,
			 .prefixlen_d = 32,
			 .prefixlen_s = 32 },
		.policy = wire_policy_info(XFRM_POLICY_CPU_ACQUIRE),
		.seq = 17,
	};
	struct xfrm_user_tmpl one = tmpl();

	wire_begin_raw(wire, XFRM_MSG_ACQUIRE, 0);
	wire_bytes(wire, &info, sizeof(info));
	wire_attr(wire, XFRMA_TMPL, &one, sizeof(one));
}

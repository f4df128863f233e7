// SPDX-License-Identifier: GPL-2.0
#include <linux/genetlink.h>
#include <linux/xfrm.h>
#include <linux/xfrm_pcpu.h>

#include "kind.h"

#define XFRM(name, payload)                              \
	{                                                \
#name, XFRM_MSG_##name, payload, NOWHERE \
	}
#define XFRM_SPI(name, type, member)                         \
	{                                                    \
#name, XFRM_MSG_##name, sizeof(struct type), \
			offsetof(struct type, member)        \
	}
#define OWN(name)                                                 \
	{                                                         \
#name, XFRM_PCPU_CMD_##name, GENL_HDRLEN, NOWHERE \
	}

const struct kind xfrm_kinds[] = {
	XFRM_SPI(NEWSA, xfrm_usersa_info, id.spi),
	XFRM_SPI(DELSA, xfrm_usersa_id, spi),
	XFRM_SPI(GETSA, xfrm_usersa_id, spi),
	XFRM(NEWPOLICY, sizeof(struct xfrm_userpolicy_info)),
	XFRM(DELPOLICY, sizeof(struct xfrm_userpolicy_id)),
	XFRM(GETPOLICY, sizeof(struct xfrm_userpolicy_id)),
	XFRM(ALLOCSPI, sizeof(struct xfrm_userspi_info)),
	XFRM_SPI(ACQUIRE, xfrm_user_acquire, id.spi),
	XFRM_SPI(EXPIRE, xfrm_user_expire, state.id.spi),
	XFRM(UPDPOLICY, sizeof(struct xfrm_userpolicy_info)),
	XFRM_SPI(UPDSA, xfrm_usersa_info, id.spi),
	XFRM(FLUSHSA, sizeof(struct xfrm_usersa_flush)),
	XFRM(FLUSHPOLICY, 0),
	XFRM_SPI(NEWAE, xfrm_aevent_id, sa_id.spi),
	XFRM_SPI(GETAE, xfrm_aevent_id, sa_id.spi),
	XFRM(MIGRATE, sizeof(struct xfrm_userpolicy_id)),
	{ 0 },
};

const struct kind own_kinds[] = {
	OWN(GET_INFO), OWN(BIND),      OWN(MOVE), OWN(UNBIND),
	OWN(EXPECT),   OWN(GET_GROUP), { 0 },
};

const struct kind *kind_of(const struct kind *kinds, int type)
{
	for (; kinds->name; kinds++)
		if (kinds->type == type)
			return kinds;
	return NULL;
}

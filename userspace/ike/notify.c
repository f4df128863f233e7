// SPDX-License-Identifier: GPL-2.0-or-later
#include "notify.h"

#include <errno.h>
#include <string.h>

static uint16_t get16(const uint8_t *bytes)
{
	return bytes[0] << 8 | bytes[1];
}

static void put16(uint8_t *bytes, uint16_t value)
{
	bytes[0] = value >> 8;
	bytes[1] = value & 0xff;
}

int ike_notify_read(const uint8_t *payload, size_t length,
		    struct ike_notify *notify)
{
	uint16_t type;

	if (length < IKE_NOTIFY_HEADER || get16(payload + 2) != length)
		return -EBADMSG;
	type = get16(payload + 6);
	if (type != IKE_TS_MAX_QUEUE && type != IKE_SA_RESOURCE_INFO)
		return -EOPNOTSUPP;
	*notify = (struct ike_notify){
		.type = type,
		.protocol = payload[4],
		.spi_size = payload[5],
		.data = payload + IKE_NOTIFY_HEADER,
		.length = length - IKE_NOTIFY_HEADER,
	};
	return 0;
}

int ike_notify_write(uint8_t *payload, size_t room, uint16_t type,
		     const uint8_t *data, size_t length)
{
	if (type != IKE_SA_RESOURCE_INFO &&
	    (type != IKE_TS_MAX_QUEUE || length))
		return -EINVAL;
	if (length > IKE_NOTIFY_DATA_MAX || room < IKE_NOTIFY_HEADER + length)
		return -EMSGSIZE;
	memset(payload, 0, IKE_NOTIFY_HEADER);
	put16(payload + 2, IKE_NOTIFY_HEADER + length);
	put16(payload + 6, type);
	if (length)
		memcpy(payload + IKE_NOTIFY_HEADER, data, length);
	return IKE_NOTIFY_HEADER + length;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two Notify payloads of RFC 9611, bytes in and out.  Nothing here does I/O.
 *
 * A Notify payload (RFC 7296, sections 3.2 and 3.10), integers in network byte
 * order:
 *
 *      0               1               2               3
 *     +---------------+-+-------------+-------------------------------+
 *     | next payload  |C|  reserved   |        payload length         |
 *     +---------------+-+-------------+-------------------------------+
 *     |  protocol ID  |   SPI size    |          notify type          |
 *     +---------------+---------------+-------------------------------+
 *     |  SPI (none here), data                                        |
 */
#ifndef XFRM_PCPU_IKE_NOTIFY_H
#define XFRM_PCPU_IKE_NOTIFY_H

#include <stddef.h>
#include <stdint.h>

/* Notify types, RFC 9611, section 5. */
#define IKE_TS_MAX_QUEUE 48
#define IKE_SA_RESOURCE_INFO 16444

/* What comes before the data. */
#define IKE_NOTIFY_HEADER 8

/* Data that fit: the payload length has 16 bits. */
#define IKE_NOTIFY_DATA_MAX (UINT16_MAX - IKE_NOTIFY_HEADER)

/**
 * struct ike_notify - one of the two notifies, as it was received
 * @type: IKE_TS_MAX_QUEUE or IKE_SA_RESOURCE_INFO
 * @protocol: protocol ID; should be 0 and means nothing
 * @spi_size: SPI size; should be 0 and means nothing
 * @data: @length bytes, within the payload that was read
 * @length: length of @data
 */
struct ike_notify {
	uint16_t type;
	uint8_t protocol;
	uint8_t spi_size;
	const uint8_t *data;
	size_t length;
};

/**
 * ike_notify_read() - read a Notify payload
 * @payload: the payload from its "next payload" byte on
 * @length: bytes at @payload; the payload's own length must be the same
 * @notify: result, written only upon success
 *
 * Protocol ID and SPI size are ignored if they are not 0 (RFC 9611, section 5),
 * so an SPI that should not be there is taken for data.  That does no harm: the
 * data of SA_RESOURCE_INFO serve debugging only, and TS_MAX_QUEUE is understood
 * with data as without.  The critical bit means nothing to a receiver that
 * knows the payload (RFC 7296, section 2.5).
 *
 * Return: 0, -EBADMSG if this is no Notify payload, -EOPNOTSUPP if it is one of
 * another type.
 */
int ike_notify_read(const uint8_t *payload, size_t length,
		    struct ike_notify *notify);

/**
 * ike_notify_write() - make a Notify payload
 * @payload: buffer
 * @room: bytes at @payload
 * @type: IKE_TS_MAX_QUEUE or IKE_SA_RESOURCE_INFO
 * @data: identifier for SA_RESOURCE_INFO, NULL for none
 * @length: bytes at @data; 0 for TS_MAX_QUEUE, which has none
 *
 * "Next payload" is 0; who puts the payload into a message sets it.  Critical
 * bit, protocol ID and SPI size are 0 (RFC 9611, sections 5.1 and 5.2).
 *
 * Return: length of the payload, -EINVAL for another type or data that do not
 * belong, -EMSGSIZE if it does not fit.
 */
int ike_notify_write(uint8_t *payload, size_t room, uint16_t type,
		     const uint8_t *data, size_t length);

#endif

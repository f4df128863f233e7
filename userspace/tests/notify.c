// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The expected bytes are written out here, from the figures of RFC 9611 and RFC
 * 7296, and not made by the code that is tested.
 */
#include <errno.h>
#include <stdint.h>

#include "ike/notify.h"
#include "tap.h"

static void write_resource_info(void)
{
	static const uint8_t identifier[] = { 0xde, 0xad, 0xbe, 0xef };
	static const uint8_t with[] = { 0,    0,    0,	  12,	0,    0,
					0x40, 0x3c, 0xde, 0xad, 0xbe, 0xef };
	static const uint8_t without[] = { 0, 0, 0, 8, 0, 0, 0x40, 0x3c };
	uint8_t payload[16];
	int length;

	memset(payload, 0xff, sizeof(payload));
	length = ike_notify_write(payload, sizeof(payload),
				  IKE_SA_RESOURCE_INFO, identifier, 4);
	is_num(length, 12, "R17, R18: SA_RESOURCE_INFO, its length");
	ok(!memcmp(payload, with, sizeof(with)),
	   "R17, R18: critical 0, protocol 0, SPI size 0, type 16444, data");
	is_num(payload[12], 0xff, "nothing is written behind it");

	length = ike_notify_write(payload, sizeof(payload),
				  IKE_SA_RESOURCE_INFO, NULL, 0);
	ok(length == 8 && !memcmp(payload, without, sizeof(without)),
	   "R18: the data are optional");
}

static void write_max_queue(void)
{
	static const uint8_t expected[] = { 0, 0, 0, 8, 0, 0, 0, 48 };
	uint8_t payload[8];

	memset(payload, 0xff, sizeof(payload));
	is_num(ike_notify_write(payload, sizeof(payload), IKE_TS_MAX_QUEUE,
				NULL, 0),
	       8, "R20: TS_MAX_QUEUE, its length");
	ok(!memcmp(payload, expected, sizeof(expected)),
	   "R20: critical 0, protocol 0, SPI size 0, type 48, no data");
	is_num(ike_notify_write(payload, sizeof(payload), IKE_TS_MAX_QUEUE,
				expected, 1),
	       -EINVAL, "R20: data are refused");
}

static void write_limits(void)
{
	static uint8_t payload[UINT16_MAX + 2], data[UINT16_MAX];

	is_num(ike_notify_write(payload, 11, IKE_SA_RESOURCE_INFO, data, 4),
	       -EMSGSIZE, "a buffer that is one byte short");
	is_num(ike_notify_write(payload, 7, IKE_TS_MAX_QUEUE, NULL, 0),
	       -EMSGSIZE, "a buffer without room for the header");
	is_num(ike_notify_write(payload, sizeof(payload), IKE_SA_RESOURCE_INFO,
				data, IKE_NOTIFY_DATA_MAX),
	       UINT16_MAX, "the longest payload");
	ok(payload[2] == 0xff && payload[3] == 0xff, "its length fits");
	is_num(ike_notify_write(payload, sizeof(payload), IKE_SA_RESOURCE_INFO,
				data, IKE_NOTIFY_DATA_MAX + 1),
	       -EMSGSIZE, "one byte more does not");
	is_num(ike_notify_write(payload, sizeof(payload), 16393, NULL, 0),
	       -EINVAL, "REKEY_SA is not ours to write");
}

static void read_good(void)
{
	uint8_t info[] = { 41, 0, 0, 10, 0, 0, 0x40, 0x3c, 7, 9 };
	uint8_t full[] = { 0, 0, 0, 8, 0, 0, 0, 48 };
	struct ike_notify notify;

	is_num(ike_notify_read(info, sizeof(info), &notify), 0,
	       "R18: SA_RESOURCE_INFO is read");
	ok(notify.type == 16444 && notify.length == 2 && notify.data[0] == 7 &&
		   notify.data[1] == 9,
	   "R17, R18: type and data");
	is_num(ike_notify_read(full, sizeof(full), &notify), 0,
	       "R20: TS_MAX_QUEUE is read");
	ok(notify.type == 48 && !notify.length, "R20: type, no data");

	info[4] = 3;
	ok(!ike_notify_read(info, sizeof(info), &notify) &&
		   notify.type == 16444 && notify.protocol == 3,
	   "R19: a protocol ID that is not 0 is ignored");
	info[5] = 200;
	ok(!ike_notify_read(info, sizeof(info), &notify) &&
		   notify.spi_size == 200 && notify.length == 2,
	   "R19: so is an SPI size, however big");
	full[4] = 3;
	full[5] = 4;
	ok(!ike_notify_read(full, sizeof(full), &notify) && notify.type == 48,
	   "R19: both in TS_MAX_QUEUE");
	info[1] = 0x80;
	ok(!ike_notify_read(info, sizeof(info), &notify),
	   "the critical bit of a payload that is known means nothing");
}

static void read_bad(void)
{
	const uint8_t good[] = { 0, 0, 0, 10, 0, 0, 0x40, 0x3c, 7, 9 };
	const struct ike_notify untouched = { .type = 1 };
	uint8_t other[] = { 0, 0, 0, 8, 0, 0, 0x40, 0x09 };
	struct ike_notify notify = untouched;
	uint8_t payload[sizeof(good)];

	for (size_t length = 0; length < sizeof(good); length++) {
		/* The sanitizer sees a byte that is read beyond the end. */
		uint8_t cut[sizeof(good)];
		uint8_t *end = cut + sizeof(cut) - length;

		memcpy(end, good, length);
		is_num(ike_notify_read(end, length, &notify), -EBADMSG,
		       "cut to %zu bytes", length);
	}
	memcpy(payload, good, sizeof(good));
	payload[3]++;
	is_num(ike_notify_read(payload, sizeof(payload), &notify), -EBADMSG,
	       "R17: a length beyond the end");
	memcpy(payload, good, sizeof(good));
	payload[2] = 10;
	payload[3] = 0;
	is_num(ike_notify_read(payload, sizeof(payload), &notify), -EBADMSG,
	       "R17: a length in the wrong byte order");
	is_num(ike_notify_read(other, sizeof(other), &notify), -EOPNOTSUPP,
	       "another notify");
	ok(!memcmp(&notify, &untouched, sizeof(notify)),
	   "a result is written upon success only");
}

void test_notify(void)
{
	write_resource_info();
	write_max_queue();
	write_limits();
	read_good();
	read_bad();
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include "text/value.h"
#include "tap.h"

static void numbers(void)
{
	static const struct {
		const char *text;
		int err;
		uint32_t value;
	} cases[] = {
		{ "0", 0, 0 },
		{ "7", 0, 7 },
		{ "4294967295", 0, UINT32_MAX },
		{ "0x0", 0, 0 },
		{ "0x1234", 0, 0x1234 },
		{ "0XabCD", 0, 0xabcd },
		{ "0x00000000000000001", 0, 1 },
		{ "0xffffffff", 0, UINT32_MAX },
		{ "4294967296", -ERANGE, 0 },
		{ "0x100000000", -ERANGE, 0 },
		{ "18446744073709551616", -ERANGE, 0 },
		{ "18446744073709551617", -ERANGE, 0 },
		{ "99999999999999999999999999999999", -ERANGE, 0 },
		{ "", -EINVAL, 0 },
		{ "0x", -EINVAL, 0 },
		{ "010", -EINVAL, 0 },
		{ "00", -EINVAL, 0 },
		{ "-1", -EINVAL, 0 },
		{ "+1", -EINVAL, 0 },
		{ " 1", -EINVAL, 0 },
		{ "1 ", -EINVAL, 0 },
		{ "1a", -EINVAL, 0 },
		{ "0x1g", -EINVAL, 0 },
		{ "1/2", -EINVAL, 0 },
		{ "99999999999999999999x", -EINVAL, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint32_t value = 0;

		is_num(text_u32(cases[i].text, &value), cases[i].err,
		       "number \"%s\": errno", cases[i].text);
		is_num(value, cases[i].value, "number \"%s\": value",
		       cases[i].text);
	}
}

static void marks(void)
{
	static const struct {
		const char *text;
		int err;
		uint32_t value, mask;
	} cases[] = {
		{ "1", 0, 1, UINT32_MAX },
		{ "0x1/0xff", 0, 1, 0xff },
		{ "0/0", 0, 0, 0 },
		{ "1/", -EINVAL, 9, 9 },
		{ "/1", -EINVAL, 9, 9 },
		{ "1/2/3", -EINVAL, 9, 9 },
		{ "1/0x1ffffffff", -ERANGE, 9, 9 },
		{ "1111111111111111111111111111111111111111/1", -ERANGE, 9, 9 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct xp_mark mark = { 9, 9 };

		is_num(text_mark_or_value(cases[i].text, &mark), cases[i].err,
		       "mark \"%s\": errno", cases[i].text);
		ok(mark.value == cases[i].value && mark.mask == cases[i].mask,
		   "mark \"%s\": value", cases[i].text);
	}
}

static void values(void)
{
	struct xp_mark mark = { 0 };
	struct xp_addr addr;
	uint8_t bytes[2];
	uint64_t value;
	size_t length;

	ok(!text_number("18446744073709551615", UINT64_MAX, &value) &&
		   value == UINT64_MAX,
	   "the largest number");
	ok(!text_number("0xFFffffff", UINT32_MAX, &value) &&
		   value == UINT32_MAX,
	   "a hexadecimal one");
	ok(!text_number("0", 1, &value) && !value, "0");
	ok(text_number("18446744073709551616", UINT64_MAX, &value) &&
		   text_number("0x10000000000000000", UINT64_MAX, &value) &&
		   text_number("4294967296", UINT32_MAX, &value),
	   "larger ones are refused");
	ok(text_number("", 9, &value) && text_number("-1", 9, &value) &&
		   text_number("+1", 9, &value) &&
		   text_number(" 1", 9, &value) &&
		   text_number("01", 9, &value) &&
		   text_number("0x", 9, &value) &&
		   text_number("1a", 99, &value) &&
		   text_number("1 ", 9, &value),
	   "what is no number is refused");
	ok(!text_mark("5/0xff", &mark) && mark.value == 5 && mark.mask == 255,
	   "a mark");
	ok(text_mark("5", &mark) && text_mark("5/", &mark) &&
		   text_mark("/5", &mark),
	   "what is no mark is refused");
	ok(!text_address("2001:db8::1", &addr) && addr.family == AF_INET6,
	   "an IPv6 address");
	ok(text_address("192.0.2.256", &addr), "what is no address is refused");
	ok(!text_hex("aBf0", bytes, 2, &length) && length == 2 &&
		   bytes[0] == 0xab && bytes[1] == 0xf0,
	   "bytes");
	ok(text_hex("abf", bytes, 2, &length) == -EINVAL &&
		   text_hex("xx", bytes, 2, &length) == -EINVAL &&
		   text_hex("000000", bytes, 2, &length) == -EMSGSIZE,
	   "what are no bytes, or too many, is refused");
}

void test_value(void)
{
	numbers();
	marks();
	values();
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "value.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/*
 * The number in the @length bytes at @text.  strtoul() would take blanks, signs
 * and, with base 0, octal numbers.
 */
static int number(const char *text, size_t length, uint64_t most,
		  uint64_t *value)
{
	bool is_larger = false;
	uint64_t sum = 0;
	int base = 10;
	size_t i = 0;

	if (length > 2 && text[0] == '0' &&
	    (text[1] == 'x' || text[1] == 'X')) {
		base = 16;
		i = 2;
	} else if (length > 1 && text[0] == '0') {
		return -EINVAL;
	}
	if (i == length)
		return -EINVAL;
	for (; i < length; i++) {
		int digit = digit_of(text[i]);

		if (digit < 0 || digit >= base)
			return -EINVAL;
		/* Beyond the range only the form is still looked at. */
		if (is_larger || sum > (UINT64_MAX - digit) / base)
			is_larger = true;
		else
			sum = sum * base + digit;
	}
	if (is_larger || sum > most)
		return -ERANGE;
	*value = sum;
	return 0;
}

int text_number(const char *text, uint64_t most, uint64_t *value)
{
	return number(text, strlen(text), most, value);
}

int text_u32(const char *text, uint32_t *value)
{
	uint64_t wide;
	int err = text_number(text, UINT32_MAX, &wide);

	if (!err)
		*value = wide;
	return err;
}

int text_address(const char *text, struct xp_addr *addr)
{
	struct xp_addr result = { 0 };

	if (inet_pton(AF_INET, text, &result.v4) == 1)
		result.family = AF_INET;
	else if (inet_pton(AF_INET6, text, &result.v6) == 1)
		result.family = AF_INET6;
	else
		return -EINVAL;
	*addr = result;
	return 0;
}

int text_mark(const char *text, struct xp_mark *mark)
{
	const char *slash = strchr(text, '/');
	uint64_t value, mask;
	int err;

	if (!slash)
		return -EINVAL;
	err = number(text, slash - text, UINT32_MAX, &value);
	if (!err)
		err = text_number(slash + 1, UINT32_MAX, &mask);
	if (err)
		return err;
	mark->value = value;
	mark->mask = mask;
	return 0;
}

int text_mark_or_value(const char *text, struct xp_mark *mark)
{
	uint32_t value;
	int err;

	if (strchr(text, '/'))
		return text_mark(text, mark);
	err = text_u32(text, &value);
	if (!err)
		*mark = (struct xp_mark){ value, UINT32_MAX };
	return err;
}

int text_proto(const char *text, uint8_t *proto)
{
	if (!strcmp(text, "esp"))
		*proto = IPPROTO_ESP;
	else if (!strcmp(text, "ah"))
		*proto = IPPROTO_AH;
	else if (!strcmp(text, "comp"))
		*proto = IPPROTO_COMP;
	else
		return -EINVAL;
	return 0;
}

int text_hex(const char *text, uint8_t *bytes, size_t room, size_t *length)
{
	size_t digits = strlen(text);

	if (digits % 2 || strspn(text, "0123456789abcdefABCDEF") != digits)
		return -EINVAL;
	if (digits / 2 > room)
		return -EMSGSIZE;
	for (size_t i = 0; i < digits / 2; i++)
		bytes[i] =
			digit_of(text[2 * i]) * 16 + digit_of(text[2 * i + 1]);
	*length = digits / 2;
	return 0;
}

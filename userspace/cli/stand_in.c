// SPDX-License-Identifier: GPL-2.0-or-later
#include "stand_in.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/sad.h"

/* All that an address is spelt with. */
#define SPELT "0123456789abcdefABCDEF.:"

/* Addresses that came; the number of one is counted within its family. */
struct seen {
	struct xp_addr *addr;
	size_t count;
};

static int read_address(const char *text, size_t length, struct xp_addr *addr)
{
	char copy[INET6_ADDRSTRLEN];

	memcpy(copy, text, length);
	copy[length] = '\0';
	memset(addr, 0, sizeof(*addr));
	addr->family = AF_INET;
	if (inet_pton(AF_INET, copy, &addr->v4) == 1)
		return 0;
	addr->family = AF_INET6;
	return inet_pton(AF_INET6, copy, &addr->v6) == 1 ? 0 : -EINVAL;
}

/* How long the address is that @text begins with, 0 if it is none. */
static size_t address_length(const char *text, struct xp_addr *addr)
{
	size_t length = strspn(text, SPELT);

	if (length > INET6_ADDRSTRLEN - 1)
		length = INET6_ADDRSTRLEN - 1;
	while (length > 1 && read_address(text, length, addr))
		length--;
	return length > 1 ? length : 0;
}

static bool is_any(const struct xp_addr *addr)
{
	return addr->family == AF_INET ? !addr->v4.s_addr
				       : IN6_IS_ADDR_UNSPECIFIED(&addr->v6);
}

/* Its number, 0 without memory. */
static size_t number_of(struct seen *seen, const struct xp_addr *addr)
{
	struct xp_addr *more;
	size_t number = 1;

	for (size_t i = 0; i < seen->count; i++) {
		if (xp_addr_is(&seen->addr[i], addr))
			return number;
		number += seen->addr[i].family == addr->family;
	}
	more = reallocarray(seen->addr, seen->count + 1, sizeof(*more));
	if (!more)
		return 0;
	seen->addr = more;
	seen->addr[seen->count++] = *addr;
	return number;
}

static int write_all(FILE *out, const char *text, struct seen *seen)
{
	while (*text) {
		struct xp_addr addr;
		size_t length = address_length(text, &addr), number;

		if (!length || is_any(&addr)) {
			length = length ? length : 1;
			fwrite(text, 1, length, out);
		} else {
			number = number_of(seen, &addr);
			if (!number)
				return -ENOMEM;
			fprintf(out, "v%d-%zu", addr.family == AF_INET ? 4 : 6,
				number);
		}
		text += length;
	}
	return 0;
}

int stand_in_write(FILE *out, const char *text)
{
	struct seen seen = { 0 };
	char *written = NULL;
	size_t size;
	FILE *memory = open_memstream(&written, &size);
	int err;

	if (!memory)
		return -ENOMEM;
	err = write_all(memory, text, &seen);
	if (fclose(memory) && !err)
		err = -ENOMEM;
	if (!err)
		fputs(written, out);
	free(written);
	free(seen.addr);
	return err;
}

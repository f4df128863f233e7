/* SPDX-License-Identifier: GPL-2.0 */
/* All SAs of the namespace, as a dump shows them. */
#ifndef UAPI_SAD_H
#define UAPI_SAD_H

#include <stddef.h>

struct sad_entry {
	unsigned int spi;
	long cpu; /* -1: none */
	unsigned long long packets;
};

/* Dump with buffers of @bufsize (0: large); returns how many there are. */
size_t sad_read(int fd, size_t bufsize, const struct sad_entry **entries);

/* The packets that the SA with @spi had sent when it was read; 0 without it. */
unsigned long long sad_packets(const struct sad_entry *entries, size_t count,
			       unsigned int spi);

/* @count SAs, each fifth without a CPU; and a line about their dump. */
void sad_fill(int fd, unsigned int count);
void sad_check(size_t bufsize);

#endif

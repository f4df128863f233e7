/* SPDX-License-Identifier: GPL-2.0 */
/* The packets of a burst, and the socket on which they leave. */
#ifndef BENCH_PACKET_H
#define BENCH_PACKET_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

enum packet_mode {
	PACKET_CONNECTED,
	PACKET_UNCONNECTED,
	PACKET_FORWARDED,
	PACKET_INBOUND,
};

/**
 * struct packet - a packet that is sent again and again
 * @fd: its socket
 * @msg: the packet, for sendmmsg()
 */
struct packet {
	int fd;
	struct msghdr msg;
	struct iovec iov;
	struct sockaddr_in to;
	uint8_t data[256];
};

enum packet_mode packet_mode(const char *name);

/*
 * Makes the packet of sender number @index; exits with a message if that fails.
 * @fwmark and @spi are those of sender 0, 0 for no fwmark.
 */
void packet_open(struct packet *packet, enum packet_mode mode,
		 struct in_addr dst, unsigned int index, unsigned int fwmark,
		 unsigned int spi, const char *port);

#endif

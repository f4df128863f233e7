// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "packet.h"

#define PAYLOAD 64
#define DISCARD_PORT 9
#define SOURCE_PORT 1000
/* Of packets that come in from elsewhere. */
#define INNER_SOURCE "10.8.0.1"
#define ESP_ALIGN 4

static const char *const modes[] = { "connected", "unconnected", "forwarded",
				     "inbound" };

enum packet_mode packet_mode(const char *name)
{
	for (unsigned int i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (!strcmp(modes[i], name))
			return i;
	fprintf(stderr, "xburst: no mode %s\n", name);
	exit(2);
}

static void check(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "xburst: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint16_t checksum(const void *data, size_t len)
{
	const uint16_t *words = data;
	uint32_t sum = 0;

	for (size_t i = 0; i < len / 2; i++)
		sum += words[i];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static uint8_t *put_ip(uint8_t *at, uint8_t protocol, size_t payload,
		       struct in_addr src, struct in_addr dst)
{
	struct iphdr ip = {
		.version = 4,
		.ihl = 5,
		.ttl = 64,
		.protocol = protocol,
		.tot_len = htons(sizeof(ip) + payload),
		.saddr = src.s_addr,
		.daddr = dst.s_addr,
	};

	ip.check = checksum(&ip, sizeof(ip));
	memcpy(at, &ip, sizeof(ip));
	return at + sizeof(ip);
}

/* No checksum: IPv4 allows it, and it is not what is measured. */
static uint8_t *put_udp(uint8_t *at, unsigned int index)
{
	struct udphdr udp = {
		.source = htons(SOURCE_PORT + index),
		.dest = htons(DISCARD_PORT),
		.len = htons(sizeof(udp) + PAYLOAD),
	};

	memcpy(at, &udp, sizeof(udp));
	memset(at + sizeof(udp), 0, PAYLOAD);
	return at + sizeof(udp) + PAYLOAD;
}

static struct in_addr address(const char *text)
{
	struct in_addr addr;

	check(inet_aton(text, &addr), text);
	return addr;
}

/* A packet of a tunnel with null encryption and no authentication. */
static uint8_t *put_esp(uint8_t *at, struct in_addr dst, unsigned int index,
			unsigned int spi)
{
	const size_t inner =
		sizeof(struct iphdr) + sizeof(struct udphdr) + PAYLOAD;
	const size_t pad = -(inner + 2) % ESP_ALIGN;
	uint32_t esp[2] = { htonl(spi + index), htonl(1) };

	at = put_ip(at, IPPROTO_ESP, sizeof(esp) + inner + pad + 2,
		    address("10.5.0.2"), address("10.5.0.1"));
	memcpy(at, esp, sizeof(esp));
	at = put_ip(at + sizeof(esp), IPPROTO_UDP, inner - sizeof(struct iphdr),
		    address(INNER_SOURCE), dst);
	at = put_udp(at, index);
	for (size_t i = 0; i < pad; i++)
		*at++ = i + 1;
	*at++ = pad;
	*at++ = IPPROTO_IPIP;
	return at;
}

/* Frames that the peer of the port takes in. */
static void open_port(struct packet *packet, const char *port, size_t len)
{
	struct sockaddr_ll ll = { .sll_family = AF_PACKET, .sll_halen = 6 };
	int on = 1;

	packet->fd = socket(AF_PACKET, SOCK_RAW, 0);
	check(packet->fd >= 0, "AF_PACKET");
	ll.sll_ifindex = if_nametoindex(port);
	check(ll.sll_ifindex > 0, port);
	check(!bind(packet->fd, (void *)&ll, sizeof(ll)), port);
	check(!setsockopt(packet->fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on,
			  sizeof(on)),
	      "PACKET_QDISC_BYPASS");
	packet->iov.iov_base = packet->data;
	packet->iov.iov_len = len;
}

/* To the address that the guest's script gave the peer. */
static uint8_t *put_ethernet(uint8_t *at)
{
	static const uint8_t header[ETH_HLEN] = {
		0x02, 0, 0, 0, 0, 0x01, 0x02, 0, 0, 0, 0, 0x02, 0x08, 0x00,
	};

	memcpy(at, header, sizeof(header));
	return at + sizeof(header);
}

static void open_udp(struct packet *packet, bool connected, unsigned int fwmark)
{
	int room = 64 << 20;

	packet->fd = socket(AF_INET, SOCK_DGRAM, 0);
	check(packet->fd >= 0, "socket");
	check(!setsockopt(packet->fd, SOL_SOCKET, SO_SNDBUFFORCE, &room,
			  sizeof(room)),
	      "SO_SNDBUFFORCE");
	if (fwmark)
		check(!setsockopt(packet->fd, SOL_SOCKET, SO_MARK, &fwmark,
				  sizeof(fwmark)),
		      "SO_MARK");
	if (connected) {
		check(!connect(packet->fd, (void *)&packet->to,
			       sizeof(packet->to)),
		      "connect");
	} else {
		packet->msg.msg_name = &packet->to;
		packet->msg.msg_namelen = sizeof(packet->to);
	}
	packet->iov.iov_base = packet->data;
	packet->iov.iov_len = PAYLOAD;
}

void packet_open(struct packet *packet, enum packet_mode mode,
		 struct in_addr dst, unsigned int index, unsigned int fwmark,
		 unsigned int spi, const char *port)
{
	uint8_t *at = packet->data;

	memset(packet, 0, sizeof(*packet));
	dst.s_addr = htonl(ntohl(dst.s_addr) + index);
	packet->to.sin_family = AF_INET;
	packet->to.sin_port = htons(DISCARD_PORT);
	packet->to.sin_addr = dst;
	packet->msg.msg_iov = &packet->iov;
	packet->msg.msg_iovlen = 1;

	switch (mode) {
	case PACKET_CONNECTED:
	case PACKET_UNCONNECTED:
		open_udp(packet, mode == PACKET_CONNECTED,
			 fwmark ? fwmark + index : 0);
		break;
	case PACKET_FORWARDED:
		at = put_ethernet(at);
		at = put_ip(at, IPPROTO_UDP, sizeof(struct udphdr) + PAYLOAD,
			    address(INNER_SOURCE), dst);
		at = put_udp(at, index);
		open_port(packet, port, at - packet->data);
		break;
	case PACKET_INBOUND:
		at = put_ethernet(at);
		at = put_esp(at, dst, index, spi);
		open_port(packet, port, at - packet->data);
		break;
	}
}

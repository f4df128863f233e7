// SPDX-License-Identifier: GPL-2.0
/*
 * xencap - the socket that ESP in UDP or TCP needs
 *
 * For UDP the receiver's, which also lets the encapsulated packets pass where a
 * policy wants all UDP protected.  For TCP each side's end of one connection;
 * the sender connects.  The first line is "READY"; stays until SIGTERM.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/tcp.h>
#include <linux/udp.h>

#include "nl.h"
#include "request.h"
#include "sockpolicy.h"

static socklen_t endpoint(struct sockaddr_storage *addr, const char *text,
			  const char *port)
{
	struct address parsed = parse_address(text);
	struct sockaddr_in *in = (void *)addr;
	struct sockaddr_in6 *in6 = (void *)addr;

	memset(addr, 0, sizeof(*addr));
	addr->ss_family = parsed.family;
	if (parsed.family == AF_INET) {
		in->sin_port = htons(atoi(port));
		memcpy(&in->sin_addr, &parsed.addr, sizeof(in->sin_addr));
		return sizeof(*in);
	}
	in6->sin6_port = htons(atoi(port));
	memcpy(&in6->sin6_addr, &parsed.addr, sizeof(in6->sin6_addr));
	return sizeof(*in6);
}

static int open_bound(int type, const char *address, const char *port,
		      int *family)
{
	struct sockaddr_storage addr;
	socklen_t len = endpoint(&addr, address, port);
	int one = 1, fd = socket(addr.ss_family, type, 0);

	if (fd < 0)
		die("socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (void *)&addr, len))
		die("bind %s port %s", address, port);
	*family = addr.ss_family;
	return fd;
}

static void udp(const char *address, const char *port)
{
	int type = UDP_ENCAP_ESPINUDP, family;
	int fd = open_bound(SOCK_DGRAM, address, port, &family);
	const char *any = family == AF_INET ? "0.0.0.0/0,0.0.0.0/0"
					    : "::/0,::/0";
	char text[64];

	if (setsockopt(fd, IPPROTO_UDP, UDP_ENCAP, &type, sizeof(type)))
		die("UDP_ENCAP");
	snprintf(text, sizeof(text), "pdir=in sel=%s", any);
	socket_policy(fd, family, text);
}

static void encapsulate_tcp(int fd)
{
	if (setsockopt(fd, IPPROTO_TCP, TCP_ULP, "espintcp",
		       strlen("espintcp")))
		die("TCP_ULP espintcp");
}

/* The connection may come after we are ready, and is the only one. */
static void tcp_listen(const char *address, const char *port)
{
	int family, fd = open_bound(SOCK_STREAM, address, port, &family);

	if (listen(fd, 1))
		die("listen");
	printf("READY\n");
	fflush(stdout);
	fd = accept(fd, NULL, NULL);
	if (fd < 0)
		die("accept");
	encapsulate_tcp(fd);
}

static void tcp_connect(char **args)
{
	int family, fd = open_bound(SOCK_STREAM, args[0], args[1], &family);
	struct sockaddr_storage addr;
	socklen_t len = endpoint(&addr, args[2], args[3]);

	if (connect(fd, (void *)&addr, len))
		die("connect to %s port %s", args[2], args[3]);
	encapsulate_tcp(fd);
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "udp")) {
		udp(argv[2], argv[3]);
	} else if (argc == 4 && !strcmp(argv[1], "tcp-listen")) {
		tcp_listen(argv[2], argv[3]);
	} else if (argc == 6 && !strcmp(argv[1], "tcp-connect")) {
		tcp_connect(argv + 2);
	} else {
		fprintf(stderr,
			"usage: xencap udp LOCAL PORT\n"
			"       xencap tcp-listen LOCAL PORT\n"
			"       xencap tcp-connect LOCAL PORT REMOTE PORT\n");
		return 2;
	}
	printf("READY\n");
	fflush(stdout);
	for (;;)
		pause();
}

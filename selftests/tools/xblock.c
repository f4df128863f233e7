// SPDX-License-Identifier: GPL-2.0
/*
 * xblock - sends netlink messages to a socket that nobody reads, until it sleeps
 *
 * Any user may: the sender waits in the kernel for as long as he likes. Prints
 * "READY" before the message that does not fit any more, and never returns from
 * it; ends by a signal.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/netlink.h>

static int usersock(struct sockaddr_nl *address)
{
	socklen_t length = sizeof(*address);
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);

	memset(address, 0, sizeof(*address));
	address->nl_family = AF_NETLINK;
	if (fd < 0 || bind(fd, (struct sockaddr *)address, length) ||
	    getsockname(fd, (struct sockaddr *)address, &length))
		return -1;
	return fd;
}

int main(void)
{
	struct sockaddr_nl sender_address, address;
	int sender = usersock(&sender_address), receiver = usersock(&address);
	char message[4096] = { 0 };

	if (sender < 0 || receiver < 0) {
		fprintf(stderr, "xblock: socket: %s\n", strerror(errno));
		return 2;
	}
	while (sendto(sender, message, sizeof(message), MSG_DONTWAIT,
		      (struct sockaddr *)&address, sizeof(address)) > 0)
		;
	if (errno != EAGAIN) {
		fprintf(stderr, "xblock: sendto: %s\n", strerror(errno));
		return 2;
	}
	puts("READY");
	fflush(stdout);
	sendto(sender, message, sizeof(message), 0, (struct sockaddr *)&address,
	       sizeof(address));
	fprintf(stderr, "xblock: it did not sleep: %s\n", strerror(errno));
	return 1;
}

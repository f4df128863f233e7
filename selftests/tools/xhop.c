// SPDX-License-Identifier: GPL-2.0
/*
 * xhop - one connected socket whose thread moves between CPUs
 *
 *	xhop --dst ADDRESS		UDP, as told on the standard input
 *	xhop --tcp --dst ADDRESS	the same with TCP
 *	xhop --tcp --listen		takes one connection, reads it to the end
 *
 * It connects on the CPU of --cpu.
 *
 * After "READY" it reads lines "CPU COUNT": goes to the CPU, sends COUNT packets
 * (of TCP: segments of their own, if the peer has acknowledged the last one), and
 * says "cpu=C sent=N" with what was refused.  A line "CPU,CPU... MS TIME" writes
 * as fast as it goes for TIME milliseconds, MS on each CPU in turn.
 *
 * UDP's packets are xsend's; the probe's CPU is always 0: the socket's number.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <linux/sockios.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "nl.h"
#include "probe.h"

#define CPUS_MAX 64

static struct sockaddr_storage dst;
static socklen_t dst_len;
static bool tcp;
static uint32_t seq;

static unsigned long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000ULL + ts.tv_nsec / 1000000;
}

static void go_to(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("CPU %u", cpu);
}

/* settled - TCP: until all is acknowledged, so that no timer or reply sends */
static void settled(int fd)
{
	int left = 1;

	while (tcp && !ioctl(fd, SIOCOUTQ, &left) && left)
		usleep(1000);
}

static void send_some(int fd, unsigned int cpu, unsigned long count)
{
	struct probe probe = { .magic = PROBE_MAGIC };
	unsigned long sent = 0;
	int failed = 0;

	go_to(cpu);
	for (unsigned long i = 0; i < count; i++) {
		probe.seq = seq;
		if (send(fd, &probe, sizeof(probe), MSG_NOSIGNAL) ==
		    sizeof(probe)) {
			sent++;
			seq++;
		} else {
			failed = errno;
		}
		settled(fd);
	}
	printf("cpu=%u sent=%lu", cpu, sent);
	if (failed)
		printf(" %s=%lu", strerrorname_np(failed), count - sent);
	putchar('\n');
}

/* flood - the CPUs in turn, @stay ms each */
static void flood(int fd, char *cpus, unsigned long stay, unsigned long time)
{
	static char buffer[16384];
	unsigned int list[CPUS_MAX], nr = 0, at = 0;
	unsigned long long bytes = 0, start = now_ms(), next = start;
	unsigned long moves = 0;

	for (char *one = strtok(cpus, ","); one && nr < CPUS_MAX;
	     one = strtok(NULL, ","))
		list[nr++] = atoi(one);
	while (now_ms() - start < time) {
		ssize_t len;

		if (now_ms() >= next) {
			go_to(list[at++ % nr]);
			moves++;
			next += stay;
		}
		len = send(fd, buffer, tcp ? sizeof(buffer) : 1000,
			   MSG_NOSIGNAL);
		if (len < 0)
			die("send");
		bytes += len;
	}
	printf("moves=%lu bytes=%llu\n", moves, bytes);
}

static int connected(void)
{
	int one = 1;
	int fd = socket(dst.ss_family,
			(tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&dst, dst_len))
		die("connect");
	if (tcp && setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)))
		die("TCP_NODELAY");
	return fd;
}

static void serve(int port)
{
	struct sockaddr_in6 any = { .sin6_family = AF_INET6,
				    .sin6_port = htons(port) };
	static char buffer[65536];
	unsigned long long bytes = 0;
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
	ssize_t len;

	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ||
	    bind(fd, (struct sockaddr *)&any, sizeof(any)) || listen(fd, 1))
		die("port %d", port);
	puts("READY");
	fd = accept(fd, NULL, NULL);
	if (fd < 0)
		die("accept");
	while ((len = read(fd, buffer, sizeof(buffer))) > 0)
		bytes += len;
	printf("bytes=%llu\n", bytes);
}

static void parse_dst(const char *text, int port)
{
	struct sockaddr_in *in = (void *)&dst;
	struct sockaddr_in6 *in6 = (void *)&dst;

	if (inet_pton(AF_INET, text, &in->sin_addr) == 1) {
		in->sin_family = AF_INET;
		in->sin_port = htons(port);
		dst_len = sizeof(*in);
	} else if (inet_pton(AF_INET6, text, &in6->sin6_addr) == 1) {
		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons(port);
		dst_len = sizeof(*in6);
	} else {
		errno = 0;
		die("not an address: %s", text);
	}
}

static void usage(void)
{
	fprintf(stderr,
		"usage: xhop [--tcp] [--port P] [--cpu C] --dst ADDRESS | --tcp --listen\n");
	exit(2);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "dst", required_argument, NULL, 'd' },
		{ "port", required_argument, NULL, 'p' },
		{ "tcp", no_argument, NULL, 't' },
		{ "cpu", required_argument, NULL, 'c' },
		{ "listen", no_argument, NULL, 'l' },
		{}
	};
	const char *to = NULL;
	bool listens = false;
	int option, port = 9611, fd;
	char line[256], cpus[128];

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'd':
			to = optarg;
			break;
		case 'p':
			port = atoi(optarg);
			break;
		case 't':
			tcp = true;
			break;
		case 'c':
			go_to(atoi(optarg));
			break;
		case 'l':
			listens = true;
			break;
		default:
			usage();
		}
	}
	if (optind < argc || !to != listens || (listens && !tcp))
		usage();

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (listens) {
		serve(port);
		return 0;
	}
	parse_dst(to, port);
	fd = connected();
	puts("READY");
	while (fgets(line, sizeof(line), stdin)) {
		unsigned long first, second;

		switch (sscanf(line, "%127s %lu %lu", cpus, &first, &second)) {
		case 2:
			send_some(fd, atoi(cpus), first);
			break;
		case 3:
			flood(fd, cpus, first, second);
			break;
		default:
			errno = 0;
			die("not understood: %s", line);
		}
	}
	return 0;
}

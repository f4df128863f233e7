// SPDX-License-Identifier: GPL-2.0
/*
 * xrecv - count what xsend sent, per CPU of the sender
 *
 * The first line is "READY".  Stops on SIGTERM or after --idle MS without a
 * packet (counted from the first one) and prints a line per CPU.  "missing"
 * counts gaps below the highest number seen: what was lost at the very end
 * only the sender's count shows.  SIGUSR1 prints "total=N" and goes on.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "nl.h"
#include "probe.h"

#define SEQ_MAX (1u << 24)
#define GAPS_SHOWN 5

struct counter {
	unsigned long received, duplicates, reordered;
	uint32_t next; /* one more than the highest number seen */
	uint32_t size; /* bits of seen */
	uint8_t *seen;
};

static struct counter counters[PROBE_CPUS];
static volatile sig_atomic_t stop, show;

static void on_signal(int sig)
{
	if (sig == SIGUSR1)
		show = 1;
	else
		stop = 1;
}

static bool test_and_set(struct counter *counter, uint32_t seq)
{
	uint8_t bit = 1 << seq % 8;
	bool was;

	if (seq >= counter->size) {
		uint32_t size = counter->size ? counter->size : 8192;

		while (size <= seq)
			size *= 2;
		counter->seen = realloc(counter->seen, size / 8);
		if (!counter->seen)
			die("table of %u packets", size);
		memset(counter->seen + counter->size / 8, 0,
		       (size - counter->size) / 8);
		counter->size = size;
	}
	was = counter->seen[seq / 8] & bit;
	counter->seen[seq / 8] |= bit;
	return was;
}

static void count(const struct probe *probe)
{
	struct counter *counter = &counters[probe->cpu];

	if (test_and_set(counter, probe->seq)) {
		counter->duplicates++;
		return;
	}
	counter->received++;
	if (probe->seq < counter->next)
		counter->reordered++;
	else
		counter->next = probe->seq + 1;
}

static void print(unsigned int cpu)
{
	struct counter *counter = &counters[cpu];
	unsigned int gaps = 0;

	if (!counter->received)
		return;
	printf("cpu=%u received=%lu duplicates=%lu reordered=%lu missing=%lu",
	       cpu, counter->received, counter->duplicates, counter->reordered,
	       counter->next - counter->received);
	for (uint32_t seq = 0; seq < counter->next && gaps < GAPS_SHOWN;
	     seq++) {
		uint32_t first = seq;

		while (seq < counter->next &&
		       !(counter->seen[seq / 8] & 1 << seq % 8))
			seq++;
		if (seq > first)
			printf("%s%u-%u", gaps++ ? "," : " gaps=", first,
			       seq - 1);
	}
	putchar('\n');
}

static int open_socket(int port)
{
	struct sockaddr_in6 any = { .sin6_family = AF_INET6,
				    .sin6_port = htons(port) };
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int size = 32 << 20, off = 0;

	if (fd < 0 ||
	    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) ||
	    bind(fd, (void *)&any, sizeof(any)))
		die("UDP port %d", port);
	return fd;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "port", required_argument, NULL, 'p' },
		{ "idle", required_argument, NULL, 'i' },
		{}
	};
	struct sigaction action = { .sa_handler = on_signal };
	struct pollfd pollfd = { .events = POLLIN };
	int option, port = 9611, idle = -1;
	unsigned long total = 0;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'p') {
			port = atoi(optarg);
		} else if (option == 'i') {
			idle = atoi(optarg);
		} else {
			fprintf(stderr,
				"usage: xrecv [--port P] [--idle MS]\n");
			return 2;
		}
	}
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGUSR1, &action, NULL);
	pollfd.fd = open_socket(port);
	printf("READY\n");
	fflush(stdout);

	/* What has arrived when the signal comes is still counted. */
	for (;;) {
		int ready = poll(&pollfd, 1,
				 stop || show ? 0
				 : total      ? idle
					      : -1);
		struct probe probe;

		if (ready < 0 && errno == EINTR)
			continue;
		if (!ready && show && !stop) {
			show = 0;
			printf("total=%lu\n", total);
			fflush(stdout);
			continue;
		}
		if (ready <= 0)
			break;
		if (recv(pollfd.fd, &probe, sizeof(probe), 0) != sizeof(probe))
			continue;
		if (probe.magic != PROBE_MAGIC || probe.cpu >= PROBE_CPUS ||
		    probe.seq >= SEQ_MAX)
			continue;
		total++;
		count(&probe);
	}
	for (unsigned int cpu = 0; cpu < PROBE_CPUS; cpu++)
		print(cpu);
	return 0;
}

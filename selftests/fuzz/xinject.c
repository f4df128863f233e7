// SPDX-License-Identifier: GPL-2.0
/*
 * xinject - packets with ESP that are almost valid, from a process on each CPU
 *
 *	xinject [--packets N] [--seed N] DEVICE
 *
 * First it takes frames that leave by DEVICE with ESP in them; then it sends what
 * becomes of these.  Ends with how many were taken, sent and refused.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "frame.h"
#include "nl.h"
#include "random.h"

#define SAMPLES 64
#define SAMPLES_MS 30000

static struct tally {
	unsigned long sent;
	unsigned long refused;
} * tally;

static struct frame samples[SAMPLES];

/* @protocol: 0 hears nothing */
static int open_packet(unsigned int ifindex, __u16 protocol)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET,
				  .sll_protocol = htons(protocol),
				  .sll_ifindex = ifindex };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (void *)&at, sizeof(at)))
		die("packet socket");
	return fd;
}

static void take_samples(unsigned int ifindex)
{
	int fd = open_packet(ifindex, ETH_P_ALL);

	for (int taken = 0; taken < SAMPLES;) {
		struct frame *frame = &samples[taken];
		struct sockaddr_ll from;
		socklen_t from_len = sizeof(from);
		struct pollfd ready = { .fd = fd, .events = POLLIN };
		ssize_t len;

		if (poll(&ready, 1, SAMPLES_MS) != 1) {
			errno = ETIMEDOUT;
			die("no ESP leaves: %d of %d frames", taken, SAMPLES);
		}
		len = recvfrom(fd, frame->data, sizeof(frame->data), 0,
			       (void *)&from, &from_len);
		if (len < 0)
			die("recvfrom");
		frame->len = len;
		taken += from.sll_pkttype == PACKET_OUTGOING &&
			 frame_is_esp(frame);
	}
	close(fd);
}

static void inject(unsigned int ifindex, unsigned long packets)
{
	int fd = open_packet(ifindex, 0);

	while (packets--) {
		struct frame frame = samples[random_below(SAMPLES)];

		frame_mutate(&frame, &samples[random_below(SAMPLES)]);
		__atomic_add_fetch(send(fd, frame.data, frame.len, 0) < 0
					   ? &tally->refused
					   : &tally->sent,
				   1, __ATOMIC_RELAXED);
	}
	close(fd);
}

static void start_on(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("CPU %u", cpu);
}

static const struct option options[] = {
	{ "packets", required_argument, NULL, 'p' },
	{ "seed", required_argument, NULL, 's' },
	{ 0 },
};

int main(int argc, char **argv)
{
	unsigned int cpus = sysconf(_SC_NPROCESSORS_ONLN), ifindex;
	unsigned long packets = 10000;
	int option, status, failed = 0;
	__u64 seed = 1;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'p':
			packets = strtoul(optarg, NULL, 0);
			break;
		case 's':
			seed = strtoull(optarg, NULL, 0);
			break;
		default:
			return 2;
		}
	}
	if (optind + 1 != argc) {
		fprintf(stderr,
			"usage: xinject [--packets N] [--seed N] DEVICE\n");
		return 2;
	}
	ifindex = if_nametoindex(argv[optind]);
	if (!ifindex)
		die("%s", argv[optind]);
	tally = mmap(NULL, sizeof(*tally), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (tally == MAP_FAILED)
		die("shared memory");
	take_samples(ifindex);
	for (unsigned int cpu = 0; cpu < cpus; cpu++) {
		pid_t pid = fork();

		if (pid < 0)
			die("fork");
		if (pid)
			continue;
		start_on(cpu);
		random_begin(seed + cpu);
		inject(ifindex, packets / cpus);
		_exit(0);
	}
	for (unsigned int cpu = 0; cpu < cpus; cpu++)
		if (wait(&status) < 0 || status)
			failed = 1;
	printf("samples=%d sent=%lu refused=%lu\n", SAMPLES, tally->sent,
	       tally->refused);
	return failed;
}

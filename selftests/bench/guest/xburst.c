// SPDX-License-Identifier: GPL-2.0
/*
 * xburst - bursts of packets between marks for the bench plugins
 *
 *	xburst --mode connected|unconnected|forwarded|inbound --dst ADDRESS
 *	       [--cpus 0[,1...]] [--count 100] [--samples 10] [--fwmark BASE]
 *	       [--spi BASE] [--sink dummy0] [--port veth0] [--elsewhere]
 *
 * Each sample is COUNT packets from each CPU.  It prints what was sent and what
 * came out at the sink meanwhile; a sample in which these differ measured
 * something else.  At the end, as "sent CPU PACKETS", what each CPU sent in all,
 * also before the first sample.  CPU i sends to DST + i, with fwmark BASE + i, or, inbound,
 * in SA SPI + i.  Forwarded and inbound packets enter at the peer of PORT.  With
 * --elsewhere another CPU works on them, and a sample lasts until it has.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mark.h"
#include "packet.h"

#define CPUS_MAX 8
#define BURST_MAX 1024
/* More than any sample needs to have all of its code and data in place. */
#define WARM_UP 3
/* With several CPUs a softirq may be put off to its thread: how long to wait. */
#define SETTLE_US 20000
#define SETTLE_TRIES 50

static struct {
	enum packet_mode mode;
	struct in_addr dst;
	unsigned int cpus[CPUS_MAX], nr_cpus;
	unsigned int count, samples, fwmark, spi;
	bool elsewhere;
	const char *sink, *port;
	pthread_barrier_t barrier;
} run = {
	.mode = PACKET_UNCONNECTED,
	.nr_cpus = 1,
	.count = 100,
	.samples = 10,
	.sink = "dummy0",
	.port = "veth0",
};

static void die(const char *what)
{
	fprintf(stderr, "xburst: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* Packets that left the sink. */
static unsigned long delivered(void)
{
	unsigned long packets = 0;
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "/sys/class/net/%s/statistics/tx_packets",
		 run.sink);
	file = fopen(path, "r");
	if (!file || fscanf(file, "%lu", &packets) != 1)
		die(path);
	fclose(file);
	return packets;
}

struct sender {
	pthread_t thread;
	unsigned int index;
	struct packet packet;
	struct mmsghdr burst[BURST_MAX];
};

static void pin(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("sched_setaffinity");
}

static void send_burst(struct sender *sender)
{
	unsigned int sent = 0;

	while (sent < run.count) {
		int got = sendmmsg(sender->packet.fd, sender->burst + sent,
				   run.count - sent, 0);

		if (got <= 0)
			die("sendmmsg");
		sent += got;
	}
}

static void settle(unsigned long before)
{
	for (int i = 0; i < SETTLE_TRIES; i++) {
		usleep(SETTLE_US);
		if (delivered() - before >= run.count * run.nr_cpus)
			return;
	}
}

/* The first sender sets the marks, while the others wait at the barrier. */
static void sample(struct sender *sender, bool measured)
{
	bool first = !sender->index;
	unsigned long before = 0;

	if (first)
		before = delivered();
	pthread_barrier_wait(&run.barrier);
	if (first && measured)
		bench_mark(MARK_START);
	if (run.nr_cpus > 1)
		pthread_barrier_wait(&run.barrier);
	send_burst(sender);
	if (run.nr_cpus > 1)
		pthread_barrier_wait(&run.barrier);
	if (first && (run.nr_cpus > 1 || run.elsewhere))
		settle(before);
	if (first && measured) {
		bench_mark(MARK_STOP);
		printf("sample %u %lu\n", run.count * run.nr_cpus,
		       delivered() - before);
	}
}

static void *sender_main(void *arg)
{
	struct sender *sender = arg;

	pin(run.cpus[sender->index]);
	packet_open(&sender->packet, run.mode, run.dst, sender->index,
		    run.fwmark, run.spi, run.port);
	for (unsigned int i = 0; i < run.count; i++)
		sender->burst[i].msg_hdr = sender->packet.msg;
	for (unsigned int i = 0; i < WARM_UP; i++)
		sample(sender, false);
	for (unsigned int i = 0; i < run.samples; i++)
		sample(sender, true);
	if (!sender->index)
		bench_mark(MARK_CELL);
	return NULL;
}

static void parse_cpus(char *list)
{
	run.nr_cpus = 0;
	for (char *word = strtok(list, ","); word; word = strtok(NULL, ",")) {
		if (run.nr_cpus == CPUS_MAX) {
			fprintf(stderr, "xburst: at most %d CPUs\n", CPUS_MAX);
			exit(2);
		}
		run.cpus[run.nr_cpus++] = atoi(word);
	}
}

static void parse(int argc, char **argv)
{
	static const struct option options[] = {
		{ "mode", 1, NULL, 'm' },
		{ "dst", 1, NULL, 'd' },
		{ "cpus", 1, NULL, 'c' },
		{ "count", 1, NULL, 'n' },
		{ "samples", 1, NULL, 's' },
		{ "fwmark", 1, NULL, 'w' },
		{ "spi", 1, NULL, 'i' },
		{ "sink", 1, NULL, 'k' },
		{ "port", 1, NULL, 'p' },
		{ "elsewhere", 0, NULL, 'e' },
		{},
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'm':
			run.mode = packet_mode(optarg);
			break;
		case 'd':
			if (!inet_aton(optarg, &run.dst))
				die(optarg);
			break;
		case 'c':
			parse_cpus(optarg);
			break;
		case 'n':
			run.count = atoi(optarg);
			break;
		case 's':
			run.samples = atoi(optarg);
			break;
		case 'w':
			run.fwmark = strtoul(optarg, NULL, 0);
			break;
		case 'i':
			run.spi = strtoul(optarg, NULL, 0);
			break;
		case 'k':
			run.sink = optarg;
			break;
		case 'p':
			run.port = optarg;
			break;
		case 'e':
			run.elsewhere = true;
			break;
		default:
			exit(2);
		}
	}
	if (!run.dst.s_addr || !run.count || run.count > BURST_MAX ||
	    !run.nr_cpus) {
		fprintf(stderr, "xburst: --dst, and 1 to %d packets\n",
			BURST_MAX);
		exit(2);
	}
}

int main(int argc, char **argv)
{
	static struct sender senders[CPUS_MAX];

	parse(argc, argv);
	setlinebuf(stdout);
	pthread_barrier_init(&run.barrier, NULL, run.nr_cpus);
	for (unsigned int i = 0; i < run.nr_cpus; i++) {
		senders[i].index = i;
		if (pthread_create(&senders[i].thread, NULL, sender_main,
				   &senders[i]))
			die("pthread_create");
	}
	for (unsigned int i = 0; i < run.nr_cpus; i++)
		pthread_join(senders[i].thread, NULL);
	for (unsigned int i = 0; i < run.nr_cpus; i++)
		printf("sent %u %u\n", run.cpus[i],
		       (WARM_UP + run.samples) * run.count);
	return 0;
}

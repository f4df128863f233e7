// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "case.h"
#include "events.h"
#include "nl.h"
#include "sad.h"
#include "traffic.h"

#define PORT 9611
#define ERRNO_MAX 200
#define SAS_MAX 64

struct sender {
	pthread_t thread;
	const struct traffic *traffic;
	unsigned int cpu;
	unsigned int failed[ERRNO_MAX];
};

/* The counters before a send; what is not there counts from 0. */
struct counters {
	struct sad_entry entries[SAS_MAX];
	size_t count;
};

static void counters_read(int fd, struct counters *counters)
{
	const struct sad_entry *entries;

	counters->count = sad_read(fd, 0, &entries);
	errno = 0;
	if (counters->count > SAS_MAX)
		die("more than %d SAs", SAS_MAX);
	memcpy(counters->entries, entries, counters->count * sizeof(*entries));
}

static int by_spi(const void *one, const void *other)
{
	const struct sad_entry *a = one, *b = other;

	return a->spi < b->spi ? -1 : a->spi > b->spi;
}

/* print_carried - what each SA carried since @before; returns the sum */
static unsigned long long print_carried(int fd, const struct counters *before)
{
	static struct counters after;
	unsigned long long sum = 0;

	counters_read(fd, &after);
	/* The order of a dump is another matter. */
	qsort(after.entries, after.count, sizeof(after.entries[0]), by_spi);
	for (size_t i = 0; i < after.count; i++) {
		unsigned int spi = after.entries[i].spi;
		unsigned long long carried =
			after.entries[i].packets -
			sad_packets(before->entries, before->count, spi);

		if (carried)
			printf(" 0x%x=%llu", spi, carried);
		sum += carried;
	}
	return sum;
}

static socklen_t parse_dst(const char *text, struct sockaddr_storage *dst)
{
	struct sockaddr_in *in = (void *)dst;
	struct sockaddr_in6 *in6 = (void *)dst;

	memset(dst, 0, sizeof(*dst));
	if (inet_pton(AF_INET, text, &in->sin_addr) == 1) {
		in->sin_family = AF_INET;
		in->sin_port = htons(PORT);
		return sizeof(*in);
	}
	errno = 0;
	if (inet_pton(AF_INET6, text, &in6->sin6_addr) != 1)
		die("not an address: %s", text);
	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons(PORT);
	return sizeof(*in6);
}

static void *sender_main(void *arg)
{
	struct sender *sender = arg;
	const struct traffic *traffic = sender->traffic;
	struct sockaddr_storage dst;
	socklen_t len = parse_dst(traffic->dst, &dst);
	cpu_set_t set;
	int fd;

	CPU_ZERO(&set);
	CPU_SET(sender->cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("CPU %u", sender->cpu);
	fd = socket(dst.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		die("UDP socket");
	if (traffic->mark && setsockopt(fd, SOL_SOCKET, SO_MARK, &traffic->mark,
					sizeof(traffic->mark)))
		die("SO_MARK");
	for (unsigned int i = 0; i < traffic->count; i++)
		if (sendto(fd, "xfrm", 4, 0, (void *)&dst, len) != 4)
			sender->failed[errno < ERRNO_MAX ? errno : 0]++;
	close(fd);
	return NULL;
}

static void sender_start(struct sender *sender, const struct traffic *traffic,
			 unsigned int cpu)
{
	memset(sender, 0, sizeof(*sender));
	sender->traffic = traffic;
	sender->cpu = cpu;
	if (pthread_create(&sender->thread, NULL, sender_main, sender))
		die("thread of CPU %u", cpu);
}

static unsigned int sender_end(struct sender *sender)
{
	unsigned int failed = 0;

	pthread_join(sender->thread, NULL);
	for (int i = 0; i < ERRNO_MAX; i++) {
		if (!sender->failed[i])
			continue;
		printf(" %s=%u", strerrorname_np(i), sender->failed[i]);
		failed += sender->failed[i];
	}
	return failed;
}

void traffic_send(int fd, const struct traffic *traffic)
{
	static struct counters before;
	struct sender sender;

	for (unsigned int cpu = traffic->first; cpu <= traffic->last; cpu++) {
		unsigned long long carried, left;

		counters_read(fd, &before);
		printf("cpu %u sends %u:", cpu, traffic->count);
		sender_start(&sender, traffic, cpu);
		left = traffic->count - sender_end(&sender);
		/* With several templates a packet is counted by each SA. */
		carried = print_carried(fd, &before);
		if (left > carried)
			printf(" lost=%llu", left - carried);
		putchar('\n');
		events_print();
	}
}

void traffic_flood(int fd, const struct traffic *traffic)
{
	static struct counters before;
	struct sender senders[CPUS];
	unsigned int cpu;

	counters_read(fd, &before);
	printf("cpus %u-%u send %u each:", traffic->first, traffic->last,
	       traffic->count);
	for (cpu = traffic->first; cpu <= traffic->last; cpu++)
		sender_start(&senders[cpu], traffic, cpu);
	for (cpu = traffic->first; cpu <= traffic->last; cpu++)
		sender_end(&senders[cpu]);
	print_carried(fd, &before);
	putchar('\n');
	events_print();
}

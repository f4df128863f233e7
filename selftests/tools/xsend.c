// SPDX-License-Identifier: GPL-2.0
/*
 * xsend - UDP packets from chosen CPUs
 *
 * One thread per CPU, pinned to it.  A packet's sequence number is used up only
 * when send() accepted it: what the receiver misses was lost on the way.
 * SIGTERM ends it early, with the counts of what was sent.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "nl.h"
#include "probe.h"
#include "sockpolicy.h"

#define ERRNO_MAX 200

enum mode { UNCONNECTED, CONNECTED, RECONNECT };

struct sender {
	pthread_t thread;
	unsigned int cpu;
	unsigned long sent;
	unsigned long failed[ERRNO_MAX];
};

static struct {
	struct sockaddr_storage dst;
	socklen_t dst_len;
	enum mode mode;
	unsigned long rate, time_ms, count, size;
	unsigned int mark;
	const char *device, *policy;
	struct sockaddr_storage src;
	pthread_barrier_t start;
} run = { .rate = 100, .size = sizeof(struct probe) };

static volatile sig_atomic_t stop;

static void on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

static unsigned long long now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static void sleep_until(unsigned long long ns)
{
	struct timespec ts = { .tv_sec = ns / 1000000000,
			       .tv_nsec = ns % 1000000000 };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) ==
	       EINTR)
		;
}

static int open_socket(void)
{
	int fd = socket(run.dst.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int size = 4 << 20;

	if (fd < 0)
		die("UDP socket");
	setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	if (run.mark &&
	    setsockopt(fd, SOL_SOCKET, SO_MARK, &run.mark, sizeof(run.mark)))
		die("SO_MARK");
	if (run.device && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE,
				     run.device, strlen(run.device)))
		die("device %s", run.device);
	if (run.src.ss_family &&
	    bind(fd, (const struct sockaddr *)&run.src, run.dst_len))
		die("bind to the source");
	return fd;
}

static bool send_one(int fd, struct sender *sender, const void *packet,
		     bool *connected)
{
	const struct sockaddr *dst = (void *)&run.dst;
	ssize_t len;

	if (run.mode == RECONNECT || (run.mode == CONNECTED && !*connected)) {
		if (connect(fd, dst, run.dst_len))
			goto failed;
		*connected = true;
	}
	if (run.mode == UNCONNECTED)
		len = sendto(fd, packet, run.size, 0, dst, run.dst_len);
	else
		len = send(fd, packet, run.size, 0);
	if (len == (ssize_t)run.size) {
		sender->sent++;
		return true;
	}
failed:
	sender->failed[errno < ERRNO_MAX ? errno : 0]++;
	return false;
}

static void *sender_main(void *arg)
{
	struct sender *sender = arg;
	unsigned long long start, due,
		interval = run.rate ? 1000000000ULL / run.rate : 0;
	unsigned long attempts = 0;
	bool connected = false;
	char *packet = calloc(1, run.size);
	struct probe *probe = (void *)packet;
	cpu_set_t set;
	int fd;

	CPU_ZERO(&set);
	CPU_SET(sender->cpu, &set);
	if (!packet || sched_setaffinity(0, sizeof(set), &set))
		die("CPU %u", sender->cpu);
	fd = open_socket();
	if (run.policy)
		socket_policy(fd, run.dst.ss_family, run.policy);
	probe->magic = PROBE_MAGIC;
	probe->cpu = sender->cpu;

	pthread_barrier_wait(&run.start);
	start = due = now_ns();
	while (!stop &&
	       (run.count ? attempts < run.count
			  : now_ns() - start < run.time_ms * 1000000ULL)) {
		probe->seq = sender->sent;
		send_one(fd, sender, packet, &connected);
		attempts++;
		due += interval;
		if (due > now_ns())
			sleep_until(due);
	}
	close(fd);
	free(packet);
	return NULL;
}

/* parse_cpus - "0-3", "0,2" */
static unsigned int parse_cpus(const char *text, struct sender *senders)
{
	unsigned int count = 0;
	char *end;

	for (;; text = end + 1) {
		unsigned long cpu = strtoul(text, &end, 10), last = cpu;

		errno = 0;
		if (end == text)
			die("not a list of CPUs");
		if (*end == '-')
			last = strtoul(end + 1, &end, 10);
		if (last >= PROBE_CPUS)
			die("CPU %lu: too large", last);
		for (; cpu <= last && count < PROBE_CPUS; cpu++)
			senders[count++].cpu = cpu;
		if (*end != ',')
			return count;
	}
}

static socklen_t parse_endpoint(struct sockaddr_storage *addr, const char *text,
				int port)
{
	struct sockaddr_in *in = (void *)addr;
	struct sockaddr_in6 *in6 = (void *)addr;

	if (inet_pton(AF_INET, text, &in->sin_addr) == 1) {
		in->sin_family = AF_INET;
		in->sin_port = htons(port);
		return sizeof(*in);
	}
	errno = 0;
	if (inet_pton(AF_INET6, text, &in6->sin6_addr) != 1)
		die("not an address: %s", text);
	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons(port);
	return sizeof(*in6);
}

static void print(const struct sender *sender)
{
	printf("cpu=%u sent=%lu", sender->cpu, sender->sent);
	for (int i = 0; i < ERRNO_MAX; i++)
		if (sender->failed[i])
			printf(" %s=%lu", strerrorname_np(i),
			       sender->failed[i]);
	putchar('\n');
}

static void usage(void)
{
	fprintf(stderr,
		"usage: xsend --dst ADDRESS [--port P] [--cpus 0-3] [--rate N]\n"
		"             (--time MS | --count N) [--size BYTES] [--mark N]\n"
		"             [--device NAME] [--source ADDRESS]\n"
		"             [--policy \"pdir=out sel=... tmpl=...\"]\n"
		"             [--mode unconnected|connected|reconnect]\n"
		"rate and count are those of each CPU; rate 0: as fast as it goes\n");
	exit(2);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "dst", required_argument, NULL, 'd' },
		{ "port", required_argument, NULL, 'p' },
		{ "cpus", required_argument, NULL, 'c' },
		{ "rate", required_argument, NULL, 'r' },
		{ "time", required_argument, NULL, 't' },
		{ "count", required_argument, NULL, 'n' },
		{ "size", required_argument, NULL, 's' },
		{ "mark", required_argument, NULL, 'k' },
		{ "source", required_argument, NULL, 'o' },
		{ "device", required_argument, NULL, 'v' },
		{ "policy", required_argument, NULL, 'y' },
		{ "mode", required_argument, NULL, 'm' },
		{}
	};
	struct sigaction action = { .sa_handler = on_signal };
	static struct sender senders[PROBE_CPUS];
	const char *cpus = "0", *dst = NULL, *mode = "unconnected";
	unsigned int count;
	int option, port = 9611;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'd':
			dst = optarg;
			break;
		case 'p':
			port = atoi(optarg);
			break;
		case 'c':
			cpus = optarg;
			break;
		case 'r':
			run.rate = strtoul(optarg, NULL, 0);
			break;
		case 't':
			run.time_ms = strtoul(optarg, NULL, 0);
			break;
		case 'n':
			run.count = strtoul(optarg, NULL, 0);
			break;
		case 's':
			run.size = strtoul(optarg, NULL, 0);
			break;
		case 'k':
			run.mark = strtoul(optarg, NULL, 0);
			break;
		case 'o':
			parse_endpoint(&run.src, optarg, 0);
			break;
		case 'v':
			run.device = optarg;
			break;
		case 'y':
			run.policy = optarg;
			break;
		case 'm':
			mode = optarg;
			break;
		default:
			usage();
		}
	}
	if (!dst || optind < argc || !run.time_ms == !run.count ||
	    run.size < sizeof(struct probe))
		usage();
	if (!strcmp(mode, "connected"))
		run.mode = CONNECTED;
	else if (!strcmp(mode, "reconnect"))
		run.mode = RECONNECT;
	else if (strcmp(mode, "unconnected"))
		usage();
	run.dst_len = parse_endpoint(&run.dst, dst, port);

	sigaction(SIGTERM, &action, NULL);
	count = parse_cpus(cpus, senders);
	pthread_barrier_init(&run.start, NULL, count);
	for (unsigned int i = 0; i < count; i++)
		if (pthread_create(&senders[i].thread, NULL, sender_main,
				   &senders[i]))
			die("thread of CPU %u", senders[i].cpu);
	for (unsigned int i = 0; i < count; i++) {
		pthread_join(senders[i].thread, NULL);
		print(&senders[i]);
	}
	return 0;
}

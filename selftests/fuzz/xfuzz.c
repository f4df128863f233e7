// SPDX-License-Identifier: GPL-2.0
/*
 * xfuzz - requests of XFRM netlink and of the module's own interface that are
 * almost valid, from a process on each CPU, while packets ask for SAs and
 * listeners do not keep up
 *
 *	xfuzz [--requests N] [--seed N] [--to ADDRESS] [--coverage] SEEDS
 *
 * Half of the processes are root in a user namespace of their own, with a
 * network namespace that is thrown away now and then; so they do as containers
 * may.  Ends with how many requests of which kind the kernel took and refused.
 * Each process repeats what it asks by the seed; how they meet does not.
 *
 * With --coverage (a kernel with KCOV) a request that reached code which none has
 * reached before is kept, and changed further; what is asked then depends on how the
 * processes met, too.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/genetlink.h>
#include <linux/xfrm.h>
#include <linux/xfrm_pcpu.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "coverage.h"
#include "genl.h"
#include "kind.h"
#include "mutate.h"
#include "random.h"
#include "request.h"
#include "seed.h"

#define KINDS_MAX 64
#define ERRNO_MAX 256
/* Namespaces of containers live for this many requests. */
#define NETNS_REQUESTS 2000
/* Requests that are kept; then the oldest goes. */
#define KEPT_MAX 512

/* What all processes count together, in shared memory. */
static struct tally {
	unsigned long taken[2][KINDS_MAX];
	unsigned long refused[ERRNO_MAX];
	unsigned long requests;
	unsigned long other_netns;
	unsigned long kept;
} * tally;

static struct seed *seeds;
static __u32 seeds_n;

/* What this process found. */
static struct seed *kept;
static __u32 kept_n;
static bool by_coverage;

static void count_up(unsigned long *counter)
{
	__atomic_add_fetch(counter, 1, __ATOMIC_RELAXED);
}

static struct family family;

/* The kernel has answered when send() returns; dumps go on as they are read. */
static void answers(int fd, const struct seed *seed)
{
	static char buf[65536];
	const struct kind *kinds = seed->own ? own_kinds : xfrm_kinds;
	bool answered = false;
	ssize_t len;

	while ((len = recv(fd, buf, sizeof(buf), MSG_DONTWAIT)) > 0 ||
	       (len < 0 && errno == ENOBUFS)) {
		const struct nlmsghdr *hdr = (void *)buf;
		int err;

		if (len < (ssize_t)NLMSG_LENGTH(sizeof(int)) || answered)
			continue;
		answered = true;
		err = hdr->nlmsg_type == NLMSG_ERROR
			      ? -((struct nlmsgerr *)NLMSG_DATA(hdr))->error
			      : 0;
		if (!err)
			count_up(&tally->taken[seed->own][seed->kind - kinds]);
		else if (err > 0 && err < ERRNO_MAX)
			count_up(&tally->refused[err]);
	}
}

/* Half of what is changed was found on the way. */
static const struct seed *pick(void)
{
	__u32 n = kept_n < KEPT_MAX ? kept_n : KEPT_MAX;

	return n && random_below(2) ? &kept[random_below(n)]
				    : &seeds[random_below(seeds_n)];
}

/* What is left of a message that was cut cannot be changed any more. */
static void keep(const struct seed *like, const struct nl_msg *msg)
{
	struct seed *seed = &kept[kept_n % KEPT_MAX];

	if (msg->hdr.nlmsg_len < NLMSG_HDRLEN + like->kind->payload)
		return;
	/* It may be the one that this was made of. */
	*seed = (struct seed){ .kind = like->kind, .own = like->own };
	memcpy(&seed->msg, msg, NLMSG_ALIGN(msg->hdr.nlmsg_len));
	kept_n++;
	count_up(&tally->kept);
}

static void request(const int fds[2], struct nl_msg *msg)
{
	const struct seed *seed = pick();
	const struct seed *other = &seeds[random_below(seeds_n)];

	memcpy(msg, &seed->msg, NLMSG_ALIGN(seed->msg.hdr.nlmsg_len));
	mutate(msg, seed->kind, &other->msg, other->kind);
	msg->hdr.nlmsg_seq = 1;
	coverage_begin();
	if (send(fds[seed->own], msg, msg->hdr.nlmsg_len, 0) > 0)
		answers(fds[seed->own], seed);
	if (coverage_is_new())
		keep(seed, msg);
	count_up(&tally->requests);
}

/* What was built up must not grow without end: dumps would take all the time. */
static void flush(int fd)
{
	static const char *const verbs[] = { "flushsa", "flushpolicy" };
	static struct nl_msg msg;
	size_t bufsize;

	for (int i = 0; i < 2; i++) {
		char verb[16], *words[] = { verb };

		strcpy(verb, verbs[i]);
		request_build(&msg, 1, words, &bufsize);
		nl_talk(fd, &msg, 0, NULL);
	}
}

static void enter_container(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
		die("new namespaces");
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &lo))
		die("lo up");
	close(fd);
	count_up(&tally->other_netns);
}

static void pin(unsigned int cpu)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		die("to CPU %u", cpu);
}

/* Before rights are given up. */
static void look_at_coverage(void)
{
	if (!by_coverage)
		return;
	kept = calloc(KEPT_MAX, sizeof(*kept));
	if (!kept)
		die("memory");
	coverage_open();
}

static void ask(unsigned long requests)
{
	static struct nl_msg msg;
	int fds[2] = { nl_open(), genl_open() };

	for (unsigned long i = 0; i < requests; i++) {
		request(fds, &msg);
		if (!random_below(1024))
			flush(fds[0]);
	}
	close(fds[0]);
	close(fds[1]);
}

/* A user namespace can be entered once: each container is a process. */
static void ask_in_containers(unsigned long requests, __u64 seed)
{
	while (requests) {
		unsigned long n = requests < NETNS_REQUESTS ? requests
							    : NETNS_REQUESTS;
		pid_t pid = fork();
		int status;

		if (pid < 0)
			die("fork");
		if (!pid) {
			random_begin(seed);
			look_at_coverage();
			enter_container();
			ask(n);
			_exit(0);
		}
		if (waitpid(pid, &status, 0) != pid || status)
			die("a container ended with status %x", status);
		requests -= n;
		seed += 1000;
	}
}

/* Packets that ask for SAs; what becomes of one does not matter. */
static void traffic(struct address to)
{
	struct sockaddr_in dst = { .sin_family = AF_INET,
				   .sin_port = htons(9),
				   .sin_addr.s_addr = to.addr.a4 };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	if (fd < 0)
		die("UDP socket");
	for (;;) {
		sendto(fd, "x", 1, 0, (void *)&dst, sizeof(dst));
		usleep(500);
	}
}

/* Reads less than comes: the queues of events are full most of the time. */
static void listen_slowly(void)
{
	static char buf[65536];
	int xfrm = nl_open(), genl = genl_open(), small = 4096;

	for (unsigned int group = 1; group <= XFRMNLGRP_MAX; group++)
		nl_join(xfrm, group);
	nl_join(genl, family.group);
	setsockopt(xfrm, SOL_SOCKET, SO_RCVBUFFORCE, &small, sizeof(small));
	setsockopt(genl, SOL_SOCKET, SO_RCVBUFFORCE, &small, sizeof(small));
	for (;;) {
		recv(xfrm, buf, sizeof(buf), MSG_DONTWAIT);
		recv(genl, buf, sizeof(buf), MSG_DONTWAIT);
		usleep(2000);
	}
}

static pid_t start(void)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		die("fork");
	return pid;
}

static void print_tally(void)
{
	const struct kind *const kinds[2] = { xfrm_kinds, own_kinds };

	printf("requests %lu\n", tally->requests);
	printf("containers %lu\n", tally->other_netns);
	if (by_coverage)
		printf("coverage %lu places, %lu requests kept\n",
		       coverage_total(), tally->kept);
	for (int own = 0; own < 2; own++)
		for (int i = 0; kinds[own][i].name; i++)
			printf("taken %s %lu\n", kinds[own][i].name,
			       tally->taken[own][i]);
	for (int err = 1; err < ERRNO_MAX; err++)
		if (tally->refused[err])
			printf("refused %s %lu\n", strerrorname_np(err),
			       tally->refused[err]);
}

static const struct option options[] = {
	{ "requests", required_argument, NULL, 'r' },
	{ "seed", required_argument, NULL, 's' },
	{ "to", required_argument, NULL, 't' },
	{ "coverage", no_argument, NULL, 'c' },
	{ 0 },
};

int main(int argc, char **argv)
{
	unsigned long requests = 10000, cpus = sysconf(_SC_NPROCESSORS_ONLN);
	struct address to = parse_address("127.0.0.1");
	pid_t helpers[2 * CPU_SETSIZE], workers[CPU_SETSIZE];
	int helpers_n = 0, option, status, failed = 0;
	__u64 seed = 1;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'r':
			requests = strtoul(optarg, NULL, 0);
			break;
		case 's':
			seed = strtoull(optarg, NULL, 0);
			break;
		case 't':
			to = parse_address(optarg);
			break;
		case 'c':
			by_coverage = true;
			coverage_share();
			break;
		default:
			return 2;
		}
	}
	if (optind + 1 != argc || to.family != AF_INET || cpus > CPU_SETSIZE) {
		fprintf(stderr,
			"usage: xfuzz [--requests N] [--seed N] [--to IPV4-ADDRESS] [--coverage] SEEDS\n");
		return 2;
	}
	tally = mmap(NULL, sizeof(*tally), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (tally == MAP_FAILED)
		die("shared memory");
	family = family_find(XFRM_PCPU_GENL_NAME);
	seeds = seeds_read(argv[optind], family.id, &seeds_n);

	for (unsigned int cpu = 0; cpu < cpus; cpu++) {
		pid_t pid = start();

		if (!pid) {
			pin(cpu);
			traffic(to);
		}
		helpers[helpers_n++] = pid;
	}
	helpers[helpers_n] = start();
	if (!helpers[helpers_n++])
		listen_slowly();
	for (unsigned int cpu = 0; cpu < cpus; cpu++) {
		workers[cpu] = start();
		if (workers[cpu])
			continue;
		pin(cpu);
		random_begin(seed + cpu);
		if (cpu % 2) {
			ask_in_containers(requests / cpus, seed + cpu);
		} else {
			look_at_coverage();
			ask(requests / cpus);
		}
		_exit(0);
	}
	for (unsigned int cpu = 0; cpu < cpus; cpu++)
		if (waitpid(workers[cpu], &status, 0) < 0 || status)
			failed = 1;
	while (helpers_n--)
		kill(helpers[helpers_n], SIGKILL);
	print_tally();
	return failed;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * xmon - print XFRM events, and answer ACQUIREs as an IKE daemon would
 *
 * A line per event: milliseconds of CLOCK_MONOTONIC, then the message.  The
 * first line is "READY".  After SIGUSR1 it prints what it has been sent by then,
 * and "DRAINED": what is not there did not come.  With --answer each ACQUIRE gets, after a delay of its
 * own, a pair of SAs: the inbound one in the peer's namespace first, then the
 * outbound one here, of the CPU that the ACQUIRE named.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "names.h"
#include "nl.h"
#include "print.h"
#include "request.h"

#define ACQUIRES_MAX 1024
#define WORD_MAX 96
#define WORDS_MAX 16

struct answer {
	bool on;
	bool dir; /* send SA_DIR too */
	bool echo_seq; /* the SA carries the seq of its ACQUIRE */
	unsigned int delay; /* milliseconds */
	unsigned int spi; /* of the next pair */
	unsigned int limit; /* answers, then silence */
	const char *cipher;
	int here, peer; /* sockets */
};

/* An ACQUIRE that waits for its answer. */
struct acquire {
	long long due;
	char words[WORDS_MAX][WORD_MAX];
	int count;
	long long cpu; /* -1: none */
};

static struct acquire waiting[ACQUIRES_MAX];
static int nr_waiting;
static volatile sig_atomic_t stop, drain;

static void on_signal(int sig)
{
	if (sig == SIGUSR1)
		drain = 1;
	else
		stop = 1;
}

static long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

static void add_word(struct acquire *acq, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void add_word(struct acquire *acq, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(acq->words[acq->count++], WORD_MAX, fmt, args);
	va_end(args);
}

/* remember - keep what the SA must copy from the ACQUIRE */
static void remember(const struct nlmsghdr *hdr, const struct answer *answer)
{
	const struct xfrm_user_acquire *acq = NLMSG_DATA(hdr);
	const struct nlattr *attr = msg_attr(hdr, XFRMA_TMPL);
	const struct xfrm_user_tmpl *tmpl = attr ? attr_data(attr) : NULL;
	char src[INET6_ADDRSTRLEN], dst[INET6_ADDRSTRLEN];
	struct acquire *wait = &waiting[nr_waiting];
	__u32 words[2];

	errno = 0;
	if (!tmpl || nr_waiting == ACQUIRES_MAX)
		die("ACQUIRE without template, or too many");
	nr_waiting++;

	memset(wait, 0, sizeof(*wait));
	wait->due = now_ms() + answer->delay;
	wait->cpu = -1;
	inet_ntop(tmpl->family, &acq->saddr, src, sizeof(src));
	inet_ntop(tmpl->family, &acq->id.daddr, dst, sizeof(dst));
	add_word(wait, "newsa");
	add_word(wait, "src=%s", src);
	add_word(wait, "dst=%s", dst);
	add_word(wait, "proto=%d", acq->id.proto);
	add_word(wait, "mode=%d", tmpl->mode);
	add_word(wait, "reqid=%u", tmpl->reqid);
	add_word(wait, "cipher=%s", answer->cipher);
	if (tmpl->family != acq->sel.family)
		add_word(wait, "flags=%d", XFRM_STATE_AF_UNSPEC);
	if (answer->echo_seq)
		add_word(wait, "seq=%u", acq->seq);

	attr = msg_attr(hdr, XFRMA_MARK);
	if (attr) {
		memcpy(words, attr_data(attr), 8);
		add_word(wait, "mark=0x%x/0x%x", words[0], words[1]);
	}
	attr = msg_attr(hdr, XFRMA_IF_ID);
	if (attr) {
		memcpy(words, attr_data(attr), 4);
		add_word(wait, "if_id=%u", words[0]);
	}
	attr = msg_attr(hdr, ATTR_SA_PCPU);
	if (attr) {
		memcpy(words, attr_data(attr), 4);
		wait->cpu = words[0];
	}
}

static struct nl_result install(int fd, const struct acquire *wait,
				unsigned int spi, bool out, bool dir)
{
	static struct nl_msg msg;
	struct acquire full = *wait;
	char *words[WORDS_MAX];
	size_t bufsize;

	add_word(&full, "spi=0x%x", spi);
	if (out && wait->cpu >= 0)
		add_word(&full, "pcpu=%lld", wait->cpu);
	if (dir)
		add_word(&full, "dir=%s", out ? "out" : "in");
	for (int i = 0; i < full.count; i++)
		words[i] = full.words[i];
	request_build(&msg, full.count, words, &bufsize);
	return nl_talk(fd, &msg, 0, NULL);
}

static void answer_one(struct answer *answer, const struct acquire *wait)
{
	unsigned int spi = answer->spi++;
	struct nl_result result = { 0 };

	if (answer->peer >= 0)
		result = install(answer->peer, wait, spi, false, answer->dir);
	if (!result.err)
		result = install(answer->here, wait, spi, true, answer->dir);
	printf("%lld INSTALLED spi=0x%x cpu=%lld %s %s ", now_ms(), spi,
	       wait->cpu, wait->words[1], wait->words[2]);
	print_result("newsa", &result);
}

static void answer_due(struct answer *answer)
{
	for (int i = 0; i < nr_waiting;) {
		struct acquire wait = waiting[i];

		if (wait.due > now_ms()) {
			i++;
			continue;
		}
		waiting[i] = waiting[--nr_waiting];
		if (answer->limit) {
			answer->limit--;
			answer_one(answer, &wait);
		}
	}
}

/* next_due - milliseconds until something is to be done, -1: nothing is */
static int next_due(long long end)
{
	long long first = end;

	for (int i = 0; i < nr_waiting; i++)
		if (!first || waiting[i].due < first)
			first = waiting[i].due;
	if (!first)
		return -1;
	first -= now_ms();
	return first > 0 ? (int)first : 0;
}

/* read_events - print what is there; how many events it was */
static unsigned int read_events(int fd, const struct answer *answer)
{
	static char buf[65536];
	unsigned int seen = 0, left;
	ssize_t len = recv(fd, buf, sizeof(buf), 0);

	if (len < 0 && errno == EINTR)
		return 0;
	if (len < 0)
		die("receive event");
	left = len;
	for (struct nlmsghdr *hdr = (void *)buf; NLMSG_OK(hdr, left);
	     hdr = NLMSG_NEXT(hdr, left)) {
		printf("%lld ", now_ms());
		print_msg(hdr);
		seen++;
		if (hdr->nlmsg_type == XFRM_MSG_ACQUIRE && answer->on)
			remember(hdr, answer);
	}
	return seen;
}

/* read_all - what waits in the socket; a multicast is there when its cause returns */
static unsigned int read_all(int fd, const struct answer *answer)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLIN };
	unsigned int seen = 0;

	while (poll(&pollfd, 1, 0) > 0)
		seen += read_events(fd, answer);
	return seen;
}

/* wait_for - an event, a signal, or something to be done */
static bool wait_for(int fd, long long end)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLIN };
	int ms = next_due(end);
	struct timespec due = { ms / 1000, ms % 1000 * 1000000L };
	sigset_t none;

	/* They are let in here only: one that came before is not missed. */
	sigemptyset(&none);
	return ppoll(&pollfd, 1, ms < 0 ? NULL : &due, &none) > 0;
}

static void parse_answer(struct answer *answer, char *text)
{
	enum { DELAY, PEER, SPI, DIR, CIPHER, SEQ, LIMIT };
	static char *const keys[] = {
		[DELAY] = "delay",   [PEER] = "peer-netns",
		[SPI] = "spi-base",  [DIR] = "dir",
		[CIPHER] = "cipher", [SEQ] = "seq",
		[LIMIT] = "limit",   NULL,
	};
	char *value;

	answer->on = true;
	answer->here = nl_open();
	while (*text) {
		int key = getsubopt(&text, keys, &value);

		errno = 0;
		if (key < 0 || !value)
			die("--answer: not understood: %s",
			    value ? value : text);
		switch (key) {
		case DELAY:
			answer->delay = strtoul(value, NULL, 0);
			break;
		case PEER:
			answer->peer = nl_open_in_netns(value);
			break;
		case SPI:
			answer->spi = strtoul(value, NULL, 16);
			break;
		case DIR:
			answer->dir = atoi(value);
			break;
		case CIPHER:
			answer->cipher = value;
			break;
		case SEQ:
			answer->echo_seq = atoi(value);
			break;
		case LIMIT:
			answer->limit = strtoul(value, NULL, 0);
			break;
		}
	}
}

static void usage(void)
{
	fprintf(stderr,
		"usage: xmon [--count N] [--timeout MS] [--answer KEY=VALUE,...] [GROUP]...\n"
		"groups: acquire expire sa policy aevents report migrate mapping (all)\n"
		"answer: delay=MS peer-netns=NAME spi-base=HEX dir=1 cipher=NAME seq=1 limit=N\n");
	exit(2);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "count", required_argument, NULL, 'c' },
		{ "timeout", required_argument, NULL, 't' },
		{ "answer", required_argument, NULL, 'a' },
		{}
	};
	struct answer answer = {
		.spi = 0x10000,
		.limit = -1,
		.cipher = "null",
		.here = -1,
		.peer = -1,
	};
	struct sigaction action = { .sa_handler = on_signal };
	unsigned long count = 0, seen = 0;
	long long end = 0;
	sigset_t signals;
	int fd, option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'c':
			count = strtoul(optarg, NULL, 0);
			break;
		case 't':
			end = now_ms() + strtoul(optarg, NULL, 0);
			break;
		case 'a':
			parse_answer(&answer, optarg);
			break;
		default:
			usage();
		}
	}
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGUSR1, &action, NULL);
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGUSR1);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	setvbuf(stdout, NULL, _IOLBF, 0);

	fd = nl_open();
	for (int i = optind; i < argc; i++)
		nl_join(fd, group_number(argv[i]));
	for (int i = 1; optind == argc && i <= XFRMNLGRP_MAX; i++)
		nl_join(fd, i);
	printf("READY\n");

	while (!stop && (!count || seen < count) && (!end || now_ms() < end)) {
		if (wait_for(fd, end))
			seen += read_events(fd, &answer);
		if (drain) {
			drain = 0;
			seen += read_all(fd, &answer);
			printf("DRAINED\n");
		}
		answer_due(&answer);
	}
	return count && seen < count;
}

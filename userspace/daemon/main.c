// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xfrm-pcpud: RFC 9611 for IKE daemons that lack it.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "helper.h"
#include "listen.h"
#include "log.h"
#include "privilege.h"
#include "text/value.h"

#define SOCKET "/run/xfrm-pcpud.sock"
#define USER "nobody"

/* Who cannot be let in, for want of descriptors, waits so long; seconds. */
#define PAUSE 1

/**
 * struct settings - the command line
 * @socket: where to listen
 * @user: who to become
 * @stdio: serve standard input and output instead
 * @config: of the logic
 */
struct settings {
	const char *socket;
	const char *user;
	bool stdio;
	struct lg_config config;
};

static struct helper helper;
static struct watch listening = { .fd = -1 };
static struct watch signals = { .fd = -1 };
static struct watch pausing = { .fd = -1 };
static uid_t starter;

static void usage(FILE *to)
{
	fprintf(to,
		"Usage: xfrm-pcpud [--stdio | --socket PATH] [--user NAME]\n"
		"                  [--limit N] [--idle SECONDS] [--at-once]\n"
		"\n"
		"  --stdio         serve the daemon at standard input and output\n"
		"  --socket PATH   serve who connects here (" SOCKET ")\n"
		"  --user NAME     become this user, with CAP_NET_ADMIN (" USER
		")\n"
		"  --limit N       additional SAs for a pair of traffic selectors\n"
		"                  (twice the CPUs)\n"
		"  --idle SECONDS  delete SAs that idle for so long (never)\n"
		"  --at-once       make all SAs at once, not when a CPU asks\n"
		"  --version       print the version\n");
}

static uint64_t number(const char *option, const char *text, uint64_t most)
{
	uint64_t value;

	if (!text_number(text, most, &value) && value)
		return value;
	fprintf(stderr,
		"xfrm-pcpud: --%s \"%s\": expected a number, 1 or more\n",
		option, text);
	exit(2);
}

static void read_options(int argc, char **argv, struct settings *settings)
{
	static const struct option options[] = {
		{ "stdio", no_argument, NULL, 'S' },
		{ "socket", required_argument, NULL, 's' },
		{ "user", required_argument, NULL, 'u' },
		{ "limit", required_argument, NULL, 'l' },
		{ "idle", required_argument, NULL, 'i' },
		{ "at-once", no_argument, NULL, 'a' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'S':
			settings->stdio = true;
			break;
		case 's':
			settings->socket = optarg;
			break;
		case 'u':
			settings->user = optarg;
			break;
		case 'l':
			settings->config.limit =
				number("limit", optarg, UINT32_MAX);
			break;
		case 'i':
			settings->config.idle_ms =
				1000 * number("idle", optarg, UINT32_MAX);
			break;
		case 'a':
			settings->config.at_once = true;
			break;
		case 'h':
			usage(stdout);
			exit(0);
		case 'v':
			puts("xfrm-pcpud " XP_VERSION);
			exit(0);
		default:
			usage(stderr);
			exit(2);
		}
	}
	if (optind < argc) {
		fprintf(stderr, "xfrm-pcpud: unexpected \"%s\"\n",
			argv[optind]);
		usage(stderr);
		exit(2);
	}
}

/* Who connects stays in the queue, and would be told of again at once. */
static void pause_listening(void)
{
	const struct itimerspec time = { .it_value.tv_sec = PAUSE };

	loop_change(&helper.loop, &listening, 0);
	timerfd_settime(pausing.fd, 0, &time, NULL);
}

static void paused(uint32_t events, void *arg)
{
	uint64_t times;

	(void)events;
	(void)arg;
	if (read(pausing.fd, &times, sizeof(times)) == sizeof(times))
		loop_change(&helper.loop, &listening, EPOLLIN);
}

static void connected(uint32_t events, void *arg)
{
	int fd = listen_accept(listening.fd, starter);
	int twin;

	(void)events;
	(void)arg;
	if (fd < 0) {
		log_errno(fd, "a connection is not taken");
		if (fd != -EPERM)
			pause_listening();
		return;
	}
	twin = dup(fd);
	if (twin < 0) {
		log_errno(-errno, "a connection is not taken");
		close(fd);
	} else {
		helper_connect(&helper, fd, twin);
	}
}

static void signalled(uint32_t events, void *arg)
{
	(void)events;
	(void)arg;
	helper.loop.stop = true;
}

static int watch_signals(void)
{
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return -errno;
	signals.fn = signalled;
	signals.fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signals.fd < 0)
		return -errno;
	return loop_add(&helper.loop, &signals, EPOLLIN);
}

static int watch_connections(const struct settings *settings)
{
	int err;

	if (settings->stdio) {
		helper.stdio = true;
		helper_connect(&helper, STDIN_FILENO, STDOUT_FILENO);
		return helper.links ? 0 : -EBADF;
	}
	pausing.fn = paused;
	pausing.fd =
		timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (pausing.fd < 0)
		return -errno;
	listening.fn = connected;
	listening.fd = listen_open(settings->socket);
	if (listening.fd < 0)
		return listening.fd;
	err = loop_add(&helper.loop, &pausing, EPOLLIN);
	return err ? err : loop_add(&helper.loop, &listening, EPOLLIN);
}

/*
 * Who serves standard input has no name for a file. A file that is broken is no
 * reason to serve nobody.
 */
static void remember(const struct settings *settings)
{
	char path[PATH_MAX];
	int err;

	if (settings->stdio)
		return;
	snprintf(path, sizeof(path), "%s.flags", settings->socket);
	err = helper_remember(&helper, path);
	if (err)
		log_line(
			"%s: %s: after a kill, policies may keep CPU_ACQUIRE; remove the file and start again",
			path, strerror(-err));
}

static int start(const struct settings *settings, const char **what)
{
	int err;

	*what = "the kernel";
	err = helper_open(&helper, &settings->config);
	if (err)
		return err;
	*what = "signals";
	err = watch_signals();
	if (err)
		return err;
	*what = settings->stdio ? "standard input" : settings->socket;
	err = watch_connections(settings);
	if (err)
		return err;
	remember(settings);
	*what = "giving up privileges";
	return privilege_drop(settings->user);
}

int main(int argc, char **argv)
{
	struct settings settings = { .socket = SOCKET, .user = USER };
	const char *what;
	int err;

	read_options(argc, argv, &settings);
	starter = getuid();
	err = start(&settings, &what);
	if (!err) {
		what = "ended";
		err = helper_run(&helper);
		helper_close(&helper);
	}
	if (err)
		log_errno(err, what);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}

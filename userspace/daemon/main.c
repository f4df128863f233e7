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

#include "config.h"
#include "helper.h"
#include "listen.h"
#include "log.h"
#include "privilege.h"
#include "settings.h"

/* Who cannot be let in, for want of descriptors, waits so long; seconds. */
#define PAUSE 1

/* What getopt_long() returns for the first of settings_all: no character. */
#define FIRST 256

/* The usage explains options from this column on. */
#define HELP_AT 22

/* What the command line says, and what counted at the start. */
static struct settings arguments;
static struct settings settings;

static struct helper helper;
static struct watch listening = { .fd = -1 };
static struct watch signals = { .fd = -1 };
static struct watch pausing = { .fd = -1 };
static uid_t starter;

static void usage(FILE *to)
{
	fprintf(to, "Usage: xfrm-pcpud [OPTION]...\n\n");
	for (size_t i = 0; i < SETTINGS_COUNT; i++) {
		const struct setting *setting = &settings_all[i];
		int width = fprintf(to, "  --%s", setting->name);

		if (setting->kind == SETTING_YES_NO)
			width += fprintf(to, "[=%s]", setting->value);
		else if (setting->value)
			width += fprintf(to, " %s", setting->value);
		fprintf(to, "%*s%s\n", HELP_AT - width, "", setting->help);
	}
	fprintf(to, "%-*s%s\n", HELP_AT, "  --version", "print the version");
}

static void fill_options(struct option *options)
{
	for (size_t i = 0; i < SETTINGS_COUNT; i++) {
		const struct setting *setting = &settings_all[i];

		options[i].name = setting->name;
		options[i].val = FIRST + i;
		if (setting->kind == SETTING_YES_NO)
			options[i].has_arg = optional_argument;
		else if (setting->kind != SETTING_SWITCH)
			options[i].has_arg = required_argument;
	}
}

static void give(const struct setting *setting, const char *value)
{
	const char *expected = settings_give(&arguments, setting, value);

	if (!expected)
		return;
	fprintf(stderr, "xfrm-pcpud: --%s: expected %s, not \"%s\"\n",
		setting->name, expected, value);
	exit(2);
}

static void read_options(int argc, char **argv)
{
	struct option options[SETTINGS_COUNT + 3] = {
		[SETTINGS_COUNT] = { "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' },
	};
	int option;

	settings_begin(&arguments);
	fill_options(options);
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option >= FIRST) {
			give(&settings_all[option - FIRST], optarg);
			continue;
		}
		if (option == 'h') {
			usage(stdout);
			exit(0);
		}
		if (option == 'v') {
			puts("xfrm-pcpud " XP_VERSION);
			exit(0);
		}
		usage(stderr);
		exit(2);
	}
	if (optind < argc) {
		fprintf(stderr, "xfrm-pcpud: unexpected \"%s\"\n",
			argv[optind]);
		usage(stderr);
		exit(2);
	}
}

static void report(const char *text)
{
	log_line("%s", text);
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

/* Who serves standard input has no socket. */
static bool counts(const struct setting *setting)
{
	return !settings.stdio || strcmp(setting->name, "socket");
}

/* The socket is there, and other users are beyond reach. */
static void tell_fixed(const struct settings *fresh)
{
	for (size_t i = 0; i < SETTINGS_COUNT; i++) {
		const struct setting *setting = &settings_all[i];

		if (settings_differ(&settings, fresh, setting) &&
		    counts(setting))
			log_line(
				"%s: \"%s\" counts from the next start on, until then it is \"%s\"",
				setting->name, settings_text(fresh, setting),
				settings_text(&settings, setting));
	}
}

static void reload(void)
{
	struct settings fresh = arguments;

	if (config_read(&fresh, report)) {
		log_line("the configuration stays as it was");
		return;
	}
	tell_fixed(&fresh);
	helper_configure(&helper, &fresh.logic);
	log_line("the configuration was read again");
}

static void signalled(uint32_t events, void *arg)
{
	struct signalfd_siginfo info;

	(void)events;
	(void)arg;
	if (read(signals.fd, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGHUP)
		reload();
	else
		helper.loop.stop = true;
}

static int watch_signals(void)
{
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return -errno;
	signals.fn = signalled;
	signals.fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signals.fd < 0)
		return -errno;
	return loop_add(&helper.loop, &signals, EPOLLIN);
}

static int watch_connections(void)
{
	int err;

	if (settings.stdio) {
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
	listening.fd = listen_open(settings.socket);
	if (listening.fd < 0)
		return listening.fd;
	err = loop_add(&helper.loop, &pausing, EPOLLIN);
	return err ? err : loop_add(&helper.loop, &listening, EPOLLIN);
}

/*
 * Who serves standard input has no name for a file. A file that is broken is no
 * reason to serve nobody.
 */
static void remember(void)
{
	char path[PATH_MAX];
	int err;

	if (settings.stdio)
		return;
	snprintf(path, sizeof(path), "%s.flags", settings.socket);
	err = helper_remember(&helper, path);
	if (err)
		log_line(
			"%s: %s: after a kill, policies may keep CPU_ACQUIRE; remove the file and start again",
			path, strerror(-err));
}

static int start(const char **what)
{
	int err;

	*what = "the kernel";
	err = helper_open(&helper, &settings.logic);
	if (err)
		return err;
	*what = "signals";
	err = watch_signals();
	if (err)
		return err;
	*what = settings.stdio ? "standard input" : settings.socket;
	err = watch_connections();
	if (err)
		return err;
	remember();
	*what = "giving up privileges";
	return privilege_drop(settings.user);
}

int main(int argc, char **argv)
{
	const char *what;
	int err;

	read_options(argc, argv);
	settings = arguments;
	if (config_read(&settings, report))
		return 2;
	starter = getuid();
	err = start(&what);
	if (!err) {
		what = "ended";
		err = helper_run(&helper);
		helper_close(&helper);
	}
	if (err)
		log_errno(err, what);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}

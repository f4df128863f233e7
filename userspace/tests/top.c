// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/top_rates.h"
#include "cli/top_screen.h"
#include "cli/top_text.h"
#include "tap.h"
#include "text/value.h"

#define NONE XFRM_PCPU_CPU_NONE

/* An SA that has carried so much, made at @made. */
static struct xp_sa sa(uint32_t spi, uint32_t cpu, uint64_t packets,
		       uint64_t made)
{
	struct xp_sa sa = { .spi = spi,
			    .cpu = cpu,
			    .dir = 2,
			    .is_counted = true,
			    .packets = packets,
			    .bytes = packets * 1000,
			    .add_time = made };

	text_address("10.0.0.1", &sa.src);
	return sa;
}

static struct xp_group group(uint32_t reqid, struct xp_sa *sas, size_t count)
{
	struct xp_group group = { .has_key = true,
				  .sas = sas,
				  .nr_sas = count };

	group.key.reqid = reqid;
	group.key.mode = 1;
	group.key.proto = IPPROTO_ESP;
	text_address("10.0.0.2", &group.key.dst);
	return group;
}

/* The same, with two CPUs that ask for an SA. */
static struct xp_group asking(struct xp_group group)
{
	group.nr_acquires = 2;
	return group;
}

static struct top_sample sample(double seconds, struct xp_group *groups,
				size_t count)
{
	return (struct top_sample){ .seconds = seconds,
				    .groups = { groups, count, count } };
}

static bool is_near(double a, double b)
{
	return a - b < 1e-6 && b - a < 1e-6;
}

static void rates_of_sas(void)
{
	struct xp_sa old[] = { sa(1, NONE, 100, 5), sa(2, 0, 50, 5),
			       sa(3, 2, 7, 5), sa(9, 3, 400, 5) };
	/* 4 came, 9 is another SA of that SPI, 3 moved to CPU 1. */
	struct xp_sa new[] = { sa(1, NONE, 110, 5), sa(2, 0, 70, 5),
			       sa(4, 0, 10, 6), sa(3, 1, 17, 5),
			       sa(9, 3, 410, 7) };
	struct xp_group before[] = { group(1, old, 4) };
	struct xp_group after[] = { group(1, new, 5) };
	struct top_sample a = sample(10, before, 1), b = sample(12, after, 1);
	struct top_rates rates;

	a.events[TOP_SENT] = 5;
	b.events[TOP_SENT] = 9;
	a.events[TOP_NONE] = 100;
	b.events[TOP_NONE] = 8; /* the module was loaded anew */
	is_num(top_rates_make(&rates, &a, &b), 0, "rates are made");
	is_num(rates.nr_groups, 1, "of a group");
	is_num(rates.groups[0].nr_cpus, 4, "of its CPUs and the fallback");
	ok(is_near(rates.groups[0].cpus[0].packets, 5), "the fallback's");
	is_num(rates.groups[0].cpus[1].sas, 2, "two SAs of a CPU are one line");
	ok(is_near(rates.groups[0].cpus[1].packets, 15),
	   "a new SA counts from its beginning");
	is_num(rates.groups[0].cpus[2].cpu, 1,
	       "an SA that moved is where it is");
	ok(is_near(rates.groups[0].cpus[2].bits, 40000), "bits, not bytes");
	ok(is_near(rates.groups[0].cpus[3].packets, 205),
	   "another SA with that SPI counts from its beginning");
	ok(is_near(rates.groups[0].packets, 230), "packets of all");
	ok(is_near(rates.groups[0].fallback, 5.0 / 230),
	   "the fallback's share");
	ok(is_near(rates.events[TOP_SENT], 2), "events");
	ok(is_near(rates.events[TOP_NONE], 4), "a counter that began anew");
	top_rates_free(&rates);
	ok(!rates.groups && !rates.nr_groups, "freed");

	is_num(top_rates_make(&rates, &b, &b), 0, "of one moment");
	ok(is_near(rates.groups[0].packets, 0), "there is no rate");
	ok(is_near(rates.groups[0].fallback, 0), "and no share");
	top_rates_free(&rates);
}

static void rates_of_groups(void)
{
	struct xp_sa none[] = { sa(1, NONE, 0, 5) };
	struct xp_sa some[] = { sa(1, NONE, 10, 5) };
	struct xp_sa much[] = { sa(1, NONE, 90, 5) };
	struct xp_group before[] = { group(1, none, 1), group(2, none, 1) };
	struct xp_group after[] = { group(1, some, 1), group(2, much, 1),
				    group(3, NULL, 0) };
	struct xp_steer home[] = { { .cpu = 0, .home = 10 },
				   { .cpu = 1, .in = 5 } };
	struct xp_steer more[] = { { .cpu = 0, .home = 30, .out = 7 },
				   { .cpu = 1, .in = 25, .full = 1 } };
	struct top_sample a = sample(1, before, 2), b = sample(2, after, 3);
	struct top_rates rates;

	b.steer = (struct steer_counts){ more, 2 };
	is_num(top_rates_make(&rates, &a, &b), 0, "groups");
	is_num(rates.nr_groups, 3, "all of them");
	is_num(rates.groups[0].group->key.reqid, 2, "the busiest first");
	is_num(rates.groups[2].group->key.reqid, 3, "one without SAs last");
	is_num(rates.nr_steer, 0, "steering was just switched on: no rate yet");
	top_rates_free(&rates);

	a.steer = (struct steer_counts){ home, 2 };
	is_num(top_rates_make(&rates, &a, &b), 0, "with steering");
	is_num(rates.nr_steer, 2, "each CPU");
	is_num(rates.steer[0].home, 20, "home");
	is_num(rates.steer[1].in, 20, "in");
	is_num(rates.steer[1].full, 1, "full");
	top_rates_free(&rates);
}

static char *text_of(const struct top_rates *rates, bool has_module)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	top_text(out, rates, has_module);
	fclose(out);
	return text;
}

static void as_text(void)
{
	struct xp_sa old[] = { sa(1, NONE, 0, 5), sa(2, 3, 0, 5) };
	struct xp_sa new[] = { sa(1, NONE, 500, 5), sa(2, 3, 1999500, 5) };
	struct xp_group before[] = { group(7, old, 2) };
	struct xp_group after[] = { asking(group(7, new, 2)) };
	struct xp_steer was[] = { { .cpu = 0 } };
	struct xp_steer is[] = { { .cpu = 0,
				   .home = 1,
				   .out = 2,
				   .in = 3,
				   .left = 4,
				   .full = 5,
				   .gone = 6 } };
	struct top_sample a = sample(1, before, 1), b = sample(2, after, 1);
	struct top_rates rates = { 0 };
	char *got = text_of(&rates, false);

	is_str(got, "\nno SA has been seen in this network namespace\n",
	       "nothing is said to be nothing");
	free(got);

	a.steer = (struct steer_counts){ was, 1 };
	b.steer = (struct steer_counts){ is, 1 };
	b.events[TOP_SENT] = 1500;
	top_rates_make(&rates, &a, &b);
	got = text_of(&rates, true);
	is_str(got,
	       "acquires/s: sent 1.5k, answered 0.0, expired 0.0, unheard 0.0"
	       "  refused/s: 0.0  no SA/s: 0.0\n"
	       "\nout 10.0.0.1 -> 10.0.0.2  esp tunnel reqid 7"
	       "  2.0M packets/s  16.0G bit/s  fallback 0.0 %"
	       "  CPUs that ask: 2\n"
	       "       CPU   SAs    packets/s        bit/s    share\n"
	       "  fallback     1        500.0         4.0M    0.0 %\n"
	       "         3     1         2.0M        16.0G  100.0 %\n"
	       "\nsteering, packets/s\n"
	       "       CPU      home       out        in      left      full"
	       "      gone\n"
	       "         0         1         2         3         4         5"
	       "         6\n",
	       "a line for each CPU");
	free(got);
	top_rates_free(&rates);
}

/* A terminal of 4 lines and 20 columns; returns the other side. */
static int terminal(int *slave)
{
	const struct winsize size = { .ws_row = 4, .ws_col = 20 };
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);

	if (master < 0 || grantpt(master) || unlockpt(master))
		return -1;
	*slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	return *slave < 0 || ioctl(*slave, TIOCSWINSZ, &size) ? -1 : master;
}

static const char *shown(int master)
{
	static char buffer[4096];
	ssize_t length = read(master, buffer, sizeof(buffer) - 1);

	buffer[length < 0 ? 0 : length] = '\0';
	return buffer;
}

static void screen(void)
{
	struct winsize large = { .ws_row = 24, .ws_col = 80 };
	struct top_screen live;
	struct termios before, now;
	int slave = -1, master;

	setenv("TERM", "xterm", 1);
	master = terminal(&slave);
	if (!ok(master >= 0, "a terminal"))
		return;
	tcgetattr(slave, &before);
	is_num(top_screen_open(&live, slave, slave), 0, "it is taken");
	ok(live.is_live, "as one");
	tcgetattr(slave, &now);
	ok(!(now.c_lflag & (ICANON | ECHO)), "keys come one by one, unseen");
	shown(master);
	top_screen_show(&live, "1\n2\n3\n4\n");
	is_str(shown(master),
	       "\033[H1\033[K\r\n2\033[K\r\n3\033[K\r\n4\033[K\033[J",
	       "as many lines as it has, and it does not scroll");
	top_screen_show(&live, "1\n2\n0123456789012345678901234\n4\n5\n");
	is_str(shown(master),
	       "\033[H1\033[K\r\n2\033[K\r\n01234567890123456789\033[K\r\n"
	       "... and more: the wi\033[K\033[J",
	       "what does not fit is cut, and that is said");

	is_num(top_screen_wait(&live, 0), TOP_ELAPSED, "time is over");
	ioctl(slave, TIOCSWINSZ, &large);
	kill(getpid(), SIGWINCH);
	is_num(top_screen_wait(&live, 60), TOP_RESIZED, "another size");
	top_screen_show(&live, "1\n2\n0123456789012345678901234\n4\n5\n");
	ok(strstr(shown(master), "901234\033[K\r\n4\033[K\r\n5\033[K\033[J"),
	   "is used");
	if (write(master, "x", 1) == 1)
		is_num(top_screen_wait(&live, 0.05), TOP_ELAPSED,
		       "another key ends nothing");
	if (write(master, "q", 1) == 1)
		is_num(top_screen_wait(&live, 60), TOP_ENDED, "q ends it");
	kill(getpid(), SIGINT);
	is_num(top_screen_wait(&live, 60), TOP_ENDED, "so does SIGINT");
	top_screen_close(&live);
	ok(strstr(shown(master), "\033[?25h"), "the cursor is back");
	tcgetattr(slave, &now);
	is_num(now.c_lflag, before.c_lflag, "the terminal is as it was");

	is_num(top_screen_open(&live, slave, slave), 0, "once more");
	close(master);
	ok(top_screen_wait(&live, 0.05) != TOP_RESIZED,
	   "who went away ends it, or nothing");
	top_screen_close(&live);
	close(slave);
}

static void no_screen(void)
{
	struct top_screen plain;
	char got[64];
	int ends[2];

	if (!ok(!pipe(ends), "a pipe"))
		return;
	is_num(top_screen_open(&plain, 0, ends[1]), 0, "is no terminal");
	ok(!plain.is_live && !plain.has_keys, "and is taken for none");
	top_screen_show(&plain, "1\n2\n");
	top_screen_show(&plain, "3\n");
	top_screen_close(&plain);
	got[read(ends[0], got, sizeof(got) - 1)] = '\0';
	is_str(got, "1\n2\n\n3\n\n", "one text after the other");
	close(ends[0]);
	close(ends[1]);
}

void test_top(void)
{
	rates_of_sas();
	rates_of_groups();
	as_text();
	screen();
	no_screen();
}

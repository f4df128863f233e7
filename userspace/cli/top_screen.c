// SPDX-License-Identifier: GPL-2.0-or-later
#include "top_screen.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

/* What every terminal since the VT100 understands. */
#define HOME "\033[H"
#define CLEAR_LINE "\033[K"
#define CLEAR_BELOW "\033[J"
#define HIDE_CURSOR "\033[?25l"
#define SHOW_CURSOR "\033[?25h"

static int write_all(int fd, const char *text, size_t length)
{
	while (length) {
		ssize_t written = write(fd, text, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -errno;
		text += written;
		length -= written;
	}
	return 0;
}

static bool is_terminal(int fd)
{
	const char *term = getenv("TERM");

	return isatty(fd) && term && *term && strcmp(term, "dumb") != 0;
}

/* Keys come one by one, and do not appear. */
static void take_keys(struct top_screen *screen)
{
	struct termios raw;

	if (tcgetattr(screen->in, &screen->before))
		return;
	raw = screen->before;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	screen->has_keys = !tcsetattr(screen->in, TCSANOW, &raw);
}

int top_screen_open(struct top_screen *screen, int in, int out)
{
	sigset_t heard;

	*screen = (struct top_screen){ .in = -1, .out = out };
	sigemptyset(&heard);
	sigaddset(&heard, SIGINT);
	sigaddset(&heard, SIGTERM);
	sigaddset(&heard, SIGHUP);
	sigaddset(&heard, SIGWINCH);
	screen->signals = signalfd(-1, &heard, SFD_CLOEXEC | SFD_NONBLOCK);
	if (screen->signals < 0)
		return -errno;
	sigprocmask(SIG_BLOCK, &heard, &screen->mask);
	screen->is_live = is_terminal(out);
	if (!screen->is_live)
		return 0;
	if (isatty(in)) {
		screen->in = in;
		take_keys(screen);
	}
	return write_all(out, HIDE_CURSOR HOME CLEAR_BELOW,
			 strlen(HIDE_CURSOR HOME CLEAR_BELOW));
}

/* Lines that fit, cut where the screen ends; the last one says if there are more. */
static void put_lines(FILE *to, const char *text, int rows, int columns)
{
	for (int row = 1; *text; row++) {
		size_t length = strcspn(text, "\n");
		bool is_last = !text[length] || !text[length + 1];
		int shown = length > (size_t)columns ? columns : (int)length;

		if (row == rows && !is_last) {
			fprintf(to, "%.*s" CLEAR_LINE, columns,
				"... and more: the window is too small");
			break;
		}
		fprintf(to, "%.*s" CLEAR_LINE "%s", shown, text,
			is_last ? "" : "\n");
		text += length + !!text[length];
	}
}

static int show_live(const struct top_screen *screen, const char *text)
{
	struct winsize size = { 0 };
	char *frame = NULL;
	size_t length;
	FILE *to;
	int err;

	/* A serial line does not know. */
	if (ioctl(screen->out, TIOCGWINSZ, &size) || !size.ws_row ||
	    !size.ws_col)
		size = (struct winsize){ .ws_row = 24, .ws_col = 80 };
	to = open_memstream(&frame, &length);
	if (!to)
		return -errno;
	fputs(HOME, to);
	put_lines(to, text, size.ws_row, size.ws_col);
	fputs(CLEAR_BELOW, to);
	err = fclose(to) ? -ENOMEM : write_all(screen->out, frame, length);
	free(frame);
	return err;
}

int top_screen_show(const struct top_screen *screen, const char *text)
{
	int err;

	if (screen->is_live)
		return show_live(screen, text);
	err = write_all(screen->out, text, strlen(text));
	return err ? err : write_all(screen->out, "\n", 1);
}

static bool has_ended(struct top_screen *screen)
{
	char key;
	ssize_t length = read(screen->in, &key, 1);

	/* Nobody is there any more, but who looks may be. */
	if (length == 0 || (length < 0 && errno != EINTR))
		screen->in = -1;
	return length == 1 && (key == 'q' || key == 'Q');
}

enum top_next top_screen_wait(struct top_screen *screen, double seconds)
{
	struct timespec now, end;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += (time_t)seconds;
	end.tv_nsec += (long)((seconds - (time_t)seconds) * 1e9);
	for (;;) {
		struct pollfd fds[] = { { screen->signals, POLLIN, 0 },
					{ screen->in, POLLIN, 0 } };
		struct signalfd_siginfo info;
		long long left;

		clock_gettime(CLOCK_MONOTONIC, &now);
		left = (end.tv_sec - now.tv_sec) * 1000LL +
		       (end.tv_nsec - now.tv_nsec) / 1000000;
		if (poll(fds, 2, left > 0 ? (int)left : 0) < 0 &&
		    errno != EINTR)
			return TOP_ENDED;
		if (read(screen->signals, &info, sizeof(info)) == sizeof(info))
			return info.ssi_signo == SIGWINCH ? TOP_RESIZED
							  : TOP_ENDED;
		if (fds[1].revents && has_ended(screen))
			return TOP_ENDED;
		if (left <= 0)
			return TOP_ELAPSED;
	}
}

void top_screen_close(struct top_screen *screen)
{
	if (screen->has_keys)
		tcsetattr(screen->in < 0 ? STDIN_FILENO : screen->in, TCSANOW,
			  &screen->before);
	if (screen->is_live)
		write_all(screen->out, SHOW_CURSOR "\n",
			  strlen(SHOW_CURSOR "\n"));
	close(screen->signals);
	sigprocmask(SIG_SETMASK, &screen->mask, NULL);
}

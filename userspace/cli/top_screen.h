/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A terminal that one text after another is shown on, or a file that they are
 * written to.
 */
#ifndef XFRM_PCPU_CLI_TOP_SCREEN_H
#define XFRM_PCPU_CLI_TOP_SCREEN_H

#include <signal.h>
#include <stdbool.h>
#include <termios.h>

/**
 * struct top_screen - where it goes
 * @in: keys come from here, -1 if none do
 * @out: where to
 * @signals: signalfd
 * @is_live: @out is a terminal that can be written anew
 * @has_keys: @in is a terminal, whose settings were changed
 * @before: settings of @in
 * @mask: signals that were blocked before
 */
struct top_screen {
	int in;
	int out;
	int signals;
	bool is_live;
	bool has_keys;
	struct termios before;
	sigset_t mask;
};

/**
 * enum top_next - what ended a wait
 * @TOP_ELAPSED: the time was over
 * @TOP_RESIZED: the terminal has another size
 * @TOP_ENDED: who looks has seen enough
 */
enum top_next { TOP_ELAPSED, TOP_RESIZED, TOP_ENDED };

/**
 * top_screen_open() - take the terminal
 * @screen: result, for top_screen_close()
 * @in: for keys
 * @out: where to
 *
 * SIGINT, SIGTERM, SIGHUP and SIGWINCH are blocked until top_screen_close(), and
 * seen by top_screen_wait().
 *
 * Return: 0 or the negative errno of signalfd(2).
 */
int top_screen_open(struct top_screen *screen, int in, int out);

/**
 * top_screen_show() - show a text, as much of it as there is room for
 * @screen: the screen
 * @text: lines of ASCII
 *
 * On what is no terminal the texts follow one another, an empty line between.
 *
 * Return: 0 or the negative errno of write(2).
 */
int top_screen_show(const struct top_screen *screen, const char *text);

/**
 * top_screen_wait() - wait for the time to pass, or something else
 * @screen: the screen
 * @seconds: how long; 0 does not wait
 */
enum top_next top_screen_wait(struct top_screen *screen, double seconds);

/**
 * top_screen_close() - give the terminal back; what was shown last stays
 * @screen: the screen
 */
void top_screen_close(struct top_screen *screen);

#endif

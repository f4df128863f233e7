// SPDX-License-Identifier: GPL-2.0-or-later
#include "log.h"

#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Lines that were not written. */
static unsigned int lost;

/*
 * Whoever started us may not read, and daemons wait one second for us.  The
 * descriptor is others' too: it is asked instead of made non-blocking.  A pipe that
 * takes anything takes PIPE_BUF bytes.
 */
static bool is_read(void)
{
	struct pollfd fd = { .fd = STDERR_FILENO, .events = POLLOUT };

	return poll(&fd, 1, 0) == 1 && (fd.revents & POLLOUT);
}

static void put(const char *text)
{
	char line[560];
	int length = snprintf(line, sizeof(line), "xfrm-pcpud: %s\n", text);

	if (is_read() && write(STDERR_FILENO, line, length) == length)
		return;
	lost++;
}

void log_line(const char *format, ...)
{
	char text[512];
	va_list args;

	if (lost && is_read()) {
		snprintf(text, sizeof(text), "%u lines were lost", lost);
		lost = 0;
		put(text);
	}
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	put(text);
}

void log_errno(int err, const char *what)
{
	log_line("%s: %s", what, strerror(-err));
}

void log_action(const struct lg_action *action)
{
	char cpu[24] = "";

	if (action->cpu != LG_CPU_NONE)
		snprintf(cpu, sizeof(cpu), ", CPU %" PRIu32, action->cpu);
	log_line("IKE SA %" PRIu64 ", reqid %" PRIu32 "%s: %s", action->ike,
		 action->reqid, cpu, action->text);
}

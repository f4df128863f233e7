// SPDX-License-Identifier: GPL-2.0-or-later
#include "log.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void log_line(const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	fprintf(stderr, "xfrm-pcpud: %s\n", text);
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

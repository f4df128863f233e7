// SPDX-License-Identifier: GPL-2.0-or-later
#include "complain.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void complain(const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fputs("xfrm-pcpu: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

int usage_error(const char *command, const char *text)
{
	complain("%s: %s", command, text);
	fprintf(stderr, "Try: xfrm-pcpu %s --help\n", command);
	return EXIT_USAGE;
}

int open_error(const char *command, int err)
{
	if (err == -ENOENT)
		complain("xfrm_pcpu is not loaded: modprobe xfrm_pcpu");
	else
		complain("%s: cannot reach xfrm_pcpu: %s", command,
			 strerror(-err));
	return EXIT_FAILURE;
}

int request_error(const char *what, const char *text, int err)
{
	complain("%s: %s", what, text[0] ? text : strerror(-err));
	return EXIT_FAILURE;
}

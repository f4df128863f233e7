// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/log.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "tap.h"

/* More than a pipe takes. */
#define LINES 5000

void test_log(void)
{
	int terminal = dup(STDERR_FILENO);
	static char text[1 << 20];
	int ends[2];
	ssize_t length;

	if (!ok(!pipe2(ends, O_CLOEXEC), "a pipe"))
		return;
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	dup2(ends[1], STDERR_FILENO);
	alarm(20); /* it would wait for ever */
	for (int i = 0; i < LINES; i++)
		log_line("line %d", i);
	alarm(0);
	length = read(ends[0], text, sizeof(text) - 1);
	ok(length > 0 && !strncmp(text, "xfrm-pcpud: line 0\n", 19),
	   "what nobody reads does not hold it up");
	log_line("again");
	length = read(ends[0], text, sizeof(text) - 1);
	text[length > 0 ? length : 0] = '\0';
	ok(strstr(text, " lines were lost\nxfrm-pcpud: again\n"),
	   "and what was lost is said");
	dup2(terminal, STDERR_FILENO);
	close(terminal);
	close(ends[0]);
	close(ends[1]);
}

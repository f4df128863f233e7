// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the command line reads from stdin: the text of restore, and an SA in
 * words.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netlink/msg.h>

#include "cli/sa_text.h"
#include "cli/saved.h"
#include "fuzz.h"

static void read_saved(const uint8_t *data, size_t size)
{
	FILE *in = fmemopen((void *)data, size, "r");
	struct saved saved = { 0 };

	if (!in)
		return;
	saved_read(&saved, in);
	fclose(in);
	saved_free(&saved);
}

static void read_sa(const uint8_t *data, size_t size)
{
	char *lines = malloc(size + 1);
	struct text_sa text;
	struct nl_msg *msg;

	memcpy(lines, data, size);
	lines[size] = '\0';
	text_sa_begin(&text);
	if (!sa_text_lines(&text, lines) && !text_sa_finish(&text)) {
		msg = xp_install_put(&text.install, false);
		if (msg)
			xp_install_compare(nlmsg_hdr(msg), nlmsg_hdr(msg));
		nlmsg_free(msg);
	}
	xp_install_wipe(&text.install);
	free(lines);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_saved(data, size);
	read_sa(data, size);
	return 0;
}

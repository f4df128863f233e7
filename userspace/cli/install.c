// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "cli.h"
#include "complain.h"
#include "connect.h"
#include "names.h"
#include "sa_text.h"
#include "show.h"
#include "text/value.h"

/* Longest "install DST SPI" in a message. */
#define WHAT_MAX 128

/**
 * struct options - what is not a word of the SA
 * @fd: --fd: where the lines come from
 * @json: --json
 */
struct options {
	int fd;
	bool json;
};

/* Take the options out of @argv; returns the number of words that stay. */
static int take_options(struct options *options, int argc, char **argv)
{
	int kept = 0;

	for (int i = 0; i < argc; i++) {
		uint32_t fd;

		if (!strcmp(argv[i], "--json")) {
			options->json = true;
		} else if (!strcmp(argv[i], "--fd")) {
			if (++i == argc || text_u32(argv[i], &fd) ||
			    fd > INT32_MAX)
				return -EINVAL;
			options->fd = fd;
		} else {
			argv[kept++] = argv[i];
		}
	}
	return kept;
}

/* All of @fd; plain read(2), since stdio would keep a copy of the keys. */
static int read_all(int fd, char *buffer, size_t size)
{
	size_t length = 0;

	while (length < size - 1) {
		ssize_t got = read(fd, buffer + length, size - 1 - length);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (!got) {
			buffer[length] = '\0';
			return 0;
		}
		length += got;
	}
	return -EFBIG;
}

static int read_sa(struct text_sa *text, int fd)
{
	char lines[SA_TEXT_MAX];
	int err = read_all(fd, lines, sizeof(lines));

	if (!err)
		err = sa_text_lines(text, lines);
	else
		snprintf(text->error, sizeof(text->error),
			 "cannot read descriptor %d: %s", fd, strerror(-err));
	explicit_bzero(lines, sizeof(lines));
	return err ? err : text_sa_finish(text);
}

static int install(struct connection *connection,
		   const struct xp_install *install, bool json)
{
	const struct xp_sad_sa *sa = &install->sa;
	const char *differs = NULL;
	char what[WHAT_MAX];
	int err;

	snprintf(what, sizeof(what), "install %s 0x%08x",
		 name_of_addr(&sa->id.dst).text, sa->id.spi);
	err = xp_xfrm_install(connection->xfrm, install, &differs);
	if (err == -EREMOTEIO) {
		complain("%s: the kernel has it, but not as asked: %s differs; "
			 "delete it (ip xfrm state delete) or leave it",
			 what, differs);
		return EXIT_FAILURE;
	}
	if (err)
		return request_error(what, xp_xfrm_text(connection->xfrm), err);
	if (json)
		show_change_json(stdout, "install", &sa->id, sa->cpu);
	return EXIT_SUCCESS;
}

int cmd_install(int argc, char **argv)
{
	struct options options = { .fd = STDIN_FILENO };
	struct connection connection;
	struct text_sa text;
	int status;
	int kept;

	/* No core file with keys, nobody who attaches. */
	prctl(PR_SET_DUMPABLE, 0);
	kept = take_options(&options, argc - 1, argv + 1);
	if (kept < 0)
		return usage_error(argv[0], "--fd: expected the number of an "
					    "open descriptor");
	text_sa_begin(&text);
	if (sa_text_args(&text, kept, argv + 1) || read_sa(&text, options.fd)) {
		status = usage_error(argv[0], text.error);
		goto wipe;
	}
	status = connect_kernel(&connection, argv[0]);
	if (status)
		goto wipe;
	status = install(&connection, &text.install, options.json);
	disconnect_kernel(&connection);
wipe:
	xp_install_wipe(&text.install);
	return status;
}

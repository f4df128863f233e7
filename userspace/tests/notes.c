// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/notes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tap.h"

static char path[] = "/tmp/xfrm-pcpu-notes.XXXXXX";

static bool has(const struct notes *notes, uint32_t reqid)
{
	for (size_t i = 0; i < notes->count; i++)
		if (notes->reqids[i] == reqid)
			return true;
	return false;
}

static void write_file(const char *text)
{
	FILE *file = fopen(path, "w");

	if (!file)
		abort();
	fputs(text, file);
	fclose(file);
}

static void remembers(void)
{
	struct notes notes;

	is_num(notes_open(&notes, path), 0, "an empty file");
	is_num(notes_set(&notes, 7, true), 0, "noted");
	is_num(notes_set(&notes, 7, true), 0, "again");
	is_num(notes_set(&notes, UINT32_MAX, true), 0, "another");
	is_num(notes_set(&notes, 9, true), 0, "a third");
	is_num(notes_set(&notes, 7, false), 0, "over");
	is_num(notes_set(&notes, 8, false), 0, "never was");
	notes_close(&notes);

	is_num(notes_open(&notes, path), 0, "the next one reads it");
	ok(has(&notes, UINT32_MAX) && has(&notes, 9), "what is left");
	ok(!has(&notes, 7) && !has(&notes, 8), "and nothing else");
	is_num(notes_set(&notes, 10, true), 0, "one more");
	is_num((long)notes.count, 3, "takes the free place");
	notes_close(&notes);
}

static void broken(void)
{
	static const char *const texts[] = {
		"00000000x7\n", "0000000007 ",	"99999999999\n",
		"9999999999\n", "-000000007\n",
	};
	struct notes notes;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		write_file(texts[i]);
		is_num(notes_open(&notes, path), -EINVAL, "%s", texts[i]);
		is_num(notes_set(&notes, 7, true), 0, "then nothing is noted");
	}
	write_file("0000000007\n00000");
	is_num(notes_open(&notes, path), 0, "cut off by a full disk");
	ok(notes.count == 1 && has(&notes, 7), "what is whole counts");
	notes_close(&notes);
}

void test_notes(void)
{
	struct notes notes;
	int fd = mkstemp(path);

	if (fd < 0)
		abort();
	close(fd);
	remembers();
	broken();
	unlink(path);
	is_num(symlink("/dev/null", path), 0, "a link");
	is_num(notes_open(&notes, path), -ELOOP, "is not followed");
	unlink(path);
	is_num(notes_open(&notes, "/nowhere/at/all"), -ENOENT, "no directory");

	/* No room for a byte. */
	is_num(symlink("/dev/full", path), 0, "a full disk");
	notes.fd = open(path, O_RDWR);
	is_num(notes_set(&notes, 7, true), -ENOSPC, "is told");
	notes_close(&notes);
	unlink(path);
}

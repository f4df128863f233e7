// SPDX-License-Identifier: GPL-2.0-or-later
#include "notes.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "text/value.h"

/* A number and the line's end: a place is written as a whole or not at all. */
#define PLACE 11

/* More is not ours. */
#define PLACES_MAX 65536

static int write_place(const struct notes *notes, size_t place)
{
	char text[PLACE + 1];
	ssize_t written;

	snprintf(text, sizeof(text), "%010" PRIu32 "\n", notes->reqids[place]);
	written = pwrite(notes->fd, text, PLACE, (off_t)(place * PLACE));
	if (written == PLACE)
		return 0;
	return written < 0 ? -errno : -ENOSPC;
}

/* A number of ten digits, which text_number() would take for an octal one. */
static int read_place(struct notes *notes, size_t place)
{
	char text[PLACE + 1] = { 0 };
	const char *digits = text;
	uint64_t value;

	if (pread(notes->fd, text, PLACE, (off_t)(place * PLACE)) != PLACE)
		return -EINVAL;
	if (text[PLACE - 1] != '\n' || strspn(text, "0123456789") != PLACE - 1)
		return -EINVAL;
	text[PLACE - 1] = '\0';
	digits += strspn(digits, "0");
	if (!*digits)
		digits = "0";
	if (text_number(digits, UINT32_MAX, &value))
		return -EINVAL;
	notes->reqids[place] = (uint32_t)value;
	return 0;
}

static int read_all(struct notes *notes)
{
	struct stat stat;
	int err = 0;

	if (fstat(notes->fd, &stat))
		return -errno;
	if (!S_ISREG(stat.st_mode) || stat.st_size > PLACES_MAX * PLACE)
		return -EINVAL;
	/* What a full disk has cut off was not set either. */
	notes->count = (size_t)stat.st_size / PLACE;
	notes->reqids = calloc(notes->count + 1, sizeof(*notes->reqids));
	if (!notes->reqids)
		return -ENOMEM;
	for (size_t i = 0; i < notes->count && !err; i++)
		err = read_place(notes, i);
	return err;
}

int notes_open(struct notes *notes, const char *path)
{
	int err;

	*notes = (struct notes){ .fd = -1 };
	notes->fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (notes->fd < 0)
		return -errno;
	err = read_all(notes);
	if (err)
		notes_close(notes);
	return err;
}

static int add_place(struct notes *notes)
{
	uint32_t *more;

	if (notes->count == PLACES_MAX)
		return -ENOSPC;
	more = realloc(notes->reqids, (notes->count + 1) * sizeof(*more));
	if (!more)
		return -ENOMEM;
	notes->reqids = more;
	notes->reqids[notes->count++] = 0;
	return 0;
}

static size_t find(const struct notes *notes, uint32_t reqid)
{
	size_t place = 0;

	while (place < notes->count && notes->reqids[place] != reqid)
		place++;
	return place;
}

int notes_set(struct notes *notes, uint32_t reqid, bool on)
{
	size_t place = find(notes, reqid);
	int err;

	if (notes->fd < 0 || !reqid || on == (place < notes->count))
		return 0;
	if (on) {
		place = find(notes, 0);
		err = place < notes->count ? 0 : add_place(notes);
		if (err)
			return err;
	}
	notes->reqids[place] = on ? reqid : 0;
	return write_place(notes, place);
}

void notes_close(struct notes *notes)
{
	if (notes->fd >= 0)
		close(notes->fd);
	free(notes->reqids);
	*notes = (struct notes){ .fd = -1 };
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Of which reqids the policies have CPU_ACQUIRE from us, in a file that outlives
 * the helper: nobody else could tell them from those of others.
 */
#ifndef XFRM_PCPU_DAEMON_NOTES_H
#define XFRM_PCPU_DAEMON_NOTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct notes - the file
 * @fd: file, -1 if there is none
 * @reqids: what it holds, by place; 0 is a free place
 * @count: places
 */
struct notes {
	int fd;
	uint32_t *reqids;
	size_t count;
};

/**
 * notes_open() - open or make the file, and read what an earlier helper left
 * @notes: result
 * @path: file
 *
 * Return: 0 or a negative errno; -EINVAL: it is no such file.
 */
int notes_open(struct notes *notes, const char *path);

/**
 * notes_set() - note it, or that it is over
 * @notes: notes; without a file nothing happens
 * @reqid: whose policies
 * @on: they have it from us
 *
 * To be noted before it is set, and unnoted after it is cleared.
 *
 * Return: 0 or a negative errno.
 */
int notes_set(struct notes *notes, uint32_t reqid, bool on);

/**
 * notes_close() - close it; the file stays
 * @notes: notes
 */
void notes_close(struct notes *notes);

#endif

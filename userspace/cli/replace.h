/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file that is replaced as a whole: a reader sees the old one or the new one.
 */
#ifndef XFRM_PCPU_CLI_REPLACE_H
#define XFRM_PCPU_CLI_REPLACE_H

#include <stdio.h>

/**
 * struct replace - a file that is being written
 * @out: the new one, beside the old one
 * @path: the old one's name
 * @temporary: the new one's name until it is whole
 */
struct replace {
	FILE *out;
	const char *path;
	char *temporary;
};

/**
 * replace_begin() - open a new file beside the old one
 * @replace: result, for replace_end() or replace_drop()
 * @path: the old one; it need not be there.  Kept as it is
 *
 * The name of the new one does not end as the old one's does, so that nobody
 * takes it for one.
 *
 * Return: 0, -ENOMEM, or an errno of mkostemp(3).
 */
int replace_begin(struct replace *replace, const char *path);

/**
 * replace_end() - put the new file in the place of the old one, mode 0644
 * @replace: what replace_begin() made; its @out is closed
 *
 * Return: 0, or a negative errno: the old one is as it was.
 */
int replace_end(struct replace *replace);

/**
 * replace_drop() - give the new file up, the old one is as it was
 * @replace: what replace_begin() made; its @out is closed
 */
void replace_drop(struct replace *replace);

#endif

// SPDX-License-Identifier: GPL-2.0-or-later
#include "replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int replace_begin(struct replace *replace, const char *path)
{
	int err;
	int fd;

	memset(replace, 0, sizeof(*replace));
	replace->path = path;
	if (asprintf(&replace->temporary, "%s.XXXXXX", path) < 0)
		return -ENOMEM;
	fd = mkostemp(replace->temporary, O_CLOEXEC);
	if (fd < 0) {
		err = -errno;
		free(replace->temporary);
		return err;
	}
	replace->out = fdopen(fd, "w");
	if (!replace->out) {
		close(fd);
		unlink(replace->temporary);
		free(replace->temporary);
		return -ENOMEM;
	}
	return 0;
}

/* Write errors show here at the latest, before anybody can read the file. */
static int finish(struct replace *replace)
{
	errno = 0;
	if (fflush(replace->out) || ferror(replace->out))
		return errno ? -errno : -EIO;
	if (fchmod(fileno(replace->out), 0644) || fsync(fileno(replace->out)))
		return -errno;
	return rename(replace->temporary, replace->path) ? -errno : 0;
}

int replace_end(struct replace *replace)
{
	int err = finish(replace);

	if (err) {
		replace_drop(replace);
		return err;
	}
	fclose(replace->out);
	free(replace->temporary);
	return 0;
}

void replace_drop(struct replace *replace)
{
	fclose(replace->out);
	unlink(replace->temporary);
	free(replace->temporary);
}

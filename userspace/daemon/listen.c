// SPDX-License-Identifier: GPL-2.0-or-later
#include "listen.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 8

static int new_socket(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	return fd < 0 ? -errno : fd;
}

/* Who connects learns whether somebody serves it. */
static int remove_stale(const struct sockaddr_un *address)
{
	int fd = new_socket();
	int err;

	if (fd < 0)
		return fd;
	err = connect(fd, (const struct sockaddr *)address, sizeof(*address))
		      ? errno
		      : EISCONN;
	close(fd);
	if (err == ENOENT)
		return 0;
	if (err != ECONNREFUSED)
		return -EADDRINUSE;
	return unlink(address->sun_path) ? -errno : 0;
}

int listen_open(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	mode_t mask;
	int fd, err;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);
	err = remove_stale(&address);
	if (err)
		return err;
	fd = new_socket();
	if (fd < 0)
		return fd;
	mask = umask(0177); /* from the beginning, not by a later chmod() */
	err = bind(fd, (const struct sockaddr *)&address, sizeof(address)) ||
			      listen(fd, BACKLOG)
		      ? -errno
		      : 0;
	umask(mask);
	if (!err)
		return fd;
	close(fd);
	return err;
}

int listen_accept(int fd, unsigned int user)
{
	struct ucred who;
	socklen_t length = sizeof(who);
	int got = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (got < 0)
		return -errno;
	if (!getsockopt(got, SOL_SOCKET, SO_PEERCRED, &who, &length) &&
	    (!who.uid || who.uid == user))
		return got;
	close(got);
	return -EPERM;
}

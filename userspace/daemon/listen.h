/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The socket that daemons and operators connect to.
 */
#ifndef XFRM_PCPU_DAEMON_LISTEN_H
#define XFRM_PCPU_DAEMON_LISTEN_H

/**
 * listen_open() - make the socket, mode 0600
 * @path: where
 *
 * A socket that nobody serves any more is replaced.
 *
 * Return: descriptor, -EADDRINUSE if somebody serves it, -ENAMETOOLONG, or an
 * errno of bind(2) and listen(2).
 */
int listen_open(const char *path);

/**
 * listen_accept() - take a connection
 * @fd: descriptor of listen_open()
 * @user: besides root, this user may connect
 *
 * Return: descriptor, -EPERM if it is somebody else, or an errno of accept4(2).
 */
int listen_accept(int fd, unsigned int user);

#endif

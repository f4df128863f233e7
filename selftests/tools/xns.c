// SPDX-License-Identifier: GPL-2.0
/*
 * xns - what tests do most often with network namespaces
 *
 *	xns add NAME...			make them, lo up
 *	xns del NAME...
 *	xns exec NAME COMMAND...	become COMMAND in one
 *
 * Names are those of ip-netns(8), which can be used on the same namespaces. A
 * test starts a hundred programs; ip has to be linked with a dozen libraries each
 * time, and mounts a /sys for each command. On a kernel with KASAN that is most
 * of a test's time. COMMAND sees the /sys of the caller.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nl.h"

#define DIR "/run/netns"

static const char *path_of(const char *name)
{
	static char path[PATH_MAX];

	if (!*name || strchr(name, '/') ||
	    snprintf(path, sizeof(path), DIR "/%s", name) >= (int)sizeof(path))
		die("%s: not a name", name);
	return path;
}

/*
 * Shared, so that a namespace that is deleted goes from the mounts of each process
 * that has its own, and does not live on there.
 */
static void make_dir(void)
{
	if (mkdir(DIR, 0755) && errno != EEXIST)
		die("%s", DIR);
	if (!mount("", DIR, "none", MS_SHARED | MS_REC, NULL))
		return;
	if (errno != EINVAL)
		die("%s", DIR);
	if (mount(DIR, DIR, "none", MS_BIND | MS_REC, NULL) ||
	    mount("", DIR, "none", MS_SHARED | MS_REC, NULL))
		die("%s", DIR);
}

static void lo_up(void)
{
	struct ifreq lo = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &lo))
		die("lo");
	lo.ifr_flags |= IFF_UP;
	if (ioctl(fd, SIOCSIFFLAGS, &lo))
		die("lo");
	close(fd);
}

static void add(const char *name)
{
	const char *path = path_of(name);
	int fd = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);

	if (fd < 0)
		die("%s", path);
	close(fd);
	if (unshare(CLONE_NEWNET) ||
	    mount("/proc/thread-self/ns/net", path, "none", MS_BIND, NULL)) {
		int error = errno;

		unlink(path);
		errno = error;
		die("%s", path);
	}
	lo_up();
}

static int del(const char *name)
{
	const char *path = path_of(name);

	if (!umount2(path, MNT_DETACH) && !unlink(path))
		return 0;
	fprintf(stderr, "xns: %s: %m\n", path);
	return 1;
}

static void enter(const char *name)
{
	const char *path = path_of(name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || setns(fd, CLONE_NEWNET))
		die("%s", path);
	close(fd);
}

int main(int argc, char **argv)
{
	int i, status = 0;

	if (argc >= 3 && !strcmp(argv[1], "add")) {
		make_dir();
		for (i = 2; i < argc; i++)
			add(argv[i]);
	} else if (argc >= 3 && !strcmp(argv[1], "del")) {
		for (i = 2; i < argc; i++)
			status |= del(argv[i]);
	} else if (argc >= 4 && !strcmp(argv[1], "exec")) {
		enter(argv[2]);
		execvp(argv[3], argv + 3);
		die("%s", argv[3]);
	} else {
		fputs("usage: xns add|del NAME... | exec NAME COMMAND...\n",
		      stderr);
		return 2;
	}
	return status;
}

// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "nl.h"

void die(const char *fmt, ...)
{
	int err = errno;
	va_list args;

	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fprintf(stderr, err ? ": %s\n" : "\n", strerror(err));
	exit(2);
}

int nl_open(void)
{
	struct sockaddr_nl any = { .nl_family = AF_NETLINK };
	int one = 1, rcvbuf = 8 << 20;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_XFRM);

	if (fd < 0)
		die("netlink socket");
	if (setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one)))
		die("NETLINK_EXT_ACK");
	/* Multicasts pass by a socket that is not bound. */
	if (bind(fd, (void *)&any, sizeof(any)))
		die("bind netlink socket");
	/* A listener that lost events would show less than there was. */
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &rcvbuf, sizeof(rcvbuf));
	return fd;
}

/* nl_open_in_netns - a socket belongs to the namespace it was opened in */
int nl_open_in_netns(const char *name)
{
	char path[PATH_MAX];
	int home, there, fd;

	snprintf(path, sizeof(path), "/run/netns/%s", name);
	home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	there = open(path, O_RDONLY | O_CLOEXEC);
	if (home < 0 || there < 0 || setns(there, CLONE_NEWNET))
		die("%s", path);
	fd = nl_open();
	if (setns(home, CLONE_NEWNET))
		die("setns back");
	close(there);
	close(home);
	return fd;
}

void nl_join(int fd, unsigned int group)
{
	if (setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group,
		       sizeof(group)))
		die("join group %u", group);
}

void *nl_begin(struct nl_msg *msg, int type, int flags, size_t payload)
{
	/* Not all of it: emulators take long for that. */
	memset(msg, 0, NLMSG_SPACE(payload));
	msg->hdr.nlmsg_type = type;
	msg->hdr.nlmsg_flags = NLM_F_REQUEST | flags;
	msg->hdr.nlmsg_len = NLMSG_LENGTH(payload);
	return NLMSG_DATA(&msg->hdr);
}

void nl_put(struct nl_msg *msg, int type, const void *data, size_t len)
{
	size_t start = NLMSG_ALIGN(msg->hdr.nlmsg_len);
	struct nlattr *attr = (void *)(msg->buf + start);

	errno = 0;
	if (start + NLA_HDRLEN + NLA_ALIGN(len) > sizeof(msg->buf))
		die("request longer than %zu bytes", sizeof(msg->buf));
	memset(msg->buf + start, 0, NLA_HDRLEN + NLA_ALIGN(len));
	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + len;
	memcpy(msg->buf + start + NLA_HDRLEN, data, len);
	msg->hdr.nlmsg_len = start + NLA_HDRLEN + NLA_ALIGN(len);
}

void nl_send(int fd, struct nl_msg *msg)
{
	static unsigned int seq;

	msg->hdr.nlmsg_seq = ++seq;
	if (send(fd, msg, msg->hdr.nlmsg_len, 0) < 0)
		die("send request");
}

struct nl_result nl_result(const struct nlmsghdr *hdr)
{
	const struct nlmsgerr *err = NLMSG_DATA(hdr);
	struct nl_result result = { .err = err->error };
	size_t at = sizeof(int); /* NLMSG_DONE: an int, then attributes */

	if (hdr->nlmsg_type == NLMSG_ERROR) {
		at = sizeof(*err);
		if (!(hdr->nlmsg_flags & NLM_F_CAPPED))
			at += err->msg.nlmsg_len - NLMSG_HDRLEN;
	}
	if (!(hdr->nlmsg_flags & NLM_F_ACK_TLVS))
		return result;

	at = NLMSG_HDRLEN + NLMSG_ALIGN(at);
	while (at + NLA_HDRLEN <= hdr->nlmsg_len) {
		const struct nlattr *attr = (void *)((char *)hdr + at);

		if (attr->nla_len < NLA_HDRLEN)
			break;
		if (attr->nla_type == NLMSGERR_ATTR_MSG)
			snprintf(result.extack, sizeof(result.extack), "%.*s",
				 attr->nla_len - NLA_HDRLEN,
				 (const char *)attr + NLA_HDRLEN);
		at += NLA_ALIGN(attr->nla_len);
	}
	return result;
}

struct nl_result nl_talk(int fd, struct nl_msg *msg, size_t bufsize,
			 void (*seen)(const struct nlmsghdr *hdr))
{
	size_t size = bufsize ? bufsize : 65536;
	char *buf = malloc(size);

	if (!buf)
		die("buffer of %zu bytes", size);
	nl_send(fd, msg);
	for (;;) {
		ssize_t len = recv(fd, buf, size, MSG_TRUNC);
		unsigned int left;

		if (len < 0)
			die("receive reply");
		errno = 0;
		if ((size_t)len > size)
			die("reply of %zd bytes, buffer of %zu", len, size);

		left = len;
		for (struct nlmsghdr *hdr = (void *)buf; NLMSG_OK(hdr, left);
		     hdr = NLMSG_NEXT(hdr, left)) {
			if (hdr->nlmsg_seq != msg->hdr.nlmsg_seq)
				continue;
			if (hdr->nlmsg_type == NLMSG_ERROR ||
			    hdr->nlmsg_type == NLMSG_DONE) {
				struct nl_result result = nl_result(hdr);

				free(buf);
				return result;
			}
			if (seen)
				seen(hdr);
		}
	}
}

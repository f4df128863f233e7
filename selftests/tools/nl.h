/* SPDX-License-Identifier: GPL-2.0 */
/* A netlink socket of XFRM, and messages that are built in a buffer. */
#ifndef TOOLS_NL_H
#define TOOLS_NL_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/netlink.h>

#define NL_MSG_MAX 16384

struct nl_msg {
	union {
		struct nlmsghdr hdr;
		char buf[NL_MSG_MAX];
	};
};

/* What a request came to: a negative errno or 0, and the kernel's words. */
struct nl_result {
	int err;
	char extack[256];
};

int nl_open(void);
int nl_open_in_netns(const char *name);
void nl_join(int fd, unsigned int group);

void *nl_begin(struct nl_msg *msg, int type, int flags, size_t payload);
void nl_put(struct nl_msg *msg, int type, const void *data, size_t len);
void nl_send(int fd, struct nl_msg *msg);

/* The acknowledgement (or the end of a dump) that @hdr is. */
struct nl_result nl_result(const struct nlmsghdr *hdr);

/*
 * Send @msg and hand each message that answers it to @seen (may be NULL), up
 * to the acknowledgement.  Dumps are read into buffers of @bufsize (0: large).
 */
struct nl_result nl_talk(int fd, struct nl_msg *msg, size_t bufsize,
			 void (*seen)(const struct nlmsghdr *hdr));

/* Print what failed, with errno, and exit with status 2: no test can go on. */
void die(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));

#endif

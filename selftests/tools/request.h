/* SPDX-License-Identifier: GPL-2.0 */
/* An XFRM request as words, "newsa src=10.0.0.1 ...", made into a message. */
#ifndef TOOLS_REQUEST_H
#define TOOLS_REQUEST_H

#include <sys/socket.h>
#include <linux/xfrm.h>

#include "nl.h"

struct address {
	int family;
	xfrm_address_t addr;
};

struct address parse_address(const char *text);

/*
 * Build the request that @words (a verb, then key=value) describes.  Ends the
 * program with a message if a word is not understood.  The receive buffer's
 * size that bufsize= asked for goes to @bufsize.
 */
void request_build(struct nl_msg *msg, int count, char **words,
		   size_t *bufsize);

void request_usage(void);

#endif

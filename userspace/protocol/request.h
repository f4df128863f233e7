/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What others tell the helper: messages to events of the logic.  Nothing here
 * does I/O.
 */
#ifndef XFRM_PCPU_PROTOCOL_REQUEST_H
#define XFRM_PCPU_PROTOCOL_REQUEST_H

#include "kernel/install.h"
#include "lines.h"
#include "logic/logic.h"

/* The version of the protocol that we speak. */
#define PR_VERSION 1

/**
 * enum pr_kind - kinds of messages
 * @PR_HELLO: the daemon begins; the event is LG_DAEMON_UP
 * @PR_EVENT: something for the logic
 * @PR_MOVE: something for the logic, from an operator; its number is the
 *	caller's to give
 * @PR_STATUS: an operator wants to see all Child SAs
 */
enum pr_kind { PR_HELLO, PR_EVENT, PR_MOVE, PR_STATUS };

/**
 * struct pr_request - what a message says
 * @kind: its kind
 * @event: the event, but for PR_STATUS; its texts are the message's
 * @note: something for the log, NULL if there is nothing
 * @in: LG_INSTALL with by_helper: the inbound SA, without what the logic says:
 *	addresses, SPI, protocol, mark, direction and CPU
 * @out: the outbound SA
 */
struct pr_request {
	enum pr_kind kind;
	struct lg_event event;
	const char *note;
	struct xp_install in;
	struct xp_install out;
};

/**
 * pr_request_wipe() - overwrite all of it, with the keys
 * @request: request
 */
void pr_request_wipe(struct pr_request *request);

/**
 * pr_request_read() - read a message
 * @message: message
 * @request: result, written only upon success
 * @error: upon failure, what is wrong, one line
 * @size: bytes at @error
 *
 * Keys that are not known are ignored.  The CPUs of a Child SA are left unset,
 * for the kernel to tell.
 *
 * Return: 0, -EINVAL, -EOPNOTSUPP if the message or the version is not known.
 */
int pr_request_read(const struct pr_message *message,
		    struct pr_request *request, char *error, size_t size);

#endif

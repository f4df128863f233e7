/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A connection to a daemon or an operator: messages in and out.
 */
#ifndef XFRM_PCPU_DAEMON_LINK_H
#define XFRM_PCPU_DAEMON_LINK_H

#include <stddef.h>

#include "loop.h"
#include "protocol/lines.h"

/*
 * What may wait to be written: a status of a hundred thousand Child SAs.  Who reads
 * so slowly that there is more is cut off.
 */
#define LINK_OUT_MAX (16 * 1024 * 1024)

struct link;

/**
 * typedef link_fn - takes a message
 * @link: whose
 * @message: the message, valid during the call
 * @arg: of link_new()
 */
typedef void link_fn(struct link *link, const struct pr_message *message,
		     void *arg);

/**
 * struct link - a connection
 * @next: for the owner
 * @loop: loop
 * @in: descriptor that is read
 * @out: descriptor that is written, used while there is something to write
 * @fd_out: the same
 * @reader: bytes that came
 * @text: bytes that wait to be written, from @from on
 * @room: bytes at @text
 * @from: bytes of it that were written
 * @used: how many wait
 * @closing: it ended, or is at fault: its owner frees it
 * @why: why, for the log
 * @take: takes messages
 * @arg: for @take
 * @is_daemon: it has said hello; for the owner
 * @move: the number of an operator's move that is not answered; for the owner
 */
struct link {
	struct link *next;
	struct loop *loop;
	struct watch in;
	struct watch out;
	int fd_out;
	struct pr_reader reader;
	char *text;
	size_t room;
	size_t from;
	size_t used;
	bool closing;
	const char *why;
	link_fn *take;
	void *arg;
	bool is_daemon;
	uint64_t move;
};

/**
 * link_new() - a connection on descriptors that are there
 * @loop: loop
 * @fd_in: read; becomes non-blocking and the link's
 * @fd_out: written, another descriptor than @fd_in; the same
 * @take: takes messages
 * @arg: for @take
 *
 * Return: link, NULL if it cannot be; the descriptors are closed then.
 */
struct link *link_new(struct loop *loop, int fd_in, int fd_out, link_fn *take,
		      void *arg);

/**
 * link_free() - close it
 * @link: link
 */
void link_free(struct link *link);

/**
 * link_send() - write a message
 * @link: link
 * @text: message
 * @length: bytes of it
 */
void link_send(struct link *link, const char *text, size_t length);

/**
 * link_close() - it is to end: nothing more is read or written
 * @link: link
 * @why: for the log, constant
 */
void link_close(struct link *link, const char *why);

#endif

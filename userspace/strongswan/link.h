/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The connection to the helper.  A thread of its own connects, again and again,
 * and reads; others send without ever waiting for room, and wait for an answer
 * for LINK_ANSWER_MS at most.  After that the helper counts as dead: the
 * connection is closed, so that the next exchange does not wait for it.
 *
 * Each connection has a number, its generation, since job and question numbers
 * end with it.
 */
#ifndef XFRM_PCPU_STRONGSWAN_LINK_H
#define XFRM_PCPU_STRONGSWAN_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/lines.h"

#define LINK_ANSWER_MS 1000
#define LINK_RETRY_MS 1000

/* A message of ours fits, with the keys of two SAs, and a Notify payload of the helper's. */
#define LINK_TEXT_MAX 2048
#define LINK_NOTIFY_MAX 64

/**
 * struct ref - which negotiation is meant
 * @kind: none, a job of the helper's, a question of ours
 * @id: its number
 * @generation: of the connection that it belongs to
 */
struct ref {
	enum ref_kind { REF_NONE, REF_JOB, REF_QUESTION } kind;
	uint64_t id;
	unsigned int generation;
};

/**
 * struct reply - "answer" or "go", or what an order says of a Child SA
 * @accept: the verdict is to go on with the notify
 * @refuse: the verdict is to refuse
 * @has_cpu: a CPU was named: it is no fallback
 * @hold: the outbound SA waits for "release"
 * @installed: the helper has installed the SAs
 * @not_installed: it could not
 * @notify: @length bytes of a Notify payload, for our message
 * @length: 0 if there is none
 */
struct reply {
	bool accept;
	bool refuse;
	bool has_cpu;
	bool hold;
	bool installed;
	bool not_installed;
	uint8_t notify[LINK_NOTIFY_MAX];
	size_t length;
};

/**
 * link_start() - begin to connect
 *
 * The thread of the connection calls told_all() when the helper is there, before
 * anybody else may send; hold_release_all() when it is gone; job_order() for a
 * message that is no reply.
 */
void link_start(void);

/**
 * link_stop() - end it
 */
void link_stop(void);

/**
 * link_ready() - all was told: others may send now
 *
 * For told_all(), which thereby keeps its own lock until then.
 */
void link_ready(void);

/**
 * link_generation() - the connection's number
 *
 * Return: 0 if there is no helper, or none that has a kernel to serve with.
 */
unsigned int link_generation(void);

/**
 * link_installs() - does the helper install the SAs of CPUs?
 *
 * Return: whether the kernel gives an SA its CPU with the installation alone.
 */
bool link_installs(void);

/**
 * link_question() - a new question
 *
 * Return: its name, of the present connection.
 */
struct ref link_question(void);

/**
 * link_put_ref() - name a negotiation in a message
 * @w: message
 * @ref: whatever is not of the present connection is left out
 *
 * Return: whether it was put.
 */
bool link_put_ref(struct pr_writer *w, const struct ref *ref);

/**
 * link_tell() - send a message
 * @w: message, without its end
 */
void link_tell(struct pr_writer *w);

/**
 * link_ask() - send a message and wait for what comes back
 * @w: message, without its end
 * @name: "answer" or "go"
 * @ref: which it is about
 * @reply: result
 *
 * Return: false if nothing came back in time.
 */
bool link_ask(struct pr_writer *w, const char *name, const struct ref *ref,
	      struct reply *reply);

/**
 * link_begin() - begin a message
 * @text: LINK_TEXT_MAX bytes
 * @name: its name
 */
struct pr_writer link_begin(char *text, const char *name);

/**
 * link_number() - the value of a key
 * @message: message
 * @key: key
 *
 * Return: number, 0 if there is none.
 */
uint64_t link_number(const struct pr_message *message, const char *key);

/**
 * link_reply() - what a message says of a Child SA
 * @message: message
 */
struct reply link_reply(const struct pr_message *message);

#endif

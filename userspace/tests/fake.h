/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel made of prepared answers, behind a socket.
 */
#ifndef XFRM_PCPU_TESTS_FAKE_H
#define XFRM_PCPU_TESTS_FAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire.h"

struct xp_socket;

#define FAKE_ANSWERS_MAX 16

/**
 * struct answer - one datagram of the kernel
 * @wire: its message
 * @err: errno instead of a datagram
 * @from: port of the sender; 0 is the kernel
 * @stale: it answers the request before
 */
struct answer {
	struct wire wire;
	int err;
	uint32_t from;
	bool stale;
};

/**
 * struct fake - what happened and what will
 * @answers: @nr_answers answers, of which @next is given next
 * @nr_answers: prepared answers
 * @next: answers that were given
 * @asked: the last request
 * @requests: number of requests
 * @buffer: where the last answer was written to, of @length bytes
 * @length: see @buffer
 */
struct fake {
	struct answer answers[FAKE_ANSWERS_MAX];
	size_t nr_answers;
	size_t next;
	struct wire asked;
	int requests;
	const unsigned char *buffer;
	size_t length;
};

extern struct fake fake;

/* Forget all answers and requests. */
void fake_forget(void);

/* A socket with the fake behind it. */
struct xp_socket *fake_socket(void);

/* Prepare one more answer. */
struct answer *fake_answer(void);

/* Prepare an acknowledgement; @text may be NULL. */
void fake_errno(int err, const char *text);

/* Prepare the end of a dump; @text may be NULL. */
void fake_done(int err, const char *text);

/* Are all bytes of the last answer overwritten where it was read to? */
bool fake_is_wiped(void);

#endif

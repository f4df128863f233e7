/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text that "save" writes and "restore" reads: which SA has which CPU.  No
 * key is in it.
 *
 *	xfrm-pcpu save 1
 *	dst=10.0.0.2 spi=0x00001234 proto=esp src=10.0.0.1 reqid=1 cpu=2
 *	dst=10.0.0.2 spi=0x00001235 proto=esp mark=0x1/0xff src=10.0.0.1 ...
 *
 * Words may come in any order; blank lines and lines that begin with # are
 * skipped.
 */
#ifndef XFRM_PCPU_CLI_SAVED_H
#define XFRM_PCPU_CLI_SAVED_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "kernel/sad.h"

/**
 * struct saved_sa - one SA with its CPU
 * @id: its name
 * @src: outer source
 * @reqid: reqid
 * @cpu: its CPU
 */
struct saved_sa {
	struct xp_sa_id id;
	struct xp_addr src;
	uint32_t reqid;
	uint32_t cpu;
};

/**
 * struct saved - all of them; all zero is the empty set
 * @sa: @count SAs
 * @count: number of SAs
 * @room: SAs that fit into @sa
 * @error: why saved_read() failed: line, what was wrong, what was expected
 */
struct saved {
	struct saved_sa *sa;
	size_t count;
	size_t room;
	char error[160];
};

/**
 * saved_write() - write the SAs that have a CPU
 * @out: where to
 * @sad: all SAs
 */
void saved_write(FILE *out, const struct xp_sad *sad);

/**
 * saved_read() - read it back, all or nothing
 * @saved: empty set that takes the result; saved_free() frees it
 * @in: where from
 *
 * Return: 0, -EINVAL with @saved->error, -ENOMEM, an errno of read(2).
 */
int saved_read(struct saved *saved, FILE *in);

/**
 * saved_free() - forget all SAs
 * @saved: SAs, not the memory they are in
 */
void saved_free(struct saved *saved);

#endif

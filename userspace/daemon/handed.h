/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SAs that the daemon has handed over with their keys, until they are installed.
 * The only place where keys stay for longer than a message is worked on.
 */
#ifndef XFRM_PCPU_DAEMON_HANDED_H
#define XFRM_PCPU_DAEMON_HANDED_H

#include "kernel/install.h"
#include "logic/logic.h"

/* Longest text of why an SA was not installed. */
#define HANDED_TEXT_MAX 320

/**
 * struct handed - the SAs of a Child SA
 * @next: next one
 * @child: whose
 * @in: inbound SA, wiped once it was tried
 * @out: outbound SA, likewise
 * @err: what became of them so far, 0 or a negative errno
 * @text: why
 */
struct handed {
	struct handed *next;
	struct lg_child_name child;
	struct xp_install in;
	struct xp_install out;
	int err;
	char text[HANDED_TEXT_MAX];
};

/**
 * handed_add() - keep SAs
 * @list: list
 * @child: whose; what is kept for it already is wiped
 * @in: inbound SA, copied
 * @out: outbound SA, copied
 *
 * Until something is tried, what became of them is that there is no such IKE SA.
 *
 * Return: 0, -ENOMEM.
 */
int handed_add(struct handed **list, const struct lg_child_name *child,
	       const struct xp_install *in, const struct xp_install *out);

/**
 * handed_find() - the SAs of a Child SA
 * @list: list
 * @child: whose
 *
 * Return: SAs or NULL.
 */
struct handed *handed_find(struct handed *list,
			   const struct lg_child_name *child);

/**
 * handed_rename() - an IKE SA inherits those of another one
 * @list: list
 * @from: the daemon's number of the other one
 * @to: its own
 */
void handed_rename(struct handed *list, uint64_t from, uint64_t to);

/**
 * handed_sweep() - wipe and forget what will not be installed any more
 * @list: list
 * @lg: who knows; NULL: nothing will be
 */
void handed_sweep(struct handed **list, const struct lg *lg);

#endif

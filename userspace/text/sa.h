/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A whole SA as words and their values: the command line's, and those of the
 * helper protocol that mean the same.  Messages about it never repeat a value.
 * Nothing here does I/O.
 */
#ifndef XFRM_PCPU_TEXT_SA_H
#define XFRM_PCPU_TEXT_SA_H

#include <stddef.h>

#include "kernel/install.h"

/**
 * struct text_sa - an SA that is being read; text_sa_begin() first
 * @install: the SA
 * @seen: words that were given, by their place in the table
 * @error: what was wrong and what was expected
 */
struct text_sa {
	struct xp_install install;
	uint64_t seen;
	char error[256];
};

/**
 * enum text_sa_kind - what goes with a word
 * @TEXT_SA_UNKNOWN: there is no such word
 * @TEXT_SA_SWITCH: no value: "update" and "esn"
 * @TEXT_SA_VALUE: a value
 * @TEXT_SA_KEY: a value that is a secret
 */
enum text_sa_kind {
	TEXT_SA_UNKNOWN,
	TEXT_SA_SWITCH,
	TEXT_SA_VALUE,
	TEXT_SA_KEY,
};

/**
 * text_sa_begin() - an SA with nothing but defaults: esp, tunnel mode, no CPU
 * @text: result
 */
void text_sa_begin(struct text_sa *text);

/**
 * text_sa_kind() - what goes with a word?
 * @name: its name
 *
 * Return: see enum text_sa_kind.
 */
enum text_sa_kind text_sa_kind(const char *name);

/**
 * text_sa_word() - take one word
 * @text: the SA; @text->error upon failure, which begins with @name
 * @name: its name
 * @value: its value, NULL for TEXT_SA_SWITCH
 *
 * Return: 0, -EINVAL.
 */
int text_sa_word(struct text_sa *text, const char *name, const char *value);

/**
 * text_sa_finish() - after all words: is the SA complete?
 * @text: the SA; @text->error upon failure
 *
 * Return: 0, -EINVAL.
 */
int text_sa_finish(struct text_sa *text);

#endif

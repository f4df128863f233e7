/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A whole SA as words: NAME VALUE of the command line, NAME=VALUE of an input
 * that may hold keys.  Messages about it never repeat a value of the input.
 */
#ifndef XFRM_PCPU_CLI_SA_TEXT_H
#define XFRM_PCPU_CLI_SA_TEXT_H

#include <stddef.h>

#include "kernel/install.h"

/* Longest input, bytes. */
#define SA_TEXT_MAX 4096

/**
 * struct sa_text - an SA that is being read; sa_text_begin() first
 * @install: the SA
 * @seen: words that were given, by their place in the table
 * @error: what was wrong and what was expected
 */
struct sa_text {
	struct xp_install install;
	uint64_t seen;
	char error[256];
};

/**
 * sa_text_begin() - an SA with nothing but defaults: esp, tunnel mode, no CPU
 * @text: result
 */
void sa_text_begin(struct sa_text *text);

/**
 * sa_text_args() - take words of the command line, keys excepted
 * @text: the SA; @text->error upon failure
 * @argc: number of words
 * @argv: the words: NAME VALUE, or "update" or "esn" alone
 *
 * Return: 0, -EINVAL.
 */
int sa_text_args(struct sa_text *text, int argc, char **argv);

/**
 * sa_text_word() - take one word
 * @text: the SA; @text->error upon failure, which begins with @name
 * @name: its name
 * @value: its value, NULL for "update" and "esn"
 *
 * Return: 0, -EINVAL.
 */
int sa_text_word(struct sa_text *text, const char *name, const char *value);

/**
 * sa_text_lines() - take lines NAME=VALUE up to an empty one or the end
 * @text: the SA; @text->error upon failure
 * @lines: terminated text, which is overwritten
 *
 * Return: 0, -EINVAL.
 */
int sa_text_lines(struct sa_text *text, char *lines);

/**
 * sa_text_finish() - after all words: is the SA complete?
 * @text: the SA; @text->error upon failure
 *
 * Return: 0, -EINVAL.
 */
int sa_text_finish(struct sa_text *text);

#endif

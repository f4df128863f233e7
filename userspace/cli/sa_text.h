/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A whole SA on the command line: NAME VALUE as arguments, NAME=VALUE in an
 * input that may hold keys.  Messages about it never repeat a value of the
 * input.
 */
#ifndef XFRM_PCPU_CLI_SA_TEXT_H
#define XFRM_PCPU_CLI_SA_TEXT_H

#include "text/sa.h"

/* Longest input, bytes. */
#define SA_TEXT_MAX 4096

/**
 * sa_text_args() - take words of the command line, keys excepted
 * @text: the SA; @text->error upon failure
 * @argc: number of words
 * @argv: the words: NAME VALUE, or "update" or "esn" alone
 *
 * Return: 0, -EINVAL.
 */
int sa_text_args(struct text_sa *text, int argc, char **argv);

/**
 * sa_text_lines() - take lines NAME=VALUE up to an empty one or the end
 * @text: the SA; @text->error upon failure
 * @lines: terminated text, which is overwritten
 *
 * Return: 0, -EINVAL.
 */
int sa_text_lines(struct text_sa *text, char *lines);

#endif

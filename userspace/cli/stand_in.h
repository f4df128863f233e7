/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Addresses in a text, each replaced by the same stand-in everywhere.
 */
#ifndef XFRM_PCPU_CLI_STAND_IN_H
#define XFRM_PCPU_CLI_STAND_IN_H

#include <stdio.h>

/**
 * stand_in_write() - write a text without its addresses
 * @out: where to
 * @text: the text
 *
 * What reads as an IPv4 or IPv6 address, however it is spelt, becomes v4-N or
 * v6-N, counted as they come; lengths of prefixes stay.  0.0.0.0 and :: stay too:
 * they mean "any".  Rather too much is taken for an address than too little, a
 * version of four numbers for instance.
 *
 * Return: 0, -ENOMEM: nothing was written.
 */
int stand_in_write(FILE *out, const char *text);

#endif

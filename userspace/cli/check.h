/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What "check" tells, for "report" too.
 */
#ifndef XFRM_PCPU_CLI_CHECK_H
#define XFRM_PCPU_CLI_CHECK_H

#include <stdbool.h>
#include <stdio.h>

/**
 * check_write() - look for what per-CPU SAs need, and tell it
 * @out: where to
 * @is_json: as JSON
 *
 * Return: exit status.
 */
int check_write(FILE *out, bool is_json);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rates as lines of text.
 */
#ifndef XFRM_PCPU_CLI_TOP_TEXT_H
#define XFRM_PCPU_CLI_TOP_TEXT_H

#include <stdbool.h>
#include <stdio.h>

struct top_rates;

/**
 * top_text() - acquires, each group with its CPUs, then what steering does
 * @out: where to
 * @rates: rates
 * @has_module: the module serves; a kernel with per-CPU SAs of its own counts no
 *	acquires
 */
void top_text(FILE *out, const struct top_rates *rates, bool has_module);

#endif

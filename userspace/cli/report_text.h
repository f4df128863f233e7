/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SAs and policies for "report".  They come from structures that have no room
 * for a key.
 */
#ifndef XFRM_PCPU_CLI_REPORT_TEXT_H
#define XFRM_PCPU_CLI_REPORT_TEXT_H

#include <stdio.h>

#include "kernel/sad.h"
#include "kernel/spd.h"

/**
 * report_sas() - two lines for each SA
 * @out: where to
 * @sad: SAs
 */
void report_sas(FILE *out, const struct xp_sad *sad);

/**
 * report_policies() - a line for each policy, an indented one for each template
 * @out: where to
 * @spd: policies
 */
void report_policies(FILE *out, const struct xp_spd *spd);

#endif

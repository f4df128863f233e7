/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of "check" that is about who asks for per-CPU SAs: IKE daemon,
 * plugin, helper.
 */
#ifndef XFRM_PCPU_CLI_CHECK_DAEMON_H
#define XFRM_PCPU_CLI_CHECK_DAEMON_H

#include "findings.h"

/**
 * check_daemon() - look for an IKE daemon, and for what it lacks
 * @findings: what was found is added
 */
void check_daemon(struct findings *findings);

#endif

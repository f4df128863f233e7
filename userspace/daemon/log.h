/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines on standard error.  No key is ever in one.
 */
#ifndef XFRM_PCPU_DAEMON_LOG_H
#define XFRM_PCPU_DAEMON_LOG_H

#include "logic/logic.h"

/**
 * log_line() - write a line
 * @format: as of printf()
 */
void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

/**
 * log_errno() - write a line with a reason
 * @err: negative errno
 * @what: what failed
 */
void log_errno(int err, const char *what);

/**
 * log_action() - write a line of the logic
 * @action: LG_LOG
 */
void log_action(const struct lg_action *action);

#endif

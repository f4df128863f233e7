/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two SAs of an "install" that the helper carries out, with their keys.
 * Nothing here does I/O.
 */
#ifndef XFRM_PCPU_PROTOCOL_SAS_H
#define XFRM_PCPU_PROTOCOL_SAS_H

#include "kernel/install.h"
#include "lines.h"

/**
 * pr_sas_read() - read both SAs of a message
 * @message: message
 * @in: result, the inbound SA; what the keys of this file do not say stays 0
 * @out: result, the outbound SA
 * @error: upon failure, what is wrong, one line that repeats no value
 * @size: bytes at @error
 *
 * Upon failure there are no keys in the results.
 *
 * Return: 0, -EINVAL.
 */
int pr_sas_read(const struct pr_message *message, struct xp_install *in,
		struct xp_install *out, char *error, size_t size);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration file: lines "name = value", with the names of the command
 * line (settings.h).
 */
#ifndef XFRM_PCPU_DAEMON_CONFIG_H
#define XFRM_PCPU_DAEMON_CONFIG_H

#include "settings.h"

/* Longest file, bytes. */
#define CONFIG_MAX 65536

/**
 * config_parse() - read the text of a file
 * @file: its name, for messages
 * @text: @length bytes, and a zero byte; written to
 * @length: how many
 * @settings: what the command line has is not changed; nothing is upon failure
 * @report: is told of each error: "FILE:LINE: what was expected"
 *
 * Return: 0, -EINVAL.
 */
int config_parse(const char *file, char *text, size_t length,
		 struct settings *settings, void (*report)(const char *text));

/**
 * config_read() - read the file that the command line names, or the default one
 * @settings: as in config_parse()
 * @report: as in config_parse(), and of a file that cannot be read
 *
 * Return: 0, -EINVAL if something is wrong in it, or an errno of open(2) and
 * read(2).  A default file that is absent is no error.
 */
int config_read(struct settings *settings, void (*report)(const char *text));

#endif

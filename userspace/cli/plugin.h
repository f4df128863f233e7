/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plugin that lets a strongSwan before 6.0.2 use the helper.  It is built
 * for one version of strongSwan and says so in a text within the file:
 *
 *	xfrm-pcpu 0.1.0 for strongSwan 5.9.8
 */
#ifndef XFRM_PCPU_CLI_PLUGIN_H
#define XFRM_PCPU_CLI_PLUGIN_H

#include <stdbool.h>

/**
 * struct plugin - a plugin that is installed
 * @version: its own version, "" if the file does not tell
 * @charon: three numbers: strongSwan's version that it is built for
 */
struct plugin {
	char version[32];
	unsigned int charon[3];
};

/**
 * plugin_read() - what a plugin's file says
 * @plugin: result
 * @path: the file
 *
 * Return: whether there is such a file.
 */
bool plugin_read(struct plugin *plugin, const char *path);

/**
 * plugin_look() - the plugin where strongSwan looks for plugins
 * @plugin: result
 *
 * Return: whether there is one.
 */
bool plugin_look(struct plugin *plugin);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the helper can be told at its start: the names, which are those of the
 * command line and of the configuration file alike, and how values are read.
 * Nothing here does I/O.
 */
#ifndef XFRM_PCPU_DAEMON_SETTINGS_H
#define XFRM_PCPU_DAEMON_SETTINGS_H

#include "logic/logic.h"

/* The configuration file; this one need not be there. */
#define CONFIG_FILE "/etc/xfrm-pcpud.conf"

/* Longest text of a value; a socket's path is shorter (unix(7)). */
#define SETTINGS_TEXT_MAX 255

/**
 * struct settings - their values
 * @config: configuration file, "" for the default, which need not be there
 * @socket: where to listen
 * @user: who to become
 * @stdio: serve standard input and output instead
 * @logic: of the logic
 * @given: those that the command line has, by their place in settings_all
 */
struct settings {
	char config[SETTINGS_TEXT_MAX + 1];
	char socket[SETTINGS_TEXT_MAX + 1];
	char user[SETTINGS_TEXT_MAX + 1];
	bool stdio;
	struct lg_config logic;
	unsigned int given;
};

/**
 * enum setting_kind - what a value is
 * @SETTING_SWITCH: there is none: bool
 * @SETTING_YES_NO: yes or no, yes if there is none: bool
 * @SETTING_NUMBER: from 1: uint32_t
 * @SETTING_SECONDS: from 1: uint64_t, milliseconds
 * @SETTING_TEXT: char[SETTINGS_TEXT_MAX + 1], which counts from the start on
 */
enum setting_kind {
	SETTING_SWITCH,
	SETTING_YES_NO,
	SETTING_NUMBER,
	SETTING_SECONDS,
	SETTING_TEXT,
};

/**
 * struct setting - one of them
 * @name: of the option, without "--", and in the file
 * @value: its value for the usage, or NULL
 * @help: for the usage, with the default in parentheses
 * @kind: what the value is
 * @offset: where it is in struct settings
 * @in_file: it may stand in the file
 */
struct setting {
	const char *name;
	const char *value;
	const char *help;
	enum setting_kind kind;
	size_t offset;
	bool in_file;
};

/* All of them. */
#define SETTINGS_COUNT 7
extern const struct setting settings_all[SETTINGS_COUNT];

/**
 * settings_begin() - defaults
 * @settings: result
 */
void settings_begin(struct settings *settings);

/**
 * settings_find() - which one has this name?
 * @name: name
 *
 * Return: one of settings_all, or NULL.
 */
const struct setting *settings_find(const char *name);

/**
 * settings_set() - take a value
 * @settings: as it is, upon failure too
 * @setting: which
 * @value: its text, NULL if there is none
 *
 * Return: NULL, or what was expected instead: "a number from 1".
 */
const char *settings_set(struct settings *settings,
			 const struct setting *setting, const char *value);

/**
 * settings_give() - take a value of the command line: the file's does not count
 * @settings: as it is, upon failure too
 * @setting: which
 * @value: its text, NULL if there is none
 *
 * Return: as settings_set().
 */
const char *settings_give(struct settings *settings,
			  const struct setting *setting, const char *value);

/**
 * settings_given() - was it on the command line?
 * @settings: settings
 * @setting: which
 */
bool settings_given(const struct settings *settings,
		    const struct setting *setting);

/**
 * settings_differ() - is it another one, and of no use before the next start?
 * @now: what counted at the start
 * @fresh: what was read since
 * @setting: which
 */
bool settings_differ(const struct settings *now, const struct settings *fresh,
		     const struct setting *setting);

/**
 * settings_text() - the value of a SETTING_TEXT
 * @settings: settings
 * @setting: which
 */
const char *settings_text(const struct settings *settings,
			  const struct setting *setting);

#endif

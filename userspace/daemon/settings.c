// SPDX-License-Identifier: GPL-2.0-or-later
#include "settings.h"

#include <errno.h>
#include <string.h>

#include "text/value.h"

#define SOCKET "/run/xfrm-pcpud.sock"
#define USER "nobody"

#define AT(member) offsetof(struct settings, member)

const struct setting settings_all[SETTINGS_COUNT] = {
	{ "config", "FILE", "read this file (" CONFIG_FILE " if it exists)",
	  SETTING_TEXT, AT(config), false },
	{ "stdio", NULL, "serve the daemon at standard input and output",
	  SETTING_SWITCH, AT(stdio), false },
	{ "socket", "PATH", "serve who connects here (" SOCKET ")",
	  SETTING_TEXT, AT(socket), true },
	{ "user", "NAME", "become this user, with CAP_NET_ADMIN (" USER ")",
	  SETTING_TEXT, AT(user), true },
	{ "limit", "N",
	  "additional SAs for a pair of traffic selectors (twice the CPUs)",
	  SETTING_NUMBER, AT(logic.limit), true },
	{ "idle", "SECONDS", "delete SAs that idle for so long (never)",
	  SETTING_SECONDS, AT(logic.idle_ms), true },
	{ "at-once", "yes|no", "make all SAs at once, not when a CPU asks (no)",
	  SETTING_YES_NO, AT(logic.at_once), true },
};

void settings_begin(struct settings *settings)
{
	*settings = (struct settings){ .socket = SOCKET, .user = USER };
}

const struct setting *settings_find(const char *name)
{
	for (size_t i = 0; i < SETTINGS_COUNT; i++)
		if (!strcmp(settings_all[i].name, name))
			return &settings_all[i];
	return NULL;
}

static const char *read_number(const char *value, uint32_t *number)
{
	uint32_t result;
	int err = text_u32(value, &result);

	if (err == -ERANGE)
		return "a number up to 4294967295";
	if (err || !result)
		return "a number from 1";
	*number = result;
	return NULL;
}

static const char *read_seconds(const char *value, uint64_t *ms)
{
	uint32_t seconds;
	const char *expected = read_number(value, &seconds);

	if (!expected)
		*ms = UINT64_C(1000) * seconds;
	return expected;
}

static const char *read_yes_no(const char *value, bool *yes)
{
	if (!value || !strcmp(value, "yes"))
		*yes = true;
	else if (!strcmp(value, "no"))
		*yes = false;
	else
		return "yes or no";
	return NULL;
}

static const char *read_text(const char *value, char *text)
{
	size_t length = strlen(value);

	if (!length || length > SETTINGS_TEXT_MAX)
		return "1 to 255 bytes";
	memcpy(text, value, length + 1);
	return NULL;
}

const char *settings_set(struct settings *settings,
			 const struct setting *setting, const char *value)
{
	void *at = (char *)settings + setting->offset;

	switch (setting->kind) {
	case SETTING_SWITCH:
		*(bool *)at = true;
		return NULL;
	case SETTING_YES_NO:
		return read_yes_no(value, at);
	case SETTING_NUMBER:
		return read_number(value, at);
	case SETTING_SECONDS:
		return read_seconds(value, at);
	case SETTING_TEXT:
		return read_text(value, at);
	}
	return "nothing";
}

const char *settings_give(struct settings *settings,
			  const struct setting *setting, const char *value)
{
	const char *expected = settings_set(settings, setting, value);

	if (!expected)
		settings->given |= 1U << (setting - settings_all);
	return expected;
}

bool settings_given(const struct settings *settings,
		    const struct setting *setting)
{
	return settings->given & 1U << (setting - settings_all);
}

bool settings_differ(const struct settings *now, const struct settings *fresh,
		     const struct setting *setting)
{
	return setting->kind == SETTING_TEXT &&
	       strcmp(settings_text(now, setting),
		      settings_text(fresh, setting)) != 0;
}

const char *settings_text(const struct settings *settings,
			  const struct setting *setting)
{
	return (const char *)settings + setting->offset;
}

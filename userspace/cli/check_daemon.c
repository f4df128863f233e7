// SPDX-License-Identifier: GPL-2.0-or-later
#include "check_daemon.h"

#include <stdio.h>
#include <string.h>

#include "daemons.h"
#include "helper.h"
#include "plugin.h"
#include "process.h"

/**
 * struct seen - the daemon that runs
 * @daemon: NULL if none
 * @is_known: @version is
 * @version: three numbers
 * @name: product and version
 * @need: what it needs to speak RFC 9611
 */
struct seen {
	const struct daemon *daemon;
	bool is_known;
	unsigned int version[3];
	char name[64];
	enum daemon_need need;
};

static void look(struct seen *seen)
{
	char *argv[] = { "sh", "-c", NULL, NULL };
	char text[FINDING_MAX];

	memset(seen, 0, sizeof(*seen));
	seen->daemon = daemon_running();
	if (!seen->daemon)
		return;
	argv[2] = (char *)seen->daemon->ask;
	program_ask(argv, text, sizeof(text));
	seen->is_known = daemon_version(text, seen->version);
	if (seen->is_known)
		snprintf(seen->name, sizeof(seen->name), "%s %u.%u.%u",
			 seen->daemon->product, seen->version[0],
			 seen->version[1], seen->version[2]);
	else
		snprintf(seen->name, sizeof(seen->name),
			 "%s of unknown version", seen->daemon->product);
	seen->need = daemon_need(seen->daemon,
				 seen->is_known ? seen->version : NULL);
}

static void about_daemon(struct findings *findings, const struct seen *seen)
{
	const char *advice = NULL;

	if (!seen->daemon) {
		finding(findings, NOTE, "daemon",
			"start strongSwan 6.0.2 or later, for example",
			"no IKE daemon that is known here runs");
		return;
	}
	if (seen->need == NEEDS_PLUGIN && seen->is_known)
		advice = "it does not know RFC 9611: use strongSwan 6.0.2 or "
			 "later, or plugin and helper";
	else if (seen->need == NEEDS_PLUGIN)
		advice = "use strongSwan 6.0.2 or later";
	else if (seen->need == NEEDS_ATTACH)
		advice = "it does not signal RFC 9611: xfrm-pcpu attach gives "
			 "SAs of one reqid to CPUs";
	finding(findings, advice ? NOTE : FINE, "daemon", advice, "%s",
		seen->name);
}

static void about_plugin(struct findings *findings, const struct seen *seen)
{
	const unsigned int *charon;
	struct plugin plugin;
	bool is_there = plugin_look(&plugin);
	char what[96];

	charon = plugin.charon;
	snprintf(what, sizeof(what), "xfrm-pcpu %s, for strongSwan %u.%u.%u",
		 plugin.version, charon[0], charon[1], charon[2]);
	if (seen->daemon && seen->need != NEEDS_PLUGIN) {
		finding(findings, FINE, "plugin", NULL, "not for %s%s",
			seen->name,
			is_there ? ", which ignores the one that is installed"
				 : "");
	} else if (!is_there) {
		finding(findings, seen->daemon ? NOTE : FINE, "plugin",
			seen->daemon ? "install the one that is built for this "
				       "strongSwan, or use 6.0.2 or later"
				     : NULL,
			"not installed%s",
			seen->daemon ? ""
				     : "; strongSwan before 6.0.2 needs it");
	} else if (!plugin.version[0]) {
		finding(findings, NOTE, "plugin",
			"install the one that is built for this strongSwan",
			"it does not tell its version");
	} else if (seen->is_known &&
		   memcmp(charon, seen->version, sizeof(seen->version))) {
		finding(findings, NOTE, "plugin",
			"install the one that is built for this strongSwan",
			"%s, but %s runs", what, seen->name);
	} else if (strcmp(plugin.version, XP_VERSION)) {
		finding(findings, NOTE, "plugin", "install both of one version",
			"%s, but this program is of %s", what, XP_VERSION);
	} else {
		finding(findings, FINE, "plugin", NULL, "%s", what);
	}
}

static const char *version_or(const char *version)
{
	return version[0] ? version : "of unknown version";
}

static void about_helper(struct findings *findings, const struct seen *seen)
{
	bool is_needed = seen->daemon && seen->need == NEEDS_PLUGIN;
	struct helper_state helper;

	helper_look(&helper);
	if (helper.pid && strcmp(helper.running, XP_VERSION))
		finding(findings, NOTE, "helper",
			"make userspace && make install, then start it anew",
			"xfrm-pcpud %s runs, but this program is of %s",
			version_or(helper.running), XP_VERSION);
	else if (helper.pid)
		finding(findings, FINE, "helper", NULL, "xfrm-pcpud %s runs",
			helper.running);
	else if (!helper.is_installed)
		finding(findings, is_needed ? NOTE : FINE, "helper",
			is_needed ? "make userspace && make install" : NULL,
			"xfrm-pcpud is not installed%s",
			is_needed ? "" : ", and not needed");
	else if (strcmp(helper.installed, XP_VERSION))
		finding(findings, NOTE, "helper",
			"make userspace && make install",
			"xfrm-pcpud %s is installed, but this program is of %s",
			version_or(helper.installed), XP_VERSION);
	else
		finding(findings, is_needed ? NOTE : FINE, "helper",
			is_needed ? "start xfrm-pcpud" : NULL,
			"xfrm-pcpud %s is installed, does not run%s",
			helper.installed,
			is_needed ? "" : ", and is not needed");
}

void check_daemon(struct findings *findings)
{
	struct seen seen;

	look(&seen);
	about_daemon(findings, &seen);
	about_plugin(findings, &seen);
	about_helper(findings, &seen);
}

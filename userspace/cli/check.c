// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "args.h"
#include "cli.h"
#include "complain.h"
#include "daemons.h"
#include "json.h"
#include "kernel/client.h"
#include "kernel/xfrm.h"

/* Longest text of a finding. */
#define TEXT_MAX 256

/**
 * struct findings - what is printed, and what came of it
 * @is_json: as an array of JSON
 * @json: writer of it
 * @misses: findings that keep per-CPU SAs from working
 */
struct findings {
	bool is_json;
	struct json json;
	unsigned int misses;
};

/* How a finding is meant. */
enum verdict { FINE, NOTE, MISS };

static const char *const verdicts[] = { "ok", "note", "miss" };

/* @what_to_do: NULL if nothing. */
static __attribute__((format(printf, 5, 6))) void
finding(struct findings *findings, enum verdict verdict, const char *about,
	const char *what_to_do, const char *format, ...)
{
	struct json *json = &findings->json;
	char text[TEXT_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	findings->misses += verdict == MISS;
	if (!findings->is_json) {
		printf("%-4s %-7s %s%s%s\n", verdicts[verdict], about, text,
		       what_to_do ? ": " : "", what_to_do ? what_to_do : "");
		return;
	}
	json_object(json, NULL);
	json_string(json, "verdict", verdicts[verdict]);
	json_string(json, "about", about);
	json_string(json, "text", text);
	if (what_to_do)
		json_string(json, "do", what_to_do);
	else
		json_null(json, "do");
	json_end(json);
}

/* Where make install puts the module. */
static bool is_installed(const struct utsname *name)
{
	char path[sizeof(name->release) + 64];

	snprintf(path, sizeof(path), "/lib/modules/%s/updates/xfrm_pcpu.ko",
		 name->release);
	return !access(path, F_OK);
}

static void check_module(struct findings *findings)
{
	struct xp_client *client;
	struct xp_info info;
	int err = xp_client_open(&client);

	if (!err) {
		err = xp_client_info(client, &info);
		xp_client_close(client);
	}
	if (err)
		finding(findings, MISS, "module", "run it as root",
			"xfrm_pcpu does not answer: %s", strerror(-err));
	else if (strcmp(info.version, XP_VERSION))
		finding(findings, NOTE, "module",
			"make modules userspace && make install, then load it "
			"anew (save and restore keep the CPUs)",
			"xfrm_pcpu %s, but this program is of %s", info.version,
			XP_VERSION);
	else
		finding(findings, FINE, "module", NULL, "xfrm_pcpu %s",
			info.version);
}

static void check_absent_module(struct findings *findings,
				const struct utsname *name)
{
	if (is_installed(name))
		finding(findings, MISS, "module", "modprobe xfrm_pcpu",
			"xfrm_pcpu is installed but not loaded");
	else
		finding(findings, MISS, "module",
			"make modules && make install && modprobe xfrm_pcpu",
			"xfrm_pcpu is not installed for this kernel");
}

/* Kernel and module; returns whether per-CPU SAs are served. */
static bool check_kernel(struct findings *findings, struct xp_xfrm *xfrm)
{
	enum xp_support support = XP_SUPPORT_NONE;
	struct utsname name;
	int err;

	uname(&name);
	err = xp_xfrm_support(xfrm, &support);
	if (err) {
		finding(findings, MISS, "kernel",
			err == -EPERM ? "run it as root"
				      : "see the kernel's log",
			"%s: XFRM netlink does not answer: %s", name.release,
			strerror(-err));
		return false;
	}
	if (support == XP_SUPPORT_NATIVE) {
		finding(findings, FINE, "kernel", NULL,
			"%s has per-CPU SAs of its own", name.release);
		finding(findings, FINE, "module", NULL, "not needed");
		return true;
	}
	finding(findings, FINE, "kernel", NULL,
		"%s needs xfrm_pcpu for per-CPU SAs", name.release);
	if (support == XP_SUPPORT_NONE) {
		check_absent_module(findings, &name);
		return false;
	}
	check_module(findings);
	return true;
}

static void check_daemon(struct findings *findings)
{
	const struct daemon *daemon = daemon_running();
	unsigned int version[3];
	char command[128], text[TEXT_MAX] = "";
	bool is_known;
	FILE *pipe;

	if (!daemon) {
		finding(findings, NOTE, "daemon",
			"start strongSwan 6.0.2 or later, for example",
			"no IKE daemon that is known here runs");
		return;
	}
	snprintf(command, sizeof(command), "(%s) 2>/dev/null", daemon->ask);
	pipe = popen(command, "re");
	if (pipe) {
		size_t length = fread(text, 1, sizeof(text) - 1, pipe);

		text[length] = '\0';
		pclose(pipe);
	}
	is_known = daemon_version(text, version);
	if (is_known)
		snprintf(text, sizeof(text), "%s %u.%u.%u", daemon->product,
			 version[0], version[1], version[2]);
	else
		snprintf(text, sizeof(text), "%s of unknown version",
			 daemon->product);
	if (daemon_advice(daemon, is_known ? version : NULL))
		finding(findings, NOTE, "daemon",
			daemon_advice(daemon, is_known ? version : NULL), "%s",
			text);
	else
		finding(findings, FINE, "daemon", NULL, "%s", text);
}

static void check_use(struct findings *findings, struct xp_xfrm *xfrm)
{
	struct xp_sad sad = { 0 };
	struct xp_spd spd = { 0 };
	size_t with_cpu = 0, asking = 0;
	int err;

	err = xp_xfrm_sas(xfrm, &sad);
	if (!err)
		err = xp_xfrm_policies(xfrm, &spd);
	if (err) {
		finding(findings, MISS, "use", "run it as root",
			"cannot read SAs and policies: %s", strerror(-err));
		goto out;
	}
	for (size_t i = 0; i < sad.count; i++)
		with_cpu += sad.sa[i].cpu != XFRM_PCPU_CPU_NONE;
	for (size_t i = 0; i < spd.count; i++)
		asking += !!(spd.policy[i].flags & XFRM_POLICY_CPU_ACQUIRE);
	finding(findings, with_cpu || asking ? FINE : NOTE, "use",
		with_cpu || asking
			? NULL
			: "strongSwan does it with per_cpu_sas = yes of a child",
		"%zu of %zu SAs have a CPU, %zu of %zu policies ask for more",
		with_cpu, sad.count, asking, spd.count);
out:
	xp_spd_free(&spd);
	xp_sad_free(&sad);
}

int cmd_check(int argc, char **argv)
{
	struct findings findings = { .json = { .out = stdout } };
	struct option_args args;
	struct xp_xfrm *xfrm;
	int err;

	if (args_options(&args, ARGS_JSON, argc, argv))
		return usage_error(argv[0], args.error);
	findings.is_json = args.json;
	if (args.json)
		json_array(&findings.json, NULL);
	err = xp_xfrm_open(&xfrm);
	if (err) {
		finding(&findings, MISS, "kernel", "modprobe xfrm_user",
			"no XFRM netlink: %s", strerror(-err));
	} else {
		if (check_kernel(&findings, xfrm))
			check_use(&findings, xfrm);
		xp_xfrm_close(xfrm);
	}
	check_daemon(&findings);
	if (args.json)
		json_end(&findings.json);
	return findings.misses ? EXIT_FAILURE : EXIT_SUCCESS;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "args.h"
#include "check.h"
#include "check_daemon.h"
#include "cli.h"
#include "complain.h"
#include "findings.h"
#include "kernel/client.h"
#include "kernel/xfrm.h"

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

int check_write(FILE *out, bool is_json)
{
	struct findings findings;
	struct xp_xfrm *xfrm;
	int err;

	findings_begin(&findings, out, is_json);
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
	return findings_end(&findings);
}

int cmd_check(int argc, char **argv)
{
	struct option_args args;

	if (args_options(&args, ARGS_JSON, argc, argv))
		return usage_error(argv[0], args.error);
	return check_write(stdout, args.json);
}

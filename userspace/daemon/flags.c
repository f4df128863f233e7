// SPDX-License-Identifier: GPL-2.0-or-later
#include "flags.h"

#include <errno.h>
#include <stdlib.h>

#include "kernel/xfrm.h"
#include "log.h"

static bool has_reqid(const struct xp_policy *policy, uint32_t reqid)
{
	for (size_t i = 0; i < policy->nr_tmpls; i++)
		if (policy->tmpl[i].reqid == reqid)
			return true;
	return false;
}

static bool set(struct xp_xfrm *xfrm, uint32_t reqid, bool on)
{
	struct xp_spd spd = { 0 };
	int err = xp_xfrm_policies(xfrm, &spd);
	bool done = !err;

	if (err)
		log_errno(err, "policies cannot be read");
	for (size_t i = 0; i < spd.count; i++) {
		const struct xp_policy *policy = &spd.policy[i];

		if (policy->dir != XFRM_POLICY_OUT || !has_reqid(policy, reqid))
			continue;
		err = xp_xfrm_set_cpu_acquire(xfrm, policy, on);
		if (!err || err == -ENOENT) /* gone meanwhile */
			continue;
		log_errno(err, "a policy cannot be written");
		done = false;
	}
	xp_spd_free(&spd);
	return done;
}

static void drop(struct flags **at)
{
	struct flags *flags = *at;

	*at = flags->next;
	free(flags);
}

void flags_set(struct flags **failed, struct xp_xfrm *xfrm, uint32_t reqid,
	       bool on)
{
	struct flags **at = failed;
	struct flags *flags;

	while (*at && (*at)->reqid != reqid)
		at = &(*at)->next;
	if (*at)
		drop(at);
	if (set(xfrm, reqid, on))
		return;
	flags = calloc(1, sizeof(*flags));
	if (!flags) {
		log_errno(-ENOMEM, "that is not tried again");
		return;
	}
	*flags = (struct flags){ *failed, reqid, on, 1 };
	*failed = flags;
}

void flags_retry(struct flags **failed, struct xp_xfrm *xfrm)
{
	struct flags **at = failed;

	while (*at) {
		if (set(xfrm, (*at)->reqid, (*at)->on)) {
			drop(at);
		} else if (++(*at)->tries == FLAGS_TRIES) {
			log_line("reqid %u: CPU_ACQUIRE is given up",
				 (*at)->reqid);
			drop(at);
		} else {
			at = &(*at)->next;
		}
	}
}

bool flags_pending(const struct flags *failed, uint32_t reqid)
{
	while (failed && failed->reqid != reqid)
		failed = failed->next;
	return failed;
}

void flags_forget(struct flags **failed)
{
	while (*failed)
		drop(failed);
}

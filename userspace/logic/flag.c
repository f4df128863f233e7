// SPDX-License-Identifier: GPL-2.0-or-later
#include "flag.h"

#include <stdlib.h>

#include "demand.h"
#include "group.h"
#include "times.h"

static struct lg_policy *find(struct lg *lg, uint32_t reqid)
{
	struct lg_policy *policy = lg->policies;

	while (policy && policy->reqid != reqid)
		policy = policy->next;
	return policy;
}

/* A native kernel drops packets while an acquire is pending. */
static bool wanted(const struct lg *lg, uint32_t reqid)
{
	if (lg->kernel != LG_KERNEL_MODULE)
		return false;
	for (struct lg_ike *ike = lg->ikes; ike; ike = ike->next) {
		struct lg_group *group = lg_group_find(ike, reqid);

		if (group && lg_group_served(lg, group) &&
		    !lg_demand_at_once(lg, group))
			return true;
	}
	return false;
}

static struct lg_policy *add(struct lg *lg, uint32_t reqid)
{
	struct lg_policy *policy = calloc(1, sizeof(*policy));

	if (!policy) {
		lg->no_memory = true;
		return NULL;
	}
	policy->reqid = reqid;
	policy->next = lg->policies;
	lg->policies = policy;
	return policy;
}

static void update(struct lg *lg, struct lg_policy *policy)
{
	policy->want = wanted(lg, policy->reqid);
	/* What CPUs have asked for meanwhile is read when it is set. */
	if (policy->left && policy->want) {
		policy->left = false;
		policy->on = false;
		policy->not_before = 0;
	}
}

void lg_flag_update(struct lg *lg, uint32_t reqid)
{
	struct lg_policy *policy = find(lg, reqid);

	if (!policy && wanted(lg, reqid))
		policy = add(lg, reqid);
	if (policy)
		update(lg, policy);
}

void lg_flag_update_all(struct lg *lg)
{
	for (struct lg_policy *p = lg->policies; p; p = p->next)
		update(lg, p);
}

void lg_flag_left(struct lg *lg, uint32_t reqid)
{
	struct lg_policy *policy = find(lg, reqid);

	if (policy)
		return;
	policy = add(lg, reqid);
	if (!policy)
		return;
	policy->on = true;
	policy->left = true;
	policy->not_before = lg->now + LG_LEFT_MS;
}

void lg_flag_wait(struct lg *lg)
{
	for (struct lg_policy *p = lg->policies; p; p = p->next)
		if (p->left)
			p->not_before = lg->now + LG_LEFT_MS;
}

void lg_flag_seen(struct lg *lg, const struct lg_event *event)
{
	struct lg_policy *policy = find(lg, event->policy.reqid);

	if (policy)
		policy->on = event->policy.on;
}

void lg_flag_settle(struct lg *lg)
{
	struct lg_policy **at = &lg->policies;

	while (*at) {
		struct lg_policy *policy = *at;

		/* Taking away what we have set is never put off. */
		if (policy->want != policy->on &&
		    ((!policy->want && !policy->left) ||
		     policy->not_before <= lg->now)) {
			struct lg_action *action = lg_act(lg, LG_SET_FLAG);

			action->reqid = policy->reqid;
			action->on = policy->want;
			policy->on = policy->want;
			policy->left = false;
			policy->not_before = lg->now + LG_FLAG_GAP_MS;
		}
		if (!policy->want && !policy->on) {
			*at = policy->next;
			free(policy);
		} else {
			at = &policy->next;
		}
	}
}

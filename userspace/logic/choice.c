// SPDX-License-Identifier: GPL-2.0-or-later
#include "choice.h"

#include "group.h"

unsigned int lg_choice_count(const struct lg_ike *ike, uint32_t reqid,
			     uint32_t cpu)
{
	const struct lg_group *group = lg_group_find(ike, reqid);
	unsigned int count = 0;

	for (const struct lg_child *child = group ? group->children : NULL;
	     child; child = child->next)
		if (child->cpu_out == cpu && !child->replaced)
			count++;
	for (const struct lg_pending *p = ike->pending; p; p = p->next)
		if (p->reqid == reqid && p->cpu_out == cpu && !p->replaces)
			count++;
	return count;
}

uint32_t lg_choice(const struct lg *lg, struct lg_group *group)
{
	uint32_t best = LG_CPU_NONE;
	unsigned int least = 0;
	bool asked = false;

	for (uint32_t cpu = 0; cpu < lg->config.cpus; cpu++) {
		bool wanted = group->slot[cpu].wanted_until > lg->now;
		unsigned int count;

		if (!lg->online[cpu])
			continue;
		count = lg_choice_count(group->ike, group->reqid, cpu);
		if (best != LG_CPU_NONE &&
		    (count > least || (count == least && (asked || !wanted))))
			continue;
		best = cpu;
		least = count;
		asked = wanted;
	}
	return best;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "limit.h"

#include "group.h"

bool lg_limit_room(const struct lg *lg, const struct lg_ike *ike,
		   uint32_t reqid)
{
	const struct lg_group *group = lg_group_find(ike, reqid);
	uint32_t limit = group && group->limit ? group->limit
					       : lg->config.limit;
	uint64_t count = 0;

	for (const struct lg_child *child = group ? group->children : NULL;
	     child; child = child->next)
		if (!child->replaced)
			count++;
	for (const struct lg_pending *p = ike->pending; p; p = p->next)
		if (p->reqid == reqid && !p->replaces)
			count++;
	/* One is the fallback. */
	return count <= limit;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "events.h"

#include <inttypes.h>

bool event_next(FILE *file, struct event_count *event)
{
	char line[256];

	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%127s %" SCNu64, event->name,
			   &event->value) == 2)
			return true;
	}
	return false;
}

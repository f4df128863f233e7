// SPDX-License-Identifier: GPL-2.0-or-later
#include "steer.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "connect.h"

struct reading {
	struct steer_counts *counts;
	bool failed;
};

static void take(const struct xp_steer *steer, void *arg)
{
	struct reading *reading = arg;
	struct steer_counts *counts = reading->counts;
	struct xp_steer *more = reallocarray(counts->cpu, counts->count + 1,
					     sizeof(*counts->cpu));

	if (!more) {
		reading->failed = true;
		return;
	}
	more[counts->count++] = *steer;
	counts->cpu = more;
}

int steer_read(struct connection *connection, const struct xp_info *info,
	       struct steer_counts *counts)
{
	struct reading reading = { .counts = counts };
	int err;

	*counts = (struct steer_counts){ 0 };
	if (!info->steer_mode)
		return 0;
	err = xp_client_steer(connection->client, take, &reading);
	return err ? err : reading.failed ? -ENOMEM : 0;
}

void steer_free(struct steer_counts *counts)
{
	free(counts->cpu);
	*counts = (struct steer_counts){ 0 };
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a daemon may say, as far as the logic and the answers.  The first byte
 * says what the kernel can do, and how the bytes come in parts.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "protocol/lines.h"
#include "protocol/order.h"
#include "protocol/request.h"

#define CPUS 3

struct run {
	struct lg *lg;
	uint64_t now;
	uint64_t identifier;
};

static void next_bytes(void *buffer, size_t size, void *arg)
{
	struct run *run = arg;

	run->identifier++;
	memset(buffer, 0, size);
	memcpy(buffer, &run->identifier,
	       size < sizeof(run->identifier) ? size : sizeof(run->identifier));
}

static void tell(struct run *run, const struct lg_event *event)
{
	struct lg_action action;
	char text[PR_MESSAGE_MAX];

	if (lg_event(run->lg, run->now, event))
		abort();
	while (lg_next_action(run->lg, &action))
		if (pr_order_write(&action, text, sizeof(text)) < 0)
			abort();
	if (lg_deadline(run->lg) <= run->now)
		abort();
}

/* Every message is followed by an acquire and by the next timer. */
static void hear(struct run *run, const struct pr_message *message)
{
	struct lg_event acquire = { .type = LG_ACQUIRE };
	const struct lg_event timer = { .type = LG_TIMER };
	struct pr_request request;
	char error[160], text[PR_MESSAGE_MAX];

	if (pr_request_read(message, &request, error, sizeof(error))) {
		if (pr_error_write(error, text, sizeof(text)) < 0)
			abort();
		return;
	}
	if (request.kind == PR_STATUS)
		return;
	tell(run, &request.event);
	if (request.event.type == LG_CHILD_UP) {
		acquire.acquire.reqid = request.event.child_up.reqid;
		acquire.acquire.cpu = request.event.child_up.child.spi_in % 4;
		tell(run, &acquire);
	}
	if (lg_deadline(run->lg) != UINT64_MAX) {
		run->now = lg_deadline(run->lg);
		tell(run, &timer);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct pr_reader reader;
	struct run run = { .now = 1 };
	const struct lg_config config = { .cpus = CPUS,
					  .idle_ms = 60000,
					  .random = next_bytes,
					  .arg = &run };
	struct lg_event event = { .type = LG_KERNEL };
	size_t part, at = 1;

	if (!size)
		return 0;
	memset(&reader, 0, sizeof(reader));
	part = data[0] / 3 + 1;
	run.lg = lg_new(&config);
	event.kernel = data[0] % 3;
	tell(&run, &event);
	event.type = LG_CPU;
	event.hotplug.online = true;
	for (event.hotplug.cpu = 0; event.hotplug.cpu < CPUS;
	     event.hotplug.cpu++)
		tell(&run, &event);

	while (at < size) {
		struct pr_message message;
		size_t count = size - at < part ? size - at : part;
		char *room;
		int got;

		if (pr_reader_room(&reader, &room) < count)
			break;
		memcpy(room, data + at, count);
		pr_reader_fed(&reader, count);
		at += count;
		while ((got = pr_reader_next(&reader, &message)) > 0)
			hear(&run, &message);
		if (got < 0)
			break;
	}
	lg_free(run.lg);
	return 0;
}

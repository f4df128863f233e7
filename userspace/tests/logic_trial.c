// SPDX-License-Identifier: GPL-2.0-or-later
#include "logic_trial.h"

#include <arpa/inet.h>

#include "tap.h"

static void random_bytes(void *buffer, size_t size, void *arg)
{
	struct trial *trial = arg;
	uint8_t *bytes = buffer;

	for (size_t i = 0; i < size; i++) {
		if (!trial->stuck)
			trial->random =
				trial->random * 6364136223846793005u + 1;
		bytes[i] = trial->random >> 56;
	}
}

static void take(struct trial *trial)
{
	struct lg_action action;

	while (lg_next_action(trial->lg, &action)) {
		struct lg_event use = { .type = LG_USE };
		uint32_t spi = action.child.spi_in % TRIAL_SPIS;

		if (trial->count < TRIAL_ACTIONS)
			trial->did[trial->count++] = action;
		if (action.type != LG_READ_USE)
			continue;
		use.use.child = action.child;
		use.use.in = trial->packets_in[spi];
		use.use.out = trial->packets_out[spi];
		lg_event(trial->lg, trial->now, &use);
	}
}

void trial_event(struct trial *trial, const struct lg_event *event)
{
	if (lg_event(trial->lg, trial->now, event))
		ok(false, "an event is taken");
	take(trial);
	if (lg_deadline(trial->lg) <= trial->now)
		ok(false, "a timer is due in the future");
}

void trial_wait(struct trial *trial, uint64_t ms)
{
	const struct lg_event timer = { .type = LG_TIMER };
	uint64_t end = trial->now + ms;

	while (lg_deadline(trial->lg) <= end) {
		trial->now = lg_deadline(trial->lg);
		trial_event(trial, &timer);
	}
	trial->now = end;
}

void trial_forget(struct trial *trial)
{
	trial->count = 0;
}

unsigned int trial_count(const struct trial *trial, enum lg_action_type type)
{
	unsigned int count = 0;

	for (size_t i = 0; i < trial->count; i++)
		count += trial->did[i].type == type;
	return count;
}

const struct lg_action *trial_last(const struct trial *trial,
				   enum lg_action_type type)
{
	static const struct lg_action none = { .type = LG_LOG,
					       .cpu = LG_CPU_NONE };

	for (size_t i = trial->count; i > 0; i--)
		if (trial->did[i - 1].type == type)
			return &trial->did[i - 1];
	return &none;
}

struct lg_action trial_ask(struct trial *trial, struct trial_question question)
{
	const struct lg_event event = {
		.type = LG_ASK,
		.ask = { .id = question.id,
			 .ike = TRIAL_IKE,
			 .reqid = question.no_reqid ? 0
				  : question.reqid  ? question.reqid
						    : TRIAL_REQID,
			 .replaces = question.replaces,
			 .ours = question.ours,
			 .info = question.info,
			 .properties = question.properties },
	};
	size_t before = trial->count;

	trial_event(trial, &event);
	for (size_t i = before; i < trial->count; i++)
		if (trial->did[i].type == LG_ANSWER)
			return trial->did[i];
	ok(false, "a question is answered");
	return (struct lg_action){ .type = LG_LOG };
}

void trial_up(struct trial *trial, struct trial_child child)
{
	const struct lg_event event = {
		.type = LG_CHILD_UP,
		.child_up = { .ref = child.ref,
			      .child = { TRIAL_IKE, child.spi },
			      .spi_out = child.spi + 1000,
			      .reqid = child.reqid ? child.reqid : TRIAL_REQID,
			      .replaces = child.replaces,
			      .cpu_in = child.bound ? child.cpu_in
						    : LG_CPU_NONE,
			      .cpu_out = child.bound ? child.cpu_out
						     : LG_CPU_NONE,
			      .proto = IPPROTO_ESP,
			      .info = !child.no_info,
			      .host = child.host,
			      .limit = child.limit,
			      .mode = child.mode,
			      .properties = child.properties },
	};

	trial_event(trial, &event);
}

void trial_down(struct trial *trial, uint32_t spi, enum lg_end end)
{
	const struct lg_event event = {
		.type = LG_CHILD_DOWN,
		.child_down = { .child = { TRIAL_IKE, spi }, .end = end },
	};

	trial_event(trial, &event);
}

void trial_fail(struct trial *trial, struct lg_ref ref, enum lg_reason reason)
{
	const struct lg_event event = {
		.type = LG_FAIL,
		.fail = { .ref = ref, .reason = reason },
	};

	trial_event(trial, &event);
}

void trial_acquire(struct trial *trial, uint32_t cpu)
{
	const struct lg_event event = {
		.type = LG_ACQUIRE,
		.acquire = { .reqid = TRIAL_REQID,
			     .cpu = cpu,
			     .packet.sport = TRIAL_PORT + cpu },
	};

	trial_event(trial, &event);
}

void trial_cpu(struct trial *trial, uint32_t cpu, bool online)
{
	const struct lg_event event = {
		.type = LG_CPU,
		.hotplug = { .cpu = cpu, .online = online },
	};

	trial_event(trial, &event);
}

void trial_kernel(struct trial *trial, enum lg_kernel kernel)
{
	const struct lg_event event = { .type = LG_KERNEL, .kernel = kernel };

	trial_event(trial, &event);
}

void trial_move(struct trial *trial, uint32_t spi, uint32_t cpu,
		unsigned int directions)
{
	const struct lg_event event = {
		.type = LG_MOVE,
		.move = { .id = 99,
			  .child = { TRIAL_IKE, spi },
			  .cpu = cpu,
			  .directions = directions },
	};

	trial_event(trial, &event);
}

void trial_begin(struct trial *trial, const struct trial_options *options)
{
	const struct lg_config config = {
		.cpus = TRIAL_CPUS,
		.limit = options->limit,
		.idle_ms = options->idle_ms,
		.at_once = options->at_once,
		.random = random_bytes,
		.arg = trial,
	};
	const struct lg_event daemon = {
		.type = LG_DAEMON_UP,
		.daemon = { .rekeys = true },
	};
	struct lg_event ike = {
		.type = LG_IKE_UP,
		.ike_up = { .ike = TRIAL_IKE,
			    .local = { .family = AF_INET },
			    .peer = { .family = AF_INET } },
	};

	inet_pton(AF_INET, "192.0.2.1", &ike.ike_up.local.v4);
	inet_pton(AF_INET, "198.51.100.1", &ike.ike_up.peer.v4);
	memset(trial, 0, sizeof(*trial));
	trial->now = 1000000;
	trial->lg = lg_new(&config);
	trial_kernel(trial, options->kernel);
	for (uint32_t cpu = 0; cpu < TRIAL_CPUS; cpu++)
		trial_cpu(trial, cpu, true);
	trial_event(trial, &daemon);
	trial_event(trial, &ike);
}

void trial_end(struct trial *trial)
{
	lg_free(trial->lg);
}

void trial_fallback(struct trial *trial)
{
	trial_ask(trial, (struct trial_question){ .id = 1, .ours = true });
	trial_up(trial,
		 (struct trial_child){ .ref = { LG_QUESTION, 1 }, .spi = 1 });
}

struct wanted {
	uint32_t spi;
	struct lg_view view;
};

static void look(const struct lg_view *view, void *arg)
{
	struct wanted *wanted = arg;

	if (view->name.spi_in == wanted->spi)
		wanted->view = *view;
}

struct lg_view trial_view(const struct trial *trial, uint32_t spi)
{
	struct wanted wanted = { .spi = spi };

	lg_view(trial->lg, trial->now, look, &wanted);
	return wanted.view;
}

int trial_flag(const struct trial *trial)
{
	const struct lg_action *last = trial_last(trial, LG_SET_FLAG);

	return last->type == LG_SET_FLAG ? last->on : -1;
}

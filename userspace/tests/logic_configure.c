// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Limit, idle time and at-once that change while SAs are there.
 */
#include "logic_trial.h"
#include "logic/times.h"
#include "tap.h"

static void configure(struct trial *f, const struct trial_options *options)
{
	const struct lg_event event = {
		.type = LG_CONFIGURE,
		.config = { .limit = options->limit,
			    .idle_ms = options->idle_ms,
			    .at_once = options->at_once },
	};

	trial_event(f, &event);
}

/* The SA of the last job. */
static void come_up(struct trial *f, uint32_t spi)
{
	const struct lg_action *job = trial_last(f, LG_NEGOTIATE);

	trial_up(f, (struct trial_child){ .ref = job->ref,
					  .spi = spi,
					  .bound = true,
					  .cpu_in = job->cpu,
					  .cpu_out = job->cpu });
}

static void limit(void)
{
	struct trial f;

	trial_begin(&f, &(struct trial_options){ .kernel = LG_KERNEL_MODULE,
						 .limit = 1 });
	trial_fallback(&f);
	trial_acquire(&f, 0);
	come_up(&f, 2);
	trial_forget(&f);
	trial_acquire(&f, 1);
	is_num(trial_count(&f, LG_NEGOTIATE), 0, "a group that is full");
	configure(&f, &(struct trial_options){ .limit = 2 });
	is_num(trial_count(&f, LG_NEGOTIATE), 1,
	       "a higher limit: a CPU that has asked gets its SA at once");
	is_num(trial_last(&f, LG_NEGOTIATE)->cpu, 1, "that one");
	come_up(&f, 3);

	trial_forget(&f);
	configure(&f, &(struct trial_options){ .limit = 1 });
	trial_acquire(&f, 2);
	trial_wait(&f, LG_MINUTE);
	is_num(trial_count(&f, LG_DELETE), 0, "a lower limit: no SA goes");
	is_num(trial_count(&f, LG_NEGOTIATE), 0, "and none comes");
	ok(trial_view(&f, 2).reqid && trial_view(&f, 3).reqid,
	   "those that are there stay");
	is_num(trial_flag(&f), -1, "CPU_ACQUIRE stays");

	trial_acquire(&f, 2);
	configure(&f, &(struct trial_options){ 0 });
	trial_acquire(&f, 3);
	is_num(trial_count(&f, LG_NEGOTIATE), 2,
	       "no limit: twice the CPUs again");
	trial_end(&f);

	/* What the daemon says of a group wins. */
	trial_begin(&f, &(struct trial_options){ .kernel = LG_KERNEL_MODULE,
						 .limit = 4 });
	trial_up(&f, (struct trial_child){ .spi = 1, .limit = 1 });
	trial_acquire(&f, 0);
	come_up(&f, 2);
	trial_forget(&f);
	configure(&f, &(struct trial_options){ .limit = 3 });
	trial_acquire(&f, 1);
	is_num(trial_count(&f, LG_NEGOTIATE), 0,
	       "a group with a limit of its own keeps it");
	trial_end(&f);
}

static void at_once(void)
{
	struct trial f;

	trial_begin(&f, &(struct trial_options){ .kernel = LG_KERNEL_MODULE });
	trial_fallback(&f);
	trial_acquire(&f, 0);
	come_up(&f, 2);
	trial_wait(&f, LG_MINUTE);
	is_num(trial_flag(&f), 1, "CPUs ask");
	trial_forget(&f);
	configure(&f, &(struct trial_options){ .at_once = true });
	is_num(trial_count(&f, LG_NEGOTIATE), TRIAL_CPUS - 1,
	       "at once: all CPUs without an SA get theirs");
	is_num(trial_flag(&f), 0, "and none has to ask");
	is_num(trial_count(&f, LG_DELETE), 0, "no SA goes");

	come_up(&f, 3);
	trial_forget(&f);
	trial_wait(&f, LG_FLAG_GAP_MS);
	configure(&f, &(struct trial_options){ 0 });
	is_num(trial_flag(&f), 1, "on demand: CPUs ask again");
	is_num(trial_count(&f, LG_DELETE), 0, "no SA goes");
	ok(trial_view(&f, 2).reqid && trial_view(&f, 3).reqid,
	   "those that are there stay");
	trial_wait(&f, LG_JOB_MS + LG_BACKOFF_MAX_MS);
	is_num(trial_count(&f, LG_NEGOTIATE), 0,
	       "what did not come is not asked for again");
	trial_end(&f);

	trial_begin(&f, &(struct trial_options){ .kernel = LG_KERNEL_MODULE });
	trial_up(&f,
		 (struct trial_child){ .spi = 1, .mode = LG_MODE_ON_DEMAND });
	trial_wait(&f, LG_MINUTE);
	trial_forget(&f);
	configure(&f, &(struct trial_options){ .at_once = true });
	ok(!trial_count(&f, LG_NEGOTIATE) && trial_flag(&f) == -1,
	   "a group with a mode of its own keeps it");
	trial_end(&f);
}

static void idle(void)
{
	const struct trial_options hours = { .kernel = LG_KERNEL_MODULE,
					     .idle_ms = 60 * LG_MINUTE };
	const struct trial_options seconds = { .idle_ms = 20 * LG_SECOND };
	struct trial f;

	trial_begin(&f, &hours);
	trial_fallback(&f);
	trial_acquire(&f, 0);
	come_up(&f, 2);
	trial_wait(&f, LG_MINUTE);
	trial_forget(&f);
	configure(&f, &seconds);
	is_num(trial_count(&f, LG_DELETE), 0, "a shorter idle time");
	trial_wait(&f, 5 * LG_SECOND);
	is_num(trial_count(&f, LG_READ_USE), 1, "is looked at in its time");
	is_num(trial_count(&f, LG_DELETE), 1, "what idled for so long goes");
	is_num(trial_last(&f, LG_DELETE)->child.spi_in, 2, "not the fallback");
	trial_end(&f);

	trial_begin(&f, &hours);
	trial_fallback(&f);
	trial_acquire(&f, 0);
	come_up(&f, 2);
	trial_wait(&f, LG_MINUTE);
	f.packets_out[2] = 7;
	configure(&f, &seconds);
	trial_forget(&f);
	trial_wait(&f, 5 * LG_SECOND);
	ok(trial_count(&f, LG_READ_USE) == 1 && !trial_count(&f, LG_DELETE),
	   "what was used stays");
	configure(&f, &(struct trial_options){ 0 });
	trial_forget(&f);
	trial_wait(&f, 60 * LG_MINUTE);
	ok(!trial_count(&f, LG_READ_USE) && !trial_count(&f, LG_DELETE),
	   "no idle time: nothing is looked at any more");
	trial_end(&f);
}

void test_logic_configure(void)
{
	limit();
	at_once();
	idle();
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the peer starts, refuses, and ends.
 */
#include "logic_trial.h"
#include "logic/times.h"
#include "tap.h"

static const struct trial_options module = { .kernel = LG_KERNEL_MODULE };
static const struct trial_options native = { .kernel = LG_KERNEL_NATIVE };

/* What was asked for last is up, or will not be. */
static void job_up(struct trial *f, uint64_t spi)
{
	trial_up(f,
		 (struct trial_child){ .ref = trial_last(f, LG_NEGOTIATE)->ref,
				       .spi = spi });
}

static void job_fails(struct trial *f, enum lg_reason reason)
{
	trial_fail(f, trial_last(f, LG_NEGOTIATE)->ref, reason);
}

/* A fallback, SPI 1, and an SA for CPU 1, SPI 2. */
static void group_of_two(struct trial *f)
{
	trial_fallback(f);
	trial_acquire(f, 1);
	job_up(f, 2);
}

static struct lg_action peer_asks(struct trial *f, uint64_t id)
{
	return trial_ask(f, (struct trial_question){ .id = id, .info = true });
}

static void least_used(void)
{
	struct trial f;
	bool even = true;

	trial_begin(&f, &module);
	trial_fallback(&f);
	trial_acquire(&f, 0);
	for (uint32_t i = 0; i < 3; i++) {
		struct lg_action answer = peer_asks(&f, 10 + i);

		even = even && answer.verdict == LG_ACCEPT &&
		       answer.cpu == i + 1;
	}
	ok(even, "R13: both start at once: the peer's go where we have none");
	is_num(peer_asks(&f, 20).cpu, 0, "R13: then to the least used again");
	trial_fail(&f, (struct lg_ref){ LG_QUESTION, 12 }, LG_FAILED);
	is_num(peer_asks(&f, 21).cpu, 3,
	       "R13: one that came to nothing is free");
	trial_end(&f);

	trial_begin(&f, &module);
	trial_fallback(&f);
	trial_cpu(&f, 0, false);
	is_num(peer_asks(&f, 10).cpu, 1, "R13: not to a CPU that is offline");
	trial_end(&f);

	trial_begin(&f, &module);
	trial_fallback(&f);
	trial_acquire(&f, 2);
	job_fails(&f, LG_FAILED);
	is_num(peer_asks(&f, 10).cpu, 2,
	       "R13: of the least used, to one that has asked");
	trial_end(&f);
}

static void inbound_always(void)
{
	struct lg_event install = { .type = LG_INSTALL };
	struct trial f;
	unsigned int in = 0, out = 0;

	/* One CPU here, four there. */
	trial_begin(&f, &module);
	for (uint32_t cpu = 1; cpu < TRIAL_CPUS; cpu++)
		trial_cpu(&f, cpu, false);
	trial_fallback(&f);
	trial_forget(&f);
	for (uint32_t i = 0; i < 4; i++) {
		peer_asks(&f, 10 + i);
		install.install.ref = (struct lg_ref){ LG_QUESTION, 10 + i };
		install.install.child.ike = TRIAL_IKE;
		install.install.child.spi_in = 10 + i;
		install.install.spi_out = 1010 + i;
		trial_event(&f, &install);
		trial_up(&f, (struct trial_child){ .ref = install.install.ref,
						   .spi = 10 + i,
						   .bound = true });
	}
	for (size_t i = 0; i < f.count; i++) {
		in += f.did[i].type == LG_EXPECT && f.did[i].sa.spi < 1000;
		out += f.did[i].type == LG_EXPECT && f.did[i].sa.spi > 1000;
	}
	is_num(in, 4, "R14: every inbound SA is installed");
	is_num(out, 4, "R14, R30: and every outbound one");
	is_num(trial_count(&f, LG_DELETE), 0, "R14: and stays");
	trial_end(&f);
}

static void limit(void)
{
	const struct trial_options three = { .kernel = LG_KERNEL_MODULE,
					     .limit = 3 };
	struct lg_action answer;
	unsigned int accepted = 0;
	struct trial f;

	trial_begin(&f, &module);
	trial_fallback(&f);
	for (uint32_t i = 0; i < 20; i++)
		accepted += peer_asks(&f, 10 + i).verdict == LG_ACCEPT;
	is_num(accepted, 2 * TRIAL_CPUS,
	       "R26, R32: twice as many additional SAs as CPUs, no more");
	is_num(peer_asks(&f, 40).verdict, LG_REFUSE,
	       "R31: then the answer is TS_MAX_QUEUE");
	trial_end(&f);

	trial_begin(&f, &module);
	trial_fallback(&f);
	accepted = 0;
	for (uint32_t i = 0; i < 20; i++)
		accepted += peer_asks(&f, 10).verdict == LG_ACCEPT;
	is_num(accepted, 20, "one question asked twenty times takes one place");
	trial_end(&f);

	trial_begin(&f, &three);
	trial_fallback(&f);
	for (uint32_t i = 0; i < 3; i++) {
		peer_asks(&f, 10 + i);
		trial_up(&f,
			 (struct trial_child){ .ref = { LG_QUESTION, 10 + i },
					       .spi = 10 + i });
	}
	is_num(peer_asks(&f, 20).verdict, LG_REFUSE,
	       "R32: the administrator's limit");
	trial_forget(&f);
	trial_acquire(&f, 3);
	is_num(trial_count(&f, LG_NEGOTIATE), 0, "R32: holds for us too");
	answer = trial_ask(&f,
			   (struct trial_question){ .id = 21, .replaces = 11 });
	is_num(answer.verdict, LG_ACCEPT, "R25: a full group can rekey");
	trial_up(&f, (struct trial_child){ .ref = { LG_QUESTION, 21 },
					   .spi = 21,
					   .replaces = 11 });
	is_num(peer_asks(&f, 22).verdict, LG_REFUSE,
	       "R25: which leaves no more room than before");
	trial_down(&f, 11, LG_BY_US);
	is_num(peer_asks(&f, 23).verdict, LG_REFUSE, "R25: nor afterwards");
	trial_down(&f, 12, LG_BY_US);
	is_num(trial_count(&f, LG_NEGOTIATE), 1,
	       "R32: an SA that goes makes room");
	trial_end(&f);
}

/* How many of the peer's questions are accepted, for groups alike but for the limit. */
static unsigned int accepted_with(uint32_t limit)
{
	const struct trial_options three = { .kernel = LG_KERNEL_MODULE,
					     .limit = 3 };
	unsigned int accepted = 0;
	struct trial f;

	trial_begin(&f, &three);
	trial_ask(&f, (struct trial_question){ .id = 1, .ours = true });
	trial_up(&f, (struct trial_child){ .ref = { LG_QUESTION, 1 },
					   .spi = 1,
					   .limit = limit });
	for (uint32_t i = 0; i < 20; i++)
		accepted += peer_asks(&f, 10 + i).verdict == LG_ACCEPT;
	trial_end(&f);
	return accepted;
}

static void limit_of_group(void)
{
	is_num(accepted_with(0), 3, "R32: a group has the limit of all");
	is_num(accepted_with(1), 1, "R32: or one of its own, less");
	is_num(accepted_with(7), 7, "R32: or more");
}

static void count_one(const struct lg_view *view, void *arg)
{
	unsigned int *count = arg;

	*count += !view->replaced;
}

/* Child SAs that nothing has replaced. */
static unsigned int children(const struct trial *f)
{
	unsigned int count = 0;

	lg_view(f->lg, f->now, count_one, &count);
	return count;
}

/* The peer asks and gets, many times over; how often it was accepted. */
static unsigned int peer_floods(struct trial *f, struct trial_question question)
{
	unsigned int accepted = 0;

	question.info = true;
	for (uint32_t i = 0; i < 20; i++) {
		question.id = 100 + i;
		if (trial_ask(f, question).verdict != LG_ACCEPT)
			continue;
		accepted++;
		trial_up(f,
			 (struct trial_child){ .ref = { LG_QUESTION, 100 + i },
					       .spi = 30 + i,
					       .replaces = question.replaces });
	}
	return accepted;
}

/* The limit holds whatever the peer asks for. */
static void limit_holds(void)
{
	const struct trial_options three = { .kernel = LG_KERNEL_MODULE,
					     .limit = 3 };
	const struct trial_options there = { .kernel = LG_KERNEL_NATIVE,
					     .limit = 3 };
	struct lg_action answer;
	unsigned int accepted;
	struct trial f;

	trial_begin(&f, &three);
	trial_fallback(&f);
	trial_forget(&f);
	peer_floods(&f, (struct trial_question){ .no_reqid = true });
	is_num(children(&f), 4,
	       "R32: also where the reqid is not known at first");
	is_num(trial_count(&f, LG_DELETE), 17,
	       "R32: what is too many is deleted");
	trial_end(&f);

	trial_begin(&f, &three);
	trial_fallback(&f);
	for (uint32_t i = 0; i < 6; i++) {
		trial_ask(&f, (struct trial_question){ .id = 10 + i,
						       .ours = true,
						       .no_reqid = true });
		trial_up(&f,
			 (struct trial_child){ .ref = { LG_QUESTION, 10 + i },
					       .spi = 10 + i });
	}
	ok(children(&f) == 4 && !trial_count(&f, LG_DELETE),
	   "R32: the daemon's own are ordinary SAs then");
	trial_end(&f);

	trial_begin(&f, &there);
	trial_fallback(&f);
	trial_forget(&f);
	peer_floods(&f, (struct trial_question){ .no_reqid = true });
	ok(children(&f) <= 4, "R32: on a native kernel too");
	trial_end(&f);

	trial_begin(&f, &three);
	accepted = 0;
	for (uint32_t i = 0; i < 20; i++)
		accepted += peer_asks(&f, 10 + i).verdict == LG_ACCEPT;
	is_num(accepted, 4, "R32: before there is a fallback");
	is_num(peer_asks(&f, 40).verdict, LG_REFUSE,
	       "R31: the answer is TS_MAX_QUEUE then too");
	trial_end(&f);

	trial_begin(&f, &three);
	group_of_two(&f);
	trial_down(&f, 1, LG_BY_PEER);
	peer_floods(&f, (struct trial_question){ .id = 0 });
	is_num(children(&f), 4, "R32: and after it has gone");
	trial_end(&f);

	trial_begin(&f, &three);
	group_of_two(&f);
	answer = trial_ask(&f, (struct trial_question){ .id = 5,
							.replaces = 2,
							.no_reqid = true });
	ok(answer.verdict == LG_ACCEPT && answer.cpu == 1 &&
		   answer.reqid == TRIAL_REQID,
	   "R11: a rekey says by its old SA which group it is for");
	trial_fail(&f, (struct lg_ref){ LG_QUESTION, 5 }, LG_FAILED);
	peer_floods(&f, (struct trial_question){ .replaces = 2 });
	is_num(children(&f), 4, "R25, R32: one SA is not rekeyed into many");
	trial_end(&f);

	trial_begin(&f, &three);
	group_of_two(&f);
	peer_floods(&f, (struct trial_question){ .id = 0 });
	trial_ask(&f, (struct trial_question){
			      .id = 5, .ours = true, .replaces = 2 });
	is_num(trial_ask(&f, (struct trial_question){ .id = 6, .replaces = 2 })
		       .verdict,
	       LG_ACCEPT, "R25: both sides rekey one SA of a full group");
	trial_end(&f);

	trial_begin(&f, &module);
	trial_ask(&f, (struct trial_question){ .id = 1, .ours = true });
	trial_up(&f, (struct trial_child){ .ref = { LG_QUESTION, 1 },
					   .spi = 1,
					   .properties = "aes tunnel" });
	trial_ask(&f, (struct trial_question){
			      .id = 2, .ours = true, .no_reqid = true });
	trial_forget(&f);
	trial_up(&f, (struct trial_child){ .ref = { LG_QUESTION, 2 },
					   .spi = 2,
					   .properties = "aes transport" });
	ok(trial_view(&f, 2).reqid == 0 && !trial_count(&f, LG_DELETE),
	   "R6: with other properties it is an ordinary one");
	trial_end(&f);
}

/*
 * What the kernel does with SAs for a daemon that cannot name CPUs, or that a module
 * refuses; for an hour, in which the daemon deletes what it is told to, or not.
 */
static unsigned int an_hour(struct trial *f,
			    const struct trial_options *options, bool deletes,
			    unsigned int *requests)
{
	uint32_t spi = 2;
	uint64_t end;

	trial_begin(f, options);
	trial_fallback(f);
	*requests = 0;
	end = f->now + 60 * LG_MINUTE;
	while (f->now < end) {
		size_t count = f->count;

		for (size_t i = 0; i < count; i++) {
			struct lg_action action = f->did[i];
			struct lg_event refused = { .type = LG_CPU_REFUSED };

			if (action.type == LG_DELETE && deletes)
				trial_down(f, action.child.spi_in, LG_BY_US);
			if (action.type == LG_NEGOTIATE) {
				++*requests;
				trial_up(f, (struct trial_child){
						    .ref = action.ref,
						    .spi = spi });
				spi++;
			}
			refused.refused.child = action.child;
			refused.refused.direction = action.direction;
			refused.refused.cpu = action.cpu;
			if (action.type == LG_SET_CPU)
				trial_event(f, &refused);
		}
		f->count -= count;
		memmove(f->did, f->did + count, f->count * sizeof(*f->did));
		if (options->kernel == LG_KERNEL_MODULE)
			for (uint32_t cpu = 0; cpu < TRIAL_CPUS; cpu++)
				trial_acquire(f, cpu);
		trial_wait(f, LG_SECOND);
	}
	return children(f);
}

static void missed(void)
{
	unsigned int requests;
	struct trial f;

	is_num(an_hour(&f, &native, true, &requests), 1,
	       "an SA that missed its CPU is deleted");
	ok(requests > TRIAL_CPUS && requests <= 8 * TRIAL_CPUS,
	   "R23: and is not made again at once: %u requests in an hour",
	   requests);
	trial_end(&f);

	is_num(an_hour(&f, &native, false, &requests), 2 * TRIAL_CPUS + 1,
	       "R32: those that do not go are counted");
	trial_forget(&f);
	trial_wait(&f, LG_DELETE_MS);
	is_num(trial_count(&f, LG_DELETE), 2 * TRIAL_CPUS,
	       "and are to be deleted again");
	trial_down(&f, 1, LG_BY_PEER);
	trial_forget(&f);
	trial_wait(&f, 2 * LG_DELETE_MS);
	is_num(trial_count(&f, LG_DELETE), 0,
	       "but none while there is no fallback");
	ok(trial_last(&f, LG_NEGOTIATE)->cpu == LG_CPU_NONE &&
		   trial_count(&f, LG_NEGOTIATE) > 0,
	   "which is asked for");
	trial_end(&f);

	ok(an_hour(&f, &module, true, &requests) <= 2 * TRIAL_CPUS + 1,
	   "R32: what the module refused is counted");
	trial_forget(&f);
	trial_wait(&f, LG_BACKOFF_MAX_MS);
	for (uint32_t cpu = 0; cpu < TRIAL_CPUS; cpu++)
		trial_acquire(&f, cpu);
	is_num(trial_count(&f, LG_SET_CPU), 2 * TRIAL_CPUS,
	       "and gets the CPU that asks once the group is full");
	is_num(trial_count(&f, LG_NEGOTIATE), 0, "where nothing else is asked");
	trial_end(&f);

	/* The peer's SA is of use to the peer. */
	trial_begin(&f, &native);
	trial_fallback(&f);
	peer_asks(&f, 10);
	trial_up(&f,
		 (struct trial_child){ .ref = { LG_QUESTION, 10 }, .spi = 2 });
	is_num(trial_count(&f, LG_DELETE), 0, "the peer's stays");
	trial_end(&f);

	/* A rekey that missed it; a move is not said to have been one. */
	trial_begin(&f, &native);
	trial_fallback(&f);
	trial_up(&f,
		 (struct trial_child){
			 .spi = 2, .bound = true, .cpu_in = 2, .cpu_out = 2 });
	trial_move(&f, 2, 3, LG_IN | LG_OUT);
	trial_up(&f, (struct trial_child){ .ref = trial_last(&f, LG_REKEY)->ref,
					   .spi = 3,
					   .replaces = 2 });
	ok(trial_last(&f, LG_DELETE)->child.spi_in == 3 &&
		   trial_last(&f, LG_MOVED)->error,
	   "R27: a move that ends on no CPU is none");
	trial_end(&f);
}

/* A full group whose SAs are on few CPUs: the peer's, or moved by an operator. */
static void spare(void)
{
	const struct trial_options three = { .kernel = LG_KERNEL_MODULE,
					     .limit = 3 };
	const struct trial_options there = { .kernel = LG_KERNEL_NATIVE,
					     .limit = 3 };
	struct trial f;

	trial_begin(&f, &three);
	trial_fallback(&f);
	for (uint32_t i = 0; i < 3; i++)
		trial_up(&f, (struct trial_child){ .spi = 10 + i,
						   .bound = true,
						   .cpu_in = 1,
						   .cpu_out = 1 });
	trial_forget(&f);
	trial_acquire(&f, 3);
	is_num(trial_count(&f, LG_NEGOTIATE), 0, "R32: the group is full");
	ok(trial_count(&f, LG_SET_CPU) == 2 &&
		   trial_last(&f, LG_SET_CPU)->cpu == 3,
	   "R27: one of three moves, and its pair with it");
	trial_acquire(&f, 0);
	trial_acquire(&f, 2);
	is_num(trial_count(&f, LG_SET_CPU), 4,
	       "one more, and no CPU loses its last one");
	trial_acquire(&f, 1);
	is_num(trial_count(&f, LG_SET_CPU), 4, "nobody takes it back");
	trial_end(&f);

	trial_begin(&f, &there);
	trial_fallback(&f);
	for (uint32_t i = 0; i < 3; i++)
		trial_up(&f, (struct trial_child){ .spi = 10 + i,
						   .bound = true,
						   .cpu_in = 1,
						   .cpu_out = 1 });
	trial_wait(&f, LG_MINUTE);
	is_num(trial_count(&f, LG_SET_CPU), 0, "a native kernel cannot");
	trial_end(&f);
}

/* What a rekey adds for a while does not count. */
static void flexible(void)
{
	const struct trial_options three = { .kernel = LG_KERNEL_MODULE,
					     .limit = 3 };
	struct trial f;

	trial_begin(&f, &three);
	trial_fallback(&f);
	for (uint32_t i = 0; i < 2; i++)
		trial_up(&f, (struct trial_child){ .spi = 10 + i,
						   .bound = true,
						   .cpu_in = i,
						   .cpu_out = i });
	trial_ask(&f, (struct trial_question){ .id = 20, .replaces = 10 });
	is_num(peer_asks(&f, 21).verdict, LG_ACCEPT,
	       "R25: a rekey that is not done takes no room");
	trial_fail(&f, (struct lg_ref){ LG_QUESTION, 21 }, LG_FAILED);
	trial_up(&f, (struct trial_child){ .ref = { LG_QUESTION, 20 },
					   .spi = 20,
					   .replaces = 10 });
	is_num(peer_asks(&f, 22).verdict, LG_ACCEPT,
	       "R25: nor does an SA that is replaced");
	trial_end(&f);

	trial_begin(&f, &module);
	trial_cpu(&f, 1, false);
	trial_cpu(&f, 3, false);
	trial_fallback(&f);
	for (uint32_t i = 0; i < 3; i++)
		trial_up(&f, (struct trial_child){ .spi = 10 + i,
						   .bound = true,
						   .cpu_in = i / 2 * 2,
						   .cpu_out = i / 2 * 2 });
	trial_up(&f, (struct trial_child){ .spi = 20, .replaces = 12 });
	is_num(peer_asks(&f, 30).cpu, 2,
	       "R13: an SA and its successor count as one");
	trial_end(&f);
}

static void full_peer(void)
{
	struct trial f;
	uint64_t began;

	trial_begin(&f, &module);
	trial_fallback(&f);
	trial_acquire(&f, 1);
	job_fails(&f, LG_MAX_QUEUE);
	began = f.now;
	trial_forget(&f);
	while (f.now - began < LG_FULL_MS - LG_SECOND) {
		trial_acquire(&f, 1);
		trial_acquire(&f, 2);
		trial_acquire(&f, 3);
		trial_wait(&f, LG_SECOND);
	}
	is_num(trial_count(&f, LG_NEGOTIATE), 0,
	       "R31: after TS_MAX_QUEUE nothing is asked, for no CPU");
	trial_wait(&f, LG_SECOND);
	is_num(trial_count(&f, LG_NEGOTIATE), 1,
	       "R31: and after a while for one CPU only");
	job_up(&f, 2);
	is_num(trial_count(&f, LG_NEGOTIATE), 3,
	       "R31: for all others once the peer takes one");
	is_num(trial_flag(&f), -1, "CPU_ACQUIRE stays on meanwhile");
	trial_end(&f);

	trial_begin(&f, &module);
	group_of_two(&f);
	trial_acquire(&f, 2);
	job_fails(&f, LG_MAX_QUEUE);
	trial_down(&f, 2, LG_BY_US);
	trial_forget(&f);
	trial_wait(&f, LG_BACKOFF_FIRST_MS);
	is_num(trial_count(&f, LG_NEGOTIATE), 1,
	       "R31: the peer is asked sooner when an SA is gone");
	trial_end(&f);
}

static void deleted(void)
{
	struct trial f;
	uint64_t last;

	trial_begin(&f, &module);
	group_of_two(&f);
	trial_forget(&f);
	trial_down(&f, 2, LG_BY_PEER);
	trial_acquire(&f, 1);
	trial_wait(&f, LG_BACKOFF_FIRST_MS - 1);
	is_num(trial_count(&f, LG_NEGOTIATE), 0,
	       "R23: after the peer's Delete not at once");
	trial_acquire(&f, 1);
	trial_wait(&f, 1);
	is_num(trial_count(&f, LG_NEGOTIATE), 1, "R23: but not never either");
	is_num(trial_flag(&f), -1, "R23: the other CPUs may ask all the time");

	/* It goes on so. */
	last = f.now;
	for (uint64_t want = 2 * LG_BACKOFF_FIRST_MS;
	     want <= 8 * LG_BACKOFF_FIRST_MS; want *= 2) {
		job_up(&f, 2);
		trial_down(&f, 2, LG_BY_PEER);
		trial_forget(&f);
		while (!trial_count(&f, LG_NEGOTIATE)) {
			trial_acquire(&f, 1);
			trial_wait(&f, LG_SECOND);
		}
		ok(f.now - last >= want && f.now - last <= want + LG_SECOND,
		   "R23: each time longer: %llu s",
		   (unsigned long long)(want / LG_SECOND));
		last = f.now;
	}

	/* Until one lives. */
	job_up(&f, 2);
	trial_wait(&f, LG_STABLE_MS);
	trial_down(&f, 2, LG_BY_PEER);
	trial_forget(&f);
	trial_acquire(&f, 1);
	trial_wait(&f, LG_BACKOFF_FIRST_MS);
	is_num(trial_count(&f, LG_NEGOTIATE), 1,
	       "R23: after one that lived, as at first");
	trial_end(&f);
}

/* A day with a peer that refuses, or deletes, everything. */
static unsigned int a_day(const struct trial_options *options, bool refuses)
{
	unsigned int requests = 0;
	struct trial f;
	uint64_t end;

	trial_begin(&f, options);
	trial_fallback(&f);
	end = f.now + 24 * 60 * LG_MINUTE;
	while (f.now < end) {
		if (options->kernel == LG_KERNEL_MODULE)
			trial_acquire(&f, 1);
		for (size_t i = 0; i < f.count; i++) {
			struct lg_action action = f.did[i];

			if (action.type != LG_NEGOTIATE)
				continue;
			requests++;
			if (refuses) {
				trial_fail(&f, action.ref, LG_FAILED);
				continue;
			}
			trial_up(&f,
				 (struct trial_child){ .ref = action.ref,
						       .spi = 2,
						       .bound = true,
						       .cpu_in = action.cpu,
						       .cpu_out = action.cpu });
			trial_down(&f, 2, LG_BY_PEER);
		}
		trial_forget(&f);
		trial_wait(&f, 30 * LG_SECOND);
	}
	trial_end(&f);
	return requests;
}

static void no_loop(void)
{
	unsigned int requests;

	/* 15 s doubled to an hour: eight tries, then one an hour. */
	requests = a_day(&module, true);
	ok(requests > 24 && requests < 36,
	   "R23: a day of refusals, %u requests for a CPU", requests);
	requests = a_day(&module, false);
	ok(requests > 24 && requests < 36,
	   "R23: a day of Deletes, %u requests for a CPU", requests);
	requests = a_day(&native, false);
	ok(requests > 24 * TRIAL_CPUS && requests < 36 * TRIAL_CPUS,
	   "R23: the same, all at once, %u requests for %d CPUs", requests,
	   TRIAL_CPUS);
}

static void silent_daemon(void)
{
	struct trial f;

	trial_begin(&f, &module);
	trial_fallback(&f);
	trial_acquire(&f, 1);
	trial_forget(&f);
	trial_wait(&f, LG_JOB_MS - 1);
	trial_acquire(&f, 1);
	is_num(trial_count(&f, LG_NEGOTIATE), 0, "a daemon may take its time");
	trial_wait(&f, 1);
	trial_wait(&f, LG_BACKOFF_FIRST_MS);
	is_num(trial_count(&f, LG_NEGOTIATE), 1,
	       "one that says nothing is asked again");
	trial_end(&f);
}

static void fallback_lost(void)
{
	struct trial f;

	trial_begin(&f, &module);
	group_of_two(&f);
	trial_forget(&f);
	trial_down(&f, 1, LG_BY_PEER);
	is_num(trial_flag(&f), 0,
	       "without its fallback a group's policies lose CPU_ACQUIRE");
	trial_acquire(&f, 3);
	is_num(trial_count(&f, LG_NEGOTIATE), 0, "R12: no CPU is served then");
	trial_wait(&f, LG_BACKOFF_FIRST_MS);
	is_num(trial_count(&f, LG_NEGOTIATE), 1, "a new one is asked for");
	is_num(trial_last(&f, LG_NEGOTIATE)->cpu, LG_CPU_NONE, "for all CPUs");
	job_up(&f, 3);
	is_num(trial_flag(&f), 1, "and CPU_ACQUIRE comes back with it");
	trial_end(&f);

	trial_begin(&f, &module);
	trial_fallback(&f);
	trial_forget(&f);
	trial_down(&f, 1, LG_BY_PEER);
	trial_wait(&f, 2 * LG_BACKOFF_MAX_MS);
	is_num(trial_count(&f, LG_NEGOTIATE), 0,
	       "a group without any SA is the daemon's to begin");
	trial_end(&f);
}

void test_logic_peer(void)
{
	least_used();
	inbound_always();
	limit();
	limit_of_group();
	limit_holds();
	missed();
	spare();
	flexible();
	full_peer();
	deleted();
	no_loop();
	silent_daemon();
	fallback_lost();
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A clock, a kernel and a daemon for the logic: it is told what a test says, and
 * what it wants done is kept to be looked at.
 */
#ifndef XFRM_PCPU_TESTS_LOGIC_TRIAL_H
#define XFRM_PCPU_TESTS_LOGIC_TRIAL_H

#include "logic/logic.h"

#define TRIAL_CPUS 4
#define TRIAL_IKE 7
#define TRIAL_REQID 11
/* Source port of the packets of CPU 0. */
#define TRIAL_PORT 40000
#define TRIAL_ACTIONS 512
#define TRIAL_SPIS 64

/**
 * struct trial - one run
 * @lg: the logic
 * @now: the clock, milliseconds
 * @did: actions since trial_forget()
 * @count: how many
 * @packets_in: by SPI, answers LG_READ_USE
 * @packets_out: by SPI, answers LG_READ_USE
 * @random: state of the random bytes
 * @stuck: random bytes repeat themselves
 */
struct trial {
	struct lg *lg;
	uint64_t now;
	struct lg_action did[TRIAL_ACTIONS];
	size_t count;
	uint64_t packets_in[TRIAL_SPIS];
	uint64_t packets_out[TRIAL_SPIS];
	uint64_t random;
	bool stuck;
};

/* What is not given is as for an IKE SA of one's own, without module. */
struct trial_options {
	enum lg_kernel kernel;
	uint32_t limit;
	uint64_t idle_ms;
	bool at_once;
};

/* Start with all CPUs online, a daemon that can rekey, and IKE SA TRIAL_IKE. */
void trial_begin(struct trial *trial, const struct trial_options *options);
void trial_end(struct trial *trial);

/* Tell an event and take the actions. */
void trial_event(struct trial *trial, const struct lg_event *event);

/* Let time pass, with timers when they are due. */
void trial_wait(struct trial *trial, uint64_t ms);

/* Begin to look anew. */
void trial_forget(struct trial *trial);

/* How many actions of a type were there? */
unsigned int trial_count(const struct trial *trial, enum lg_action_type type);

/* The last action of a type; a blank LG_LOG if there was none. */
const struct lg_action *trial_last(const struct trial *trial,
				   enum lg_action_type type);

/* The daemon asks; the answer. */
struct trial_question {
	uint64_t id;
	bool ours;
	bool info;
	uint32_t replaces;
	uint32_t reqid; /* 0: TRIAL_REQID */
	bool no_reqid; /* it is not known yet */
	const char *properties;
};
struct lg_action trial_ask(struct trial *trial, struct trial_question question);

/* The daemon tells of a Child SA.  Its outbound SPI is 1000 more. */
struct trial_child {
	struct lg_ref ref;
	uint32_t spi;
	uint32_t replaces;
	uint32_t reqid; /* 0: TRIAL_REQID */
	bool no_info;
	bool host;
	uint32_t limit;
	enum lg_mode mode;
	bool bound; /* the kernel shows @cpu_in and @cpu_out, else none */
	uint32_t cpu_in;
	uint32_t cpu_out;
	const char *properties;
};
void trial_up(struct trial *trial, struct trial_child child);
void trial_down(struct trial *trial, uint32_t spi, enum lg_end end);
void trial_fail(struct trial *trial, struct lg_ref ref, enum lg_reason reason);
void trial_acquire(struct trial *trial, uint32_t cpu);
void trial_cpu(struct trial *trial, uint32_t cpu, bool online);
void trial_kernel(struct trial *trial, enum lg_kernel kernel);
void trial_move(struct trial *trial, uint32_t spi, uint32_t cpu,
		unsigned int directions);

/* The fallback that we start: question 1, SPI 1. */
void trial_fallback(struct trial *trial);

/* A Child SA as the logic shows it; reqid 0 if there is none. */
struct lg_view trial_view(const struct trial *trial, uint32_t spi);

/* How CPU_ACQUIRE was left: 0, 1, -1 if never touched. */
int trial_flag(const struct trial *trial);

#endif

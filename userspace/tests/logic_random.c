// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Events in random order, from a world that keeps to nothing: a peer that takes,
 * refuses and deletes, a daemon that forgets to answer, dies, and tells again, a
 * kernel that changes, others who write policies.  After each event the promises
 * of the logic are looked at, by what it said and not by what it thinks.
 *
 * SEED=n in the environment runs one seed, as printed upon a failure.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "logic/logic.h"
#include "logic/times.h"
#include "tap.h"

#define CPUS 4
#define LIMIT 6
#define IKES 3
#define REQIDS 3
#define CHILDREN 96
#define NEGOTIATIONS 256
#define SEEDS 400
#define EVENTS 1500

/* A Child SA that the daemon has. */
struct sa {
	bool there;
	uint64_t ike;
	uint32_t reqid;
	uint32_t spi;
	uint32_t replaces;
	bool leaves; /* it is to be deleted */
	bool additional; /* as the logic was told, or told us, at first */
	bool doubtful; /* the logic does not know it */
	bool held;
	uint64_t held_until;
};

/* A job or a question that is not done. */
struct negotiation {
	bool there;
	bool told; /* LG_INSTALL */
	bool hold;
	struct lg_ref ref;
	uint64_t ike;
	uint32_t reqid;
	uint32_t cpu;
	uint32_t replaces;
	uint32_t spi;
	bool ours;
};

struct world {
	struct lg *lg;
	uint64_t now;
	uint64_t random;
	uint64_t seed;
	uint64_t events;
	enum lg_kernel kernel;
	bool daemon;
	bool at_once;
	bool online[CPUS];
	bool ike[IKES];
	bool flag[REQIDS]; /* that we have set */
	struct sa sa[CHILDREN];
	struct negotiation negotiation[NEGOTIATIONS];
	uint32_t last_spi;
	uint64_t last_question;
	uint64_t last_move;
	uint64_t asked_at[IKES][REQIDS][CPUS + 1];
	bool asked[IKES][REQIDS][CPUS + 1];
	uint8_t identifiers[1 << 13][LG_IDENTIFIER_SIZE];
	unsigned int nr_identifiers;
	uint32_t answers; /* to what is being told */
	uint32_t goes;
	uint64_t moves; /* asked for, not answered */
	bool rekeys; /* what is being told is a rekey */
	bool quiet; /* all goes well */
	const char *broken;
};

static uint32_t draw(struct world *w, uint32_t below)
{
	w->random = w->random * 6364136223846793005u + 1442695040888963407u;
	return (w->random >> 33) % below;
}

static bool chance(struct world *w, uint32_t percent)
{
	return draw(w, 100) < percent;
}

static void random_bytes(void *buffer, size_t size, void *arg)
{
	uint8_t *bytes = buffer;

	for (size_t i = 0; i < size; i++)
		bytes[i] = draw(arg, 256);
}

/* A promise; the first that is broken is kept. */
static void must(struct world *w, bool kept, const char *promise)
{
	if (!kept && !w->broken)
		w->broken = promise;
}

static struct sa *find(struct world *w, uint64_t ike, uint32_t spi)
{
	for (size_t i = 0; i < CHILDREN; i++)
		if (w->sa[i].there && w->sa[i].ike == ike &&
		    w->sa[i].spi == spi)
			return &w->sa[i];
	return NULL;
}

static struct sa *any_sa(struct world *w)
{
	size_t start = draw(w, CHILDREN);

	for (size_t i = 0; i < CHILDREN; i++)
		if (w->sa[(start + i) % CHILDREN].there)
			return &w->sa[(start + i) % CHILDREN];
	return NULL;
}

static struct negotiation *any_negotiation(struct world *w)
{
	size_t start = draw(w, NEGOTIATIONS);

	for (size_t i = 0; i < NEGOTIATIONS; i++)
		if (w->negotiation[(start + i) % NEGOTIATIONS].there)
			return &w->negotiation[(start + i) % NEGOTIATIONS];
	return NULL;
}

static struct negotiation *add_negotiation(struct world *w)
{
	for (size_t i = 0; i < NEGOTIATIONS; i++) {
		struct negotiation *n = &w->negotiation[i];

		if (n->there)
			continue;
		*n = (struct negotiation){ .there = true };
		return n;
	}
	/* Forget one, as a daemon may. */
	w->negotiation[0] = (struct negotiation){ .there = true };
	return &w->negotiation[0];
}

struct count {
	struct world *world;
	uint64_t ike;
	uint32_t reqid;
	unsigned int whole; /* with the fallback, without what was replaced */
	unsigned int fallbacks;
	bool served[CPUS];
};

/* Another one has its place. */
static bool is_replaced(struct world *w, uint64_t ike, uint32_t spi)
{
	for (size_t i = 0; i < CHILDREN; i++)
		if (w->sa[i].there && w->sa[i].ike == ike &&
		    w->sa[i].replaces == spi)
			return true;
	return false;
}

static void count_one(const struct lg_view *view, void *arg)
{
	struct count *count = arg;

	if (view->name.ike != count->ike || view->reqid != count->reqid)
		return;
	if (view->cpu_in == LG_CPU_NONE && view->cpu_out == LG_CPU_NONE)
		count->fallbacks += !view->held;
	if (view->cpu_out < CPUS)
		count->served[view->cpu_out] = true;
	count->whole +=
		!is_replaced(count->world, view->name.ike, view->name.spi_in);
}

/* SAs that the logic shows. */
static struct count count(struct world *w, uint64_t ike, uint32_t reqid)
{
	struct count result = { .world = w, .ike = ike, .reqid = reqid };

	lg_view(w->lg, w->now, count_one, &result);
	return result;
}

static void admitted(struct world *w, const struct lg_action *action)
{
	struct count c = count(w, action->ike, action->reqid);

	must(w, action->cpu < CPUS && w->online[action->cpu],
	     "a new SA is for a CPU that is online");
	must(w, c.whole <= LIMIT, "no group grows beyond its limit");
	must(w, c.fallbacks > 0, "the fallback comes first");
	must(w, w->kernel != LG_KERNEL_STOCK,
	     "no per-CPU SA on a stock kernel");
}

static void identified(struct world *w, const struct lg_action *action)
{
	if (!action->has_identifier || w->nr_identifiers == 1 << 13)
		return;
	for (unsigned int i = 0; i < w->nr_identifiers; i++)
		must(w,
		     memcmp(w->identifiers[i], action->identifier,
			    LG_IDENTIFIER_SIZE) != 0,
		     "identifiers are unique");
	memcpy(w->identifiers[w->nr_identifiers++], action->identifier,
	       LG_IDENTIFIER_SIZE);
}

static void negotiate(struct world *w, const struct lg_action *action)
{
	struct negotiation *n = add_negotiation(w);
	uint32_t slot = action->cpu < CPUS ? action->cpu : CPUS;
	uint64_t ike = action->ike % IKES;

	must(w, w->daemon, "nothing is asked of a daemon that is not there");
	must(w, action->reqid && action->reqid <= REQIDS, "a known TS pair");
	n->ref = action->ref;
	n->ike = action->ike;
	n->reqid = action->reqid;
	n->cpu = action->cpu;
	n->ours = true;
	if (action->type == LG_REKEY) {
		n->replaces = action->child.spi_in;
		return;
	}
	if (action->cpu != LG_CPU_NONE)
		admitted(w, action);
	must(w,
	     !w->asked[ike][action->reqid - 1][slot] ||
		     w->now - w->asked_at[ike][action->reqid - 1][slot] >=
			     LG_GAP_MS,
	     "requests for a CPU keep their distance");
	w->asked[ike][action->reqid - 1][slot] = true;
	w->asked_at[ike][action->reqid - 1][slot] = w->now;
}

static void set_flag(struct world *w, const struct lg_action *action)
{
	bool fallback = false;

	for (uint64_t ike = 0; ike < IKES; ike++)
		fallback = fallback ||
			   count(w, ike, action->reqid).fallbacks > 0;
	must(w,
	     !action->on ||
		     (w->kernel == LG_KERNEL_MODULE && w->daemon && fallback),
	     "CPU_ACQUIRE only where a fallback serves");
	w->flag[action->reqid - 1] = action->on;
}

static void take_one(struct world *w, const struct lg_action *action)
{
	struct sa *sa;

	switch (action->type) {
	case LG_NEGOTIATE:
	case LG_REKEY:
		negotiate(w, action);
		identified(w, action);
		break;
	case LG_ANSWER:
		w->answers++;
		if (action->verdict != LG_ACCEPT)
			break;
		identified(w, action);
		must(w,
		     w->rekeys || count(w, action->ike, action->reqid).whole <=
					  LIMIT,
		     "the peer does not get a group beyond its limit");
		break;
	case LG_GO:
		w->goes++;
		for (size_t i = 0; i < NEGOTIATIONS; i++)
			if (w->negotiation[i].there &&
			    w->negotiation[i].ref.kind == action->ref.kind &&
			    w->negotiation[i].ref.id == action->ref.id)
				w->negotiation[i].hold = action->hold;
		break;
	case LG_RELEASE:
		sa = find(w, action->child.ike, action->child.spi_in);
		must(w, !sa || sa->held, "what is released was held");
		if (sa)
			sa->held = false;
		break;
	case LG_EXPECT:
		must(w, action->cpu < CPUS, "a CPU is expected");
		must(w, w->kernel == LG_KERNEL_MODULE,
		     "only the module expects");
		break;
	case LG_SET_CPU:
		must(w, w->kernel == LG_KERNEL_MODULE, "only the module moves");
		must(w, action->cpu < CPUS || action->cpu == LG_CPU_NONE,
		     "SAs are moved to CPUs");
		break;
	case LG_SET_FLAG:
		set_flag(w, action);
		break;
	case LG_MOVED:
		must(w, w->moves > 0, "one answer to a move");
		w->moves--;
		break;
	case LG_DELETE:
		sa = find(w, action->child.ike, action->child.spi_in);
		if (sa)
			sa->leaves = true;
		break;
	case LG_INSTALL_SA:
	case LG_READ_USE:
	case LG_LOG:
		break;
	}
}

/* What holds at any time. */
static void look(struct world *w)
{
	for (uint32_t reqid = 1; reqid <= REQIDS; reqid++) {
		bool fallback = false;

		for (size_t i = 0; i < CHILDREN; i++)
			fallback = fallback ||
				   (w->sa[i].there && w->sa[i].reqid == reqid &&
				    !w->sa[i].held);
		must(w, !w->flag[reqid - 1] || fallback,
		     "no CPU_ACQUIRE on policies without any SA");
		must(w, !w->flag[reqid - 1] || w->kernel == LG_KERNEL_MODULE,
		     "no CPU_ACQUIRE without the module");
		must(w, !w->flag[reqid - 1] || w->daemon,
		     "no CPU_ACQUIRE without a daemon");
	}
	for (size_t i = 0; i < CHILDREN; i++)
		must(w,
		     !w->sa[i].there || !w->sa[i].held ||
			     w->sa[i].held_until > w->now,
		     "no SA is held for longer than LG_HOLD_MS");
	must(w, lg_deadline(w->lg) > w->now, "timers are in the future");
	if (!w->daemon)
		must(w, lg_deadline(w->lg) == UINT64_MAX,
		     "every timer has an owner");
}

static void tell(struct world *w, const struct lg_event *event)
{
	struct lg_action action;

	if (w->broken)
		return;
	w->events++;
	w->answers = 0;
	w->goes = 0;
	must(w, !lg_event(w->lg, w->now, event), "an event is taken");
	while (lg_next_action(w->lg, &action))
		take_one(w, &action);
	must(w, w->answers == (event->type == LG_ASK),
	     "one answer to each question");
	must(w, w->goes == (event->type == LG_INSTALL),
	     "one go for each installation");
	look(w);
}

static void pass(struct world *w, uint64_t ms)
{
	const struct lg_event timer = { .type = LG_TIMER };
	uint64_t end = w->now + ms;
	unsigned int timers = 0;

	while (lg_deadline(w->lg) <= end && !w->broken) {
		w->now = lg_deadline(w->lg);
		tell(w, &timer);
		must(w, ++timers < 100000, "timers come to an end");
	}
	w->now = end;
}

static void tell_kernel(struct world *w, enum lg_kernel kernel)
{
	const struct lg_event event = { .type = LG_KERNEL, .kernel = kernel };

	w->kernel = kernel;
	tell(w, &event);
}

static void tell_cpu(struct world *w, uint32_t cpu, bool online)
{
	const struct lg_event event = {
		.type = LG_CPU,
		.hotplug = { .cpu = cpu, .online = online },
	};

	if (cpu < CPUS)
		w->online[cpu] = online;
	tell(w, &event);
}

/* As many SAs as before: what is there is not beyond it. */
static void tell_config(struct world *w)
{
	struct lg_event event = { .type = LG_CONFIGURE,
				  .config = { .limit = LIMIT } };

	w->at_once = !draw(w, 4);
	event.config.at_once = w->at_once;
	event.config.idle_ms = draw(w, 3) * LG_MINUTE;
	tell(w, &event);
}

static void tell_ike(struct world *w, uint64_t ike)
{
	const struct lg_event event = { .type = LG_IKE_UP,
					.ike_up = { .ike = ike } };

	w->ike[ike] = true;
	tell(w, &event);
}

static void forget_ike(struct world *w, uint64_t ike)
{
	w->ike[ike] = false;
	for (size_t i = 0; i < CHILDREN; i++)
		if (w->sa[i].ike == ike)
			w->sa[i].there = false;
	for (size_t i = 0; i < NEGOTIATIONS; i++)
		if (w->negotiation[i].ike == ike)
			w->negotiation[i].there = false;
	memset(w->asked[ike], 0, sizeof(w->asked[ike]));
}

static void drop_ike(struct world *w)
{
	struct lg_event event = { .type = LG_IKE_DOWN };

	event.ike_down = draw(w, IKES);
	forget_ike(w, event.ike_down);
	tell(w, &event);
}

/* The daemon dies; what it had is told again by the next one. */
static void restart_daemon(struct world *w)
{
	const struct lg_event down = { .type = LG_DAEMON_DOWN };
	const struct lg_event up = { .type = LG_DAEMON_UP,
				     .daemon = { .rekeys = chance(w, 50) } };

	w->daemon = false;
	memset(w->negotiation, 0, sizeof(w->negotiation));
	memset(w->asked, 0, sizeof(w->asked));
	tell(w, &down);
	must(w, !w->moves, "every move is answered");
	for (size_t i = 0; i < CHILDREN; i++)
		must(w, !w->sa[i].there || !w->sa[i].held,
		     "nothing is held back without a daemon");
	if (chance(w, 50))
		pass(w, draw(w, 100000));
	w->daemon = true;
	tell(w, &up);
	for (uint64_t ike = 0; ike < IKES; ike++)
		if (w->ike[ike])
			tell_ike(w, ike);
	for (size_t i = 0; i < CHILDREN; i++) {
		struct sa *sa = &w->sa[i];
		struct lg_event child = { .type = LG_CHILD_UP };

		if (!sa->there)
			continue;
		sa->replaces = 0;
		child.child_up.child.ike = sa->ike;
		child.child_up.child.spi_in = sa->spi;
		child.child_up.spi_out = sa->spi + 100000;
		child.child_up.reqid = sa->reqid;
		child.child_up.info = true;
		child.child_up.cpu_in = sa->additional ? draw(w, CPUS)
						       : LG_CPU_NONE;
		child.child_up.cpu_out = child.child_up.cpu_in;
		tell(w, &child);
	}
}

static void ask(struct world *w)
{
	struct negotiation *n = add_negotiation(w);
	struct lg_event event = { .type = LG_ASK };
	struct sa *old = chance(w, 30) ? any_sa(w) : NULL;

	n->ref.kind = LG_QUESTION;
	n->ref.id = ++w->last_question;
	n->ike = old ? old->ike : draw(w, IKES);
	n->reqid = old ? old->reqid : 1 + draw(w, REQIDS);
	n->replaces = old ? old->spi : 0;
	n->cpu = LG_CPU_NONE;
	n->ours = chance(w, 40);
	event.ask.id = n->ref.id;
	event.ask.ike = n->ike;
	event.ask.reqid = chance(w, 80) ? n->reqid : 0;
	event.ask.replaces = n->replaces;
	event.ask.ours = n->ours;
	event.ask.info = chance(w, 80);
	w->rekeys = n->replaces;
	tell(w, &event);
}

static void install(struct world *w, struct negotiation *n)
{
	struct lg_event event = { .type = LG_INSTALL };

	n->told = true;
	n->spi = ++w->last_spi;
	event.install.ref = n->ref;
	event.install.child.ike = n->ike;
	event.install.child.spi_in = n->spi;
	event.install.spi_out = n->spi + 100000;
	event.install.by_helper = chance(w, 30);
	event.install.can_hold = chance(w, 50);
	tell(w, &event);
}

static void come_up(struct world *w, struct negotiation *n)
{
	struct lg_event event = { .type = LG_CHILD_UP };
	struct sa *sa = NULL;

	for (size_t i = 0; i < CHILDREN && !sa; i++)
		if (!w->sa[i].there)
			sa = &w->sa[i];
	if (!sa || !w->ike[n->ike])
		return;
	*sa = (struct sa){ .there = true,
			   .ike = n->ike,
			   .reqid = n->reqid,
			   .spi = n->told ? n->spi : ++w->last_spi,
			   .replaces = n->replaces,
			   .additional = n->cpu != LG_CPU_NONE,
			   .held = n->hold,
			   .held_until = w->now + LG_HOLD_MS + 1 };
	event.child_up.ref = n->ref;
	event.child_up.child.ike = n->ike;
	event.child_up.child.spi_in = sa->spi;
	event.child_up.spi_out = sa->spi + 100000;
	event.child_up.reqid = n->reqid;
	event.child_up.replaces = n->replaces;
	event.child_up.info = w->quiet || chance(w, 90);
	event.child_up.cpu_in = w->quiet || chance(w, 50) ? n->cpu
							  : LG_CPU_NONE;
	event.child_up.cpu_out = event.child_up.cpu_in;
	n->there = false;
	tell(w, &event);
}

static void end_negotiation(struct world *w)
{
	struct negotiation *n = any_negotiation(w);
	struct lg_event event = { .type = LG_FAIL };

	if (!n)
		return;
	if (!n->told && chance(w, 70))
		install(w, n);
	if (chance(w, 65)) {
		come_up(w, n);
		return;
	}
	event.fail.ref = n->ref;
	event.fail.reason = chance(w, 30) ? LG_MAX_QUEUE : LG_FAILED;
	n->there = false;
	tell(w, &event);
}

static void end(struct world *w, struct sa *sa, enum lg_end by)
{
	struct lg_event event = { .type = LG_CHILD_DOWN };

	sa->there = false;
	event.child_down.child.ike = sa->ike;
	event.child_down.child.spi_in = sa->spi;
	event.child_down.end = by;
	tell(w, &event);
}

static void end_sa(struct world *w)
{
	struct sa *sa = any_sa(w);

	if (sa)
		end(w, sa, draw(w, 3));
}

static void use(struct world *w)
{
	struct sa *sa = any_sa(w);
	struct lg_event event = { .type = LG_USE };

	if (!sa)
		return;
	event.use.child.ike = sa->ike;
	event.use.child.spi_in = sa->spi;
	event.use.in = draw(w, 3);
	event.use.out = draw(w, 3);
	tell(w, &event);
}

static void refuse(struct world *w)
{
	struct sa *sa = any_sa(w);
	struct lg_event event = { .type = LG_CPU_REFUSED };

	if (!sa)
		return;
	event.refused.child.ike = sa->ike;
	event.refused.child.spi_in = sa->spi;
	event.refused.direction = chance(w, 50) ? LG_IN : LG_OUT;
	event.refused.cpu = draw(w, CPUS);
	tell(w, &event);
}

/* Somebody else gives an SA to another CPU, or to all. */
static void change(struct world *w)
{
	struct lg_event event = { .type = LG_SA_CPU };
	struct sa *sa = any_sa(w);

	if (!sa || w->kernel != LG_KERNEL_MODULE)
		return;
	event.sa_cpu.spi = sa->spi + (chance(w, 50) ? 100000 : 0);
	event.sa_cpu.cpu = chance(w, 70) ? draw(w, CPUS + 1) : LG_CPU_NONE;
	tell(w, &event);
}

static void move(struct world *w)
{
	struct sa *sa = any_sa(w);
	struct lg_event event = { .type = LG_MOVE };

	w->moves++;
	event.move.id = ++w->last_move;
	event.move.child.ike = sa ? sa->ike : 0;
	event.move.child.spi_in = sa ? sa->spi : 1;
	event.move.cpu = draw(w, CPUS + 1);
	event.move.directions = draw(w, 5);
	tell(w, &event);
}

static void acquire(struct world *w)
{
	struct lg_event event = { .type = LG_ACQUIRE };

	event.acquire.reqid = 1 + draw(w, REQIDS);
	event.acquire.cpu = chance(w, 95)   ? draw(w, CPUS)
			    : chance(w, 50) ? CPUS
					    : LG_CPU_NONE;
	tell(w, &event);
}

/* Somebody else writes policies. */
static void write_policy(struct world *w)
{
	struct lg_event event = { .type = LG_POLICY };

	event.policy.reqid = 1 + draw(w, REQIDS);
	w->flag[event.policy.reqid - 1] = false;
	tell(w, &event);
}

static void step(struct world *w)
{
	uint32_t what = draw(w, 1000);

	if (what < 250)
		acquire(w);
	else if (what < 450)
		end_negotiation(w);
	else if (what < 600)
		ask(w);
	else if (what < 680)
		end_sa(w);
	else if (what < 740)
		use(w);
	else if (what < 900)
		pass(w, chance(w, 80) ? draw(w, 5000) : draw(w, 2000000));
	else if (what < 920)
		refuse(w);
	else if (what < 940)
		move(w);
	else if (what < 950)
		change(w);
	else if (what < 965)
		write_policy(w);
	else if (what < 975)
		tell_cpu(w, draw(w, CPUS + 1), chance(w, 70));
	else if (what < 980)
		tell_kernel(w, draw(w, 3));
	else if (what < 990)
		tell_ike(w, draw(w, IKES));
	else if (what < 994)
		drop_ike(w);
	else if (what < 996)
		tell_config(w);
	else
		restart_daemon(w);
}

static void know(const struct lg_view *view, void *arg)
{
	struct sa *sa = arg;

	if (view->name.ike == sa->ike && view->name.spi_in == sa->spi)
		sa->doubtful = false;
}

/* What was rekeyed, is ordinary, or is to be deleted, goes. */
static void clean(struct world *w)
{
	for (size_t i = 0; i < CHILDREN; i++) {
		struct sa *sa = &w->sa[i];

		if (!sa->there)
			continue;
		sa->doubtful = true;
		lg_view(w->lg, w->now, know, sa);
		if (sa->doubtful || sa->leaves ||
		    is_replaced(w, sa->ike, sa->spi))
			end(w, sa, LG_BY_US);
	}
}

static void acquire_all(struct world *w)
{
	struct lg_event event = { .type = LG_ACQUIRE };

	for (uint32_t reqid = 1; reqid <= REQIDS; reqid++) {
		for (uint32_t cpu = 0; cpu < CPUS; cpu++) {
			event.acquire.reqid = reqid;
			event.acquire.cpu = cpu;
			tell(w, &event);
		}
	}
}

static bool serves_all(const struct count *c)
{
	for (uint32_t cpu = 0; cpu < CPUS; cpu++)
		if (!c->served[cpu])
			return false;
	return true;
}

/*
 * A native kernel cannot take an SA from a CPU of a full group.  ACQUIREs say which
 * policy they are for, and the peer, who is the same here: one IKE SA gets them.
 */
static void look_at_groups(struct world *w, bool at_once)
{
	for (uint32_t reqid = 1; reqid <= REQIDS; reqid++) {
		bool some = false, all = true, any = false;

		for (uint64_t ike = 0; ike < IKES; ike++) {
			struct count c = count(w, ike, reqid);
			bool good;

			if (!c.whole)
				continue;
			must(w, c.fallbacks,
			     "after quiet time each group has its fallback");
			good = serves_all(&c) ||
			       (w->kernel == LG_KERNEL_NATIVE &&
				c.whole > LIMIT);
			some = true;
			all = all && good;
			any = any || good;
		}
		must(w, !some || (at_once ? all : any),
		     "after quiet time each CPU that asks has its SA");
	}
}

/* All goes well for long enough: what was put off has come. */
static void come_to_rest(struct world *w)
{
	uint64_t until = w->now + LG_BACKOFF_MAX_MS + 2 * LG_FULL_MS;
	struct lg_event fail = { .type = LG_FAIL };
	struct negotiation *n;

	w->quiet = true;
	if (w->kernel == LG_KERNEL_STOCK)
		tell_kernel(w, LG_KERNEL_MODULE);
	for (uint32_t cpu = 0; cpu < CPUS; cpu++)
		tell_cpu(w, cpu, true);
	while (!w->broken && (n = any_negotiation(w))) {
		fail.fail.ref = n->ref;
		n->there = false;
		tell(w, &fail);
	}
	while (!w->broken && w->now < until) {
		clean(w);
		while (!w->broken && (n = any_negotiation(w))) {
			n->there = false;
			come_up(w, n);
		}
		acquire_all(w);
		pass(w, LG_WANTED_MS);
	}
	look_at_groups(w, w->at_once || w->kernel == LG_KERNEL_NATIVE);
}

static uint64_t run(uint64_t seed)
{
	static struct world world;
	struct world *w = &world;
	const struct lg_config config = {
		.cpus = CPUS,
		.limit = LIMIT,
		.idle_ms = seed % 2 ? 5 * LG_MINUTE : 0,
		.at_once = seed % 7 == 0,
		.random = random_bytes,
		.arg = w,
	};
	const struct lg_event up = { .type = LG_DAEMON_UP };

	memset(w, 0, sizeof(*w));
	w->seed = seed;
	w->at_once = config.at_once;
	w->random = seed * 0x9e3779b97f4a7c15u;
	w->lg = lg_new(&config);
	w->now = 1;
	tell_kernel(w, seed % 3 ? LG_KERNEL_MODULE : LG_KERNEL_NATIVE);
	for (uint32_t cpu = 0; cpu < CPUS; cpu++)
		tell_cpu(w, cpu, true);
	w->daemon = true;
	tell(w, &up);
	for (uint64_t ike = 0; ike < IKES; ike++)
		tell_ike(w, ike);
	for (int i = 0; i < EVENTS && !w->broken; i++)
		step(w);
	if (!w->broken)
		come_to_rest(w);
	if (w->broken)
		tap_diag("SEED=%" PRIu64 ", event %" PRIu64 ": %s", seed,
			 w->events, w->broken);
	lg_free(w->lg);
	return w->broken ? 0 : w->events;
}

void test_logic_random(void)
{
	const char *only = getenv("SEED");
	uint64_t seeds = only ? 1 : SEEDS;
	uint64_t events = 0, whole = 0;

	for (uint64_t i = 0; i < seeds; i++) {
		uint64_t done = run(only ? strtoull(only, NULL, 10) : i + 1);

		whole += done > 0;
		events += done;
	}
	ok(whole == seeds,
	   "random orders: %" PRIu64 " seeds, %" PRIu64 " events tried", seeds,
	   events);
}

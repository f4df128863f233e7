// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How a group begins, and how its CPUs get SAs.
 */
#include "logic_trial.h"
#include "logic/times.h"
#include "tap.h"

static const struct trial_options module = { .kernel = LG_KERNEL_MODULE };
static const struct trial_options native = { .kernel = LG_KERNEL_NATIVE };
static const struct trial_options stock = { .kernel = LG_KERNEL_STOCK };

/* As initiator. */
static void offer(void)
{
	struct lg_action answer;
	struct trial f;

	trial_begin(&f, &module);
	answer =
		trial_ask(&f, (struct trial_question){ .id = 1, .ours = true });
	is_num(answer.verdict, LG_ACCEPT,
	       "R1: the first request carries SA_RESOURCE_INFO");
	is_num(answer.cpu, LG_CPU_NONE, "R2: and is for no CPU");
	trial_forget(&f);
	trial_up(&f,
		 (struct trial_child){ .ref = { LG_QUESTION, 1 }, .spi = 1 });
	is_num(trial_view(&f, 1).cpu_out, LG_CPU_NONE,
	       "R2: the first SA is the fallback");
	is_num(trial_count(&f, LG_SET_CPU), 0, "and is left as it is");
	is_num(trial_flag(&f), 1, "the policies get CPU_ACQUIRE");
	trial_end(&f);

	trial_begin(&f, &module);
	trial_ask(&f, (struct trial_question){ .id = 1, .ours = true });
	trial_up(&f, (struct trial_child){ .ref = { LG_QUESTION, 1 },
					   .spi = 1,
					   .no_info = true });
	is_num(trial_view(&f, 1).reqid, 0,
	       "R3: without the notify in the answer, an ordinary SA");
	is_num(trial_flag(&f), -1, "R3: whose policies stay as they are");
	trial_acquire(&f, 2);
	is_num(trial_count(&f, LG_NEGOTIATE), 0, "R3: and no more is asked");
	trial_end(&f);
}

/* As responder. */
static void offered(void)
{
	struct lg_action answer;
	struct trial f;

	trial_begin(&f, &module);
	answer =
		trial_ask(&f, (struct trial_question){ .id = 1, .info = true });
	is_num(answer.verdict, LG_ACCEPT,
	       "R3: who is offered it, answers with SA_RESOURCE_INFO");
	is_num(answer.cpu, LG_CPU_NONE, "R2: for the fallback");
	trial_up(&f, (struct trial_child){ .ref = { LG_QUESTION, 1 },
					   .spi = 1,
					   .no_info = true });
	is_num(trial_view(&f, 1).reqid, TRIAL_REQID,
	       "the request had the notify, the Child SA begins a group");
	trial_end(&f);

	trial_begin(&f, &module);
	answer = trial_ask(&f, (struct trial_question){ .id = 1 });
	is_num(answer.verdict, LG_ORDINARY,
	       "R3: who is not offered it, does not answer with it");
	trial_end(&f);

	trial_begin(&f, &stock);
	answer =
		trial_ask(&f, (struct trial_question){ .id = 1, .info = true });
	is_num(answer.verdict, LG_ORDINARY, "nor where the kernel cannot");
	answer =
		trial_ask(&f, (struct trial_question){ .id = 2, .ours = true });
	is_num(answer.verdict, LG_ORDINARY, "which does not offer it either");
	trial_end(&f);
}

static void not_announced(void)
{
	struct lg_event ask = { .type = LG_ASK };
	struct lg_event up = { .type = LG_CHILD_UP };
	struct trial f;

	trial_begin(&f, &module);
	ask.ask.id = 5;
	ask.ask.ike = TRIAL_IKE + 1;
	ask.ask.info = true;
	trial_event(&f, &ask);
	is_num(trial_last(&f, LG_ANSWER)->verdict, LG_ORDINARY,
	       "R33: an IKE SA that was not announced is not served");
	up.child_up.child.ike = TRIAL_IKE + 1;
	up.child_up.child.spi_in = 3;
	up.child_up.info = true;
	trial_event(&f, &up);
	is_num(trial_view(&f, 3).reqid, 0, "R33: nor are its Child SAs");
	trial_end(&f);
}

static void on_demand(void)
{
	const struct lg_action *job;
	struct lg_ref ref;
	struct trial f;

	trial_begin(&f, &module);
	trial_acquire(&f, 2);
	is_num(trial_count(&f, LG_NEGOTIATE), 0,
	       "R1: nothing is asked before there is a fallback");
	trial_fallback(&f);
	trial_wait(&f, LG_MINUTE);
	is_num(trial_count(&f, LG_NEGOTIATE), 0,
	       "R10: on demand, no SA without an acquire");
	trial_acquire(&f, LG_CPU_NONE);
	trial_acquire(&f, TRIAL_CPUS);
	is_num(trial_count(&f, LG_NEGOTIATE), 0,
	       "an acquire without a CPU, or of one that is none");
	trial_acquire(&f, 2);
	is_num(trial_count(&f, LG_NEGOTIATE), 1, "R10: an acquire, a request");
	job = trial_last(&f, LG_NEGOTIATE);
	ok(job->cpu == 2 && job->cpu_in == 2 && job->ike == TRIAL_IKE &&
		   job->reqid == TRIAL_REQID,
	   "for that CPU and group");
	ref = job->ref;
	trial_acquire(&f, 2);
	is_num(trial_count(&f, LG_NEGOTIATE), 1, "not two for one CPU");
	trial_acquire(&f, 0);
	is_num(trial_count(&f, LG_NEGOTIATE), 2, "another CPU asks for itself");
	is_num(trial_last(&f, LG_NEGOTIATE)->packet.sport, TRIAL_PORT,
	       "R15: the daemon learns of the packet");

	trial_forget(&f);
	trial_up(&f, (struct trial_child){ .ref = ref, .spi = 2 });
	is_num(trial_count(&f, LG_SET_CPU), 2,
	       "R5: both its SAs get the CPU in the kernel");
	is_num(trial_view(&f, 2).cpu_in, 2, "R5: the CPU that asked");
	trial_wait(&f, LG_MINUTE);
	trial_acquire(&f, 2);
	is_num(trial_count(&f, LG_NEGOTIATE), 0,
	       "a CPU with an SA needs no other");
	trial_end(&f);
}

static void expected(void)
{
	struct lg_event install = { .type = LG_INSTALL };
	struct trial f;

	trial_begin(&f, &module);
	trial_fallback(&f);
	trial_acquire(&f, 3);
	install.install.ref = trial_last(&f, LG_NEGOTIATE)->ref;
	install.install.child.ike = TRIAL_IKE;
	install.install.child.spi_in = 2;
	install.install.spi_out = 1002;
	install.install.proto = IPPROTO_ESP;
	trial_forget(&f);
	trial_event(&f, &install);
	is_num(trial_count(&f, LG_EXPECT), 2, "R5: the kernel is told before");
	is_num(f.did[0].cpu, 3, "R5: which CPU they are for");
	is_num(f.did[0].sa.spi, 2, "inbound SPI");
	is_num(ntohl(f.did[0].sa.dst.v4.s_addr), 0xc0000201,
	       "towards our address");
	is_num(f.did[1].sa.spi, 1002, "outbound SPI");
	is_num(ntohl(f.did[1].sa.dst.v4.s_addr), 0xc6336401,
	       "towards the peer's");
	is_num(f.did[2].type, LG_GO, "and then the daemon goes on");
	trial_forget(&f);
	trial_up(&f, (struct trial_child){ .ref = install.install.ref,
					   .spi = 2,
					   .bound = true,
					   .cpu_in = 3,
					   .cpu_out = 3 });
	is_num(trial_count(&f, LG_SET_CPU), 0,
	       "what the kernel shows as it should be is left alone");
	trial_end(&f);
}

/* Without triggers that can be used. */
static void at_once(void)
{
	const struct trial_options wish = { .kernel = LG_KERNEL_MODULE,
					    .at_once = true };
	struct trial f;
	unsigned int cpus = 0;

	trial_begin(&f, &native);
	trial_cpu(&f, 1, false);
	trial_fallback(&f);
	is_num(trial_count(&f, LG_NEGOTIATE), 3,
	       "R22: a native kernel: an SA for every CPU that is online");
	for (size_t i = 0; i < f.count; i++)
		if (f.did[i].type == LG_NEGOTIATE)
			cpus |= 1U << f.did[i].cpu;
	is_num(cpus, 0xd, "R22: each its own");
	is_num(trial_flag(&f), -1, "a native kernel never gets CPU_ACQUIRE");
	trial_forget(&f);
	trial_cpu(&f, 1, true);
	is_num(trial_last(&f, LG_NEGOTIATE)->cpu, 1,
	       "R22: one that comes online gets its own");
	trial_end(&f);

	trial_begin(&f, &wish);
	trial_fallback(&f);
	is_num(trial_count(&f, LG_NEGOTIATE), TRIAL_CPUS,
	       "R10: all at once with the module, if it is wished");
	is_num(trial_flag(&f), -1, "R10: then no CPU needs to ask");
	trial_end(&f);
}

/* What the daemon says of a group counts there alone. */
static void mode_of_group(void)
{
	const struct trial_options all = { .kernel = LG_KERNEL_MODULE,
					   .at_once = true };
	struct trial_child child = { .ref = { LG_QUESTION, 1 },
				     .spi = 1,
				     .mode = LG_MODE_AT_ONCE };
	struct trial f;

	trial_begin(&f, &module);
	trial_ask(&f, (struct trial_question){ .id = 1, .ours = true });
	trial_up(&f, child);
	is_num(trial_count(&f, LG_NEGOTIATE), TRIAL_CPUS,
	       "R10: a group has its SAs at once, if that is its mode");
	is_num(trial_flag(&f), -1, "R10: its CPUs need not ask");
	trial_ask(&f, (struct trial_question){ .id = 2,
					       .ours = true,
					       .reqid = TRIAL_REQID + 1 });
	trial_forget(&f);
	trial_up(&f, (struct trial_child){ .ref = { LG_QUESTION, 2 },
					   .spi = 20,
					   .reqid = TRIAL_REQID + 1 });
	is_num(trial_count(&f, LG_NEGOTIATE), 0,
	       "R10: another group waits until they ask");
	is_num(trial_flag(&f), 1, "R10: which they do");
	trial_end(&f);

	child.mode = LG_MODE_ON_DEMAND;
	trial_begin(&f, &all);
	trial_ask(&f, (struct trial_question){ .id = 1, .ours = true });
	trial_up(&f, child);
	is_num(trial_count(&f, LG_NEGOTIATE), 0,
	       "R10: a group waits, if that is its mode, and all others have theirs at once");
	is_num(trial_flag(&f), 1, "R10: its CPUs ask");
	trial_end(&f);

	child.mode = LG_MODE_ON_DEMAND;
	trial_begin(&f, &native);
	trial_ask(&f, (struct trial_question){ .id = 1, .ours = true });
	trial_up(&f, child);
	is_num(trial_count(&f, LG_NEGOTIATE), TRIAL_CPUS,
	       "R22: on a native kernel no group waits");
	trial_end(&f);
}

/* A native kernel keeps an SA on the CPU that it was installed for. */
static void native_truth(void)
{
	struct lg_ref ref;
	struct trial f;

	trial_begin(&f, &native);
	trial_fallback(&f);
	ref = trial_last(&f, LG_NEGOTIATE)->ref;
	is_num(trial_last(&f, LG_NEGOTIATE)->cpu, 3, "a request for CPU 3");
	trial_forget(&f);
	trial_up(&f, (struct trial_child){ .ref = ref, .spi = 2 });
	is_num(trial_view(&f, 2).cpu_out, LG_CPU_NONE,
	       "what was installed without a CPU has none");
	is_num(trial_count(&f, LG_SET_CPU), 0, "and cannot be given one");
	is_num(trial_count(&f, LG_NEGOTIATE), 0,
	       "nor is it tried again at once");
	trial_wait(&f, LG_BACKOFF_FIRST_MS - 1);
	is_num(trial_count(&f, LG_NEGOTIATE), 0, "nor soon");
	trial_wait(&f, 1);
	is_num(trial_count(&f, LG_NEGOTIATE), 1, "but later");
	trial_end(&f);
}

/* A daemon tells a new helper what there is. */
static void native_again(void)
{
	struct trial f;

	trial_begin(&f, &native);
	trial_up(&f, (struct trial_child){ .spi = 1 });
	trial_up(&f, (struct trial_child){ .spi = 2 });
	trial_up(&f,
		 (struct trial_child){
			 .spi = 3, .bound = true, .cpu_in = 1, .cpu_out = 1 });
	trial_wait(&f, LG_GAP_MS - 1);
	is_num(trial_count(&f, LG_NEGOTIATE), 0,
	       "nothing is asked for while SAs are told");
	is_num(trial_count(&f, LG_LOG), 0, "one more fallback is no fault");
	trial_wait(&f, 1);
	is_num(trial_count(&f, LG_NEGOTIATE), TRIAL_CPUS - 1,
	       "then what is missing, and no more");
	trial_end(&f);
}

static void properties(void)
{
	struct lg_action answer;
	struct trial f;

	trial_begin(&f, &module);
	trial_ask(&f, (struct trial_question){ .id = 1, .ours = true });
	trial_up(&f, (struct trial_child){ .ref = { LG_QUESTION, 1 },
					   .spi = 1,
					   .properties = "aes tunnel" });
	answer = trial_ask(&f, (struct trial_question){ .id = 2,
							.info = true,
							.properties =
								"aes tunnel" });
	is_num(answer.verdict, LG_ACCEPT, "R6: the same properties");
	answer = trial_ask(
		&f, (struct trial_question){ .id = 3,
					     .info = true,
					     .properties = "aes transport" });
	is_num(answer.verdict, LG_ORDINARY,
	       "R6: what the peer asks for with others is no part of the group");

	trial_acquire(&f, 3);
	trial_forget(&f);
	trial_up(&f, (struct trial_child){ .ref = { LG_JOB, 1 },
					   .spi = 3,
					   .properties = "aes transport" });
	is_num(trial_last(&f, LG_DELETE)->child.spi_in, 3,
	       "R6: what was negotiated with others is deleted");
	is_num(trial_view(&f, 3).reqid, 0, "R6: and not used");
	trial_forget(&f);
	trial_up(&f, (struct trial_child){ .spi = 5,
					   .replaces = 1,
					   .properties = "aes tunnel, wider" });
	ok(trial_view(&f, 5).reqid == TRIAL_REQID &&
		   !trial_count(&f, LG_DELETE),
	   "R16: a rekey with wider selectors stays in its group");
	trial_up(&f, (struct trial_child){ .spi = 4, .properties = "other" });
	is_num(trial_count(&f, LG_DELETE), 0,
	       "R6: what was there before is left alone");
	trial_end(&f);
}

static void identifiers(void)
{
	struct lg_action first, second;
	struct trial f, g;

	trial_begin(&f, &module);
	trial_begin(&g, &module);
	trial_fallback(&f);
	trial_fallback(&g);
	trial_acquire(&f, 0);
	trial_acquire(&g, 3);
	first = *trial_last(&f, LG_NEGOTIATE);
	second = *trial_last(&g, LG_NEGOTIATE);
	ok(first.has_identifier && second.has_identifier,
	   "R8: an identifier goes along");
	ok(first.cpu != second.cpu &&
		   !memcmp(first.identifier, second.identifier,
			   LG_IDENTIFIER_SIZE),
	   "R34: it depends on random bytes alone, not on the CPU");
	trial_acquire(&f, 1);
	second = *trial_last(&f, LG_NEGOTIATE);
	ok(memcmp(first.identifier, second.identifier, LG_IDENTIFIER_SIZE),
	   "R8: it is another one each time");
	f.stuck = true;
	trial_acquire(&f, 2);
	ok(trial_last(&f, LG_NEGOTIATE)->has_identifier,
	   "R8: random bytes that begin to repeat give one more");
	trial_acquire(&f, 3);
	ok(trial_last(&f, LG_NEGOTIATE)->cpu == 3 &&
		   !trial_last(&f, LG_NEGOTIATE)->has_identifier,
	   "R8: none rather than one that is in use");
	trial_end(&f);
	trial_end(&g);
}

void test_logic_start(void)
{
	offer();
	offered();
	not_announced();
	on_demand();
	expected();
	at_once();
	mode_of_group();
	native_truth();
	native_again();
	properties();
	identifiers();
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The life of SAs: rekeyed, moved, idle, put off, found again.
 */
#include <errno.h>

#include "logic_trial.h"
#include "logic/times.h"
#include "tap.h"

static const struct trial_options module = { .kernel = LG_KERNEL_MODULE };
static const struct trial_options native = { .kernel = LG_KERNEL_NATIVE };

/* A fallback, and SPI 2 on CPU 2. */
static void begin(struct trial *f, const struct trial_options *options)
{
	trial_begin(f, options);
	trial_fallback(f);
	trial_up(f,
		 (struct trial_child){
			 .spi = 2, .bound = true, .cpu_in = 2, .cpu_out = 2 });
	trial_forget(f);
}

static void rekey(void)
{
	struct lg_action answer;
	struct trial f;

	begin(&f, &module);
	answer = trial_ask(&f, (struct trial_question){
				       .id = 5, .info = true, .replaces = 2 });
	ok(answer.verdict == LG_ACCEPT && answer.cpu == 2 && answer.cpu_in == 2,
	   "R11: a rekey is for the CPU of the SA that it replaces");
	answer = trial_ask(&f,
			   (struct trial_question){ .id = 6, .replaces = 2 });
	ok(answer.verdict == LG_ACCEPT && answer.cpu == 2,
	   "R11: whether or not the notify came along");
	trial_forget(&f);
	trial_up(&f, (struct trial_child){ .ref = { LG_QUESTION, 5 },
					   .spi = 3,
					   .replaces = 2,
					   .no_info = true });
	is_num(trial_view(&f, 3).cpu_out, 2, "R11: it stays on that CPU");
	is_num(trial_last(&f, LG_SET_CPU)->cpu, 2, "R11: in the kernel too");
	ok(trial_view(&f, 2).replaced, "the old one is replaced");
	trial_forget(&f);
	trial_down(&f, 2, LG_BY_PEER);
	trial_acquire(&f, 2);
	trial_wait(&f, LG_MINUTE);
	is_num(trial_count(&f, LG_NEGOTIATE), 0,
	       "the old one's end is nobody's loss");
	trial_down(&f, 3, LG_BY_US);
	trial_acquire(&f, 2);
	trial_wait(&f, LG_GAP_MS);
	is_num(trial_count(&f, LG_NEGOTIATE), 1,
	       "nor is the peer's Delete of it one that R23 speaks of");
	trial_end(&f);

	begin(&f, &module);
	trial_up(&f, (struct trial_child){ .spi = 3, .replaces = 2 });
	is_num(trial_view(&f, 3).cpu_in, 2,
	       "R11: a rekey that nobody asked about keeps the CPU too");
	trial_up(&f, (struct trial_child){ .spi = 4, .replaces = 1 });
	is_num(trial_view(&f, 4).cpu_out, LG_CPU_NONE,
	       "R11: and the fallback's is the fallback");
	trial_down(&f, 1, LG_BY_US);
	is_num(trial_flag(&f), -1, "with CPU_ACQUIRE on all the time");
	trial_end(&f);

	/* Both sides rekey, one of the new ones is deleted: RFC 7296, 2.8.1. */
	begin(&f, &module);
	trial_up(&f, (struct trial_child){ .spi = 3, .replaces = 2 });
	trial_up(&f, (struct trial_child){ .spi = 4, .replaces = 2 });
	trial_down(&f, 3, LG_BY_US);
	ok(trial_view(&f, 2).replaced, "one successor is left");
	trial_down(&f, 4, LG_BY_US);
	ok(!trial_view(&f, 2).replaced, "none is left");
	trial_end(&f);

	/* The peer deletes the old one before the daemon tells of the new one. */
	begin(&f, &module);
	trial_ask(&f, (struct trial_question){
			      .id = 5, .ours = true, .replaces = 1 });
	trial_down(&f, 1, LG_BY_PEER);
	trial_up(&f, (struct trial_child){ .ref = { LG_QUESTION, 5 },
					   .spi = 3,
					   .replaces = 1,
					   .no_info = true,
					   .properties = "wider" });
	ok(trial_view(&f, 3).reqid == TRIAL_REQID && trial_flag(&f) == 1,
	   "R3, R16: a fallback is rekeyed without the notify, and the old one has gone");
	trial_end(&f);

	/* Directions on two CPUs stay there. */
	begin(&f, &module);
	trial_move(&f, 2, 0, LG_IN);
	trial_up(&f, (struct trial_child){ .spi = 3, .replaces = 2 });
	ok(trial_view(&f, 3).cpu_in == 0 && trial_view(&f, 3).cpu_out == 2,
	   "R11, R28: a pair that was split stays so");
	trial_end(&f);
}

static void move(void)
{
	struct trial f;

	begin(&f, &module);
	trial_move(&f, 2, 3, LG_IN | LG_OUT);
	is_num(trial_last(&f, LG_MOVED)->error, 0, "R27: a pair is moved");
	ok(trial_count(&f, LG_SET_CPU) == 2 && f.did[0].cpu == 3 &&
		   f.did[0].sa.spi == 2 && f.did[1].cpu == 3 &&
		   f.did[1].sa.spi == 1002,
	   "R27: inbound and outbound");
	trial_move(&f, 2, 1, LG_OUT);
	ok(!trial_last(&f, LG_MOVED)->error && trial_view(&f, 2).cpu_in == 3 &&
		   trial_view(&f, 2).cpu_out == 1,
	   "R28: a gateway moves one direction alone");
	trial_move(&f, 1, 1, LG_IN | LG_OUT);
	is_num(trial_last(&f, LG_MOVED)->error, -EINVAL,
	       "a fallback is not moved");
	trial_move(&f, 9, 1, LG_IN | LG_OUT);
	is_num(trial_last(&f, LG_MOVED)->error, -ESRCH, "an unknown SA");
	trial_move(&f, 2, TRIAL_CPUS, LG_IN | LG_OUT);
	is_num(trial_last(&f, LG_MOVED)->error, -ERANGE, "no such CPU");
	trial_move(&f, 2, 1, 0);
	is_num(trial_last(&f, LG_MOVED)->error, -EINVAL, "no direction");
	trial_cpu(&f, 0, false);
	trial_move(&f, 2, 0, LG_IN | LG_OUT);
	is_num(trial_last(&f, LG_MOVED)->error, -EINVAL,
	       "a CPU that is offline");
	trial_end(&f);

	trial_begin(&f, &module);
	trial_up(&f, (struct trial_child){ .spi = 1, .host = true });
	trial_up(&f, (struct trial_child){ .spi = 2, .host = true });
	trial_forget(&f);
	trial_move(&f, 2, 3, LG_OUT);
	ok(trial_last(&f, LG_MOVED)->error == -EINVAL &&
		   !trial_count(&f, LG_SET_CPU),
	   "R29: where the traffic is made, the pair stays together");
	trial_move(&f, 2, 3, LG_IN | LG_OUT);
	is_num(trial_last(&f, LG_MOVED)->error, 0, "R29: and moves together");
	trial_end(&f);
}

static void move_native(void)
{
	const struct lg_event cannot = { .type = LG_DAEMON_UP };
	const struct lg_event ike = { .type = LG_IKE_UP,
				      .ike_up = { .ike = TRIAL_IKE } };
	struct lg_ref ref;
	struct trial f;

	begin(&f, &native);
	trial_move(&f, 2, 0, LG_OUT);
	is_num(trial_last(&f, LG_MOVED)->error, -EOPNOTSUPP,
	       "R28: a native kernel cannot move one direction");
	trial_forget(&f);
	trial_move(&f, 2, 0, LG_IN | LG_OUT);
	is_num(trial_last(&f, LG_REKEY)->cpu, 0,
	       "R27: on a native kernel a move is a rekey");
	ref = trial_last(&f, LG_REKEY)->ref;
	is_num(trial_count(&f, LG_MOVED), 0, "whose end is waited for");
	trial_move(&f, 2, 1, LG_IN | LG_OUT);
	is_num(trial_last(&f, LG_MOVED)->error, -EBUSY, "one at a time");
	trial_up(&f,
		 (struct trial_child){
			 .ref = ref, .spi = 3, .replaces = 2, .bound = true });
	ok(!trial_last(&f, LG_MOVED)->error && trial_view(&f, 3).cpu_out == 0,
	   "R27: the new one is on the new CPU");
	trial_move(&f, 2, 1, LG_IN | LG_OUT);
	is_num(trial_last(&f, LG_MOVED)->error, -EBUSY,
	       "one that is replaced moves no more");
	trial_forget(&f);
	trial_move(&f, 3, 1, LG_IN | LG_OUT);
	trial_fail(&f, trial_last(&f, LG_REKEY)->ref, LG_FAILED);
	ok(trial_last(&f, LG_MOVED)->error == -EIO &&
		   trial_view(&f, 3).cpu_out == 0,
	   "a rekey that fails leaves it where it is");
	/* CPU 1's own job is the second. */
	trial_fail(&f, (struct lg_ref){ LG_JOB, 2 }, LG_FAILED);
	trial_move(&f, 3, 1, LG_IN | LG_OUT);
	trial_fail(&f, trial_last(&f, LG_REKEY)->ref, LG_FAILED);
	trial_forget(&f);
	trial_wait(&f, LG_BACKOFF_FIRST_MS);
	is_num(trial_last(&f, LG_NEGOTIATE)->cpu, 1,
	       "nor does the other CPU wait longer for its own");
	trial_event(&f, &cannot);
	trial_event(&f, &ike);
	trial_fallback(&f);
	trial_up(&f, (struct trial_child){ .spi = 2, .bound = true });
	trial_move(&f, 2, 1, LG_IN | LG_OUT);
	is_num(trial_last(&f, LG_MOVED)->error, -EOPNOTSUPP,
	       "a daemon that cannot rekey so");
	trial_kernel(&f, LG_KERNEL_STOCK);
	trial_move(&f, 2, 1, LG_IN | LG_OUT);
	is_num(trial_last(&f, LG_MOVED)->error, -ENODEV, "a stock kernel");
	trial_end(&f);
}

static void idle(void)
{
	const struct trial_options ten = { .kernel = LG_KERNEL_MODULE,
					   .idle_ms = 10 * LG_MINUTE };
	const struct trial_options five = { .kernel = LG_KERNEL_MODULE,
					    .idle_ms = 5 * LG_SECOND };
	struct trial_options all = ten;
	struct trial f;

	begin(&f, &ten);
	trial_up(&f,
		 (struct trial_child){
			 .spi = 3, .bound = true, .cpu_in = 3, .cpu_out = 3 });
	for (int i = 0; i < 12; i++) {
		f.packets_in[3]++;
		trial_wait(&f, LG_MINUTE);
	}
	is_num(trial_count(&f, LG_DELETE), 1,
	       "R10: an SA that idles is deleted");
	is_num(trial_last(&f, LG_DELETE)->child.spi_in, 2,
	       "R10: only that one");
	is_num(trial_view(&f, 2).reqid, TRIAL_REQID,
	       "it is there until it is gone");
	trial_forget(&f);
	trial_down(&f, 2, LG_BY_US);
	trial_wait(&f, LG_GAP_MS);
	trial_acquire(&f, 2);
	is_num(trial_last(&f, LG_NEGOTIATE)->cpu, 2,
	       "R10: a CPU that sends again gets a new one");
	trial_end(&f);

	begin(&f, &ten);
	trial_wait(&f, 12 * LG_MINUTE);
	is_num(trial_count(&f, LG_DELETE), 1, "a Delete is asked for");
	trial_wait(&f, LG_DELETE_MS);
	is_num(trial_count(&f, LG_DELETE), 2, "and again if it does not come");
	f.packets_out[2]++;
	trial_wait(&f, 9 * LG_MINUTE);
	is_num(trial_count(&f, LG_DELETE), 2,
	       "but not if it is used after all");
	trial_end(&f);

	trial_begin(&f, &five);
	trial_fallback(&f);
	trial_acquire(&f, 2);
	trial_up(&f,
		 (struct trial_child){ .ref = trial_last(&f, LG_NEGOTIATE)->ref,
				       .spi = 2 });
	trial_wait(&f, 6 * LG_SECOND);
	is_num(trial_count(&f, LG_DELETE), 1, "a short idle time");
	trial_forget(&f);
	trial_down(&f, 2, LG_BY_US);
	trial_wait(&f, LG_WANTED_MS);
	is_num(trial_count(&f, LG_NEGOTIATE), 0,
	       "R10: the acquire that it came of does not bring it back");
	trial_acquire(&f, 2);
	is_num(trial_count(&f, LG_NEGOTIATE), 1, "R10: a new one does");
	trial_end(&f);

	begin(&f, &module);
	trial_wait(&f, 100 * LG_MINUTE);
	is_num(trial_count(&f, LG_DELETE) + trial_count(&f, LG_READ_USE), 0,
	       "R10: none is deleted without an idle time");
	trial_end(&f);

	all.at_once = true;
	begin(&f, &all);
	trial_wait(&f, 100 * LG_MINUTE);
	is_num(trial_count(&f, LG_DELETE), 0,
	       "R10: none where it would come back at once");
	trial_end(&f);
}

/* The peer starts an SA for us; SPI 5, question 5. */
static void peer_starts(struct trial *f, bool by_helper, uint32_t replaces)
{
	struct lg_event install = { .type = LG_INSTALL };

	install.install.ref = (struct lg_ref){ LG_QUESTION, 5 };
	install.install.child.ike = TRIAL_IKE;
	install.install.child.spi_in = 5;
	install.install.spi_out = 1005;
	install.install.by_helper = by_helper;
	install.install.can_hold = true;
	trial_ask(f, (struct trial_question){
			     .id = 5, .info = true, .replaces = replaces });
	trial_forget(f);
	trial_event(f, &install);
	trial_up(f, (struct trial_child){ .ref = install.install.ref,
					  .spi = 5,
					  .replaces = replaces,
					  .bound = true });
}

static void make_before_break(void)
{
	const struct lg_child_name peers = { TRIAL_IKE, 5 };
	const struct lg_event down = { .type = LG_DAEMON_DOWN };
	struct lg_event install = { .type = LG_INSTALL };
	struct lg_ref job;
	struct trial f;

	begin(&f, &module);
	peer_starts(&f, false, 0);
	ok(trial_count(&f, LG_EXPECT) == 1 && f.did[0].sa.spi == 5,
	   "as responder only the inbound SA is expected");
	ok(trial_last(&f, LG_GO)->hold, "the outbound one waits");
	trial_wait(&f, LG_HOLD_MS - 1);
	ok(!trial_count(&f, LG_RELEASE) && trial_count(&f, LG_READ_USE) >= 20,
	   "while the inbound one is watched");
	trial_wait(&f, 1);
	is_num(trial_count(&f, LG_RELEASE), 1, "but not for ever");
	ok(trial_last(&f, LG_EXPECT)->sa.spi == 1005 &&
		   trial_last(&f, LG_EXPECT)->cpu == trial_view(&f, 5).cpu_out,
	   "it is expected before it is released");
	trial_wait(&f, LG_MINUTE);
	is_num(trial_count(&f, LG_RELEASE), 1, "once");
	trial_end(&f);

	begin(&f, &module);
	peer_starts(&f, false, 0);
	f.packets_in[5] = 1;
	trial_wait(&f, LG_HOLD_POLL_MS);
	is_num(trial_count(&f, LG_RELEASE), 1, "the peer has used its side");
	trial_end(&f);

	begin(&f, &module);
	peer_starts(&f, true, 0);
	ok(trial_count(&f, LG_INSTALL_SA) == 1 &&
		   trial_last(&f, LG_INSTALL_SA)->direction == LG_IN,
	   "we install the inbound SA");
	ok(lg_installs_later(f.lg, &peers), "its keys are needed still");
	trial_wait(&f, LG_HOLD_MS);
	ok(!lg_installs_later(f.lg, &peers), "until it is released");
	ok(trial_count(&f, LG_INSTALL_SA) == 2 &&
		   trial_last(&f, LG_INSTALL_SA)->direction == LG_OUT,
	   "and the outbound one later");
	trial_end(&f);

	begin(&f, &module);
	peer_starts(&f, false, 2);
	ok(trial_view(&f, 5).held, "after a rekey it waits");
	trial_down(&f, 2, LG_BY_PEER);
	is_num(trial_count(&f, LG_RELEASE), 1, "until the old one goes");
	trial_end(&f);

	begin(&f, &module);
	peer_starts(&f, false, 0);
	trial_down(&f, 1, LG_BY_PEER);
	is_num(trial_count(&f, LG_RELEASE), 1, "or the fallback");
	trial_end(&f);

	begin(&f, &module);
	peer_starts(&f, false, 1);
	trial_down(&f, 1, LG_BY_PEER);
	ok(trial_count(&f, LG_RELEASE) == 1 && trial_flag(&f) == -1,
	   "a new fallback that waits is released for its old one");
	trial_end(&f);

	begin(&f, &module);
	peer_starts(&f, false, 0);
	trial_move(&f, 5, 3, LG_IN | LG_OUT);
	ok(trial_count(&f, LG_SET_CPU) == 1 &&
		   trial_last(&f, LG_SET_CPU)->direction == LG_IN,
	   "an outbound SA that is not there yet is not moved");
	trial_wait(&f, LG_HOLD_MS);
	is_num(trial_last(&f, LG_EXPECT)->cpu, 3,
	       "one that is moved while it waits goes to the new CPU");
	trial_end(&f);

	begin(&f, &module);
	trial_acquire(&f, 1);
	job = trial_last(&f, LG_NEGOTIATE)->ref;
	install.install.ref = job;
	install.install.child.ike = TRIAL_IKE;
	install.install.can_hold = true;
	trial_event(&f, &install);
	ok(!trial_last(&f, LG_GO)->hold, "an initiator need not wait");
	install.install.ref = (struct lg_ref){ LG_QUESTION, 77 };
	trial_event(&f, &install);
	ok(trial_last(&f, LG_GO)->ref.id == 77 && !trial_last(&f, LG_GO)->hold,
	   "the daemon goes on with what is unknown too");
	install.install.by_helper = true;
	install.install.child.spi_in = 40;
	trial_forget(&f);
	trial_event(&f, &install);
	ok(trial_count(&f, LG_INSTALL_SA) == 2 &&
		   trial_last(&f, LG_INSTALL_SA)->cpu == LG_CPU_NONE &&
		   trial_last(&f, LG_GO)->by_helper,
	   "and we install it as a fallback is");
	install.install.child.ike = TRIAL_IKE + 1;
	install.install.ref = job;
	trial_forget(&f);
	trial_event(&f, &install);
	ok(!trial_count(&f, LG_INSTALL_SA) && trial_count(&f, LG_GO) == 1,
	   "but not without an IKE SA, nor by another's job");
	install.install.child.ike = TRIAL_IKE;
	trial_end(&f);

	begin(&f, &module);
	trial_ask(&f, (struct trial_question){
			      .id = 6, .ours = true, .replaces = 1 });
	install.install.ref = (struct lg_ref){ LG_QUESTION, 6 };
	install.install.child.spi_in = 6;
	trial_forget(&f);
	trial_event(&f, &install);
	ok(trial_last(&f, LG_GO)->hold && !trial_count(&f, LG_RELEASE),
	   "one that waits and is not told");
	trial_wait(&f, LG_ASK_MS);
	is_num(trial_last(&f, LG_RELEASE)->child.spi_in, 6,
	       "does not wait for ever");
	trial_end(&f);

	begin(&f, &module);
	trial_ask(&f, (struct trial_question){ .id = 6, .replaces = 2 });
	trial_event(&f, &install);
	trial_forget(&f);
	trial_event(&f, &down);
	is_num(trial_last(&f, LG_RELEASE)->child.spi_in, 6,
	       "nor for a daemon that is gone");
	trial_end(&f);

	trial_begin(&f, &module);
	peer_starts(&f, false, 0);
	ok(!trial_view(&f, 5).held,
	   "what nothing else can serve does not wait");
	trial_end(&f);
}

static void flag(void)
{
	struct lg_event written = { .type = LG_POLICY,
				    .policy = { .reqid = TRIAL_REQID } };
	struct trial f;

	trial_begin(&f, &module);
	trial_fallback(&f);
	trial_wait(&f, LG_FLAG_GAP_MS);
	trial_forget(&f);
	trial_event(&f, &written);
	is_num(trial_flag(&f), 1, "a policy written without it gets it back");
	for (int i = 0; i < 100; i++)
		trial_event(&f, &written);
	is_num(trial_count(&f, LG_SET_FLAG), 1, "without a quarrel");
	trial_wait(&f, LG_FLAG_GAP_MS);
	is_num(trial_count(&f, LG_SET_FLAG), 2, "a while later again");
	trial_kernel(&f, LG_KERNEL_STOCK);
	is_num(trial_flag(&f), 0, "it goes when the module does");
	trial_forget(&f);
	trial_kernel(&f, LG_KERNEL_MODULE);
	is_num(trial_flag(&f), 1, "and comes back");
	trial_end(&f);
}

/* Of an earlier helper, which was killed. */
static void flag_left(void)
{
	struct lg_event left = { .type = LG_FLAG_LEFT, .left = TRIAL_REQID };
	struct trial f;

	trial_begin(&f, &module);
	left.left = 99;
	trial_event(&f, &left);
	trial_wait(&f, LG_LEFT_MS - 1);
	is_num(trial_flag(&f), -1, "what is left waits for the daemon");
	trial_wait(&f, 1);
	is_num(trial_flag(&f), 0, "nobody tells its group: it goes");
	trial_wait(&f, LG_MINUTE);
	is_num(trial_count(&f, LG_SET_FLAG), 1, "once");

	trial_forget(&f);
	left.left = TRIAL_REQID;
	trial_event(&f, &left);
	trial_wait(&f, LG_LEFT_MS / 2);
	trial_fallback(&f);
	is_num(trial_flag(&f), 1,
	       "its group is told: set again, what was asked is read");
	trial_wait(&f, LG_MINUTE);
	is_num(trial_flag(&f), 1, "and stays");
	is_num(trial_count(&f, LG_SET_FLAG), 1, "without a gap");
	trial_end(&f);
}

static void flag_left_daemon(void)
{
	struct lg_event left = { .type = LG_FLAG_LEFT, .left = 99 };
	struct lg_event up = { .type = LG_DAEMON_UP };
	struct trial f;

	trial_begin(&f, &module);
	trial_event(&f, &left);
	trial_wait(&f, LG_LEFT_MS - 1);
	trial_event(&f, &up);
	trial_wait(&f, LG_LEFT_MS - 1);
	is_num(trial_flag(&f), -1, "a daemon that comes late has its time");
	trial_wait(&f, 1);
	is_num(trial_flag(&f), 0, "then it goes");
	trial_end(&f);
}

static void module_reloaded(void)
{
	struct trial f;

	begin(&f, &module);
	trial_kernel(&f, LG_KERNEL_STOCK);
	trial_acquire(&f, 1);
	is_num(trial_count(&f, LG_NEGOTIATE), 0,
	       "a stock kernel is not served");
	trial_kernel(&f, LG_KERNEL_MODULE);
	ok(trial_count(&f, LG_SET_CPU) == 2 &&
		   trial_last(&f, LG_SET_CPU)->cpu == 2,
	   "SAs get their CPUs back");
	trial_end(&f);
}

/* An SA as the kernel shows it. */
static void show(struct trial *f, uint32_t dst, uint32_t spi, uint32_t cpu)
{
	struct lg_event seen = {
		.type = LG_SA_CPU,
		.sa_cpu = { .spi = spi, .proto = IPPROTO_ESP, .cpu = cpu }
	};

	seen.sa_cpu.dst.family = AF_INET;
	seen.sa_cpu.dst.v4.s_addr = htonl(dst);
	trial_event(f, &seen);
}

/* Somebody else changes CPUs. */
static void changed(void)
{
	const uint32_t us = 0xc0000201, peer = 0xc6336401;
	struct trial f;

	begin(&f, &module);
	trial_acquire(&f, 2);
	show(&f, peer, 1002, 2);
	is_num(trial_count(&f, LG_LOG), 0, "what is known is no change");
	show(&f, peer, 1002, 3);
	ok(trial_view(&f, 2).cpu_out == 3 && trial_view(&f, 2).cpu_in == 2,
	   "R28: an SA that somebody else has moved is where it is");
	ok(trial_count(&f, LG_SET_CPU) == 0 && trial_count(&f, LG_LOG) == 1,
	   "and is not moved back");
	trial_wait(&f, LG_GAP_MS);
	is_num(trial_last(&f, LG_NEGOTIATE)->cpu, 2,
	       "its CPU, which has asked, gets another");
	show(&f, us, 2, 3);
	is_num(trial_view(&f, 2).cpu_in, 3, "the inbound one too");
	trial_up(&f, (struct trial_child){ .spi = 5, .replaces = 2 });
	is_num(trial_view(&f, 5).cpu_out, 3, "R11: there it is rekeyed");
	show(&f, peer, 1002, TRIAL_CPUS);
	show(&f, us, 77, 1);
	is_num(trial_view(&f, 2).cpu_out, 3, "no such CPU, no such SA");
	trial_forget(&f);
	show(&f, peer, 1001, 1);
	show(&f, us, 1, 1);
	is_num(trial_flag(&f), 0,
	       "a fallback that is given to a CPU is none any more");
	show(&f, us, 1, LG_CPU_NONE);
	show(&f, peer, 1001, LG_CPU_NONE);
	is_num(trial_flag(&f), 1, "and is one again");
	trial_end(&f);
}

static void refused(void)
{
	struct lg_event event = { .type = LG_CPU_REFUSED };
	struct trial f;

	begin(&f, &module);
	trial_move(&f, 2, 3, LG_IN | LG_OUT);
	event.refused.child = (struct lg_child_name){ TRIAL_IKE, 2 };
	event.refused.direction = LG_OUT;
	event.refused.cpu = 2;
	trial_event(&f, &event);
	is_num(trial_view(&f, 2).cpu_out, 3, "an old refusal is too late");
	event.refused.cpu = 3;
	trial_event(&f, &event);
	is_num(trial_view(&f, 2).cpu_out, LG_CPU_NONE,
	       "what the kernel refused is not believed");
	event.refused.direction = LG_IN;
	trial_event(&f, &event);
	trial_forget(&f);
	trial_down(&f, 1, LG_BY_PEER);
	is_num(trial_flag(&f), 0, "nor is it a fallback");
	trial_end(&f);
}

static void rebuilt(void)
{
	const struct lg_event down = { .type = LG_DAEMON_DOWN };
	const struct lg_event up = { .type = LG_DAEMON_UP };
	const struct lg_event ike = { .type = LG_IKE_UP,
				      .ike_up = { .ike = TRIAL_IKE } };
	struct trial f;

	begin(&f, &module);
	peer_starts(&f, true, 0);
	trial_forget(&f);
	trial_event(&f, &down);
	is_num(trial_flag(&f), 0, "without a daemon nothing is served");
	ok(trial_last(&f, LG_INSTALL_SA)->child.spi_in == 5,
	   "what waits in our hands is installed first");
	is_num(trial_count(&f, LG_DELETE), 0, "SAs stay");
	ok(lg_deadline(f.lg) == UINT64_MAX, "and no timer is left");

	trial_event(&f, &up);
	trial_event(&f, &ike);
	trial_forget(&f);
	trial_up(&f,
		 (struct trial_child){
			 .spi = 2, .bound = true, .cpu_in = 2, .cpu_out = 2 });
	trial_up(&f, (struct trial_child){ .spi = 1 });
	ok(trial_view(&f, 1).cpu_out == LG_CPU_NONE &&
		   trial_view(&f, 2).cpu_out == 2,
	   "a daemon that comes back: each SA is what it was");
	is_num(trial_count(&f, LG_SET_CPU), 0, "and none is touched");
	is_num(trial_flag(&f), 1, "CPU_ACQUIRE is set again");
	trial_acquire(&f, 2);
	is_num(trial_count(&f, LG_NEGOTIATE), 0, "CPU 2 has its SA");
	trial_acquire(&f, 1);
	is_num(trial_count(&f, LG_NEGOTIATE), 1, "CPU 1 has none");
	trial_end(&f);
}

/* What a helper leaves that was killed before it bound the other SA. */
static void half_bound(void)
{
	struct trial f;

	trial_begin(&f, &module);
	trial_fallback(&f);
	trial_up(&f, (struct trial_child){ .spi = 2,
					   .bound = true,
					   .cpu_in = 2,
					   .cpu_out = LG_CPU_NONE });
	ok(trial_view(&f, 2).cpu_in == 2 && trial_view(&f, 2).cpu_out == 2,
	   "half a pair becomes a whole one");
	ok(trial_count(&f, LG_SET_CPU) == 1 &&
		   trial_last(&f, LG_SET_CPU)->direction == LG_OUT &&
		   trial_last(&f, LG_SET_CPU)->cpu == 2,
	   "only its other SA is touched");
	trial_end(&f);

	trial_begin(&f, &native);
	trial_fallback(&f);
	trial_up(&f, (struct trial_child){ .spi = 2,
					   .bound = true,
					   .cpu_in = 2,
					   .cpu_out = LG_CPU_NONE });
	is_num(trial_count(&f, LG_SET_CPU), 0, "a native kernel cannot");
	trial_end(&f);
}

static void ike_sa(void)
{
	struct lg_event rekeyed = { .type = LG_IKE_UP,
				    .ike_up = { .ike = TRIAL_IKE + 1,
						.replaces = TRIAL_IKE } };
	struct lg_event gone = { .type = LG_IKE_DOWN, .ike_down = TRIAL_IKE };
	struct trial f;

	begin(&f, &module);
	trial_event(&f, &rekeyed);
	is_num(trial_view(&f, 2).name.ike, TRIAL_IKE + 1,
	       "a new IKE SA inherits the Child SAs");
	trial_event(&f, &gone);
	is_num(trial_view(&f, 2).reqid, TRIAL_REQID,
	       "the old one has none left");
	gone.ike_down = TRIAL_IKE + 1;
	trial_event(&f, &gone);
	is_num(trial_view(&f, 2).reqid, 0, "they go with it");
	is_num(trial_flag(&f), 0, "and CPU_ACQUIRE does");
	trial_end(&f);
}

static void expiry(void)
{
	struct lg_event expired = { .type = LG_SA_EXPIRED,
				    .expired = { .spi = 1002,
						 .proto = IPPROTO_ESP } };
	struct trial f;

	begin(&f, &module);
	expired.expired.dst.family = AF_INET;
	expired.expired.dst.v4.s_addr = htonl(0xc0000201);
	trial_event(&f, &expired);
	is_num(trial_view(&f, 2).reqid, TRIAL_REQID,
	       "an outbound SPI is no inbound one");
	expired.expired.dst.v4.s_addr = htonl(0xc6336401);
	trial_event(&f, &expired);
	is_num(trial_view(&f, 2).reqid, 0, "an SA that expired is gone");
	trial_acquire(&f, 2);
	is_num(trial_count(&f, LG_NEGOTIATE), 0, "R23: nor does it loop");
	trial_end(&f);
}

void test_logic_life(void)
{
	rekey();
	move();
	move_native();
	idle();
	make_before_break();
	flag();
	flag_left();
	flag_left_daemon();
	module_reloaded();
	changed();
	refused();
	rebuilt();
	half_bound();
	ike_sa();
	expiry();
}

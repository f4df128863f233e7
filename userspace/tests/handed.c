// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/handed.h"
#include "logic_trial.h"
#include "tap.h"

/* The peer starts SA 5, which we install, its outbound side when it is used. */
static void hand_over(struct trial *f, struct handed **list)
{
	const struct xp_install in = { .enc = { .key = { 1 }, .key_len = 1 } };
	const struct xp_install out = { .enc = { .key = { 2 }, .key_len = 1 } };
	struct lg_event install = {
		.type = LG_INSTALL,
		.install = { .ref = { LG_QUESTION, 5 },
			     .child = { TRIAL_IKE, 5 },
			     .spi_out = 1005,
			     .by_helper = true,
			     .can_hold = true },
	};

	trial_ask(f, (struct trial_question){ .id = 5, .info = true });
	is_num(handed_add(list, &install.install.child, &in, &out), 0,
	       "SAs are handed over");
	trial_event(f, &install);
	handed_sweep(list, f->lg);
}

static void kept(void)
{
	const struct trial_options module = { .kernel = LG_KERNEL_MODULE };
	const struct lg_child_name name = { TRIAL_IKE, 5 };
	const struct lg_child_name renamed = { TRIAL_IKE + 1, 5 };
	struct handed *list = NULL;
	struct trial f;

	trial_begin(&f, &module);
	trial_fallback(&f);
	hand_over(&f, &list);
	ok(handed_find(list, &name) &&
		   handed_find(list, &name)->out.enc.key[0] == 2,
	   "kept while the outbound one waits");
	handed_rename(list, TRIAL_IKE, TRIAL_IKE + 1);
	ok(handed_find(list, &renamed) && !handed_find(list, &name),
	   "another IKE SA inherits them");
	handed_rename(list, TRIAL_IKE + 1, TRIAL_IKE);
	trial_fail(&f, (struct lg_ref){ LG_QUESTION, 5 }, LG_FAILED);
	handed_sweep(&list, f.lg);
	ok(!list, "gone when the negotiation has failed");

	hand_over(&f, &list);
	trial_up(&f,
		 (struct trial_child){ .ref = { LG_QUESTION, 5 }, .spi = 5 });
	handed_sweep(&list, f.lg);
	ok(list, "kept when it is up");
	trial_down(&f, 5, LG_BY_PEER);
	handed_sweep(&list, f.lg);
	ok(!list, "gone with the Child SA");

	hand_over(&f, &list);
	handed_sweep(&list, NULL);
	ok(!list, "gone with the helper");
	trial_end(&f);
}

void test_handed(void)
{
	kept();
}

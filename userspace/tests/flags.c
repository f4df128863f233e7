// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/flags.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "kernel/xfrm.h"
#include "fake.h"
#include "tap.h"
#include "wire_xfrm.h"

static void answer_dump(int err)
{
	fake_forget();
	fake_done(err, NULL);
}

void test_flags(void)
{
	int terminal = dup(STDERR_FILENO), null = open("/dev/null", O_WRONLY);
	struct flags *failed = NULL;
	struct xp_xfrm *xfrm;

	if (!ok(!xp_xfrm_from_socket(&xfrm, fake_socket()), "client"))
		return;
	dup2(null, STDERR_FILENO); /* the log */
	answer_dump(0);
	flags_set(&failed, xfrm, 1, true);
	ok(!failed, "no policy: nothing is left to do");

	answer_dump(-EIO);
	flags_set(&failed, xfrm, 1, true);
	ok(failed && failed->on, "policies that cannot be read are for later");
	answer_dump(-EIO);
	flags_set(&failed, xfrm, 1, false);
	ok(failed && !failed->next && !failed->on,
	   "what is wanted last counts");
	answer_dump(-EIO);
	flags_set(&failed, xfrm, 2, true);
	answer_dump(0);
	fake_done(0, NULL);
	flags_retry(&failed, xfrm);
	is_num(fake.requests, 2, "both are tried again");
	ok(!failed, "with success");

	answer_dump(-EIO);
	flags_set(&failed, xfrm, 1, true);
	for (int i = 0; i < FLAGS_TRIES + 2; i++)
		fake_done(-EIO, NULL);
	for (int i = 0; i < FLAGS_TRIES + 2; i++)
		flags_retry(&failed, xfrm);
	is_num(fake.requests, FLAGS_TRIES, "not for ever");
	ok(!failed, "it is given up");

	fake_forget();
	wire_policy(&fake_answer()->wire, 0);
	fake_done(0, NULL);
	flags_set(&failed, xfrm, 2, true);
	is_num(fake.requests, 1, "another reqid's policy is left alone");

	answer_dump(-EIO);
	flags_set(&failed, xfrm, 1, true);
	flags_forget(&failed);
	ok(!failed, "forgotten");
	dup2(terminal, STDERR_FILENO);
	close(terminal);
	close(null);
	xp_xfrm_close(xfrm);
}

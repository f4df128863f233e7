/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every time that the logic goes by, milliseconds.  Documentation/rfc9611.rst
 * and helper-protocol.rst name them.
 */
#ifndef XFRM_PCPU_LOGIC_TIMES_H
#define XFRM_PCPU_LOGIC_TIMES_H

#define LG_SECOND UINT64_C(1000)
#define LG_MINUTE (60 * LG_SECOND)

/* Never: an end that is not set. */
#define LG_NEVER UINT64_MAX

/*
 * A CPU's ACQUIRE counts as traffic that goes on for that long.  The kernel
 * repeats it after net.core.xfrm_acq_expires, 30 s by default.
 */
#define LG_WANTED_MS LG_MINUTE

/*
 * Between two requests for one CPU of one group, however the first ended; from the
 * last SA that a daemon tells again to requests that no CPU asks for.
 */
#define LG_GAP_MS (2 * LG_SECOND)

/* After a failure or the peer's Delete; doubled each time up to the longest. */
#define LG_BACKOFF_FIRST_MS (15 * LG_SECOND)
#define LG_BACKOFF_MAX_MS (60 * LG_MINUTE)

/* An SA that lived that long makes its CPU's failures forgotten. */
#define LG_STABLE_MS (10 * LG_MINUTE)

/* After the peer's TS_MAX_QUEUE nothing is asked of it in that group. */
#define LG_FULL_MS (10 * LG_MINUTE)

/*
 * The daemon has that long for a request of ours.  It must outlast IKE's
 * retransmissions: 165 s in strongSwan, 60 s in libreswan.
 */
#define LG_JOB_MS (3 * LG_MINUTE)

/* From the answer to a question to the Child SA that it was about. */
#define LG_ASK_MS (3 * LG_MINUTE)

/* An expectation in the kernel, which the daemon's installing follows. */
#define LG_EXPECT_MS (30 * LG_SECOND)

/* A new outbound SA waits that long for the peer to use its side. */
#define LG_HOLD_MS (3 * LG_SECOND)

/* How often the inbound SA of one that waits is looked at. */
#define LG_HOLD_POLL_MS UINT64_C(100)

/* How often the use of additional SAs is looked at: so often per idle time. */
#define LG_IDLE_POLLS 4

/*
 * From its start, and from its begin of telling, a daemon has that long to tell
 * the groups whose policies have CPU_ACQUIRE of an earlier helper.
 */
#define LG_LEFT_MS (10 * LG_SECOND)

/* A Delete that we asked for and that did not come is asked for again. */
#define LG_DELETE_MS (3 * LG_MINUTE)

/* CPU_ACQUIRE that somebody took away is set again so often at most. */
#define LG_FLAG_GAP_MS LG_SECOND

#endif

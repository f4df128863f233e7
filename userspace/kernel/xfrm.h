/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Client of XFRM netlink, for the network namespace of the caller.  Results are
 * 0 or a negative errno; what the kernel says beyond the errno is kept in
 * xp_xfrm_text().  No key is kept: what held one is overwritten.
 */
#ifndef XFRM_PCPU_KERNEL_XFRM_H
#define XFRM_PCPU_KERNEL_XFRM_H

#include "install.h"
#include "sad.h"
#include "spd.h"
#include "xfrm_event.h"

struct xp_socket;
struct xp_xfrm;
struct xp_xfrm_events;

/**
 * xp_xfrm_open() - connect
 * @xfrm: result, for xp_xfrm_close()
 *
 * Return: 0, -EPROTONOSUPPORT if the kernel has no XFRM netlink, -ENOMEM, or an
 * errno of socket(2) and bind(2).
 */
int xp_xfrm_open(struct xp_xfrm **xfrm);

/**
 * xp_xfrm_from_socket() - a client on a socket that is already there
 * @xfrm: result; it owns @sk upon success
 * @sk: socket
 *
 * For tests.
 *
 * Return: 0, -ENOMEM.
 */
int xp_xfrm_from_socket(struct xp_xfrm **xfrm, struct xp_socket *sk);

/**
 * xp_xfrm_close() - disconnect
 * @xfrm: client or NULL
 */
void xp_xfrm_close(struct xp_xfrm *xfrm);

/**
 * xp_xfrm_text() - the kernel's words about the last request
 * @xfrm: client
 *
 * Return: "" if there were none.  Valid until the next request.
 */
const char *xp_xfrm_text(const struct xp_xfrm *xfrm);

/**
 * xp_xfrm_port() - its port, which events that its requests cause carry
 * @xfrm: client
 */
uint32_t xp_xfrm_port(const struct xp_xfrm *xfrm);

/**
 * xp_xfrm_sas() - all SAs, larval ones too
 * @xfrm: client
 * @sad: empty set that takes the result; xp_sad_free() frees it.  Empty again
 *	upon failure
 *
 * A dump that was disturbed by changes is repeated a few times.
 *
 * Return: 0, -EPERM, -EAGAIN if the SAs changed during every dump, -EBADMSG,
 * -ENOMEM.
 */
int xp_xfrm_sas(struct xp_xfrm *xfrm, struct xp_sad *sad);

/**
 * xp_xfrm_sa() - one SA
 * @xfrm: client
 * @id: its name
 * @sa: result
 *
 * Return: 0, -ESRCH if there is none, -EPERM, -EBADMSG.
 */
int xp_xfrm_sa(struct xp_xfrm *xfrm, const struct xp_sa_id *id,
	       struct xp_sad_sa *sa);

/**
 * xp_xfrm_policies() - all policies but those of sockets
 * @xfrm: client
 * @spd: empty set that takes the result; xp_spd_free() frees it.  Empty again
 *	upon failure
 *
 * Return: as xp_xfrm_sas().
 */
int xp_xfrm_policies(struct xp_xfrm *xfrm, struct xp_spd *spd);

/**
 * xp_xfrm_set_cpu_acquire() - set or clear XFRM_POLICY_CPU_ACQUIRE of a policy
 * @xfrm: client
 * @policy: names the policy
 * @on: set or clear
 *
 * The policy is read anew and sent back with nothing changed but the flag;
 * nothing is sent if the flag is as wanted.  What another program wrote between
 * the two is written again, and a policy that it deleted is deleted again.  The
 * kernel makes a new policy of it: its use counters begin anew.
 *
 * Return: 0, -ENOENT if there is no such policy (any more), -EPERM, -EBADMSG,
 * -EAGAIN if it was written too fast, -ENOBUFS if it is not known what others
 * did meanwhile, -EOPNOTSUPP if they wrote one with a security context.
 */
int xp_xfrm_set_cpu_acquire(struct xp_xfrm *xfrm,
			    const struct xp_policy *policy, bool on);

/**
 * xp_xfrm_install() - install an SA and look at what the kernel has then
 * @xfrm: client
 * @install: the SA; it keeps its keys: xp_install_wipe() is the caller's
 * @differs: becomes the name of what is not as asked upon -EREMOTEIO
 *
 * The SA stays if it is not as asked: the caller decides.
 *
 * Return: 0, -EINVAL (xp_xfrm_text() says why, as it does for every errno of
 * the kernel), -EREMOTEIO if the kernel has something else.
 */
int xp_xfrm_install(struct xp_xfrm *xfrm, const struct xp_install *install,
		    const char **differs);

/**
 * enum xp_support - per-CPU SAs of this kernel
 * @XP_SUPPORT_NONE: it has none; requests are accepted and drop the CPU
 * @XP_SUPPORT_MODULE: xfrm_pcpu is loaded
 * @XP_SUPPORT_NATIVE: the kernel has them itself (6.12.13, 6.13)
 */
enum xp_support {
	XP_SUPPORT_NONE,
	XP_SUPPORT_MODULE,
	XP_SUPPORT_NATIVE,
};

/**
 * xp_xfrm_knows_pcpu() - does XFRM netlink of this kernel know SA_PCPU?
 * @xfrm: client
 *
 * A GETSA of an SA that cannot exist is sent with the attribute, misshapen: a
 * kernel that knows it refuses it, any other skips it.  Nothing is changed.
 *
 * Return: 1, 0, -EPERM or another errno.
 */
int xp_xfrm_knows_pcpu(struct xp_xfrm *xfrm);

/**
 * xp_xfrm_support() - who serves per-CPU SAs, by facts, not by version
 * @xfrm: client
 * @support: result
 *
 * Return: 0, -EPERM or another errno.
 */
int xp_xfrm_support(struct xp_xfrm *xfrm, enum xp_support *support);

/* What to listen to. */
#define XP_HEAR_SAS (1U << 0) /* SA_*, without SA_SOFT and SA_HARD */
#define XP_HEAR_EXPIRES (1U << 1) /* SA_SOFT, SA_HARD */
#define XP_HEAR_POLICIES (1U << 2)
/*
 * The kernel takes whoever hears ACQUIREs for a daemon that will answer: while
 * an acquire is pending, packets without an SA are dropped silently.
 */
#define XP_HEAR_ACQUIRES (1U << 3)

/**
 * xp_xfrm_events_open() - listen to events
 * @events: result, for xp_xfrm_events_close()
 * @what: XP_HEAR_*
 *
 * Return: 0, -EPERM, -ENOMEM, or an errno of socket(2) and bind(2).
 */
int xp_xfrm_events_open(struct xp_xfrm_events **events, unsigned int what);

/**
 * xp_xfrm_events_from_socket() - listen on a socket that is already there
 * @events: result; it owns @sk upon success
 * @sk: socket
 *
 * For tests.
 *
 * Return: 0, -ENOMEM.
 */
int xp_xfrm_events_from_socket(struct xp_xfrm_events **events,
			       struct xp_socket *sk);

/**
 * xp_xfrm_events_close() - stop listening
 * @events: listener or NULL
 */
void xp_xfrm_events_close(struct xp_xfrm_events *events);

/**
 * xp_xfrm_events_fd() - file descriptor for poll(2)
 * @events: listener
 *
 * Return: a descriptor that stays the listener's.
 */
int xp_xfrm_events_fd(const struct xp_xfrm_events *events);

/**
 * typedef xp_xfrm_event_fn - takes one event
 * @event: the event, valid during the call
 * @arg: argument of xp_xfrm_events_read()
 */
typedef void xp_xfrm_event_fn(const struct xp_xfrm_event *event, void *arg);

/**
 * xp_xfrm_events_read() - wait for one datagram and report its events
 * @events: listener
 * @fn: called for each event
 * @arg: for @fn
 *
 * Return: 0, -ENOBUFS if events were lost because they were not read in time
 * (listening goes on), -EBADMSG if one was malformed (listening goes on), or an
 * errno of recvmsg(2).
 */
int xp_xfrm_events_read(struct xp_xfrm_events *events, xp_xfrm_event_fn *fn,
			void *arg);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Client of the module's generic netlink family, for the network namespace of
 * the caller.  Results are 0 or a negative errno; what the kernel says beyond
 * the errno is kept in xp_client_text().
 *
 * Meanings and errors of the commands: kmod/uapi/linux/xfrm_pcpu.h.
 */
#ifndef XFRM_PCPU_KERNEL_CLIENT_H
#define XFRM_PCPU_KERNEL_CLIENT_H

#include "groups.h"
#include "message.h"

struct xp_client;
struct xp_events;
struct xp_socket;

/**
 * xp_client_open() - connect to the module
 * @client: result, for xp_client_close()
 *
 * Return: 0, -ENOENT if the module is not loaded, -ENOMEM, or an errno of
 * socket(2), bind(2) and the generic netlink controller.
 */
int xp_client_open(struct xp_client **client);

/**
 * xp_client_from_socket() - a client on a socket that is already there
 * @client: result; it owns @sk upon success
 * @sk: socket
 * @family: number of the family
 *
 * For tests, which put a kernel of their own behind the socket.
 *
 * Return: 0, -ENOMEM.
 */
int xp_client_from_socket(struct xp_client **client, struct xp_socket *sk,
			  int family);

/**
 * xp_client_close() - disconnect
 * @client: client or NULL
 */
void xp_client_close(struct xp_client *client);

/**
 * xp_client_text() - the kernel's words about the last request
 * @client: client
 *
 * Return: text of the extended ACK, "" if there was none.  After success it is
 * a warning.  Valid until the next request.
 */
const char *xp_client_text(const struct xp_client *client);

/**
 * xp_client_info() - version, features and limits
 * @client: client
 * @info: result
 *
 * Return: 0, -EPERM, -EBADMSG if the reply is malformed, -ENODATA if there was
 * none.
 */
int xp_client_info(struct xp_client *client, struct xp_info *info);

/**
 * typedef xp_steer_fn - takes what was counted on one CPU
 * @steer: counters, valid during the call
 * @arg: argument of xp_client_steer()
 */
typedef void xp_steer_fn(const struct xp_steer *steer, void *arg);

/**
 * xp_client_steer() - what inbound steering counted, CPU by CPU
 * @client: client
 * @fn: called for each possible CPU
 * @arg: for @fn
 *
 * Return: 0, -EPERM, -EOPNOTSUPP of a module that does not steer, -EBADMSG if a
 * message is malformed, -ENOMEM.
 */
int xp_client_steer(struct xp_client *client, xp_steer_fn *fn, void *arg);

/**
 * xp_client_bind() - give an SA without a CPU to a CPU
 * @client: client
 * @id: the SA
 * @cpu: CPU number, not XFRM_PCPU_CPU_NONE
 *
 * Return: 0 (also if it has this CPU), -EBUSY if it has another one, -EPERM,
 * or another errno of the kernel.
 */
int xp_client_bind(struct xp_client *client, const struct xp_sa_id *id,
		   uint32_t cpu);

/**
 * xp_client_move() - give an SA that has a CPU to another CPU
 * @client: client
 * @id: the SA
 * @cpu: CPU number, not XFRM_PCPU_CPU_NONE
 *
 * Return: 0, -ENOENT if it has no CPU, -EPERM, or another errno of the kernel.
 */
int xp_client_move(struct xp_client *client, const struct xp_sa_id *id,
		   uint32_t cpu);

/**
 * xp_client_unbind() - make an SA one that every CPU may use
 * @client: client
 * @id: the SA
 *
 * Return: 0 (also if it has no CPU), -EPERM, or another errno of the kernel.
 */
int xp_client_unbind(struct xp_client *client, const struct xp_sa_id *id);

/**
 * xp_client_expect() - say which CPU an SA that is still to come will have
 * @client: client
 * @id: the SA to come
 * @cpu: CPU number, not XFRM_PCPU_CPU_NONE
 * @timeout_ms: how long to expect it, milliseconds; 0 withdraws
 *
 * Return: 0, -ENOENT if there is nothing to withdraw, -ENOSPC beyond
 * xp_info.expect_max, -EPERM, or another errno of the kernel.
 */
int xp_client_expect(struct xp_client *client, const struct xp_sa_id *id,
		     uint32_t cpu, uint32_t timeout_ms);

/**
 * xp_client_groups() - all groups, merged and sorted
 * @client: client
 * @groups: empty groups that take the result; xp_groups_free() frees it.
 *	Empty again upon failure
 *
 * A dump that was disturbed by changes is repeated a few times.
 *
 * Return: 0, -EAGAIN if the groups changed during every dump, -EPERM,
 * -EBADMSG if a message is malformed, -ENOMEM.
 */
int xp_client_groups(struct xp_client *client, struct xp_groups *groups);

/**
 * xp_events_open() - listen to the module's events
 * @events: result, for xp_events_close()
 *
 * Return: 0, -ENOENT if the module is not loaded, -EPERM, -ENOMEM, or an errno
 * of socket(2) and bind(2).
 */
int xp_events_open(struct xp_events **events);

/**
 * xp_events_from_socket() - listen on a socket that is already there
 * @events: result; it owns @sk upon success
 * @sk: socket
 * @family: number of the family
 *
 * For tests.
 *
 * Return: 0, -ENOMEM.
 */
int xp_events_from_socket(struct xp_events **events, struct xp_socket *sk,
			  int family);

/**
 * xp_events_close() - stop listening
 * @events: listener or NULL
 */
void xp_events_close(struct xp_events *events);

/**
 * xp_events_fd() - file descriptor for poll(2)
 * @events: listener
 *
 * Return: a descriptor that stays the listener's.
 */
int xp_events_fd(const struct xp_events *events);

/**
 * typedef xp_event_fn - takes one event
 * @event: the event, valid during the call
 * @arg: argument of xp_events_read()
 */
typedef void xp_event_fn(const struct xp_event *event, void *arg);

/**
 * xp_events_read() - wait for one datagram and report its events
 * @events: listener
 * @fn: called for each event
 * @arg: for @fn
 *
 * Events of kinds that this version does not know are left out.
 *
 * Return: 0, -ENOBUFS if the kernel dropped events because they were not read
 * in time (listening goes on), -ENODEV if the module was removed, -EBADMSG if
 * an event was malformed (listening goes on), or an errno of recvmsg(2).
 */
int xp_events_read(struct xp_events *events, xp_event_fn *fn, void *arg);

#endif

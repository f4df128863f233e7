/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A netlink socket for requests and their answers, or for events.  Every
 * buffer that a message was in is overwritten before it is freed or used
 * again, since messages about SAs hold keys; libnl's own receiving does not do
 * that.  libnl builds the messages.
 */
#ifndef XFRM_PCPU_KERNEL_SOCKET_H
#define XFRM_PCPU_KERNEL_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <linux/netlink.h>

struct nl_msg;
struct xp_socket;

/**
 * struct xp_socket_io - what is behind the socket; tests put a kernel of their
 *	own there
 * @send: takes one request; 0 or a negative errno
 * @recv: writes one datagram to @buf and its sender to @from; its length, which
 *	is more than @size if it was cut, or a negative errno
 * @arg: for both
 * @port: the sender's port, which requests carry and their events repeat
 */
struct xp_socket_io {
	int (*send)(void *arg, const struct nlmsghdr *nlh);
	ssize_t (*recv)(void *arg, struct sockaddr_nl *from, void *buf,
			size_t size);
	void *arg;
	uint32_t port;
};

/**
 * typedef xp_message_fn - takes one message
 * @nlh: the message; its nlmsg_len bytes may be read, and are overwritten after
 *	the call
 * @arg: of the caller
 *
 * Return: 0 or a negative errno, which becomes the result of the request.
 */
typedef int xp_message_fn(const struct nlmsghdr *nlh, void *arg);

/**
 * xp_socket_open() - a socket in the network namespace of the caller
 * @sk: result, for xp_socket_close()
 * @protocol: NETLINK_*
 *
 * Return: 0, -ENOMEM, or an errno of socket(2) and bind(2).
 */
int xp_socket_open(struct xp_socket **sk, int protocol);

/**
 * xp_socket_from() - a socket for tests
 * @sk: result, for xp_socket_close()
 * @io: copied
 *
 * Return: 0, -ENOMEM.
 */
int xp_socket_from(struct xp_socket **sk, const struct xp_socket_io *io);

/**
 * xp_socket_close() - close it
 * @sk: socket or NULL
 */
void xp_socket_close(struct xp_socket *sk);

/**
 * xp_socket_fd() - file descriptor for poll(2)
 * @sk: socket of xp_socket_open()
 *
 * Return: a descriptor that stays the socket's.
 */
int xp_socket_fd(const struct xp_socket *sk);

/**
 * xp_socket_port() - its port
 * @sk: socket
 */
uint32_t xp_socket_port(const struct xp_socket *sk);

/**
 * xp_socket_text() - the kernel's words about the last request
 * @sk: socket
 *
 * Return: text of the extended ACK, "" if there was none.  After success it is
 * a warning.  Valid until the next request.
 */
const char *xp_socket_text(const struct xp_socket *sk);

/**
 * xp_socket_forget_text() - the last request was not worth its words
 * @sk: socket
 */
void xp_socket_forget_text(struct xp_socket *sk);

/**
 * xp_socket_request() - send a request and read the answer up to its end
 * @sk: socket
 * @msg: the request, with NLM_F_ACK or NLM_F_DUMP; overwritten and freed
 * @fn: called for each message of the answer, or NULL
 * @arg: for @fn
 *
 * Return: 0; the errno of the kernel or else the first one of @fn; -EAGAIN if
 * a dump was disturbed by changes; -EBADMSG if the answer was malformed; or an
 * errno of sendto(2) and recvmsg(2).
 */
int xp_socket_request(struct xp_socket *sk, struct nl_msg *msg,
		      xp_message_fn *fn, void *arg);

/**
 * xp_socket_join() - hear a multicast group
 * @sk: socket
 * @group: number of the group
 *
 * Return: 0 or an errno of setsockopt(2).
 */
int xp_socket_join(struct xp_socket *sk, unsigned int group);

/**
 * xp_socket_unblock() - xp_socket_read() is not to wait, but to return -EAGAIN
 * @sk: socket of xp_socket_open()
 *
 * Return: 0 or an errno of fcntl(2).
 */
int xp_socket_unblock(struct xp_socket *sk);

/**
 * xp_socket_is_last() - does an event tell of the last request?
 * @sk: where that was sent
 * @nlh: the event, heard on any socket
 */
bool xp_socket_is_last(const struct xp_socket *sk, const struct nlmsghdr *nlh);

/**
 * xp_socket_read() - wait for one datagram of events
 * @sk: socket
 * @fn: called for each message of the kernel
 * @arg: for @fn
 *
 * Return: 0, -ENOBUFS if the kernel dropped events because they were not read
 * in time (listening goes on), the first errno of @fn, -EBADMSG if the
 * datagram was malformed (listening goes on), or an errno of recvmsg(2).
 */
int xp_socket_read(struct xp_socket *sk, xp_message_fn *fn, void *arg);

#endif

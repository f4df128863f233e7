// SPDX-License-Identifier: GPL-2.0-or-later
#include "socket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <netlink/msg.h>

#include "message.h"

/*
 * Room for one datagram.  The kernel makes none longer than 32 KiB for a dump,
 * and single messages of XFRM and generic netlink are far shorter.
 */
#define BUFFER_BYTES 65536

/* Receive buffer for events: some thousands, so that a burst of rekeys fits. */
#define EVENT_BUFFER_BYTES (1024 * 1024)

/* Longest text of the kernel that is kept. */
#define EXT_ACK_MAX 256

/**
 * struct xp_socket - a socket
 * @io: what is behind it
 * @fd: -1 if @io is a test's
 * @seq: sequence number of the last request
 * @text: the kernel's words about it
 * @buffer: the datagram that is being read
 */
struct xp_socket {
	struct xp_socket_io io;
	int fd;
	uint32_t seq;
	char text[EXT_ACK_MAX];
	_Alignas(struct nlmsghdr) char buffer[BUFFER_BYTES];
};

/**
 * struct answer - how far the answer to a request has been read
 * @done: it is complete
 * @disturbed: the kernel marked the dump as inconsistent
 * @result: errno
 */
struct answer {
	bool done;
	bool disturbed;
	int result;
};

static int send_fd(void *arg, const struct nlmsghdr *nlh)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct xp_socket *sk = arg;
	ssize_t sent;

	do {
		sent = sendto(sk->fd, nlh, nlh->nlmsg_len, 0,
			      (struct sockaddr *)&kernel, sizeof(kernel));
	} while (sent < 0 && errno == EINTR);
	return sent < 0 ? -errno : 0;
}

static ssize_t recv_fd(void *arg, struct sockaddr_nl *from, void *buf,
		       size_t size)
{
	socklen_t from_size = sizeof(*from);
	struct xp_socket *sk = arg;
	ssize_t length = recvfrom(sk->fd, buf, size, MSG_TRUNC,
				  (struct sockaddr *)from, &from_size);

	return length < 0 ? -errno : length;
}

int xp_socket_from(struct xp_socket **sk_out, const struct xp_socket_io *io)
{
	struct xp_socket *sk = calloc(1, sizeof(*sk));

	if (!sk)
		return -ENOMEM;
	sk->io = *io;
	sk->fd = -1;
	*sk_out = sk;
	return 0;
}

int xp_socket_open(struct xp_socket **sk_out, int protocol)
{
	struct xp_socket_io io = { .send = send_fd, .recv = recv_fd };
	struct sockaddr_nl name = { .nl_family = AF_NETLINK };
	socklen_t size = sizeof(name);
	struct xp_socket *sk;
	int one = 1;
	int err;

	err = xp_socket_from(&sk, &io);
	if (err)
		return err;
	sk->io.arg = sk;
	sk->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
	/* Multicasts pass by a socket that is not bound. */
	if (sk->fd < 0 || bind(sk->fd, (struct sockaddr *)&name, size) ||
	    getsockname(sk->fd, (struct sockaddr *)&name, &size)) {
		err = -errno;
		xp_socket_close(sk);
		return err;
	}
	sk->io.port = name.nl_pid;
	/* Kernels before 4.12 have no texts: work without them. */
	setsockopt(sk->fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	/* A request that is refused need not come back, with its keys. */
	setsockopt(sk->fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	*sk_out = sk;
	return 0;
}

void xp_socket_forget_text(struct xp_socket *sk)
{
	sk->text[0] = '\0';
}

void xp_socket_close(struct xp_socket *sk)
{
	if (!sk)
		return;
	if (sk->fd >= 0)
		close(sk->fd);
	free(sk);
}

int xp_socket_fd(const struct xp_socket *sk)
{
	return sk->fd;
}

uint32_t xp_socket_port(const struct xp_socket *sk)
{
	return sk->io.port;
}

const char *xp_socket_text(const struct xp_socket *sk)
{
	return sk->text;
}

int xp_socket_join(struct xp_socket *sk, unsigned int group)
{
	int bytes = EVENT_BUFFER_BYTES;

	/* More than the limit of the system only with CAP_NET_ADMIN. */
	if (setsockopt(sk->fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes,
		       sizeof(bytes)))
		setsockopt(sk->fd, SOL_SOCKET, SO_RCVBUF, &bytes,
			   sizeof(bytes));
	if (setsockopt(sk->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group,
		       sizeof(group)))
		return -errno;
	return 0;
}

int xp_socket_unblock(struct xp_socket *sk)
{
	int flags = fcntl(sk->fd, F_GETFL);

	if (flags < 0 || fcntl(sk->fd, F_SETFL, flags | O_NONBLOCK))
		return -errno;
	return 0;
}

bool xp_socket_is_last(const struct xp_socket *sk, const struct nlmsghdr *nlh)
{
	return nlh->nlmsg_pid == sk->io.port && nlh->nlmsg_seq == sk->seq;
}

/*
 * Read one datagram and hand each of its messages to @fn.  Returns 0 also for
 * a datagram of somebody else than the kernel, who is not believed.
 */
static int read_datagram(struct xp_socket *sk,
			 int (*fn)(struct xp_socket *sk,
				   const struct nlmsghdr *nlh, void *arg),
			 void *arg)
{
	struct sockaddr_nl from = { 0 };
	ssize_t length;
	size_t used;
	int left;
	int err = 0;

	length = sk->io.recv(sk->io.arg, &from, sk->buffer, sizeof(sk->buffer));
	if (length < 0)
		return length;
	used = (size_t)length < sizeof(sk->buffer) ? (size_t)length
						   : sizeof(sk->buffer);
	if (from.nl_pid)
		goto wipe;
	if ((size_t)length > sizeof(sk->buffer)) {
		err = -EBADMSG;
		goto wipe;
	}
	left = length;
	for (struct nlmsghdr *nlh = (struct nlmsghdr *)sk->buffer; left > 0;
	     nlh = nlmsg_next(nlh, &left)) {
		int result;

		if (!nlmsg_ok(nlh, left)) {
			err = err ? err : -EBADMSG;
			break;
		}
		/* Read on: a rest would be taken for the next answer. */
		result = fn(sk, nlh, arg);
		err = err ? err : result;
	}
wipe:
	explicit_bzero(sk->buffer, used);
	return err;
}

/**
 * struct request - what read_answer() needs to know
 * @fn: takes the messages
 * @arg: for @fn
 * @answer: result
 */
struct request {
	xp_message_fn *fn;
	void *arg;
	struct answer answer;
};

static void end(struct xp_socket *sk, struct answer *answer,
		const struct nlmsghdr *nlh, int err)
{
	xp_msg_get_ext_ack(nlh, sk->text, sizeof(sk->text));
	if (err < 0)
		answer->result = err;
	answer->done = true;
}

static int read_answer(struct xp_socket *sk, const struct nlmsghdr *nlh,
		       void *arg)
{
	struct request *request = arg;
	struct answer *answer = &request->answer;
	int err;

	if (nlh->nlmsg_seq != sk->seq)
		return 0; /* of a request that was given up */
	answer->disturbed |= nlh->nlmsg_flags & NLM_F_DUMP_INTR;

	switch (nlh->nlmsg_type) {
	case NLMSG_ERROR:
	case NLMSG_DONE: /* the end of a dump carries its errno, too */
		if (nlmsg_datalen(nlh) < (int)sizeof(err)) {
			end(sk, answer, nlh, -EBADMSG);
			break;
		}
		memcpy(&err, nlmsg_data(nlh), sizeof(err));
		end(sk, answer, nlh, err);
		break;
	case NLMSG_NOOP:
	case NLMSG_OVERRUN:
		break;
	default:
		if (!request->fn)
			break;
		err = request->fn(nlh, request->arg);
		if (!answer->result)
			answer->result = err;
	}
	return 0;
}

int xp_socket_request(struct xp_socket *sk, struct nl_msg *msg,
		      xp_message_fn *fn, void *arg)
{
	struct request request = { .fn = fn, .arg = arg };
	struct nlmsghdr *nlh = nlmsg_hdr(msg);
	int err;

	xp_socket_forget_text(sk);
	nlh->nlmsg_seq = ++sk->seq;
	nlh->nlmsg_pid = sk->io.port;
	nlh->nlmsg_flags |= NLM_F_REQUEST;
	err = sk->io.send(sk->io.arg, nlh);
	explicit_bzero(nlh, nlh->nlmsg_len);
	nlmsg_free(msg);
	while (!err && !request.answer.done) {
		err = read_datagram(sk, read_answer, &request);
		if (err == -EINTR)
			err = 0;
	}
	if (err)
		return err;
	if (!request.answer.result && request.answer.disturbed)
		return -EAGAIN;
	return request.answer.result;
}

static int read_event(struct xp_socket *sk, const struct nlmsghdr *nlh,
		      void *arg)
{
	struct request *request = arg;

	(void)sk;
	return request->fn(nlh, request->arg);
}

int xp_socket_read(struct xp_socket *sk, xp_message_fn *fn, void *arg)
{
	struct request request = { .fn = fn, .arg = arg };

	return read_datagram(sk, read_event, &request);
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "xfrm.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "client.h"
#include "cpu_acquire.h"
#include "socket.h"

/* Dumps that are tried before the SAs are said to change too fast. */
#define DUMP_TRIES 8

/**
 * struct xp_xfrm - connection for requests
 * @sk: socket
 */
struct xp_xfrm {
	struct xp_socket *sk;
};

/**
 * struct xp_xfrm_events - connection for events
 * @sk: socket
 * @fn: takes each event
 * @arg: for @fn
 */
struct xp_xfrm_events {
	struct xp_socket *sk;
	xp_xfrm_event_fn *fn;
	void *arg;
};

int xp_xfrm_from_socket(struct xp_xfrm **xfrm_out, struct xp_socket *sk)
{
	struct xp_xfrm *xfrm = calloc(1, sizeof(*xfrm));

	if (!xfrm)
		return -ENOMEM;
	xfrm->sk = sk;
	*xfrm_out = xfrm;
	return 0;
}

int xp_xfrm_open(struct xp_xfrm **xfrm)
{
	struct xp_socket *sk;
	int err;

	err = xp_socket_open(&sk, NETLINK_XFRM);
	if (err)
		return err;
	err = xp_xfrm_from_socket(xfrm, sk);
	if (err)
		xp_socket_close(sk);
	return err;
}

void xp_xfrm_close(struct xp_xfrm *xfrm)
{
	if (!xfrm)
		return;
	xp_socket_close(xfrm->sk);
	free(xfrm);
}

const char *xp_xfrm_text(const struct xp_xfrm *xfrm)
{
	return xp_socket_text(xfrm->sk);
}

uint32_t xp_xfrm_port(const struct xp_xfrm *xfrm)
{
	return xp_socket_port(xfrm->sk);
}

/* A dump that changes disturbed is asked for again, from the beginning. */
static int dump(struct xp_xfrm *xfrm, int type, xp_message_fn *fn, void *arg,
		void (*forget)(void *arg))
{
	int err = -EAGAIN;

	for (int i = 0; i < DUMP_TRIES && err == -EAGAIN; i++) {
		struct nl_msg *msg = nlmsg_alloc_simple(type, NLM_F_DUMP);

		if (!msg)
			return -ENOMEM;
		err = xp_socket_request(xfrm->sk, msg, fn, arg);
		if (err)
			forget(arg);
	}
	return err;
}

static int collect_sa(const struct nlmsghdr *nlh, void *arg)
{
	struct xp_sad_sa sa;
	int err = xp_sad_get_sa(nlh, &sa);

	return err ? err : xp_sad_add(arg, &sa);
}

static void forget_sas(void *arg)
{
	xp_sad_free(arg);
}

int xp_xfrm_sas(struct xp_xfrm *xfrm, struct xp_sad *sad)
{
	return dump(xfrm, XFRM_MSG_GETSA, collect_sa, sad, forget_sas);
}

/* Policies of sockets are dumped too; no request names them. */
static int collect_policy(const struct nlmsghdr *nlh, void *arg)
{
	struct xp_policy policy;
	int err = xp_spd_get_policy(nlh, &policy);

	if (err == -EOPNOTSUPP)
		return 0;
	return err ? err : xp_spd_add(arg, &policy);
}

static void forget_policies(void *arg)
{
	xp_spd_free(arg);
}

int xp_xfrm_policies(struct xp_xfrm *xfrm, struct xp_spd *spd)
{
	return dump(xfrm, XFRM_MSG_GETPOLICY, collect_policy, spd,
		    forget_policies);
}

/* A request GETSA; NULL without memory. */
static struct nl_msg *get_sa_request(const struct xp_sa_id *id)
{
	struct nl_msg *msg = nlmsg_alloc_simple(XFRM_MSG_GETSA, NLM_F_ACK);
	struct xfrm_usersa_id name = {
		.spi = htonl(id->spi),
		.family = id->dst.family,
		.proto = id->proto,
	};
	struct xfrm_mark mark = { .v = id->mark.value, .m = id->mark.mask };

	if (!msg)
		return NULL;
	xp_addr_to_xfrm(&id->dst, &name.daddr);
	if (nlmsg_append(msg, &name, sizeof(name), NLMSG_ALIGNTO) ||
	    ((mark.v || mark.m) &&
	     nla_put(msg, XFRMA_MARK, sizeof(mark), &mark))) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

static int take_sa(const struct nlmsghdr *nlh, void *arg)
{
	return xp_sad_get_sa(nlh, arg);
}

int xp_xfrm_sa(struct xp_xfrm *xfrm, const struct xp_sa_id *id,
	       struct xp_sad_sa *sa)
{
	struct nl_msg *msg = get_sa_request(id);

	return msg ? xp_socket_request(xfrm->sk, msg, take_sa, sa) : -ENOMEM;
}

int xp_xfrm_set_cpu_acquire(struct xp_xfrm *xfrm,
			    const struct xp_policy *policy, bool on)
{
	struct xp_socket *heard;
	int err = xp_socket_open(&heard, NETLINK_XFRM);

	if (err)
		return err;
	err = xp_socket_join(heard, XFRMNLGRP_POLICY);
	if (!err)
		err = xp_socket_unblock(heard);
	if (!err)
		err = xp_cpu_acquire_set(xfrm->sk, heard, policy, on);
	xp_socket_close(heard);
	return err;
}

/**
 * struct comparison - of an SA with what was asked for
 * @asked: the request
 * @differs: what is not as asked, NULL if nothing
 */
struct comparison {
	struct nl_msg *asked;
	const char *differs;
};

static int compare(const struct nlmsghdr *nlh, void *arg)
{
	struct comparison *comparison = arg;

	comparison->differs =
		xp_install_compare(nlmsg_hdr(comparison->asked), nlh);
	return 0;
}

static int read_back(struct xp_xfrm *xfrm, const struct xp_install *install,
		     bool out_window, const char **differs)
{
	struct comparison comparison = {
		.asked = xp_install_put(install, out_window),
		.differs = "answer", /* unless there is one */
	};
	struct nl_msg *msg = get_sa_request(&install->sa.id);
	struct nlmsghdr *asked;
	int err = -ENOMEM;

	if (comparison.asked && msg) {
		err = xp_socket_request(xfrm->sk, msg, compare, &comparison);
		msg = NULL;
	}
	nlmsg_free(msg);
	if (comparison.asked) {
		asked = nlmsg_hdr(comparison.asked);
		explicit_bzero(asked, asked->nlmsg_len);
		nlmsg_free(comparison.asked);
	}
	if (!err && comparison.differs) {
		*differs = comparison.differs;
		err = -EREMOTEIO;
	}
	return err;
}

static int add_sa(struct xp_xfrm *xfrm, const struct xp_install *install,
		  bool out_window)
{
	struct nl_msg *msg = xp_install_put(install, out_window);

	return msg ? xp_socket_request(xfrm->sk, msg, NULL, NULL) : -ENOMEM;
}

/* Before 6.10 an outbound SA with ESN needs a window; old kernels do not say so. */
static bool wants_window(const struct xp_xfrm *xfrm,
			 const struct xp_install *install)
{
	const char *text = xp_xfrm_text(xfrm);

	return install->sa.dir == XP_SA_DIR_OUT &&
	       (install->sa.flags & XFRM_STATE_ESN) &&
	       (!*text || !strcmp(text, "ESN replay window must be > 0"));
}

int xp_xfrm_install(struct xp_xfrm *xfrm, const struct xp_install *install,
		    const char **differs)
{
	int err = add_sa(xfrm, install, false);
	bool out_window = err == -EINVAL && wants_window(xfrm, install);

	if (out_window) {
		bool is_silent = !*xp_xfrm_text(xfrm);

		err = add_sa(xfrm, install, true);
		/* From 6.10 on it complains of the window alone. */
		if (err == -EINVAL && is_silent)
			xp_socket_forget_text(xfrm->sk);
	}
	return err ? err : read_back(xfrm, install, out_window, differs);
}

/*
 * GETSA of 0.0.0.0, SPI 0: no SA with a name has either. The attribute says
 * that it has others inside, which who knows it refuses: 6.12, unlike 6.13,
 * has nothing against a right one in this request.
 */
static int probe(struct xp_xfrm *xfrm, bool with_pcpu)
{
	struct xp_sa_id nobody = {
		.dst = { .family = AF_INET },
		.proto = IPPROTO_ESP,
	};
	struct nl_msg *msg = get_sa_request(&nobody);

	if (!msg)
		return -ENOMEM;
	if (with_pcpu && nla_put_u32(msg, XP_XFRMA_SA_PCPU | NLA_F_NESTED, 0)) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	return xp_socket_request(xfrm->sk, msg, NULL, NULL);
}

int xp_xfrm_knows_pcpu(struct xp_xfrm *xfrm)
{
	int err = probe(xfrm, false);

	/* That the attribute is refused says something only if the rest is not. */
	if (err != -ESRCH)
		return err ? err : -EIO;
	err = probe(xfrm, true);
	if (err == -EINVAL)
		return 1;
	if (err == -ESRCH)
		return 0;
	return err ? err : -EIO;
}

/* Also while it comes or goes, when its family is not there but XFRM knows CPUs. */
static bool is_loaded(void)
{
	return !access("/sys/module/xfrm_pcpu", F_OK);
}

int xp_xfrm_support(struct xp_xfrm *xfrm, enum xp_support *support)
{
	struct xp_client *client;
	bool loaded;
	int known;
	int err;

	err = xp_client_open(&client);
	if (!err) {
		xp_client_close(client);
		*support = XP_SUPPORT_MODULE;
		return 0;
	}
	if (err != -ENOENT)
		return err;
	loaded = is_loaded();
	known = xp_xfrm_knows_pcpu(xfrm);
	if (known < 0)
		return known;
	loaded |= is_loaded();
	*support = known && !loaded ? XP_SUPPORT_NATIVE : XP_SUPPORT_NONE;
	return 0;
}

int xp_xfrm_events_from_socket(struct xp_xfrm_events **events_out,
			       struct xp_socket *sk)
{
	struct xp_xfrm_events *events = calloc(1, sizeof(*events));

	if (!events)
		return -ENOMEM;
	events->sk = sk;
	*events_out = events;
	return 0;
}

int xp_xfrm_events_open(struct xp_xfrm_events **events, unsigned int what)
{
	static const struct {
		unsigned int what;
		unsigned int group;
	} groups[] = {
		{ XP_HEAR_SAS, XFRMNLGRP_SA },
		{ XP_HEAR_EXPIRES, XFRMNLGRP_EXPIRE },
		{ XP_HEAR_POLICIES, XFRMNLGRP_POLICY },
		{ XP_HEAR_ACQUIRES, XFRMNLGRP_ACQUIRE },
	};
	struct xp_socket *sk;
	int err;

	err = xp_socket_open(&sk, NETLINK_XFRM);
	if (err)
		return err;
	for (size_t i = 0; !err && i < sizeof(groups) / sizeof(groups[0]);
	     i++) {
		if (what & groups[i].what)
			err = xp_socket_join(sk, groups[i].group);
	}
	if (!err)
		err = xp_xfrm_events_from_socket(events, sk);
	if (err)
		xp_socket_close(sk);
	return err;
}

void xp_xfrm_events_close(struct xp_xfrm_events *events)
{
	if (!events)
		return;
	xp_socket_close(events->sk);
	free(events);
}

int xp_xfrm_events_fd(const struct xp_xfrm_events *events)
{
	return xp_socket_fd(events->sk);
}

static int read_event(const struct nlmsghdr *nlh, void *arg)
{
	struct xp_xfrm_events *events = arg;
	struct xp_xfrm_event event;
	int err = xp_xfrm_get_event(nlh, &event);

	if (err)
		return err == -EOPNOTSUPP ? 0 : err;
	events->fn(&event, events->arg);
	return 0;
}

int xp_xfrm_events_read(struct xp_xfrm_events *events, xp_xfrm_event_fn *fn,
			void *arg)
{
	events->fn = fn;
	events->arg = arg;
	return xp_socket_read(events->sk, read_event, events);
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>

#include "log.h"
#include "logic/times.h"

static void tell_acquire(struct kernel *kernel,
			 const struct xp_xfrm_acquire *acquire)
{
	const struct lg_event event = {
		.type = LG_ACQUIRE,
		.acquire = { .reqid = acquire->reqid,
			     .cpu = acquire->cpu,
			     .dst = acquire->id.dst,
			     .packet = xp_packet_of(&acquire->sel) },
	};

	kernel->tell(&event, kernel->arg);
}

static void tell_expired(struct kernel *kernel, const struct xp_sa_id *id)
{
	const struct lg_event event = {
		.type = LG_SA_EXPIRED,
		.expired = { .dst = id->dst,
			     .spi = id->spi,
			     .proto = id->proto },
	};

	kernel->tell(&event, kernel->arg);
}

static void tell_policy(struct kernel *kernel, const struct xp_policy *policy)
{
	struct lg_event event = { .type = LG_POLICY };

	if (policy->dir != XFRM_POLICY_OUT)
		return;
	event.policy.on = policy->flags & XFRM_POLICY_CPU_ACQUIRE;
	for (size_t i = 0; i < policy->nr_tmpls; i++) {
		event.policy.reqid = policy->tmpl[i].reqid;
		if (event.policy.reqid)
			kernel->tell(&event, kernel->arg);
	}
}

/*
 * What an event says may have been overtaken; the SA itself says what is.  Our own
 * changes are heard too, and are what is known already.
 */
static void take_change(const struct xp_event *event, void *arg)
{
	const struct xp_sa_id id = { .dst = event->key.dst,
				     .spi = event->sa.spi,
				     .proto = event->key.proto,
				     .mark = event->sa.mark };
	struct lg_event told = {
		.type = LG_SA_CPU,
		.sa_cpu = { .dst = id.dst, .spi = id.spi, .proto = id.proto },
	};
	struct kernel *kernel = arg;
	struct xp_sad_sa sa;

	if (event->cmd == XFRM_PCPU_CMD_EV_ACQUIRE ||
	    event->cmd == XFRM_PCPU_CMD_EV_DELETED ||
	    xp_xfrm_sa(kernel->xfrm, &id, &sa))
		return;
	told.sa_cpu.cpu = sa.cpu;
	kernel->tell(&told, kernel->arg);
}

/*
 * Our own writing of one policy says nothing of the others of its reqid, which
 * somebody else may have written meanwhile.
 */
static void take(const struct xp_xfrm_event *event, void *arg)
{
	struct kernel *kernel = arg;

	if (event->type == XP_XFRM_ACQUIRE)
		tell_acquire(kernel, &event->acquire);
	else if (event->type == XP_XFRM_SA_HARD)
		tell_expired(kernel, &event->sa.id);
	else if (event->type == XP_XFRM_POLICY &&
		 event->port != xp_xfrm_port(kernel->xfrm))
		tell_policy(kernel, &event->policy);
}

/*
 * A CPU whose ACQUIRE was lost asks again; expiries come from the daemon too.  A
 * policy that was written unheard asks for nothing until it is written again,
 * and its traffic uses the fallback.
 */
static void hear(struct xp_xfrm_events *events, struct kernel *kernel)
{
	int err = xp_xfrm_events_read(events, take, kernel);

	if (err && err != -EAGAIN && err != -EINTR)
		log_errno(err, "events of the kernel were lost");
}

/* A descriptor that is said to be readable may turn out not to be. */
static int wait_for(struct kernel *kernel, struct watch *watch, int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK))
		return -errno;
	watch->fd = fd;
	return loop_add(kernel->loop, watch, EPOLLIN);
}

static void hear_events(uint32_t events, void *arg)
{
	struct kernel *kernel = arg;

	(void)events;
	hear(kernel->events, kernel);
}

static void hear_acquires(uint32_t events, void *arg)
{
	struct kernel *kernel = arg;

	(void)events;
	hear(kernel->acquires, kernel);
}

static void close_module(struct kernel *kernel)
{
	loop_remove(kernel->loop, &kernel->changes_watch);
	xp_events_close(kernel->changes);
	xp_client_close(kernel->module);
	kernel->changes = NULL;
	kernel->module = NULL;
}

static int open_module(struct kernel *kernel)
{
	int err = xp_client_open(&kernel->module);

	if (!err)
		err = xp_events_open(&kernel->changes);
	if (!err)
		err = wait_for(kernel, &kernel->changes_watch,
			       xp_events_fd(kernel->changes));
	if (err)
		close_module(kernel);
	return err;
}

enum lg_kernel kernel_kind(const struct kernel *kernel)
{
	if (kernel->module)
		return LG_KERNEL_MODULE;
	return kernel->support == XP_SUPPORT_NATIVE ? LG_KERNEL_NATIVE
						    : LG_KERNEL_STOCK;
}

static void hear_acquires_or_not(struct kernel *kernel)
{
	int err;

	if (!kernel->serves || !kernel->module) {
		loop_remove(kernel->loop, &kernel->acquires_watch);
		xp_xfrm_events_close(kernel->acquires);
		kernel->acquires = NULL;
		return;
	}
	if (kernel->acquires)
		return;
	err = xp_xfrm_events_open(&kernel->acquires, XP_HEAR_ACQUIRES);
	if (!err)
		err = wait_for(kernel, &kernel->acquires_watch,
			       xp_xfrm_events_fd(kernel->acquires));
	if (err)
		log_errno(err, "ACQUIREs cannot be heard");
}

void kernel_serve(struct kernel *kernel, bool daemon)
{
	kernel->serves = daemon;
	hear_acquires_or_not(kernel);
}

static void become(struct kernel *kernel, enum xp_support support)
{
	struct lg_event event = { .type = LG_KERNEL };

	kernel->support = support;
	hear_acquires_or_not(kernel);
	event.kernel = kernel_kind(kernel);
	kernel->tell(&event, kernel->arg);
}

static void lose_module(struct kernel *kernel)
{
	close_module(kernel);
	become(kernel, XP_SUPPORT_NONE);
}

/*
 * A module that was removed and loaded again has another number in generic
 * netlink; nobody answers to the old one.
 */
static bool is_gone(struct kernel *kernel)
{
	struct xp_info info;

	return xp_client_info(kernel->module, &info) == -ENOENT;
}

static void hear_changes(uint32_t events, void *arg)
{
	struct kernel *kernel = arg;
	int err = xp_events_read(kernel->changes, take_change, kernel);

	(void)events;
	if (err == -ENODEV) {
		lose_module(kernel);
		kernel->look_at = 0; /* it may be there again */
	} else if (err && err != -EAGAIN && err != -EINTR) {
		log_errno(err, "changes of SAs' CPUs were lost");
	}
}

int kernel_open(struct kernel *kernel, struct loop *loop, kernel_fn *tell,
		void *arg)
{
	struct cpus possible;
	int err = cpus_read("possible", &possible);

	*kernel = (struct kernel){
		.loop = loop,
		.tell = tell,
		.arg = arg,
		.events_watch = { -1, hear_events, kernel },
		.acquires_watch = { -1, hear_acquires, kernel },
		.changes_watch = { -1, hear_changes, kernel },
		.possible = possible.end,
	};
	if (!err)
		err = xp_xfrm_open(&kernel->xfrm);
	if (!err)
		err = xp_xfrm_events_open(&kernel->events,
					  XP_HEAR_EXPIRES | XP_HEAR_POLICIES);
	if (!err)
		err = wait_for(kernel, &kernel->events_watch,
			       xp_xfrm_events_fd(kernel->events));
	if (err)
		kernel_close(kernel);
	return err;
}

void kernel_close(struct kernel *kernel)
{
	kernel_serve(kernel, false);
	loop_remove(kernel->loop, &kernel->events_watch);
	xp_xfrm_events_close(kernel->events);
	close_module(kernel);
	flags_forget(&kernel->failed);
	xp_xfrm_close(kernel->xfrm);
	kernel->events = NULL;
	kernel->xfrm = NULL;
}

static void look_at_kernel(struct kernel *kernel)
{
	enum xp_support support;
	int err;

	if (kernel->module) {
		if (!is_gone(kernel))
			return;
		lose_module(kernel);
	}
	/* That stays; the module does not load there. */
	if (kernel->support == XP_SUPPORT_NATIVE)
		return;
	err = xp_xfrm_support(kernel->xfrm, &support);
	if (err) {
		log_errno(err, "what the kernel can do cannot be asked");
		return;
	}
	if (support == XP_SUPPORT_MODULE) {
		err = open_module(kernel);
		if (err) { /* gone again: looked at again later */
			log_errno(err, "the module cannot be asked");
			support = XP_SUPPORT_NONE;
		}
	}
	if (support != kernel->support)
		become(kernel, support);
}

static void look_at_cpus(struct kernel *kernel)
{
	struct lg_event event = { .type = LG_CPU };
	struct cpus online;

	if (cpus_read("online", &online))
		return;
	for (uint32_t cpu = 0; cpu < kernel->possible; cpu++) {
		if (online.has[cpu] == kernel->online.has[cpu])
			continue;
		event.hotplug.cpu = cpu;
		event.hotplug.online = online.has[cpu];
		kernel->tell(&event, kernel->arg);
	}
	kernel->online = online;
}

void kernel_look(struct kernel *kernel)
{
	look_at_kernel(kernel);
	look_at_cpus(kernel);
	flags_retry(&kernel->failed, kernel->xfrm);
	kernel->look_at = loop_now() + KERNEL_LOOK_MS;
}

uint32_t kernel_cpu(struct kernel *kernel, const struct xp_sa_id *id)
{
	struct xp_sad_sa sa;

	return xp_xfrm_sa(kernel->xfrm, id, &sa) ? LG_CPU_NONE : sa.cpu;
}

/*
 * Did a request fail because the module was removed, which is not heard yet?  What
 * was asked for is what the logic asks of a module that comes.  It is told later:
 * here it is about to act.
 */
static bool was_removed(struct kernel *kernel, int err)
{
	if (err != -ENOENT || !is_gone(kernel))
		return false;
	kernel->look_at = 0;
	return true;
}

static void expect(struct kernel *kernel, const struct lg_action *action)
{
	int err = kernel->module ? xp_client_expect(kernel->module, &action->sa,
						    action->cpu, LG_EXPECT_MS)
				 : -ENODEV;

	/* Then the SA gets its CPU after it is up. */
	if (err && !was_removed(kernel, err))
		log_errno(err, "the module does not expect an SA");
}

static void set_cpu(struct kernel *kernel, const struct lg_action *action)
{
	struct lg_event event = {
		.type = LG_CPU_REFUSED,
		.refused = { .child = action->child,
			     .direction = action->direction,
			     .cpu = action->cpu },
	};
	int err = -ENODEV;

	if (kernel->module && action->cpu == LG_CPU_NONE) {
		err = xp_client_unbind(kernel->module, &action->sa);
	} else if (kernel->module) {
		err = xp_client_bind(kernel->module, &action->sa, action->cpu);
		if (err == -EBUSY)
			err = xp_client_move(kernel->module, &action->sa,
					     action->cpu);
	}
	if (!err || was_removed(kernel, err))
		return;
	log_errno(err, "an SA did not get its CPU");
	kernel->tell(&event, kernel->arg);
}

/* A kernel without per-CPU SAs does not know directions either. */
static void fill_in(const struct kernel *kernel, const struct lg_action *action,
		    struct xp_sad_sa *sa)
{
	sa->id = action->sa;
	sa->src = action->other.dst;
	if (kernel_kind(kernel) == LG_KERNEL_STOCK)
		return;
	sa->cpu = action->cpu;
	sa->dir = action->direction == LG_IN ? XP_SA_DIR_IN : XP_SA_DIR_OUT;
}

int kernel_install(struct kernel *kernel, const struct lg_action *action,
		   struct xp_install *sa, char *text, size_t size)
{
	const char *which = action->direction == LG_IN ? "inbound" : "outbound";
	const char *differs = "", *missing;
	int err = -EINVAL;

	fill_in(kernel, action, &sa->sa);
	missing = xp_install_check(sa);
	if (!missing)
		err = xp_xfrm_install(kernel->xfrm, sa, &differs);
	xp_install_wipe(sa);
	if (missing)
		snprintf(text, size, "%s SA: %s", which, missing);
	else if (err == -EREMOTEIO)
		snprintf(
			text, size,
			"%s SA: the kernel has it, but not as asked: %s differs",
			which, differs);
	else if (err)
		snprintf(text, size, "%s SA: %s", which,
			 *xp_xfrm_text(kernel->xfrm)
				 ? xp_xfrm_text(kernel->xfrm)
				 : strerror(-err));
	return err;
}

static void read_use(struct kernel *kernel, const struct lg_action *action)
{
	struct lg_event event = {
		.type = LG_USE,
		.use = { .child = action->child },
	};
	struct xp_sad_sa sa;

	if (xp_xfrm_sa(kernel->xfrm, &action->sa, &sa))
		return;
	event.use.in = sa.used.packets;
	/* One that is held back is not there. */
	if (!xp_xfrm_sa(kernel->xfrm, &action->other, &sa))
		event.use.out = sa.used.packets;
	kernel->tell(&event, kernel->arg);
}

/*
 * What CPUs asked for while we were not there, and somebody else heard, they do not
 * ask for again for a while (net.core.xfrm_acq_expires).
 */
static void hear_pending(struct kernel *kernel, uint32_t reqid)
{
	struct lg_event event = { .type = LG_ACQUIRE };
	struct xp_groups groups = { 0 };
	int err = kernel->module ? xp_client_groups(kernel->module, &groups)
				 : 0;

	if (err)
		log_errno(err, "pending ACQUIREs cannot be read");
	for (size_t i = 0; i < groups.count; i++) {
		const struct xp_group *group = &groups.group[i];

		if (!group->has_key || group->key.reqid != reqid)
			continue;
		event.acquire.reqid = reqid;
		event.acquire.dst = group->key.dst;
		for (size_t j = 0; j < group->nr_acquires; j++) {
			event.acquire.cpu = group->acquires[j].cpu;
			kernel->tell(&event, kernel->arg);
		}
	}
	xp_groups_free(&groups);
}

void kernel_do(struct kernel *kernel, const struct lg_action *action)
{
	switch (action->type) {
	case LG_EXPECT:
		expect(kernel, action);
		break;
	case LG_SET_CPU:
		set_cpu(kernel, action);
		break;
	case LG_READ_USE:
		read_use(kernel, action);
		break;
	case LG_SET_FLAG:
		flags_set(&kernel->failed, kernel->xfrm, action->reqid,
			  action->on);
		if (action->on)
			hear_pending(kernel, action->reqid);
		break;
	default:
		break;
	}
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The logic's kernel: its actions as requests, what the kernel tells as events.
 */
#ifndef XFRM_PCPU_DAEMON_KERNEL_H
#define XFRM_PCPU_DAEMON_KERNEL_H

#include "cpus.h"
#include "flags.h"
#include "kernel/client.h"
#include "kernel/xfrm.h"
#include "logic/logic.h"
#include "loop.h"

/* The module and the CPUs are looked at so often, milliseconds. */
#define KERNEL_LOOK_MS 2000

/**
 * typedef kernel_fn - takes an event for the logic
 * @event: the event, valid during the call
 * @arg: argument of kernel_open()
 */
typedef void kernel_fn(const struct lg_event *event, void *arg);

/**
 * struct kernel - the kernel
 * @loop: loop
 * @tell: takes events
 * @arg: for @tell
 * @xfrm: XFRM netlink
 * @module: the module's family, NULL if it is not there
 * @events: expiries and policies
 * @changes: of SAs' CPUs, NULL unless there is the module
 * @acquires: ACQUIREs, NULL unless there are the module and a daemon that they
 *	are for
 * @events_watch: @events is waited for
 * @acquires_watch: @acquires is waited for
 * @changes_watch: @changes is waited for
 * @serves: there is a daemon
 * @support: who serves per-CPU SAs
 * @possible: CPUs are below
 * @online: CPUs that are online, as was told
 * @look_at: when to look again
 * @failed: policies whose flag is to be written then
 */
struct kernel {
	struct loop *loop;
	kernel_fn *tell;
	void *arg;
	struct xp_xfrm *xfrm;
	struct xp_client *module;
	struct xp_xfrm_events *events;
	struct xp_xfrm_events *acquires;
	struct xp_events *changes;
	struct watch events_watch;
	struct watch acquires_watch;
	struct watch changes_watch;
	bool serves;
	enum xp_support support;
	uint32_t possible;
	struct cpus online;
	uint64_t look_at;
	struct flags *failed;
};

/**
 * kernel_open() - connect; nothing is told yet
 * @kernel: result
 * @loop: loop
 * @tell: takes events
 * @arg: for @tell
 *
 * Return: 0 or a negative errno.
 */
int kernel_open(struct kernel *kernel, struct loop *loop, kernel_fn *tell,
		void *arg);

/**
 * kernel_close() - disconnect; nothing in the kernel changes
 * @kernel: kernel
 */
void kernel_close(struct kernel *kernel);

/**
 * kernel_look() - tell what it can do and which CPUs are online, if that changed
 * @kernel: kernel
 */
void kernel_look(struct kernel *kernel);

/**
 * kernel_kind() - what it can do
 * @kernel: kernel
 */
enum lg_kernel kernel_kind(const struct kernel *kernel);

/**
 * kernel_serve() - is there a daemon that ACQUIREs are for?
 * @kernel: kernel
 * @daemon: is there?
 *
 * The kernel takes who hears ACQUIREs for a daemon that will answer.  So they are
 * heard only with the module, where CPUs ask and the fallback serves meanwhile.
 */
void kernel_serve(struct kernel *kernel, bool daemon);

/**
 * kernel_do() - do what the logic wants done
 * @kernel: kernel
 * @action: action; those that are not the kernel's are left alone
 */
void kernel_do(struct kernel *kernel, const struct lg_action *action);

/**
 * kernel_install() - do LG_INSTALL_SA
 * @kernel: kernel
 * @action: the action
 * @sa: the SA with its keys, which are wiped in any case
 * @text: upon failure, what was refused and why, one line
 * @size: bytes at @text
 *
 * What is installed is read back.  An SA that is not as asked stays: it may be
 * in use already.
 *
 * Return: 0, -EINVAL if it cannot be asked for, -EREMOTEIO if the kernel has
 * something else, or an errno of the kernel.
 */
int kernel_install(struct kernel *kernel, const struct lg_action *action,
		   struct xp_install *sa, char *text, size_t size);

/**
 * kernel_cpu() - the CPU of an SA
 * @kernel: kernel
 * @id: the SA
 *
 * Return: CPU, LG_CPU_NONE if it has none or is not there.
 */
uint32_t kernel_cpu(struct kernel *kernel, const struct xp_sa_id *id);

#endif

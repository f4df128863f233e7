/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SAs get their CPUs.
 */
#ifndef XFRM_PCPU_LOGIC_BIND_H
#define XFRM_PCPU_LOGIC_BIND_H

#include "state.h"

/**
 * lg_bind() - tell the kernel an SA's CPU
 * @lg: logic
 * @group: its group
 * @child: its Child SA, which has the CPU
 * @direction: LG_IN or LG_OUT
 */
void lg_bind(struct lg *lg, const struct lg_group *group,
	     const struct lg_child *child, unsigned int direction);

/**
 * lg_bind_all() - tell the kernel all CPUs again
 * @lg: logic
 */
void lg_bind_all(struct lg *lg);

/**
 * lg_bind_new() - an installed Child SA has its CPUs, or gets them
 * @lg: logic
 * @group: its group
 * @child: Child SA, with the CPUs that it should have
 * @cpu_in: CPU of the inbound SA as the kernel shows it
 * @cpu_out: CPU of the outbound SA as the kernel shows it
 * @ours: we have asked for it, or our daemon has rekeyed one
 *
 * On a native kernel a live SA cannot be moved: what the kernel shows is what
 * it has, and what is ours and without its CPU is to be deleted.
 */
void lg_bind_new(struct lg *lg, struct lg_group *group, struct lg_child *child,
		 uint32_t cpu_in, uint32_t cpu_out, bool ours);

/**
 * lg_bind_expect() - tell the kernel the CPU of an SA that comes
 * @lg: logic
 * @sa: the SA
 * @cpu: CPU, LG_CPU_NONE for a fallback, of which there is nothing to tell
 */
void lg_bind_expect(struct lg *lg, const struct xp_sa_id *sa, uint32_t cpu);

/**
 * lg_bind_refused() - the kernel did not do it
 * @lg: logic
 * @event: LG_CPU_REFUSED
 */
void lg_bind_refused(struct lg *lg, const struct lg_event *event);

/**
 * lg_bind_seen() - the kernel shows an SA's CPU
 * @lg: logic
 * @event: LG_SA_CPU
 *
 * An operator has the last word: it is not changed back.
 */
void lg_bind_seen(struct lg *lg, const struct lg_event *event);

#endif

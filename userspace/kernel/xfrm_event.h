/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events of XFRM netlink: messages to structures.  Nothing here does I/O.
 */
#ifndef XFRM_PCPU_KERNEL_XFRM_EVENT_H
#define XFRM_PCPU_KERNEL_XFRM_EVENT_H

#include "sad.h"
#include "spd.h"

/**
 * struct xp_xfrm_acquire - the kernel asks for an SA
 * @id: destination and protocol, the policy's mark; the SPI is 0 unless the
 *	template asks for one
 * @src: outer source
 * @reqid: reqid of the template
 * @if_id: XFRM interface, 0 if none
 * @mode: XFRM_MODE_*
 * @cpu: CPU that asks, XFRM_PCPU_CPU_NONE if the kernel named none
 * @seq: sequence number, for the SA that answers
 * @sel: selector of the packet that started it
 * @policy_index: index of the policy
 */
struct xp_xfrm_acquire {
	struct xp_sa_id id;
	struct xp_addr src;
	uint32_t reqid;
	uint32_t if_id;
	uint8_t mode;
	uint32_t cpu;
	uint32_t seq;
	struct xfrm_selector sel;
	uint32_t policy_index;
};

/**
 * enum xp_xfrm_event_type - what happened
 * @XP_XFRM_ACQUIRE: @acquire of struct xp_xfrm_event
 * @XP_XFRM_SA_NEW: @sa was added
 * @XP_XFRM_SA_UPDATED: @sa was changed
 * @XP_XFRM_SA_DELETED: @sa was deleted
 * @XP_XFRM_SA_SOFT: a soft lifetime of @sa ended: rekey it
 * @XP_XFRM_SA_HARD: a hard lifetime of @sa ended: it is gone
 * @XP_XFRM_SA_FLUSHED: all SAs of @proto (0 for every one) are gone
 * @XP_XFRM_POLICY: @policy was added or changed
 */
enum xp_xfrm_event_type {
	XP_XFRM_ACQUIRE,
	XP_XFRM_SA_NEW,
	XP_XFRM_SA_UPDATED,
	XP_XFRM_SA_DELETED,
	XP_XFRM_SA_SOFT,
	XP_XFRM_SA_HARD,
	XP_XFRM_SA_FLUSHED,
	XP_XFRM_POLICY,
};

/**
 * struct xp_xfrm_event - one event
 * @type: which member counts
 * @port: netlink port of who asked for it, as far as he says so; 0 if nobody did
 * @acquire: see @type
 * @sa: see @type
 * @policy: see @type
 * @proto: see @type
 */
struct xp_xfrm_event {
	enum xp_xfrm_event_type type;
	uint32_t port;
	union {
		struct xp_xfrm_acquire acquire;
		struct xp_sad_sa sa;
		struct xp_policy policy;
		uint8_t proto;
	};
};

/**
 * xp_xfrm_get_event() - read one event
 * @nlh: the whole message; its nlmsg_len bytes must be readable
 * @event: result, written only upon success
 *
 * Return: 0, -EOPNOTSUPP if it is no event that is read here (ignore it),
 * -EBADMSG if the message is malformed.
 */
int xp_xfrm_get_event(const struct nlmsghdr *nlh, struct xp_xfrm_event *event);

#endif

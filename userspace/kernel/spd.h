/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Policies as XFRM netlink shows them, and the request that changes nothing of
 * one but its flag CPU_ACQUIRE.  Nothing here does I/O.
 */
#ifndef XFRM_PCPU_KERNEL_SPD_H
#define XFRM_PCPU_KERNEL_SPD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "message.h"
#include "xfrm_uapi.h"

struct nl_msg;
struct nlmsghdr;

/* Templates that a policy may have (XFRM_MAX_DEPTH of the kernel). */
#define XP_TMPL_MAX 6

/**
 * struct xp_tmpl - what of a template finds the SAs
 * @dst: outer destination; family AF_UNSPEC if the selector's counts
 * @src: outer source, the same
 * @spi: SPI that is asked for, 0 for any
 * @reqid: reqid
 * @mode: XFRM_MODE_*
 * @proto: IPPROTO_*
 * @optional: the packet may go without
 */
struct xp_tmpl {
	struct xp_addr dst;
	struct xp_addr src;
	uint32_t spi;
	uint32_t reqid;
	uint8_t mode;
	uint8_t proto;
	bool optional;
};

/**
 * struct xp_policy - one policy
 * @sel: selector
 * @index: index; 0 in a request lets the kernel choose
 * @priority: priority
 * @dir: XFRM_POLICY_IN, _OUT, _FWD
 * @flags: XFRM_POLICY_*, XFRM_POLICY_CPU_ACQUIRE among them
 * @type: XFRM_POLICY_TYPE_*
 * @is_block: packets that match are dropped
 * @if_id: XFRM interface, 0 if none
 * @mark: mark and mask
 * @tmpl: @nr_tmpls templates
 * @nr_tmpls: length of @tmpl
 */
struct xp_policy {
	struct xfrm_selector sel;
	uint32_t index;
	uint32_t priority;
	uint8_t dir;
	uint8_t flags;
	uint8_t type;
	bool is_block;
	uint32_t if_id;
	struct xp_mark mark;
	struct xp_tmpl tmpl[XP_TMPL_MAX];
	size_t nr_tmpls;
};

/**
 * struct xp_spd - policies; all zero is the empty set
 * @policy: @count policies
 * @count: number of policies
 * @room: policies that fit into @policy
 */
struct xp_spd {
	struct xp_policy *policy;
	size_t count;
	size_t room;
};

/**
 * xp_spd_get_policy() - read a message NEWPOLICY or UPDPOLICY
 * @nlh: the whole message; its nlmsg_len bytes must be readable
 * @policy: result, written only upon success
 *
 * Return: 0, -EOPNOTSUPP if it is a socket's policy, which no request names;
 * -EBADMSG if the message is malformed or of another type.
 */
int xp_spd_get_policy(const struct nlmsghdr *nlh, struct xp_policy *policy);

/**
 * xp_spd_get_change() - read an event that tells what became of policies
 * @nlh: the whole message; its nlmsg_len bytes must be readable
 * @policy: the policy as it was written or deleted; of FLUSHPOLICY only the type.
 *	Written only upon success
 *
 * Return: 0, -EOPNOTSUPP if it is no such event or is about a socket's policy;
 * -EBADMSG if the message is malformed.
 */
int xp_spd_get_change(const struct nlmsghdr *nlh, struct xp_policy *policy);

/**
 * xp_spd_add() - append a policy
 * @spd: where to
 * @policy: copied
 *
 * Return: 0, -ENOMEM.
 */
int xp_spd_add(struct xp_spd *spd, const struct xp_policy *policy);

/**
 * xp_spd_free() - forget all policies; the result is empty and may be used
 *	again
 * @spd: policies, not the memory they are in
 */
void xp_spd_free(struct xp_spd *spd);

/**
 * xp_spd_is_same() - is it the policy of that name?
 * @a: a policy
 * @b: another one
 *
 * Return: whether selector, direction, type, mark and if_id agree, which name
 * a policy to the kernel.
 */
bool xp_spd_is_same(const struct xp_policy *a, const struct xp_policy *b);

/**
 * xp_spd_put_name() - a request that names a policy
 * @type: XFRM_MSG_GETPOLICY or XFRM_MSG_DELPOLICY
 * @policy: the policy; its index counts if it is not 0
 *
 * Return: the message, NULL without memory.
 */
struct nl_msg *xp_spd_put_name(uint16_t type, const struct xp_policy *policy);

/**
 * xp_spd_put_flags() - the request that sets the flags of a policy
 * @nlh: message NEWPOLICY as the kernel sent it; its nlmsg_len bytes must be
 *	readable
 * @flags: XFRM_POLICY_*
 *
 * Templates, lifetimes, security context, marks, if_id and whatever else the
 * kernel told are repeated as they came, also attributes that are not known
 * here.
 *
 * Return: the message UPDPOLICY, NULL without memory or if @nlh is malformed.
 */
struct nl_msg *xp_spd_put_flags(const struct nlmsghdr *nlh, uint8_t flags);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SAs as XFRM netlink shows them: messages to structures.  Nothing here does
 * I/O, and nothing here keeps a key.
 *
 * All values are in host byte order; addresses and selectors stay in network
 * order.
 */
#ifndef XFRM_PCPU_KERNEL_SAD_H
#define XFRM_PCPU_KERNEL_SAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "message.h"
#include "xfrm_uapi.h"

struct nlattr;
struct nlmsghdr;
struct xp_attrs;
struct xp_groups;

/* Highest XFRM attribute that is read here. */
#define XP_XFRMA_MAX XP_XFRMA_SA_PCPU

/**
 * struct xp_sad_sa - one SA
 * @id: destination, SPI, protocol, mark
 * @src: outer source
 * @reqid: reqid
 * @if_id: XFRM interface, 0 if none
 * @mode: XFRM_MODE_*
 * @cpu: its CPU, XFRM_PCPU_CPU_NONE if it has none
 * @dir: 1 in, 2 out, 0 if the kernel knows none
 * @seq: sequence number of the ACQUIRE that it answers
 * @sel: its selector; family AF_UNSPEC if it has none
 * @limits: hard and soft lifetimes
 * @used: packets and bytes so far, wall-clock times of making and first use
 * @errors: what the replay window and the integrity check refused
 * @last_used: wall-clock time of last use, 0 if the kernel sent none
 * @oseq: sequence number of the last packet that was sent
 * @iseq: highest sequence number that was received
 * @replay_window: size of the replay window, packets
 * @flags: XFRM_STATE_*
 */
struct xp_sad_sa {
	struct xp_sa_id id;
	struct xp_addr src;
	uint32_t reqid;
	uint32_t if_id;
	uint8_t mode;
	uint32_t cpu;
	uint8_t dir;
	uint32_t seq;
	struct xfrm_selector sel;
	struct xfrm_lifetime_cfg limits;
	struct xfrm_lifetime_cur used;
	struct xfrm_stats errors;
	uint64_t last_used;
	uint64_t oseq;
	uint64_t iseq;
	uint32_t replay_window;
	uint8_t flags;
};

/**
 * struct xp_sad - SAs; all zero is the empty set
 * @sa: @count SAs, in the order of the dump: newest first
 * @count: number of SAs
 * @room: SAs that fit into @sa
 */
struct xp_sad {
	struct xp_sad_sa *sa;
	size_t count;
	size_t room;
};

/**
 * xp_addr_is() - are two addresses the same?
 * @a: address
 * @b: address
 */
bool xp_addr_is(const struct xp_addr *a, const struct xp_addr *b);

/**
 * xp_addr_from_xfrm() - an address out of an XFRM structure
 * @family: AF_INET or AF_INET6
 * @from: the address
 * @addr: result
 *
 * Return: 0, -EBADMSG for any other family.
 */
int xp_addr_from_xfrm(uint16_t family, const xfrm_address_t *from,
		      struct xp_addr *addr);

/**
 * xp_addr_to_xfrm() - an address for an XFRM structure
 * @addr: the address
 * @to: result
 */
void xp_addr_to_xfrm(const struct xp_addr *addr, xfrm_address_t *to);

/**
 * xp_mark_from_xfrm() - a mark out of an attribute
 * @nla: XFRMA_MARK, NULL if there is none
 * @mark: result, 0/0 if there is none
 */
void xp_mark_from_xfrm(const struct nlattr *nla, struct xp_mark *mark);

/**
 * xp_xfrm_attrs() - index the attributes of an XFRM message
 * @run: the run
 * @tb: result, by type
 *
 * Return: 0, -EBADMSG if the size of one that is read here is wrong.
 */
int xp_xfrm_attrs(struct xp_attrs run,
		  const struct nlattr *tb[XP_XFRMA_MAX + 1]);

/**
 * xp_sad_get_sa() - read a message NEWSA, UPDSA, EXPIRE or the event DELSA
 * @nlh: the whole message; its nlmsg_len bytes must be readable
 * @sa: result, written only upon success
 *
 * Return: 0, -EBADMSG if the message is malformed or of another type.
 */
int xp_sad_get_sa(const struct nlmsghdr *nlh, struct xp_sad_sa *sa);

/**
 * xp_sad_add() - append an SA
 * @sad: where to
 * @sa: copied
 *
 * Return: 0, -ENOMEM.
 */
int xp_sad_add(struct xp_sad *sad, const struct xp_sad_sa *sa);

/**
 * xp_sad_free() - forget all SAs; the result is empty and may be used again
 * @sad: SAs, not the memory they are in
 */
void xp_sad_free(struct xp_sad *sad);

/**
 * xp_sad_find() - the SA of that name
 * @sad: where
 * @id: its name; a mark of 0/0 stands for no mark
 *
 * Return: the SA or NULL.
 */
const struct xp_sad_sa *xp_sad_find(const struct xp_sad *sad,
				    const struct xp_sa_id *id);

/**
 * xp_sad_count() - copy the counters to the groups' members
 * @sad: the SAs
 * @groups: groups of the module
 *
 * A member that @sad has not stays uncounted.
 */
void xp_sad_count(const struct xp_sad *sad, struct xp_groups *groups);

/**
 * xp_sad_groups() - groups, as far as XFRM netlink tells them
 * @sad: the SAs
 * @groups: empty groups that take the result, counted and sorted;
 *	xp_groups_free() frees it
 *
 * Larval SAs, which have no SPI yet, are left out.
 *
 * Return: 0, -ENOMEM.
 */
int xp_sad_groups(const struct xp_sad *sad, struct xp_groups *groups);

#endif

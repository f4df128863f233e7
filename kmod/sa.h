/* SPDX-License-Identifier: GPL-2.0 */
/* Which CPU an SA has. */
#ifndef _XPCPU_SA_H
#define _XPCPU_SA_H

#include <linux/rhashtable-types.h>
#include <net/xfrm.h>

#include "group.h"

/* "No CPU", as mainline's struct xfrm_state has it. */
#define XPCPU_NONE	UINT_MAX

struct xpcpu_steer_flow;

/**
 * struct xpcpu_sa_id - what names an SA in a message
 * @net: network namespace (compared, never followed)
 * @daddr: destination
 * @spi: SPI
 * @family: family of @daddr
 * @proto: IPPROTO_*
 */
struct xpcpu_sa_id {
	const struct net *net;
	xfrm_address_t daddr;
	__be32 spi;
	u16 family;
	u8 proto;
};

/**
 * struct xpcpu_sa - the module's entry for an SA
 * @node: in the table by identifier
 * @member: in the group's list for @cpu, or its fallbacks
 * @x: the SA; NULL once it was destroyed.  No reference is held: under RCU it
 *	may be read, and used further only with a reference
 * @group: its group; kept for the key when the SA has left it
 * @mark: mark and mask, the mark already masked
 * @spi: SPI
 * @cpu: CPU or XPCPU_NONE; never changes (an entry is replaced instead, since
 *	readers may stand in the list)
 * @flow: what inbound steering remembers of it, NULL until it was steered
 * @held_until: not chosen before this time (low half of jiffies), 0: now
 * @dir: XPCPU_SA_DIR_*, 0 if not given
 * @linked: in its group
 * @flow_lent: @flow went to the entry that replaced this one
 * @rcu: to free it
 */
struct xpcpu_sa {
	struct rhlist_head node;
	struct hlist_node member;
	struct xfrm_state *x;
	struct xpcpu_group *group;
	struct xpcpu_steer_flow *flow;
	struct xfrm_mark mark;
	__be32 spi;
	u32 cpu;
	u32 held_until;
	u8 dir;
	bool linked;
	bool flow_lent;
	struct rcu_head rcu;
};

/**
 * struct xpcpu_sa_info - a copy of what is known of an SA
 * @cpu: CPU or XPCPU_NONE
 * @dir: XPCPU_SA_DIR_* or 0
 */
struct xpcpu_sa_info {
	u32 cpu;
	u8 dir;
};

/**
 * struct xpcpu_sa_room - memory for the entry of an SA that is still to come
 * @sa: the entry; NULL once it is used
 * @group: what its group may want
 */
struct xpcpu_sa_room {
	struct xpcpu_sa *sa;
	struct xpcpu_group_room group;
};

void xpcpu_sa_id_of_state(struct xpcpu_sa_id *id, const struct xfrm_state *x);

int xpcpu_sa_record(struct xfrm_state *x, u32 cpu, u8 dir, bool fresh,
		    struct xpcpu_sa_room *room);
int xpcpu_sa_room_get(struct xpcpu_sa_room *room, u32 cpu);
void xpcpu_sa_room_put(struct xpcpu_sa_room *room);
int xpcpu_sa_change(struct xfrm_state *x, u32 cpu, u8 dir, u32 *old_cpu,
		    struct xpcpu_sa_room *room);
void xpcpu_sa_forget(const struct xfrm_state *x);
bool xpcpu_sa_installed(const struct xfrm_state *x);
bool xpcpu_sa_deleted(const struct xfrm_state *x, struct xpcpu_sa_info *info);
void xpcpu_sa_destroyed(const struct xfrm_state *x);
void xpcpu_sa_put(struct xfrm_state *x);

struct xpcpu_sa *xpcpu_sa_entry(const struct xfrm_state *x);
bool xpcpu_sa_known(const struct xfrm_state *x);
bool xpcpu_sa_info(const struct xfrm_state *x, struct xpcpu_sa_info *info);
bool xpcpu_sa_info_by_id(const struct xpcpu_sa_id *id,
			 const struct xfrm_mark *mark,
			 struct xpcpu_sa_info *info);
struct xpcpu_sa *xpcpu_sa_of_packet(const struct xpcpu_sa_id *id, u32 mark);

/**
 * xpcpu_sa_held() - whether an SA still waits to be used (parameter hold_ms)
 * @sa: entry
 *
 * Context: RCU read side.
 */
static inline bool xpcpu_sa_held(struct xpcpu_sa *sa)
{
	u32 until = READ_ONCE(sa->held_until);

	if (likely(!until))
		return false;
	if ((s32)(until - (u32)jiffies) > 0)
		return true;
	/* Over, and jiffies must not come round to it again. */
	WRITE_ONCE(sa->held_until, 0);
	return false;
}

int xpcpu_sa_init(void);
void xpcpu_sa_exit(void);

unsigned int xpcpu_sa_hold_ms(void);

#endif

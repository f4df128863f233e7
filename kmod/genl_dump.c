// SPDX-License-Identifier: GPL-2.0
/*
 * The dump of all groups.  A group whose acquires and members do not fit into
 * one message goes on in the next; between two buffers the place is kept as the
 * group's identifier and the number of elements that were sent.
 */
#include <linux/slab.h>

#include "genl_dump.h"
#include "genl_put.h"
#include "group_table.h"

/**
 * struct dump_state - where a dump stands
 * @walk: in the table of groups
 * @group_id: the group that did not fit, 0 if none
 * @sent: elements of it that were sent
 */
struct dump_state {
	struct xpcpu_table_walk walk;
	u64 group_id;
	unsigned int sent;
};

/**
 * struct place - where a walk over a group's acquires and members stands
 * @skb: message
 * @skip: elements that were sent before
 * @seen: elements that were passed; acquires count also while they are not
 *	pending, so that the place does not depend on that
 */
struct place {
	struct sk_buff *skb;
	unsigned int skip;
	unsigned int seen;
};

static int put_list(struct place *place, struct hlist_head *head)
{
	struct xpcpu_sa *sa;

	hlist_for_each_entry_rcu(sa, head, member) {
		if (place->seen >= place->skip &&
		    xpcpu_put_member(place->skb, sa))
			return -EMSGSIZE;
		place->seen++;
	}
	return 0;
}

static int put_members(struct place *place, struct xpcpu_group *group)
{
	/* Pairs with the release in xpcpu_group_link(). */
	struct hlist_head *slots = smp_load_acquire(&group->slots);
	unsigned int cpu;

	if (put_list(place, &group->fallbacks))
		return -EMSGSIZE;
	for (cpu = 0; slots && cpu < nr_cpu_ids; cpu++) {
		if (put_list(place, &slots[cpu]))
			return -EMSGSIZE;
	}
	return 0;
}

static int put_acquires(struct place *place, const struct xpcpu_group *group)
{
	const struct xpcpu_acquire *acq;
	struct xpcpu_acquire_view view;
	unsigned int cpu;

	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		for (acq = xpcpu_acquire_first(group, cpu); acq;
		     acq = READ_ONCE(acq->next)) {
			if (place->seen >= place->skip &&
			    xpcpu_acquire_view(acq, &view) &&
			    xpcpu_put_acquire(place->skb, cpu, &view))
				return -EMSGSIZE;
			place->seen++;
		}
	}
	return 0;
}

/*
 * One message.  Return: 0: the group is complete; 1: more of it is to come;
 * -EMSGSIZE: nothing of it fitted.
 */
static int put_group(struct sk_buff *skb, struct netlink_callback *cb,
		     struct xpcpu_group *group, unsigned int *sent)
{
	struct place place = { .skb = skb, .skip = *sent };
	bool complete;
	void *hdr;

	hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  &xpcpu_genl_family, NLM_F_MULTI,
			  XFRM_PCPU_CMD_NEW_GROUP);
	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u64_64bit(skb, XFRM_PCPU_A_GROUP_ID, group->id,
			      XFRM_PCPU_A_PAD) ||
	    xpcpu_put_group_key(skb, &group->key) ||
	    nla_put_u32(skb, XFRM_PCPU_A_NR_BOUND,
			READ_ONCE(group->nr_bound))) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	complete = !put_acquires(&place, group) && !put_members(&place, group);
	if (!complete && place.seen <= *sent) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	*sent = place.seen;
	genlmsg_end(skb, hdr);
	return !complete;
}

/**
 * xpcpu_dump_start() - begin a dump
 * @cb: dump
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int xpcpu_dump_start(struct netlink_callback *cb)
{
	struct dump_state *state = kzalloc(sizeof(*state), GFP_KERNEL);

	if (!state)
		return -ENOMEM;
	xpcpu_table_walk_begin(&state->walk, sock_net(cb->skb->sk));
	cb->args[0] = (long)state;
	return 0;
}

/**
 * xpcpu_dump() - fill one buffer
 * @skb: buffer
 * @cb: dump
 *
 * Context: process.
 * Return: bytes in the buffer, 0 at the end, -EMSGSIZE if not even one
 *	element fits.
 */
int xpcpu_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct dump_state *state = (struct dump_state *)cb->args[0];
	struct xpcpu_group *group;
	int err = 0;

	rcu_read_lock();
	while ((group = xpcpu_table_walk_group(&state->walk))) {
		/* Else the one at which the last buffer ended. */
		if (group->id != state->group_id) {
			state->group_id = group->id;
			state->sent = 0;
		}
		do {
			err = put_group(skb, cb, group, &state->sent);
		} while (err > 0);
		if (err)
			break;
		xpcpu_table_walk_on(&state->walk, group);
	}
	rcu_read_unlock();
	return skb->len ? skb->len : err;
}

/**
 * xpcpu_dump_done() - end a dump
 * @cb: dump
 *
 * Context: process.
 * Return: 0.
 */
int xpcpu_dump_done(struct netlink_callback *cb)
{
	kfree((struct dump_state *)cb->args[0]);
	return 0;
}

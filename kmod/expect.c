// SPDX-License-Identifier: GPL-2.0
/* Expectations: the CPU of an SA that is still to come. */
#include <linux/slab.h>

#include "expect.h"

/**
 * struct xpcpu_expect - one expectation
 * @list: in xpcpu_net.expects
 * @id: the SA
 * @cpu: its CPU
 * @until: no longer valid after this time (jiffies)
 */
struct xpcpu_expect {
	struct list_head list;
	struct xpcpu_sa_id id;
	u32 cpu;
	unsigned long until;
};

static void expect_drop(struct xpcpu_net *xn, struct xpcpu_expect *expect)
{
	list_del(&expect->list);
	xn->nr_expects--;
	kfree(expect);
}

/* With xn->lock held.  What has timed out goes on the way. */
static struct xpcpu_expect *expect_find(struct xpcpu_net *xn,
					const struct xpcpu_sa_id *id)
{
	struct xpcpu_expect *expect, *next, *found = NULL;

	list_for_each_entry_safe(expect, next, &xn->expects, list) {
		if (time_after_eq(jiffies, expect->until))
			expect_drop(xn, expect);
		else if (expect->id.spi == id->spi &&
			 expect->id.family == id->family &&
			 expect->id.proto == id->proto &&
			 xfrm_addr_equal(&expect->id.daddr, &id->daddr,
					 id->family))
			found = expect;
	}
	return found;
}

/**
 * xpcpu_expect_set() - expect an SA on a CPU
 * @id: the SA
 * @cpu: its CPU
 * @timeout_ms: how long to expect it
 *
 * Replaces what was expected for this SA.
 *
 * Context: process; takes xpcpu_net.lock.
 * Return: 0, -ENOMEM, or -ENOSPC if the netns has XPCPU_EXPECT_MAX already.
 */
int xpcpu_expect_set(const struct xpcpu_sa_id *id, u32 cpu,
		     unsigned int timeout_ms)
{
	struct xpcpu_net *xn = xpcpu_net(id->net);
	struct xpcpu_expect *new, *old;
	int err = 0;

	new = kzalloc(sizeof(*new), GFP_KERNEL_ACCOUNT);
	if (!new)
		return -ENOMEM;
	new->id = *id;
	new->cpu = cpu;
	new->until = jiffies + msecs_to_jiffies(timeout_ms);

	spin_lock_bh(&xn->lock);
	old = expect_find(xn, id);
	if (old)
		expect_drop(xn, old);
	if (xn->nr_expects >= XPCPU_EXPECT_MAX) {
		err = -ENOSPC;
		kfree(new);
	} else {
		list_add(&new->list, &xn->expects);
		xn->nr_expects++;
	}
	spin_unlock_bh(&xn->lock);
	return err;
}

/**
 * xpcpu_expect_withdraw() - expect an SA no longer
 * @id: the SA
 *
 * Also called when the SA has come.
 *
 * Context: process; takes xpcpu_net.lock.
 * Return: 0, or -ENOENT if it was not expected.
 */
int xpcpu_expect_withdraw(const struct xpcpu_sa_id *id)
{
	struct xpcpu_net *xn = xpcpu_net(id->net);
	struct xpcpu_expect *expect;

	if (!READ_ONCE(xn->nr_expects))
		return -ENOENT;
	spin_lock_bh(&xn->lock);
	expect = expect_find(xn, id);
	if (expect)
		expect_drop(xn, expect);
	spin_unlock_bh(&xn->lock);
	return expect ? 0 : -ENOENT;
}

/**
 * xpcpu_expect_lookup() - the CPU that is expected for an SA
 * @id: the SA
 *
 * Context: process; takes xpcpu_net.lock.
 * Return: the CPU, XPCPU_NONE if nothing is expected.
 */
u32 xpcpu_expect_lookup(const struct xpcpu_sa_id *id)
{
	struct xpcpu_net *xn = xpcpu_net(id->net);
	struct xpcpu_expect *expect;
	u32 cpu = XPCPU_NONE;

	if (!READ_ONCE(xn->nr_expects))
		return cpu;
	spin_lock_bh(&xn->lock);
	expect = expect_find(xn, id);
	if (expect)
		cpu = expect->cpu;
	spin_unlock_bh(&xn->lock);
	return cpu;
}

/**
 * xpcpu_expect_flush() - forget all expectations of a netns
 * @xn: the netns' part
 *
 * Context: process; takes xpcpu_net.lock.
 */
void xpcpu_expect_flush(struct xpcpu_net *xn)
{
	struct xpcpu_expect *expect, *next;

	spin_lock_bh(&xn->lock);
	list_for_each_entry_safe(expect, next, &xn->expects, list)
		expect_drop(xn, expect);
	spin_unlock_bh(&xn->lock);
}

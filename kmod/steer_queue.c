// SPDX-License-Identifier: GPL-2.0
/*
 * Queues from CPU to CPU: one for each CPU, bounded, served by NAPI there.
 *
 * A packet waits in one place only, the queue of its CPU.  Whoever puts one into
 * a queue at rest wakes that CPU; if it has gone offline, the queue is served
 * where the packet was.  So nothing has to be done when CPUs come and go: the
 * kernel moves the NAPI instances of a CPU that goes to another one.
 *
 * Packets are counted by number: @tail of the last that was put in, @served of
 * the last that has left.  One has left when the stack has it, and the GRO cell
 * behind XFRM, through which it goes on the same CPU, had its turn.
 */
#include <linux/delay.h>
#include <linux/netdevice.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include <linux/workqueue.h>

#include "steer.h"
#include "steer_queue.h"

/* How long to wait for queues that are being left; then packets are dropped. */
#define DRAIN_MS	1000

/**
 * struct steer_queue - packets for one CPU
 * @lock: protects @input, @tail and @active; taken with BH off, nothing inside
 * @active: NAPI is scheduled, or about to be
 * @tail: number of the last packet put in
 * @input: packets
 * @served: number of the last packet that has left; written by NAPI
 * @taken: number of the last packet that NAPI took, NAPI's own
 * @batch: packets taken from @input, NAPI's own
 * @napi: serves the queue
 * @csd: wakes the CPU; whoever scheduled @napi may use it
 * @work: likewise, with PREEMPT_RT
 */
struct steer_queue {
	spinlock_t lock; /* packets that come */
	bool active;
	u32 tail;
	struct sk_buff_head input;

	u32 served ____cacheline_aligned_in_smp;
	u32 taken;
	struct sk_buff_head batch;

	struct napi_struct napi ____cacheline_aligned_in_smp;
	call_single_data_t csd;
	struct work_struct work;
};

int xpcpu_steer_queue_len = XPCPU_STEER_QUEUE_LEN;

static struct steer_queue __percpu *queues;
static struct net_device *napi_dev;

/* Where numbers go on, should queues be made again: SAs still have tickets. */
static DEFINE_PER_CPU(u32, last_number);

static void wake_here(void *arg)
{
	struct steer_queue *q = arg;

	__napi_schedule(&q->napi);
}

static void wake_work(struct work_struct *work)
{
	struct steer_queue *q = container_of(work, struct steer_queue, work);

	local_bh_disable();
	__napi_schedule(&q->napi);
	local_bh_enable();
}

/*
 * With PREEMPT_RT a function that another CPU calls must raise no softirq: the
 * idle loop, which may run it, warns of that.
 */
static bool wake_there(struct steer_queue *q, u32 cpu)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		return queue_work_on(cpu, system_highpri_wq, &q->work);
	return !smp_call_function_single_async(cpu, &q->csd);
}

static void wake(struct steer_queue *q, u32 cpu)
{
	if (!napi_schedule_prep(&q->napi))
		return; /* It is just ending, and begins again. */
	if (cpu == raw_smp_processor_id() || !wake_there(q, cpu))
		__napi_schedule(&q->napi);
}

/**
 * xpcpu_steer_enqueue() - hand a packet over to a CPU
 * @skb: packet, its XPCPU_STEER_CB() filled; taken if there was room
 * @cpu: CPU
 * @ticket: filled if there was room
 *
 * Context: softirq, RCU read side (it keeps the queues).
 * Return: whether there was room.
 */
bool xpcpu_steer_enqueue(struct sk_buff *skb, u32 cpu,
			 struct xpcpu_steer_ticket *ticket)
{
	struct steer_queue *q = per_cpu_ptr(queues, cpu);
	u32 limit = READ_ONCE(xpcpu_steer_queue_len);
	bool rests;

	spin_lock(&q->lock);
	if (unlikely(q->tail - READ_ONCE(q->served) >= limit)) {
		spin_unlock(&q->lock);
		return false;
	}
	/* A device that goes waits for its packets. */
	dev_hold(skb->dev);
	__skb_queue_tail(&q->input, skb);
	q->tail++;
	WRITE_ONCE(ticket->cpu, cpu);
	WRITE_ONCE(ticket->number, q->tail);
	rests = !q->active;
	q->active = true;
	spin_unlock(&q->lock);

	if (rests)
		wake(q, cpu);
	return true;
}

/**
 * xpcpu_steer_pending() - whether a packet has not left its queue
 * @ticket: its ticket; one that is all 0 has left
 *
 * Context: as xpcpu_steer_enqueue().
 */
bool xpcpu_steer_pending(const struct xpcpu_steer_ticket *ticket)
{
	const struct steer_queue *q = per_cpu_ptr(queues,
						  READ_ONCE(ticket->cpu));
	u32 number = READ_ONCE(ticket->number);

	/* What the packet did on its CPU comes before what the next will do. */
	return (s32)(number - smp_load_acquire(&q->served)) > 0;
}

/* RCU read side. */
static void serve(struct sk_buff *skb)
{
	const struct xpcpu_steer_cb *cb = XPCPU_STEER_CB(skb);
	struct net_device *dev = skb->dev;
	/*
	 * As long as it is registered here, both it and its netns outlast this
	 * RCU read side.
	 */
	bool here = dev->reg_state == NETREG_REGISTERED &&
		    net_eq(dev_net(dev), cb->net);

	if (likely(here))
		xpcpu_steer_deliver(skb);
	else
		xpcpu_steer_drop(skb);
	dev_put(dev);
}

/* The next packet that waits.  NULL: the queue rests if all have left. */
static struct sk_buff *next(struct steer_queue *q)
{
	struct sk_buff *skb = __skb_dequeue(&q->batch);

	if (skb)
		return skb;
	spin_lock(&q->lock);
	skb_queue_splice_tail_init(&q->input, &q->batch);
	skb = __skb_dequeue(&q->batch);
	if (!skb && q->taken == q->served)
		q->active = false;
	spin_unlock(&q->lock);
	return skb;
}

static int poll(struct napi_struct *napi, int budget)
{
	struct steer_queue *q = container_of(napi, struct steer_queue, napi);
	struct sk_buff *skb = NULL;
	int done;

	/* GRO cells had their turn since these were taken. */
	smp_store_release(&q->served, q->taken);

	rcu_read_lock();
	for (done = 0; done < budget; done++) {
		skb = next(q);
		if (!skb)
			break;
		serve(skb);
		q->taken++;
	}
	rcu_read_unlock();

	/* Again if more wait, and to tell that these have left. */
	if (done)
		return budget;
	napi_complete_done(napi, 0);
	return 0;
}

static void queue_free(struct steer_queue *q)
{
	struct sk_buff *skb;

	/* They are few: the queue was given time. */
	rcu_read_lock();
	while ((skb = next(q))) {
		struct net_device *dev = skb->dev;

		xpcpu_steer_drop(skb);
		dev_put(dev);
	}
	rcu_read_unlock();
}

/**
 * xpcpu_steer_queues_start() - make the queues
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int xpcpu_steer_queues_start(void)
{
	int cpu;

	BUILD_BUG_ON(sizeof(struct xpcpu_steer_cb) >
		     sizeof_field(struct sk_buff, cb));

	napi_dev = compat_dummy_netdev_new();
	if (!napi_dev)
		return -ENOMEM;
	queues = alloc_percpu(struct steer_queue);
	if (!queues) {
		compat_dummy_netdev_free(napi_dev);
		return -ENOMEM;
	}
	for_each_possible_cpu(cpu) {
		struct steer_queue *q = per_cpu_ptr(queues, cpu);

		spin_lock_init(&q->lock);
		q->tail = per_cpu(last_number, cpu);
		q->taken = q->tail;
		q->served = q->tail;
		__skb_queue_head_init(&q->input);
		__skb_queue_head_init(&q->batch);
		q->csd.func = wake_here;
		q->csd.info = q;
		INIT_WORK(&q->work, wake_work);
		set_bit(NAPI_STATE_NO_BUSY_POLL, &q->napi.state);
		compat_napi_add(napi_dev, &q->napi, poll);
		napi_enable(&q->napi);
	}
	return 0;
}

/**
 * xpcpu_steer_queues_drain() - wait until all queues rest, a second at most
 *
 * Context: process, may sleep.
 */
void xpcpu_steer_queues_drain(void)
{
	unsigned long end = jiffies + msecs_to_jiffies(DRAIN_MS);
	int cpu;

	for_each_possible_cpu(cpu)
		while (READ_ONCE(per_cpu_ptr(queues, cpu)->active) &&
		       time_before(jiffies, end))
			usleep_range(1000, 2000);
}

/**
 * xpcpu_steer_queues_stop() - undo xpcpu_steer_queues_start()
 *
 * What has not been served by then is dropped.
 *
 * Context: process, may sleep.  Nobody puts packets in any more.
 */
void xpcpu_steer_queues_stop(void)
{
	int cpu;

	xpcpu_steer_queues_drain();
	for_each_possible_cpu(cpu) {
		struct steer_queue *q = per_cpu_ptr(queues, cpu);

		/* Whoever woke it: it has run, and is ours. */
		napi_disable(&q->napi);
		flush_work(&q->work);
		local_bh_disable();
		queue_free(q);
		local_bh_enable();
		per_cpu(last_number, cpu) = q->tail;
		compat_napi_del(&q->napi);
	}
	synchronize_net();
	free_percpu(queues);
	queues = NULL;
	compat_dummy_netdev_free(napi_dev);
}

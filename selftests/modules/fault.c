// SPDX-License-Identifier: GPL-2.0
/* Does one thing wrong on purpose: a debug kernel must say so (debug/finds). */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/percpu_counter.h>
#include <linux/preempt.h>
#include <linux/rculist.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>

#define RACE_MS 5000
/* One may be remembered by chance, somewhere on a stack. */
#define LOST_OBJECTS 16
#define LOST_SIZE 4096

static char *what = "";
module_param(what, charp, 0444);
MODULE_PARM_DESC(what, "what is done wrong");

static int value;
static int values[4];
static int __rcu *protected_value;
static LIST_HEAD(values_list);
struct entry {
	struct list_head list;
};

static DEFINE_MUTEX(first);
static DEFINE_MUTEX(second);

/* Races between others than the module are no complaint: hence the name. */
static noinline void xpcpu_fault_write(void)
{
	value++;
}

static int write_on(void *unused)
{
	while (!kthread_should_stop()) {
		xpcpu_fault_write();
		cond_resched();
	}
	return 0;
}

static int race(void)
{
	unsigned long end = jiffies + msecs_to_jiffies(RACE_MS);
	struct task_struct *other = kthread_run(write_on, NULL, "fault");

	if (IS_ERR(other))
		return PTR_ERR(other);
	while (time_before(jiffies, end)) {
		xpcpu_fault_write();
		cond_resched();
	}
	return kthread_stop(other);
}

static int freed(void)
{
	int *memory = kzalloc(sizeof(*memory), GFP_KERNEL);

	if (!memory)
		return -ENOMEM;
	kfree(memory);
	value = READ_ONCE(*memory);
	return 0;
}

static int shift(void)
{
	int bits = 32;

	OPTIMIZER_HIDE_VAR(bits);
	value = 1 << bits;
	return 0;
}

static int bounds(void)
{
	int i = ARRAY_SIZE(values);

	OPTIMIZER_HIDE_VAR(i);
	value = values[i];
	return 0;
}

static int lost(void)
{
	unsigned int i;

	for (i = 0; i < LOST_OBJECTS; i++) {
		void *memory = kzalloc(LOST_SIZE, GFP_KERNEL);

		OPTIMIZER_HIDE_VAR(memory);
		if (!memory)
			return -ENOMEM;
	}
	return 0;
}

static int sleep(void)
{
	preempt_disable();
	might_sleep();
	preempt_enable();
	return 0;
}

static int cpu(void)
{
	value = smp_processor_id();
	return 0;
}

static int rcu(void)
{
	value = !rcu_dereference(protected_value);
	return 0;
}

/* The list is empty: that nobody protects it is what is wrong. */
static int rcu_list(void)
{
	struct entry *entry;

	/* clang-format off */
	list_for_each_entry_rcu(entry, &values_list, list)
		value++;
	/* clang-format on */
	return 0;
}

static void expired(struct timer_list *timer)
{
}

static int timer(void)
{
	struct timer_list *timer = kzalloc(sizeof(*timer), GFP_KERNEL);

	if (!timer)
		return -ENOMEM;
	timer_setup(timer, expired, 0);
	mod_timer(timer, jiffies + HZ * 3600);
	kfree(timer);
	return 0;
}

static void busy(struct work_struct *work)
{
	msleep(1000);
}

static void never(struct work_struct *work)
{
}

/* The second waits for the first, and is freed meanwhile. */
static int work(void)
{
	struct workqueue_struct *queue = alloc_ordered_workqueue("fault", 0);
	struct work_struct *works = kcalloc(2, sizeof(*works), GFP_KERNEL);
	struct work_struct *second = kzalloc(sizeof(*second), GFP_KERNEL);

	if (queue && works && second) {
		INIT_WORK(&works[0], busy);
		INIT_WORK(second, never);
		queue_work(queue, &works[0]);
		queue_work(queue, second);
	}
	kfree(second);
	if (queue)
		destroy_workqueue(queue);
	kfree(works);
	return queue && works && second ? 0 : -ENOMEM;
}

static void called(struct rcu_head *head)
{
}

static int twice(void)
{
	struct rcu_head *head = kzalloc(sizeof(*head), GFP_KERNEL);

	if (!head)
		return -ENOMEM;
	rcu_read_lock();
	call_rcu(head, called);
	call_rcu(head, called);
	rcu_read_unlock();
	rcu_barrier();
	kfree(head);
	return 0;
}

/* A counter has its memory elsewhere, which is not lost. */
static int counter(void)
{
	struct percpu_counter *counter = kzalloc(sizeof(*counter), GFP_KERNEL);
	struct percpu_counter copy;
	int err;

	if (!counter)
		return -ENOMEM;
	err = percpu_counter_init(counter, 0, GFP_KERNEL);
	copy = *counter;
	kfree(counter);
	free_percpu(copy.counters);
	return err;
}

/* References that are given back twice, of which only the second is wrong. */
static int dev_twice(void)
{
#ifdef CONFIG_NET_DEV_REFCNT_TRACKER
	struct net_device *dev = init_net.loopback_dev;
	netdevice_tracker tracker, again;

	netdev_tracker_alloc(dev, &tracker, GFP_KERNEL);
	again = tracker;
	netdev_tracker_free(dev, &tracker);
	netdev_tracker_free(dev, &again);
#endif
	return 0;
}

static int ns_twice(void)
{
#ifdef CONFIG_NET_NS_REFCNT_TRACKER
	netns_tracker tracker, again;

	netns_tracker_alloc(&init_net, &tracker, GFP_KERNEL);
	again = tracker;
	netns_tracker_free(&init_net, &tracker);
	netns_tracker_free(&init_net, &again);
#endif
	return 0;
}

static int locks(void)
{
	mutex_lock(&first);
	mutex_lock(&second);
	mutex_unlock(&second);
	mutex_unlock(&first);

	mutex_lock(&second);
	mutex_lock(&first);
	mutex_unlock(&first);
	mutex_unlock(&second);
	return 0;
}

static const struct {
	const char *name;
	int (*commit)(void);
} faults[] = {
	{ "race", race },
	{ "freed", freed },
	{ "shift", shift },
	{ "bounds", bounds },
	{ "lost", lost },
	{ "sleep", sleep },
	{ "cpu", cpu },
	{ "rcu", rcu },
	{ "timer", timer },
	{ "locks", locks },
	{ "work", work },
	{ "twice", twice },
	{ "counter", counter },
	{ "rcu_list", rcu_list },
	{ "dev_twice", dev_twice },
	{ "ns_twice", ns_twice },
};

static int __init fault_init(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(faults); i++)
		if (!strcmp(what, faults[i].name))
			return faults[i].commit();
	return -EINVAL;
}

static void __exit fault_exit(void)
{
}

module_init(fault_init);
module_exit(fault_exit);
MODULE_DESCRIPTION("Does things wrong");
MODULE_LICENSE("GPL");

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The helper's decisions: events in, actions out.  Nothing here does I/O or
 * asks for the time, so that any run can be repeated from its events.
 *
 *      daemon   --+                                  +-->  daemon
 *      kernel   --+-- lg_event() -> lg_next_action() +-->  kernel
 *      operator --+        ^                         +-->  operator, log
 *                          |
 *      clock    -----------+  LG_TIMER at lg_deadline()
 *
 * Words: an IKE SA is named by the daemon's number, a TS pair by the reqid that
 * its SAs share; both together name a *group* (struct lg_group, state.h).  In a
 * group the SA without a CPU is the *fallback*, the others are *additional*
 * SAs.  A Child SA is a pair of SAs and is named by the IKE SA and the inbound
 * SPI.  A *job* is a Child SA that we asked the daemon to negotiate; a
 * *question* is the daemon's, before it negotiates or answers one itself.
 *
 * A group begins with the first Child SA of which both peers sent
 * SA_RESOURCE_INFO (RFC 9611, section 3).  Whatever else the daemon negotiates
 * is an ordinary Child SA and none of our business.
 */
#ifndef XFRM_PCPU_LOGIC_LOGIC_H
#define XFRM_PCPU_LOGIC_LOGIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/message.h"
#include "kernel/packet.h"

/* No CPU: a fallback. */
#define LG_CPU_NONE XFRM_PCPU_CPU_NONE

/* Data of SA_RESOURCE_INFO that we send: 64 random bits. */
#define LG_IDENTIFIER_SIZE 8

/* Longest text that stands for an SA's properties. */
#define LG_PROPERTIES_MAX 255

struct lg;

/**
 * enum lg_kernel - what the kernel can do
 * @LG_KERNEL_STOCK: no per-CPU SAs: no group is served
 * @LG_KERNEL_MODULE: xfrm_pcpu is loaded: CPUs ask by themselves, SAs can be
 *	moved
 * @LG_KERNEL_NATIVE: its own per-CPU SAs (6.12.13, 6.13): an SA has its CPU
 *	from its installation on; CPU_ACQUIRE is never used, because packets are
 *	dropped there while an acquire is pending
 */
enum lg_kernel { LG_KERNEL_STOCK, LG_KERNEL_MODULE, LG_KERNEL_NATIVE };

/**
 * enum lg_mode - when CPUs get SAs of their own
 * @LG_MODE_DEFAULT: as struct lg_config has it
 * @LG_MODE_ON_DEMAND: when they ask
 * @LG_MODE_AT_ONCE: as soon as there is a fallback
 *
 * On a native kernel always at once.
 */
enum lg_mode { LG_MODE_DEFAULT, LG_MODE_ON_DEMAND, LG_MODE_AT_ONCE };

/**
 * struct lg_config - how it works; LG_CONFIGURE changes @limit, @idle_ms and
 * @at_once
 * @cpus: possible CPUs: they are 0 .. @cpus - 1
 * @limit: additional SAs that a group may have, unless the daemon says another
 *	number; 0: 2 * @cpus (RFC 9611, section 6)
 * @idle_ms: additional SAs that were not used for so long are deleted; 0: never
 * @at_once: all CPUs get an SA as soon as there is a fallback, not only on a
 *	native kernel, unless the daemon says when
 * @random: fills @size bytes at @buffer with random bytes
 * @arg: for @random
 */
struct lg_config {
	uint32_t cpus;
	uint32_t limit;
	uint64_t idle_ms;
	bool at_once;
	void (*random)(void *buffer, size_t size, void *arg);
	void *arg;
};

/**
 * struct lg_ref - which negotiation is meant
 * @kind: none, a job (@id is ours), a question (@id is the daemon's)
 * @id: number, unique among those of its kind that are not done
 */
struct lg_ref {
	enum lg_ref_kind { LG_NO_REF, LG_JOB, LG_QUESTION } kind;
	uint64_t id;
};

/**
 * enum lg_reason - why a negotiation failed
 * @LG_FAILED: the peer refused or cannot be reached
 * @LG_MAX_QUEUE: the peer answered TS_MAX_QUEUE
 */
enum lg_reason { LG_FAILED, LG_MAX_QUEUE };

/**
 * enum lg_end - who ended a Child SA
 * @LG_BY_PEER: the peer's Delete
 * @LG_BY_US: the daemon, by itself or because it was told to
 * @LG_EXPIRED: its lifetime is over
 */
enum lg_end { LG_BY_PEER, LG_BY_US, LG_EXPIRED };

/* Directions of an SA pair. */
#define LG_IN (1U << 0)
#define LG_OUT (1U << 1)

/**
 * enum lg_event_type - what may happen
 * @LG_TIMER: lg_deadline() has come
 * @LG_KERNEL: what the kernel can do, at first and when the module comes and
 *	goes; @kernel
 * @LG_CPU: a CPU goes online or offline; @hotplug.  All are offline at first
 * @LG_ACQUIRE: a CPU has no SA of its own; @acquire
 * @LG_POLICY: policies were written, here is how their flag stands; @policy
 * @LG_FLAG_LEFT: a helper that is gone has set CPU_ACQUIRE of the policies of
 *	this reqid; @left
 * @LG_USE: answer to LG_READ_USE; @use
 * @LG_SA_EXPIRED: hard lifetime, from the kernel; @expired
 * @LG_SA_CPU: an SA has this CPU now, perhaps by somebody else's wish; @sa_cpu
 * @LG_CPU_REFUSED: the kernel did not do LG_SET_CPU, or LG_INSTALL_SA after
 *	LG_CHILD_UP; @refused
 * @LG_DAEMON_UP: the daemon is there; it tells all that it has; @daemon
 * @LG_DAEMON_DOWN: it is gone.  SAs stay, everything else is forgotten
 * @LG_IKE_UP: an IKE SA that is to be served, again if its addresses change;
 *	@ike_up
 * @LG_IKE_DOWN: it is gone, and its Child SAs are; @ike_down
 * @LG_ASK: may this Child SA be, on which CPU, with which notify; @ask
 * @LG_INSTALL: SPIs are known, SAs are about to be installed; @install
 * @LG_CHILD_UP: a Child SA was installed, as new, as one of an old one's place,
 *	or when the daemon tells what it has; @child_up
 * @LG_CHILD_DOWN: it is gone; @child_down
 * @LG_FAIL: a job or what a question was about will not be; @fail
 * @LG_MOVE: the operator wants SAs on another CPU; @move
 * @LG_CONFIGURE: limit, idle_ms and at_once are these from now on; @config.  SAs
 *	stay: a lower limit is for those that would be made
 */
enum lg_event_type {
	LG_TIMER,
	LG_KERNEL,
	LG_CPU,
	LG_ACQUIRE,
	LG_POLICY,
	LG_FLAG_LEFT,
	LG_USE,
	LG_SA_EXPIRED,
	LG_SA_CPU,
	LG_CPU_REFUSED,
	LG_DAEMON_UP,
	LG_DAEMON_DOWN,
	LG_IKE_UP,
	LG_IKE_DOWN,
	LG_ASK,
	LG_INSTALL,
	LG_CHILD_UP,
	LG_CHILD_DOWN,
	LG_FAIL,
	LG_MOVE,
	LG_CONFIGURE,
};

/**
 * struct lg_child_name - names a Child SA
 * @ike: the daemon's number of the IKE SA
 * @spi_in: SPI of the inbound SA
 */
struct lg_child_name {
	uint64_t ike;
	uint32_t spi_in;
};

/**
 * struct lg_event - one event; see enum lg_event_type for the member that goes
 * with @type
 *
 * daemon.rekeys: it can rekey a Child SA onto another CPU.
 *
 * acquire.cpu: LG_CPU_NONE is a packet that found no SA at all, which is the
 * daemon's business alone.  acquire.packet: the one that asks.
 *
 * ask.ours: we are the initiator.  ask.reqid: 0 if not known yet.  ask.info:
 * the peer's request has a SA_RESOURCE_INFO that could be read.  ask.replaces:
 * inbound SPI of the SA that is rekeyed, 0 if none is.  ask.properties: text
 * that is the same for SAs that may stand for each other, NULL if not known yet.
 *
 * install.by_helper: SAs and keys are with us, LG_INSTALL_SA installs them.
 * install.can_hold: the daemon can install the outbound SA later: at LG_RELEASE,
 * or if we are gone before that.
 *
 * child_up.info: the peer sent SA_RESOURCE_INFO for it, or for the SA that began
 * its group.  child_up.cpu_in, cpu_out: its SAs' CPUs as the kernel shows them.
 * child_up.host: this machine makes the traffic itself.  child_up.limit, mode: of
 * its group, 0 and LG_MODE_DEFAULT as struct lg_config has it.  child_up.replaces,
 * properties: as in ask.
 */
struct lg_event {
	enum lg_event_type type;
	union {
		enum lg_kernel kernel;
		struct {
			uint32_t cpu;
			bool online;
		} hotplug;
		struct {
			uint32_t reqid;
			uint32_t cpu;
			struct xp_addr dst;
			struct xp_packet packet;
		} acquire;
		struct {
			uint32_t reqid;
			bool on;
		} policy;
		uint32_t left;
		struct {
			struct lg_child_name child;
			uint64_t in;
			uint64_t out;
		} use;
		struct {
			struct xp_addr dst;
			uint32_t spi;
			uint8_t proto;
		} expired;
		struct {
			struct xp_addr dst;
			uint32_t spi;
			uint8_t proto;
			uint32_t cpu;
		} sa_cpu;
		struct {
			struct lg_child_name child;
			unsigned int direction;
			uint32_t cpu;
		} refused;
		struct {
			bool rekeys;
		} daemon;
		struct {
			uint64_t ike;
			uint64_t replaces;
			struct xp_addr local;
			struct xp_addr peer;
		} ike_up;
		uint64_t ike_down;
		struct {
			uint64_t id;
			uint64_t ike;
			uint32_t reqid;
			uint32_t replaces;
			bool ours;
			bool info;
			const char *properties;
		} ask;
		struct {
			struct lg_ref ref;
			struct lg_child_name child;
			uint32_t spi_out;
			uint8_t proto;
			struct xp_mark mark_in;
			struct xp_mark mark_out;
			bool by_helper;
			bool can_hold;
		} install;
		struct {
			struct lg_ref ref;
			struct lg_child_name child;
			uint32_t spi_out;
			uint32_t reqid;
			uint32_t replaces;
			uint32_t cpu_in;
			uint32_t cpu_out;
			uint8_t proto;
			struct xp_mark mark_in;
			struct xp_mark mark_out;
			bool info;
			bool host;
			uint32_t limit;
			enum lg_mode mode;
			const char *properties;
		} child_up;
		struct {
			struct lg_child_name child;
			enum lg_end end;
		} child_down;
		struct {
			struct lg_ref ref;
			enum lg_reason reason;
		} fail;
		struct {
			uint64_t id;
			struct lg_child_name child;
			uint32_t cpu;
			unsigned int directions;
		} move;
		struct lg_config config;
	};
};

/**
 * enum lg_action_type - what is to be done
 * @LG_NEGOTIATE: daemon: make another Child SA in @reqid of @ike; @ref, @cpu,
 *	@identifier, @packet
 * @LG_REKEY: daemon: rekey @child, the new one is for @cpu; @ref, @identifier
 * @LG_ANSWER: daemon: answer to the question @ref: @verdict, @cpu, @identifier
 * @LG_GO: daemon: install the SAs of @ref now; @hold: not the outbound one
 * @LG_RELEASE: daemon: the outbound SA of @child may be used now
 * @LG_DELETE: daemon: delete @child
 * @LG_EXPECT: kernel: @sa will be @cpu's, for LG_EXPECT_MS
 * @LG_SET_CPU: kernel: @sa is to be @cpu's, whatever it has now; LG_CPU_NONE
 *	takes its CPU away.  @child, @direction for LG_CPU_REFUSED
 * @LG_INSTALL_SA: kernel: install @sa of @child, its SA in @direction, for @cpu;
 *	@other is the one in the other direction
 * @LG_READ_USE: kernel: packets of both SAs of @child, for LG_USE; @sa is the
 *	inbound one, @other the outbound one
 * @LG_SET_FLAG: kernel: CPU_ACQUIRE of the policies of @reqid is to be @on
 * @LG_MOVED: operator: what became of LG_MOVE @ref.id: @error 0 or a negative
 *	errno, @text
 * @LG_LOG: log @text, with @ike, @reqid, @cpu where they are set
 */
enum lg_action_type {
	LG_NEGOTIATE,
	LG_REKEY,
	LG_ANSWER,
	LG_GO,
	LG_RELEASE,
	LG_DELETE,
	LG_EXPECT,
	LG_SET_CPU,
	LG_INSTALL_SA,
	LG_READ_USE,
	LG_SET_FLAG,
	LG_MOVED,
	LG_LOG,
};

/**
 * enum lg_verdict - answers to LG_ASK
 * @LG_ORDINARY: go on as if there were no RFC 9611: no notify, no CPU
 * @LG_ACCEPT: go on, with SA_RESOURCE_INFO
 * @LG_REFUSE: answer TS_MAX_QUEUE
 */
enum lg_verdict { LG_ORDINARY, LG_ACCEPT, LG_REFUSE };

/**
 * struct lg_action - one action; members that its type does not name are 0,
 * and the CPUs LG_CPU_NONE
 * @type: what is to be done
 * @ref: job, or question, or the operator's number
 * @ike: IKE SA
 * @reqid: TS pair
 * @child: Child SA
 * @cpu: CPU; of the outbound SA where it may differ
 * @cpu_in: of the inbound SA, in LG_NEGOTIATE, LG_REKEY and LG_ANSWER
 * @packet: see LG_NEGOTIATE
 * @verdict: see LG_ANSWER
 * @has_identifier: @identifier goes into SA_RESOURCE_INFO, else it has no data
 * @identifier: data for SA_RESOURCE_INFO
 * @sa: an SA
 * @other: another SA
 * @direction: LG_IN or LG_OUT
 * @on: see LG_SET_FLAG
 * @hold: see LG_GO
 * @by_helper: in LG_GO and LG_RELEASE: LG_INSTALL_SA came before it
 * @error: see LG_MOVED; whoever does LG_INSTALL_SA says in LG_GO and LG_RELEASE
 *	what became of it, and in @text why
 * @text: constant text, one line
 */
struct lg_action {
	enum lg_action_type type;
	struct lg_ref ref;
	uint64_t ike;
	uint32_t reqid;
	struct lg_child_name child;
	uint32_t cpu;
	uint32_t cpu_in;
	struct xp_packet packet;
	enum lg_verdict verdict;
	bool has_identifier;
	uint8_t identifier[LG_IDENTIFIER_SIZE];
	struct xp_sa_id sa;
	struct xp_sa_id other;
	unsigned int direction;
	bool on;
	bool hold;
	bool by_helper;
	int error;
	const char *text;
};

/**
 * lg_new() - nothing known yet: a stock kernel, no CPU online, no daemon
 * @config: copied
 *
 * Return: the logic, for lg_free(), or NULL without memory.
 */
struct lg *lg_new(const struct lg_config *config);

/**
 * lg_free() - forget everything
 * @lg: logic or NULL
 */
void lg_free(struct lg *lg);

/**
 * lg_event() - take note of an event
 * @lg: logic
 * @now: monotonic time, milliseconds; never less than before
 * @event: the event; texts are copied
 *
 * Afterwards the caller takes all actions with lg_next_action() and waits until
 * lg_deadline().
 *
 * An event that makes no sense (an unknown Child SA, a CPU that is none) does
 * nothing; if it is the daemon's, a line for the log says so.
 *
 * Return: 0, -ENOMEM: what is known is not whole any more, and the caller
 * begins anew as after a kill.
 */
int lg_event(struct lg *lg, uint64_t now, const struct lg_event *event);

/**
 * lg_next_action() - take the next action
 * @lg: logic
 * @action: result
 *
 * Return: false if there is none left.
 */
bool lg_next_action(struct lg *lg, struct lg_action *action);

/**
 * lg_deadline() - when LG_TIMER is due
 * @lg: logic
 *
 * Return: monotonic time, milliseconds, later than that of the last event;
 * UINT64_MAX if nothing is waited for.
 */
uint64_t lg_deadline(const struct lg *lg);

/**
 * lg_addresses() - the ends of an IKE SA
 * @lg: logic
 * @ike: the daemon's number
 * @local: result, our address
 * @peer: result, the peer's address
 *
 * Return: false if there is no such IKE SA.
 */
bool lg_addresses(const struct lg *lg, uint64_t ike, struct xp_addr *local,
		  struct xp_addr *peer);

/**
 * lg_installs_later() - will there be an LG_INSTALL_SA?
 * @lg: logic
 * @child: Child SA, which may not be up yet
 *
 * Return: true if its outbound SA is ours to install and waits for the peer.
 */
bool lg_installs_later(const struct lg *lg, const struct lg_child_name *child);

/**
 * struct lg_view - one Child SA, for a status
 * @name: its name
 * @spi_out: SPI of the outbound SA
 * @reqid: TS pair
 * @cpu_in: CPU of the inbound SA, LG_CPU_NONE for a fallback
 * @cpu_out: CPU of the outbound SA
 * @age_ms: since it was told
 * @replaced: another one has its place, it will be deleted
 * @held: its outbound SA waits for the peer
 */
struct lg_view {
	struct lg_child_name name;
	uint32_t spi_out;
	uint32_t reqid;
	uint32_t cpu_in;
	uint32_t cpu_out;
	uint64_t age_ms;
	bool replaced;
	bool held;
};

/**
 * lg_view() - show all Child SAs of all groups
 * @lg: logic
 * @now: monotonic time, milliseconds
 * @fn: called for each
 * @arg: for @fn
 */
void lg_view(const struct lg *lg, uint64_t now,
	     void (*fn)(const struct lg_view *view, void *arg), void *arg);

#endif

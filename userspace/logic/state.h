/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the logic knows.
 *
 *     lg -- ike -+- pending   negotiations that are not done
 *       |        +- group -+- child   SA pairs
 *       |                  +- slot    one per CPU, the last is the fallback's
 *       +-- policy            one per reqid whose CPU_ACQUIRE we care for
 *
 * Timers are ends (..._until, ..._at) in the thing that they are about, and go
 * with it.
 */
#ifndef XFRM_PCPU_LOGIC_STATE_H
#define XFRM_PCPU_LOGIC_STATE_H

#include "logic.h"
#include "queue.h"

/**
 * struct lg_pending - a negotiation that is not done
 * @next: next of its IKE SA
 * @ref: job or question
 * @reqid: TS pair, 0 if not known yet
 * @cpu_in: CPU that the inbound SA will have
 * @cpu_out: CPU that the outbound SA will have
 * @replaces: inbound SPI of the SA that is rekeyed, or 0
 * @ours: we are the initiator
 * @until: it is given up then
 * @move: the operator's number + 1 if he asked for it
 * @has_identifier: we send @identifier
 * @identifier: data of SA_RESOURCE_INFO
 * @by_helper: we install its SAs
 * @hold: its outbound SA waits for the peer
 * @spi_in: SPI of the inbound SA, if @hold
 * @spi_out: SPI of the outbound SA, if @hold
 * @proto: IPPROTO_*, if @hold
 * @mark_out: mark of the outbound SA, if @hold
 */
struct lg_pending {
	struct lg_pending *next;
	struct lg_ref ref;
	uint32_t reqid;
	uint32_t cpu_in;
	uint32_t cpu_out;
	uint32_t replaces;
	bool ours;
	uint64_t until;
	uint64_t move;
	bool has_identifier;
	uint8_t identifier[LG_IDENTIFIER_SIZE];
	bool by_helper;
	bool hold;
	uint32_t spi_in;
	uint32_t spi_out;
	uint8_t proto;
	struct xp_mark mark_out;
};

/**
 * struct lg_child - a Child SA
 * @next: next of its group
 * @spi_in: SPI of the inbound SA
 * @spi_out: SPI of the outbound SA
 * @proto: IPPROTO_*
 * @mark_in: mark of the inbound SA
 * @mark_out: mark of the outbound SA
 * @cpu_in: CPU of the inbound SA
 * @cpu_out: CPU of the outbound SA
 * @has_identifier: we sent @identifier
 * @identifier: data of SA_RESOURCE_INFO
 * @replaces: inbound SPI of the SA whose rekey made it, or 0
 * @replaced: a rekey made another for it
 * @doubtful: the kernel did not do what it was told to; nobody relies on it
 * @unneeded: the daemon was asked to delete it; nobody relies on it
 * @by_helper: we install its SAs
 * @held: its outbound SA waits for the peer
 * @held_until: but not for longer
 * @born_at: when it was told
 * @read_at: when its use is read next
 * @used_at: when it was last known to be used
 * @leaving_until: the daemon was asked to delete it
 * @packets_in: packets received when it was read last
 * @packets_out: packets sent when it was read last
 */
struct lg_child {
	struct lg_child *next;
	uint32_t spi_in;
	uint32_t spi_out;
	uint8_t proto;
	struct xp_mark mark_in;
	struct xp_mark mark_out;
	uint32_t cpu_in;
	uint32_t cpu_out;
	bool has_identifier;
	uint8_t identifier[LG_IDENTIFIER_SIZE];
	uint32_t replaces;
	bool replaced;
	bool doubtful;
	bool unneeded;
	bool by_helper;
	bool held;
	uint64_t held_until;
	uint64_t born_at;
	uint64_t read_at;
	uint64_t used_at;
	uint64_t leaving_until;
	uint64_t packets_in;
	uint64_t packets_out;
};

/**
 * struct lg_slot - one CPU of a group, or its fallback
 * @wanted_until: the CPU has asked, and its traffic is thought to go on
 * @packet: for which it asked
 * @not_before: no request for it
 * @failures: in a row
 */
struct lg_slot {
	uint64_t wanted_until;
	struct xp_packet packet;
	uint64_t not_before;
	unsigned int failures;
};

/**
 * struct lg_group - the SAs of one TS pair of one IKE SA
 * @next: next of its IKE SA
 * @ike: its IKE SA
 * @reqid: what its SAs share
 * @properties: what they share besides (RFC 9611, section 3)
 * @host: this machine makes the traffic itself
 * @limit: additional SAs that it may have, 0: as for all
 * @mode: when CPUs get theirs
 * @children: its SAs, newest first
 * @refused: the peer's last word was TS_MAX_QUEUE
 * @full_until: nothing is asked of the peer
 * @forget_at: a group without SAs is kept until then, for its slots
 * @due: when lg_group_settle() wants to look at it; 0: now
 * @slot: one for each CPU, and the fallback's
 */
struct lg_group {
	struct lg_group *next;
	struct lg_ike *ike;
	uint32_t reqid;
	char properties[LG_PROPERTIES_MAX + 1];
	bool host;
	uint32_t limit;
	enum lg_mode mode;
	struct lg_child *children;
	bool refused;
	uint64_t full_until;
	uint64_t forget_at;
	uint64_t due;
	struct lg_slot slot[];
};

/**
 * struct lg_ike - an IKE SA that is served
 * @next: next one, older
 * @id: the daemon's number
 * @local: our address
 * @peer: the peer's address
 * @pending: negotiations that are not done
 * @groups: its groups
 */
struct lg_ike {
	struct lg_ike *next;
	uint64_t id;
	struct xp_addr local;
	struct xp_addr peer;
	struct lg_pending *pending;
	struct lg_group *groups;
};

/**
 * struct lg_policy - CPU_ACQUIRE of the policies of one reqid
 * @next: next one
 * @reqid: whose
 * @want: how it should be
 * @on: how it is
 * @left: an earlier helper's, and no group of it has been told yet
 * @not_before: no change
 */
struct lg_policy {
	struct lg_policy *next;
	uint32_t reqid;
	bool want;
	bool on;
	bool left;
	uint64_t not_before;
};

/**
 * struct lg - everything
 * @config: how it works; its limit is filled in
 * @now: time of the event that is being worked on
 * @kernel: what the kernel can do
 * @daemon: the daemon is there
 * @rekeys: it can rekey onto another CPU
 * @last_job: number of the last job
 * @ikes: IKE SAs, newest first
 * @policies: CPU_ACQUIRE
 * @queue: actions
 * @no_memory: something is missing
 * @online: one for each CPU
 */
struct lg {
	struct lg_config config;
	uint64_t now;
	enum lg_kernel kernel;
	bool daemon;
	bool rekeys;
	uint64_t last_job;
	struct lg_ike *ikes;
	struct lg_policy *policies;
	struct lg_queue queue;
	bool no_memory;
	bool online[];
};

/* An end that comes earlier. */
static inline void lg_earlier(uint64_t *end, uint64_t other)
{
	if (other < *end)
		*end = other;
}

#endif

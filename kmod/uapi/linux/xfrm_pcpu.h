/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The module's own interface: generic netlink family "xfrm_pcpu".
 *
 * It moves existing SAs between CPUs without their keys, says in advance which
 * CPU an SA will belong to, and shows the groups that the module serves.  What
 * XFRM netlink can say (XFRMA_SA_PCPU, XFRM_POLICY_CPU_ACQUIRE) is said there.
 *
 * Every command works in the network namespace of its socket and needs
 * CAP_NET_ADMIN in the user namespace that owns it.
 */
#ifndef _UAPI_LINUX_XFRM_PCPU_H
#define _UAPI_LINUX_XFRM_PCPU_H

#include <linux/types.h>

#define XFRM_PCPU_GENL_NAME	"xfrm_pcpu"
#define XFRM_PCPU_GENL_VERSION	1

/* Multicast group that carries the events. */
#define XFRM_PCPU_MCGRP_EVENTS	"events"

/* "No CPU": an SA that every CPU may use (a fallback SA). */
#define XFRM_PCPU_CPU_NONE	0xffffffffU

/**
 * enum xfrm_pcpu_cmd - commands, replies and events
 * @XFRM_PCPU_CMD_UNSPEC: not used
 * @XFRM_PCPU_CMD_GET_INFO: ask for versions, features and limits; the reply is
 *	the same command with VERSION, FEATURES, POSSIBLE_CPUS, EXPECT_MAX,
 *	HOLD_MS, NR_SAS, NR_GROUPS, OUTPUT_ARMED, FOLLOW_UDP, FOLLOW_TCP_MS,
 *	FOLLOWING, STEER_MODE, STEER_SPREAD,
 *	STEER_AUTO_SHARE, STEER_AUTO_MS, STEER_QUEUE_LEN, STEER_BYPASS
 * @XFRM_PCPU_CMD_BIND: give an existing SA without a CPU to CPU. -EBUSY if it
 *	has another CPU (MOVE changes it), success if it has this one
 * @XFRM_PCPU_CMD_MOVE: give an existing SA that has a CPU to another CPU.
 *	-ENOENT if it has none (BIND gives it one)
 * @XFRM_PCPU_CMD_UNBIND: take the CPU from an SA: every CPU may use it.
 *	Success if it has none
 * @XFRM_PCPU_CMD_EXPECT: the SA with this DADDR, SPI and PROTO will belong to
 *	CPU.  Applies once, to the NEWSA or UPDSA that makes the SA valid and
 *	carries no XFRMA_SA_PCPU.  TIMEOUT_MS says for how long (0 withdraws
 *	the expectation: -ENOENT if there is none).  A second EXPECT for the
 *	same SA replaces the first.  -ENOSPC beyond EXPECT_MAX
 * @XFRM_PCPU_CMD_GET_GROUP: dump of all groups, as messages NEW_GROUP
 * @XFRM_PCPU_CMD_NEW_GROUP: one group, with as many pending acquires (ACQUIRE)
 *	and then members (SA) as fit; the rest follows in further messages with
 *	the same GROUP_ID
 * @XFRM_PCPU_CMD_EV_BOUND: event: an SA got a CPU (NEWSA, UPDSA, ALLOCSPI,
 *	EXPECT, BIND, MIGRATE); SA
 * @XFRM_PCPU_CMD_EV_MOVED: event: an SA went to another CPU; SA, OLD_CPU
 * @XFRM_PCPU_CMD_EV_UNBOUND: event: an SA has no CPU any more; SA, OLD_CPU
 * @XFRM_PCPU_CMD_EV_DELETED: event: an SA that had a CPU was deleted; SA
 * @XFRM_PCPU_CMD_EV_ACQUIRE: event: a CPU's acquire was sent; GROUP
 *	attributes, CPU, SEQ
 * @XFRM_PCPU_CMD_GET_STEER: dump of what inbound steering counted on each
 *	possible CPU, as messages NEW_STEER
 * @XFRM_PCPU_CMD_NEW_STEER: one CPU: CPU, STEER_HOME, STEER_OUT, STEER_IN,
 *	STEER_FULL, STEER_GONE, STEER_LEFT, STEER_OFFLOAD, STEER_TCP
 */
enum xfrm_pcpu_cmd {
	XFRM_PCPU_CMD_UNSPEC,
	XFRM_PCPU_CMD_GET_INFO,
	XFRM_PCPU_CMD_BIND,
	XFRM_PCPU_CMD_MOVE,
	XFRM_PCPU_CMD_UNBIND,
	XFRM_PCPU_CMD_EXPECT,
	XFRM_PCPU_CMD_GET_GROUP,
	XFRM_PCPU_CMD_NEW_GROUP,
	XFRM_PCPU_CMD_EV_BOUND,
	XFRM_PCPU_CMD_EV_MOVED,
	XFRM_PCPU_CMD_EV_UNBOUND,
	XFRM_PCPU_CMD_EV_DELETED,
	XFRM_PCPU_CMD_EV_ACQUIRE,
	XFRM_PCPU_CMD_GET_STEER,
	XFRM_PCPU_CMD_NEW_STEER,

	__XFRM_PCPU_CMD_MAX,
	XFRM_PCPU_CMD_MAX = __XFRM_PCPU_CMD_MAX - 1
};

/**
 * enum xfrm_pcpu_attr - attributes
 * @XFRM_PCPU_A_UNSPEC: not used
 * @XFRM_PCPU_A_PAD: padding of 64-bit attributes
 * @XFRM_PCPU_A_FAMILY: u16, AF_INET or AF_INET6: the family of DADDR
 * @XFRM_PCPU_A_DADDR: 4 or 16 bytes, network order: outer destination
 * @XFRM_PCPU_A_SADDR: 4 or 16 bytes, network order: outer source
 * @XFRM_PCPU_A_SPI: be32
 * @XFRM_PCPU_A_PROTO: u8, IPPROTO_ESP, IPPROTO_AH or IPPROTO_COMP
 * @XFRM_PCPU_A_MARK: u32, mark value of the SA (0 if absent)
 * @XFRM_PCPU_A_MARK_MASK: u32, mask of MARK (0xffffffff if MARK is given alone)
 * @XFRM_PCPU_A_CPU: u32; absent in SA and events: none
 * @XFRM_PCPU_A_OLD_CPU: u32
 * @XFRM_PCPU_A_DIR: u8, 1 in, 2 out, as XFRMA_SA_DIR; absent if never given
 * @XFRM_PCPU_A_TIMEOUT_MS: u32, milliseconds
 * @XFRM_PCPU_A_GROUP_ID: u64, unique in the netns until the group is gone
 * @XFRM_PCPU_A_REQID: u32
 * @XFRM_PCPU_A_MODE: u8, XFRM_MODE_*
 * @XFRM_PCPU_A_IF_ID: u32
 * @XFRM_PCPU_A_SA: nested, repeated: SPI, SADDR, CPU, DIR, STATE, MARK,
 *	MARK_MASK, HELD; in events without STATE and HELD, but with FAMILY,
 *	DADDR, PROTO, REQID, MODE, IF_ID
 * @XFRM_PCPU_A_ACQUIRE: nested, repeated: CPU, SEQ, TIMEOUT_MS (left)
 * @XFRM_PCPU_A_STATE: u8, XFRM_STATE_* of the SA as the kernel counts them
 *	(0 void, 1 acquire, 2 valid, 3 error, 4 expired, 5 dead)
 * @XFRM_PCPU_A_HELD: flag: the SA is not chosen yet (parameter hold_ms)
 * @XFRM_PCPU_A_SEQ: u32, sequence number of the ACQUIRE
 * @XFRM_PCPU_A_VERSION: string, version of the module
 * @XFRM_PCPU_A_FEATURES: u32, XFRM_PCPU_F_*
 * @XFRM_PCPU_A_POSSIBLE_CPUS: u32: CPUs are 0 .. POSSIBLE_CPUS - 1
 * @XFRM_PCPU_A_EXPECT_MAX: u32: expectations that a netns may have
 * @XFRM_PCPU_A_HOLD_MS: u32: parameter hold_ms
 * @XFRM_PCPU_A_NR_SAS: u32: SAs that the module knows in this netns
 * @XFRM_PCPU_A_NR_GROUPS: u32: groups that the module knows in this netns
 * @XFRM_PCPU_A_OUTPUT_ARMED: u8: 1 while the output lookup is hooked (that is,
 *	while some netns has a per-CPU SA or a CPU_ACQUIRE policy)
 * @XFRM_PCPU_A_NR_BOUND: u32: members of the group that have a CPU
 * @XFRM_PCPU_A_FOLLOW_UDP: u8: sysctl net.xfrm_pcpu.follow_udp of the netns
 * @XFRM_PCPU_A_FOLLOW_TCP_MS: u32: sysctl net.xfrm_pcpu.follow_tcp_ms
 * @XFRM_PCPU_A_FOLLOWING: u8: 1 while the netns' connected sockets are looked
 *	at (that is, while it has a per-CPU SA and a sysctl wants it)
 * @XFRM_PCPU_A_STEER_MODE: u8: 0 off, 1 on, 2 auto (net.xfrm_pcpu.steer)
 * @XFRM_PCPU_A_STEER_SPREAD: u8: 1 if SAs without a CPU are spread by SPI
 * @XFRM_PCPU_A_STEER_AUTO_SHARE: u32, per cent
 * @XFRM_PCPU_A_STEER_AUTO_MS: u32, milliseconds
 * @XFRM_PCPU_A_STEER_QUEUE_LEN: u32, packets that may wait for a CPU
 * @XFRM_PCPU_A_STEER_BYPASS: u8, XFRM_PCPU_BYPASS_*: what takes packets before
 *	steering sees them
 * @XFRM_PCPU_A_STEER_HOME: u64, packets that arrived on their SA's CPU
 * @XFRM_PCPU_A_STEER_OUT: u64, packets handed over to another CPU
 * @XFRM_PCPU_A_STEER_IN: u64, packets got from another CPU
 * @XFRM_PCPU_A_STEER_FULL: u64, dropped because the other CPU's queue was full
 * @XFRM_PCPU_A_STEER_GONE: u64, dropped because their device or netns went
 * @XFRM_PCPU_A_STEER_LEFT: u64, left on another CPU than their SA's
 * @XFRM_PCPU_A_STEER_OFFLOAD: u64, left alone: a device, GRO or an outer SA had
 *	them before
 * @XFRM_PCPU_A_STEER_TCP: u64, left alone: they came in TCP
 */
enum xfrm_pcpu_attr {
	XFRM_PCPU_A_UNSPEC,
	XFRM_PCPU_A_PAD,
	XFRM_PCPU_A_FAMILY,
	XFRM_PCPU_A_DADDR,
	XFRM_PCPU_A_SADDR,
	XFRM_PCPU_A_SPI,
	XFRM_PCPU_A_PROTO,
	XFRM_PCPU_A_MARK,
	XFRM_PCPU_A_MARK_MASK,
	XFRM_PCPU_A_CPU,
	XFRM_PCPU_A_OLD_CPU,
	XFRM_PCPU_A_DIR,
	XFRM_PCPU_A_TIMEOUT_MS,
	XFRM_PCPU_A_GROUP_ID,
	XFRM_PCPU_A_REQID,
	XFRM_PCPU_A_MODE,
	XFRM_PCPU_A_IF_ID,
	XFRM_PCPU_A_SA,
	XFRM_PCPU_A_ACQUIRE,
	XFRM_PCPU_A_STATE,
	XFRM_PCPU_A_HELD,
	XFRM_PCPU_A_SEQ,
	XFRM_PCPU_A_VERSION,
	XFRM_PCPU_A_FEATURES,
	XFRM_PCPU_A_POSSIBLE_CPUS,
	XFRM_PCPU_A_EXPECT_MAX,
	XFRM_PCPU_A_HOLD_MS,
	XFRM_PCPU_A_NR_SAS,
	XFRM_PCPU_A_NR_GROUPS,
	XFRM_PCPU_A_OUTPUT_ARMED,
	XFRM_PCPU_A_NR_BOUND,
	XFRM_PCPU_A_FOLLOW_UDP,
	XFRM_PCPU_A_FOLLOW_TCP_MS,
	XFRM_PCPU_A_FOLLOWING,
	XFRM_PCPU_A_STEER_MODE,
	XFRM_PCPU_A_STEER_SPREAD,
	XFRM_PCPU_A_STEER_AUTO_SHARE,
	XFRM_PCPU_A_STEER_AUTO_MS,
	XFRM_PCPU_A_STEER_QUEUE_LEN,
	XFRM_PCPU_A_STEER_BYPASS,
	XFRM_PCPU_A_STEER_HOME,
	XFRM_PCPU_A_STEER_OUT,
	XFRM_PCPU_A_STEER_IN,
	XFRM_PCPU_A_STEER_FULL,
	XFRM_PCPU_A_STEER_GONE,
	XFRM_PCPU_A_STEER_LEFT,
	XFRM_PCPU_A_STEER_OFFLOAD,
	XFRM_PCPU_A_STEER_TCP,

	__XFRM_PCPU_A_MAX,
	XFRM_PCPU_A_MAX = __XFRM_PCPU_A_MAX - 1
};

/* Bits of XFRM_PCPU_A_FEATURES. */
#define XFRM_PCPU_F_OUTPUT	(1U << 0)	/* per-CPU choice, CPU acquires */
#define XFRM_PCPU_F_MOVE	(1U << 1)	/* BIND, MOVE, UNBIND */
#define XFRM_PCPU_F_EXPECT	(1U << 2)	/* EXPECT */
#define XFRM_PCPU_F_HOLD	(1U << 3)	/* parameter hold_ms */
#define XFRM_PCPU_F_FOLLOW	(1U << 4)	/* connected sockets follow */
#define XFRM_PCPU_F_STEER	(1U << 5)	/* inbound steering */

/* Bits of XFRM_PCPU_A_STEER_BYPASS: where GRO is on, its packets are not steered. */
#define XFRM_PCPU_BYPASS_ESP4	(1U << 0)	/* esp4_offload is loaded */
#define XFRM_PCPU_BYPASS_ESP6	(1U << 1)	/* esp6_offload is loaded */

#endif /* _UAPI_LINUX_XFRM_PCPU_H */

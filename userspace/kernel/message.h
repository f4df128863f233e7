/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages of the generic netlink family "xfrm_pcpu": attributes to structures
 * and back.  Nothing here does I/O.  What each attribute means is said in
 * kmod/uapi/linux/xfrm_pcpu.h.
 *
 * All values are in host byte order; addresses stay in network order.
 */
#ifndef XFRM_PCPU_KERNEL_MESSAGE_H
#define XFRM_PCPU_KERNEL_MESSAGE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/xfrm_pcpu.h>

struct nl_msg;
struct nlmsghdr;

/* Longest version string that is kept; a longer one is cut. */
#define XP_VERSION_MAX 64

/**
 * struct xp_addr - an outer address
 * @family: AF_INET or AF_INET6
 * @v4: the address if @family is AF_INET
 * @v6: the address if @family is AF_INET6
 */
struct xp_addr {
	uint16_t family;
	union {
		struct in_addr v4;
		struct in6_addr v6;
	};
};

/**
 * struct xp_mark - mark and mask of an SA; 0/0 is "no mark"
 * @value: mark
 * @mask: bits of @value that count
 */
struct xp_mark {
	uint32_t value;
	uint32_t mask;
};

/**
 * struct xp_sa_id - what names one SA to the kernel
 * @dst: outer destination
 * @spi: SPI
 * @proto: IPPROTO_ESP, IPPROTO_AH or IPPROTO_COMP
 * @mark: its mark
 */
struct xp_sa_id {
	struct xp_addr dst;
	uint32_t spi;
	uint8_t proto;
	struct xp_mark mark;
};

/**
 * struct xp_key - what the SAs of one group have in common
 * @dst: outer destination
 * @reqid: reqid, 0 if the kernel sent none
 * @if_id: XFRM interface, 0 if the kernel sent none
 * @mode: XFRM_MODE_*
 * @proto: IPPROTO_*
 */
struct xp_key {
	struct xp_addr dst;
	uint32_t reqid;
	uint32_t if_id;
	uint8_t mode;
	uint8_t proto;
};

/**
 * struct xp_sa - one SA as the kernel shows it
 * @spi: SPI
 * @cpu: its CPU, XFRM_PCPU_CPU_NONE for a fallback
 * @mark: mark and mask
 * @src: outer source; family AF_UNSPEC if the kernel sent none
 * @dir: 1 in, 2 out, 0 if it was never given
 * @state: XFRM_STATE_* number
 * @has_state: the kernel sent @state
 * @held: the SA is not chosen yet
 * @is_counted: XFRM netlink told what follows (xp_sad_count())
 * @packets: packets so far
 * @bytes: bytes so far
 * @add_time: when it was made, seconds since 1970
 */
struct xp_sa {
	uint32_t spi;
	uint32_t cpu;
	struct xp_mark mark;
	struct xp_addr src;
	uint8_t dir;
	uint8_t state;
	bool has_state;
	bool held;
	bool is_counted;
	uint64_t packets;
	uint64_t bytes;
	uint64_t add_time;
};

/**
 * struct xp_acquire - an acquire of one CPU that has no answer yet
 * @cpu: the CPU
 * @seq: sequence number of the ACQUIRE
 * @left_ms: time until it ends, milliseconds
 */
struct xp_acquire {
	uint32_t cpu;
	uint32_t seq;
	uint32_t left_ms;
};

/**
 * struct xp_group - SAs that may stand for each other
 * @id: GROUP_ID
 * @has_key: @key was received
 * @key: what they have in common
 * @nr_bound: members with a CPU, as the kernel counts them
 * @sas: @nr_sas members
 * @nr_sas: length of @sas
 * @acquires: @nr_acquires pending acquires
 * @nr_acquires: length of @acquires
 */
struct xp_group {
	uint64_t id;
	bool has_key;
	struct xp_key key;
	uint32_t nr_bound;
	struct xp_sa *sas;
	size_t nr_sas;
	struct xp_acquire *acquires;
	size_t nr_acquires;
};

/**
 * struct xp_info - the module
 * @version: version of the module
 * @features: XFRM_PCPU_F_*
 * @possible_cpus: CPUs are 0 .. @possible_cpus - 1
 * @expect_max: expectations that a netns may have
 * @hold_ms: parameter hold_ms, milliseconds
 * @nr_sas: SAs known in this netns
 * @nr_groups: groups known in this netns
 * @output_armed: the output lookup is hooked
 * @follow_udp: UDP's connected sockets follow their thread
 * @follow_tcp_ms: TCP's do after this time, 0 if not at all
 * @following: there is an SA with a CPU that they can follow to
 * @steer_mode: inbound steering, 0 off, 1 on, 2 auto
 * @steer_spread: SAs without a CPU are spread by SPI
 * @steer_auto_share: per cent
 * @steer_auto_ms: milliseconds
 * @steer_queue_len: packets that may wait for a CPU
 * @steer_bypass: XFRM_PCPU_BYPASS_*
 */
struct xp_info {
	char version[XP_VERSION_MAX];
	uint32_t features;
	uint32_t possible_cpus;
	uint32_t expect_max;
	uint32_t hold_ms;
	uint32_t nr_sas;
	uint32_t nr_groups;
	bool output_armed;
	bool follow_udp;
	uint32_t follow_tcp_ms;
	bool following;
	uint8_t steer_mode;
	bool steer_spread;
	uint32_t steer_auto_share;
	uint32_t steer_auto_ms;
	uint32_t steer_queue_len;
	uint8_t steer_bypass;
};

/**
 * struct xp_steer - what inbound steering counted on one CPU
 * @cpu: CPU
 * @home: packets that arrived on their SA's CPU
 * @out: handed over to another CPU
 * @in: got from another CPU
 * @full: dropped, the other CPU's queue was full
 * @gone: dropped, their device or netns went
 * @left: left on another CPU than their SA's
 * @offload: left alone, a device, GRO or an outer SA had them before
 * @tcp: left alone, they came in TCP
 */
struct xp_steer {
	uint32_t cpu;
	uint64_t home;
	uint64_t out;
	uint64_t in;
	uint64_t full;
	uint64_t gone;
	uint64_t left;
	uint64_t offload;
	uint64_t tcp;
};

/**
 * struct xp_event - one event
 * @cmd: XFRM_PCPU_CMD_EV_*
 * @key: group attributes of the SA or of the acquire
 * @sa: the SA; in EV_ACQUIRE only its @cpu is set
 * @old_cpu: CPU before the event, XFRM_PCPU_CPU_NONE if the event has none
 * @seq: EV_ACQUIRE: sequence number of the ACQUIRE
 */
struct xp_event {
	uint8_t cmd;
	struct xp_key key;
	struct xp_sa sa;
	uint32_t old_cpu;
	uint32_t seq;
};

/**
 * xp_msg_put_sa_id() - append the attributes that name an SA
 * @msg: message with a generic netlink header
 * @id: the SA; its mark is left out if it is 0/0
 *
 * Return: 0, -EAFNOSUPPORT for an address without family, -EMSGSIZE if @msg
 * is full.
 */
int xp_msg_put_sa_id(struct nl_msg *msg, const struct xp_sa_id *id);

/**
 * xp_msg_get_info() - read the reply to GET_INFO
 * @nlh: the whole message; its nlmsg_len bytes must be readable
 * @info: result, written only upon success
 *
 * VERSION and FEATURES must be there; a limit that is missing reads as 0.
 *
 * Return: 0, -EBADMSG if the message is malformed or of another command.
 */
int xp_msg_get_info(const struct nlmsghdr *nlh, struct xp_info *info);

/**
 * xp_msg_get_steer() - read one message NEW_STEER
 * @nlh: the whole message; its nlmsg_len bytes must be readable
 * @steer: result, written only upon success
 *
 * CPU must be there; a counter that is missing reads as 0.
 *
 * Return: 0, -EBADMSG if the message is malformed or of another command.
 */
int xp_msg_get_steer(const struct nlmsghdr *nlh, struct xp_steer *steer);

/**
 * xp_msg_get_group() - read one message NEW_GROUP
 * @nlh: the whole message; its nlmsg_len bytes must be readable
 * @group: result, written only upon success; xp_group_free() frees it
 *
 * The key may be missing (has_key is false then): a message that continues a
 * group may give the members only.
 *
 * Return: 0, -EBADMSG if the message is malformed or of another command,
 * -ENOMEM.
 */
int xp_msg_get_group(const struct nlmsghdr *nlh, struct xp_group *group);

/**
 * xp_msg_get_event() - read one event
 * @nlh: the whole message; its nlmsg_len bytes must be readable
 * @event: result, written only upon success
 *
 * Return: 0, -EOPNOTSUPP if the command is no event of this version (ignore
 * it), -EBADMSG if the message is malformed.
 */
int xp_msg_get_event(const struct nlmsghdr *nlh, struct xp_event *event);

/**
 * xp_msg_is_family_gone() - does the controller say that a family was removed?
 * @nlh: message of the family "nlctrl"; its nlmsg_len bytes must be readable
 * @name: name of the family
 *
 * Source: CTRL_CMD_DELFAMILY, linux/genetlink.h.
 */
bool xp_msg_is_family_gone(const struct nlmsghdr *nlh, const char *name);

/**
 * xp_msg_get_ext_ack() - copy the kernel's text from an extended ACK
 * @nlh: an NLMSG_ERROR or NLMSG_DONE message; its nlmsg_len bytes must be
 *	readable
 * @text: buffer, always terminated if @size > 0; "" if there is no text
 * @size: size of @text, bytes
 *
 * Source: Documentation/userspace-api/netlink/intro.rst, "Ext ACK".
 */
void xp_msg_get_ext_ack(const struct nlmsghdr *nlh, char *text, size_t size);

#endif

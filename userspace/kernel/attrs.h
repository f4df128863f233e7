/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A strict walk through netlink attributes.  Not libnl's nla_parse(): that
 * skips an attribute that is cut off at the end of the message, which would
 * then look like one that is missing.
 */
#ifndef XFRM_PCPU_KERNEL_ATTRS_H
#define XFRM_PCPU_KERNEL_ATTRS_H

#include <stddef.h>
#include <stdint.h>

struct nlattr;
struct nlmsghdr;

/**
 * struct xp_attr_size - size that an attribute's value may have
 * @min: least
 * @max: most
 */
struct xp_attr_size {
	uint16_t min;
	uint16_t max;
};

/* The size is fixed. */
#define XP_ATTR_EXACTLY(n) \
	{                  \
		(n), (n)   \
	}

/* Any size, at least n. */
#define XP_ATTR_AT_LEAST(n)     \
	{                       \
		(n), UINT16_MAX \
	}

/**
 * struct xp_attrs - a run of attributes: a message's or a nest's
 * @pos: the next one
 * @left: bytes from @pos to the end
 */
struct xp_attrs {
	const struct nlattr *pos;
	size_t left;
};

/**
 * xp_attrs_of_msg() - the attributes of a message
 * @nlh: the whole message; its nlmsg_len bytes must be readable
 * @offset: bytes of payload before them
 * @run: result
 *
 * Return: 0, -EBADMSG if the message is shorter than that.
 */
int xp_attrs_of_msg(const struct nlmsghdr *nlh, size_t offset,
		    struct xp_attrs *run);

/**
 * xp_attrs_of_nest() - the attributes of a nest
 * @nla: the nest
 *
 * Return: the run.
 */
struct xp_attrs xp_attrs_of_nest(const struct nlattr *nla);

/**
 * xp_attrs_next() - take the next attribute
 * @run: where from
 * @err: becomes -EBADMSG if the rest holds no whole attribute: the kernel pads
 *	every one, the last too
 *
 * Return: the attribute, NULL at the end.
 */
const struct nlattr *xp_attrs_next(struct xp_attrs *run, int *err);

/**
 * xp_attrs_index() - sort a run by type and check the sizes
 * @run: the run
 * @sizes: sizes for the types 0 to @max
 * @max: highest type that is known; higher ones, of a newer kernel, are skipped
 * @tb: @max + 1 pointers; the last of a repeated attribute stays, NULL if absent
 *
 * Return: 0, -EBADMSG.
 */
int xp_attrs_index(struct xp_attrs run, const struct xp_attr_size *sizes,
		   int max, const struct nlattr **tb);

#endif

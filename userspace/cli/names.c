// SPDX-License-Identifier: GPL-2.0-or-later
#include "names.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "kernel/message.h"
#include "kernel/xfrm_event.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

static struct name named(const char *text)
{
	struct name name;

	snprintf(name.text, sizeof(name.text), "%s", text);
	return name;
}

static struct name numbered(const char *prefix, unsigned int number)
{
	struct name name;

	snprintf(name.text, sizeof(name.text), "%s%u", prefix, number);
	return name;
}

/* Entry of a table in which gaps are NULL. */
static struct name looked_up(const char *const *table, size_t length,
			     const char *prefix, unsigned int number)
{
	if (number < length && table[number])
		return named(table[number]);
	return numbered(prefix, number);
}

struct name name_of_addr(const struct xp_addr *addr)
{
	struct name name = named("-");

	if (addr->family == AF_INET || addr->family == AF_INET6)
		inet_ntop(addr->family, &addr->v6, name.text,
			  sizeof(name.text));
	return name;
}

struct name name_of_cpu(uint32_t cpu)
{
	if (cpu == XFRM_PCPU_CPU_NONE)
		return named("fallback");
	return numbered("", cpu);
}

struct name name_of_family(uint16_t family)
{
	if (family == AF_INET)
		return named("inet");
	if (family == AF_INET6)
		return named("inet6");
	return numbered("", family);
}

struct name name_of_proto(uint8_t proto)
{
	switch (proto) {
	case IPPROTO_ESP:
		return named("esp");
	case IPPROTO_AH:
		return named("ah");
	case IPPROTO_COMP:
		return named("comp");
	default:
		return numbered("", proto);
	}
}

struct name name_of_mode(uint8_t mode)
{
	/* XFRM_MODE_* of linux/xfrm.h; old headers lack the last one. */
	static const char *const modes[] = {
		"transport", "tunnel", "ro", "in_trigger", "beet", "iptfs",
	};

	return looked_up(modes, ARRAY_SIZE(modes), "", mode);
}

struct name name_of_state(uint8_t state)
{
	static const char *const states[] = {
		"void", "acquire", "valid", "error", "expired", "dead",
	};

	return looked_up(states, ARRAY_SIZE(states), "", state);
}

struct name name_of_dir(uint8_t dir)
{
	static const char *const dirs[] = { "-", "in", "out" };

	return looked_up(dirs, ARRAY_SIZE(dirs), "", dir);
}

struct name name_of_feature(unsigned int bit)
{
	/* XFRM_PCPU_F_* */
	static const char *const features[] = {
		"output", "move", "expect", "hold", "follow", "steer",
	};

	return looked_up(features, ARRAY_SIZE(features), "bit", bit);
}

struct name name_of_event(uint8_t cmd)
{
	static const char *const events[] = {
		[XFRM_PCPU_CMD_EV_BOUND] = "bound",
		[XFRM_PCPU_CMD_EV_MOVED] = "moved",
		[XFRM_PCPU_CMD_EV_UNBOUND] = "unbound",
		[XFRM_PCPU_CMD_EV_DELETED] = "deleted",
		[XFRM_PCPU_CMD_EV_ACQUIRE] = "acquire",
	};

	return looked_up(events, ARRAY_SIZE(events), "", cmd);
}

struct name name_of_xfrm_event(unsigned int type)
{
	static const char *const events[] = {
		[XP_XFRM_ACQUIRE] = "acquire",
		[XP_XFRM_SA_NEW] = "added",
		[XP_XFRM_SA_UPDATED] = "updated",
		[XP_XFRM_SA_DELETED] = "deleted",
		[XP_XFRM_SA_SOFT] = "soft-expired",
		[XP_XFRM_SA_HARD] = "expired",
		[XP_XFRM_SA_FLUSHED] = "flushed",
	};

	return looked_up(events, ARRAY_SIZE(events), "", type);
}

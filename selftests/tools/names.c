// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <netinet/in.h>

#include "names.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const char *const msgs[] = {
	[XFRM_MSG_NEWSA] = "NEWSA",
	[XFRM_MSG_DELSA] = "DELSA",
	[XFRM_MSG_GETSA] = "GETSA",
	[XFRM_MSG_NEWPOLICY] = "NEWPOLICY",
	[XFRM_MSG_DELPOLICY] = "DELPOLICY",
	[XFRM_MSG_GETPOLICY] = "GETPOLICY",
	[XFRM_MSG_ALLOCSPI] = "ALLOCSPI",
	[XFRM_MSG_ACQUIRE] = "ACQUIRE",
	[XFRM_MSG_EXPIRE] = "EXPIRE",
	[XFRM_MSG_UPDPOLICY] = "UPDPOLICY",
	[XFRM_MSG_UPDSA] = "UPDSA",
	[XFRM_MSG_POLEXPIRE] = "POLEXPIRE",
	[XFRM_MSG_FLUSHSA] = "FLUSHSA",
	[XFRM_MSG_FLUSHPOLICY] = "FLUSHPOLICY",
	[XFRM_MSG_NEWAE] = "NEWAE",
	[XFRM_MSG_GETAE] = "GETAE",
	[XFRM_MSG_REPORT] = "REPORT",
	[XFRM_MSG_MIGRATE] = "MIGRATE",
	[XFRM_MSG_MAPPING] = "MAPPING",
};

static const char *const attrs[] = {
	"UNSPEC",
	"ALG_AUTH",
	"ALG_CRYPT",
	"ALG_COMP",
	"ENCAP",
	"TMPL",
	"SA",
	"POLICY",
	"SEC_CTX",
	"LTIME_VAL",
	"REPLAY_VAL",
	"REPLAY_THRESH",
	"ETIMER_THRESH",
	"SRCADDR",
	"COADDR",
	"LASTUSED",
	"POLICY_TYPE",
	"MIGRATE",
	"ALG_AEAD",
	"KMADDRESS",
	"ALG_AUTH_TRUNC",
	"MARK",
	"TFCPAD",
	"REPLAY_ESN_VAL",
	"SA_EXTRA_FLAGS",
	"PROTO",
	"ADDRESS_FILTER",
	"PAD",
	"OFFLOAD_DEV",
	"SET_MARK",
	"SET_MARK_MASK",
	"IF_ID",
	"MTIMER_THRESH",
	[ATTR_SA_DIR] = "SA_DIR",
	"NAT_KEEPALIVE_INTERVAL",
	[ATTR_SA_PCPU] = "SA_PCPU",
	"IPTFS_DROP_TIME",
	"IPTFS_REORDER_WINDOW",
	"IPTFS_DONT_FRAG",
	"IPTFS_INIT_DELAY",
	"IPTFS_MAX_QSIZE",
	"IPTFS_PKT_SIZE",
};

static const char *const modes[] = { "transport", "tunnel", "ro", "in_trigger",
				     "beet" };

static const char *const protos[256] = {
	[0] = "any",
	[IPPROTO_ESP] = "esp",
	[IPPROTO_AH] = "ah",
	[IPPROTO_COMP] = "comp",
	[IPPROTO_TCP] = "tcp",
	[IPPROTO_UDP] = "udp",
	[IPPROTO_IPIP] = "ipip",
	[IPPROTO_IPV6] = "ipv6",
};

static const char *const groups[] = {
	"none",	   "acquire", "expire",	 "sa",	    "policy",
	"aevents", "report",  "migrate", "mapping",
};

static const char *name(const char *const *table, size_t count, int number)
{
	static char plain[4][16];
	static int turn;

	if (number >= 0 && (size_t)number < count && table[number])
		return table[number];
	turn = (turn + 1) % 4;
	snprintf(plain[turn], sizeof(plain[turn]), "%d", number);
	return plain[turn];
}

static int number(const char *const *table, size_t count, const char *word)
{
	char *end;
	long value;

	for (size_t i = 0; i < count; i++)
		if (table[i] && !strcmp(table[i], word))
			return i;
	value = strtol(word, &end, 0);
	return *word && !*end ? value : -1;
}

const char *msg_name(int type)
{
	return name(msgs, COUNT(msgs), type);
}

const char *attr_name(int type)
{
	return name(attrs, COUNT(attrs), type);
}

const char *mode_name(int mode)
{
	return name(modes, COUNT(modes), mode);
}

const char *proto_name(int proto)
{
	return name(protos, COUNT(protos), proto);
}

const char *group_name(int group)
{
	return name(groups, COUNT(groups), group);
}

int mode_number(const char *word)
{
	return number(modes, COUNT(modes), word);
}

int proto_number(const char *word)
{
	return number(protos, COUNT(protos), word);
}

int group_number(const char *word)
{
	return number(groups, COUNT(groups), word);
}

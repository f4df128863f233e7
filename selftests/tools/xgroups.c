// SPDX-License-Identifier: GPL-2.0
/*
 * xgroups: dump the module's groups as a reader with small buffers does, which gets
 * small messages: the kernel makes them as large as the largest buffer it has seen.
 *
 *	messages=3 acquires=160 sas=1
 *
 * Exit status: 1 if the dump ends with an error.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <linux/xfrm_pcpu.h>

#include "genl.h"

/* Less than what the kernel takes at the least. */
#define SMALL 4096

static unsigned int messages, acquires, sas;

static void group_attr(const struct nlattr *attr)
{
	switch (attr->nla_type & NLA_TYPE_MASK) {
	case XFRM_PCPU_A_ACQUIRE:
		acquires++;
		break;
	case XFRM_PCPU_A_SA:
		sas++;
		break;
	}
}

static void seen_group(const struct nlmsghdr *hdr)
{
	messages++;
	genl_each_attr(hdr, group_attr);
}

int main(void)
{
	static struct nl_msg msg;
	struct family family = family_find(XFRM_PCPU_GENL_NAME);
	/* A reader of its own: that of another message had other buffers. */
	int fd = genl_open();
	struct nl_result result;

	genl_begin(&msg, family.id, NLM_F_DUMP, XFRM_PCPU_CMD_GET_GROUP);
	result = nl_talk(fd, &msg, SMALL, seen_group);
	close(fd);
	printf("messages=%u acquires=%u sas=%u\n", messages, acquires, sas);
	if (result.err)
		fprintf(stderr, "dump: %s\n", strerror(-result.err));
	return !!result.err;
}

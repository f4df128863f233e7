// SPDX-License-Identifier: GPL-2.0
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <netinet/in.h>
#include <linux/xfrm.h>

#include "nl.h"
#include "print.h"
#include "request.h"
#include "sockpolicy.h"

#define WORDS_MAX 16
#define TMPL_MAX 6 /* the kernel's XFRM_MAX_DEPTH */

/* Not in the C library's headers. */
#define SOCKOPT_IP_XFRM_POLICY 17
#define SOCKOPT_IPV6_XFRM_POLICY 35

/* request_build is for one thread at a time. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void socket_policy(int fd, int family, const char *text)
{
	struct nl_msg msg;
	struct {
		struct xfrm_userpolicy_info info;
		struct xfrm_user_tmpl tmpls[TMPL_MAX];
	} policy;
	char buf[1024], *words[WORDS_MAX] = { "newpolicy" }, *save;
	const struct nlattr *attr;
	size_t bufsize, len = 0;
	int count = 1, err;

	snprintf(buf, sizeof(buf), "%s", text);
	for (char *word = strtok_r(buf, " ", &save); word && count < WORDS_MAX;
	     word = strtok_r(NULL, " ", &save))
		words[count++] = word;
	pthread_mutex_lock(&lock);
	request_build(&msg, count, words, &bufsize);
	pthread_mutex_unlock(&lock);

	memcpy(&policy.info, NLMSG_DATA(&msg.hdr), sizeof(policy.info));
	attr = msg_attr(&msg.hdr, XFRMA_TMPL);
	if (attr) {
		len = attr->nla_len - NLA_HDRLEN;
		memcpy(policy.tmpls, attr_data(attr), len);
	}
	len += sizeof(policy.info);
	if (family == AF_INET)
		err = setsockopt(fd, IPPROTO_IP, SOCKOPT_IP_XFRM_POLICY,
				 &policy, len);
	else
		err = setsockopt(fd, IPPROTO_IPV6, SOCKOPT_IPV6_XFRM_POLICY,
				 &policy, len);
	if (err)
		die("policy of a socket: %s", text);
}

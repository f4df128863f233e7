// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include <netlink/msg.h>

#include "cli/names.h"
#include "kernel/spd.h"
#include "tap.h"
#include "wire_xfrm.h"

static void read_policy(void)
{
	struct xfrm_mark mark = { .v = 1, .m = 2 };
	struct xp_policy policy;
	struct wire wire;

	wire_policy(&wire, XFRM_POLICY_CPU_ACQUIRE);
	wire_attr(&wire, XFRMA_MARK, &mark, sizeof(mark));
	wire_u32(&wire, XFRMA_IF_ID, 7);
	if (!ok(!xp_spd_get_policy(&wire.nlh, &policy), "a policy is read"))
		return;
	is_num(policy.index, 9, "index");
	is_num(policy.priority, 100, "priority");
	is_num(policy.dir, XFRM_POLICY_OUT, "direction");
	is_num(policy.flags, XFRM_POLICY_CPU_ACQUIRE, "flags");
	ok(!policy.is_block, "it lets through");
	is_num(policy.if_id, 7, "if_id");
	is_num(policy.mark.value, 1, "mark");
	is_num(policy.mark.mask, 2, "mask");
	is_num(policy.sel.prefixlen_d, 16, "selector");
	if (ok(policy.nr_tmpls == 1, "a template")) {
		is_str(name_of_addr(&policy.tmpl[0].dst).text, "10.0.0.2",
		       "its destination");
		is_str(name_of_addr(&policy.tmpl[0].src).text, "10.0.0.1",
		       "its source");
		is_num(policy.tmpl[0].reqid, 1, "its reqid");
		is_num(policy.tmpl[0].mode, XFRM_MODE_TUNNEL, "its mode");
		is_num(policy.tmpl[0].proto, IPPROTO_ESP, "its protocol");
		is_num(policy.tmpl[0].spi, 0, "any SPI");
	}
}

/* Transport mode: the template's addresses are the packet's. */
static void transport(void)
{
	struct xfrm_userpolicy_info info = wire_policy_info(0);
	struct xfrm_user_tmpl tmpl = { .id.proto = IPPROTO_ESP,
				       .family = AF_INET6,
				       .optional = 1 };
	struct xp_policy policy;
	struct wire wire;

	wire_begin_raw(&wire, XFRM_MSG_UPDPOLICY, 0);
	wire_bytes(&wire, &info, sizeof(info));
	wire_attr(&wire, XFRMA_TMPL, &tmpl, sizeof(tmpl));
	if (!ok(!xp_spd_get_policy(&wire.nlh, &policy), "UPDPOLICY is read"))
		return;
	is_num(policy.tmpl[0].dst.family, AF_UNSPEC, "no address");
	ok(policy.tmpl[0].optional, "optional");
}

static void malformed(void)
{
	struct xfrm_userpolicy_info info = wire_policy_info(0);
	struct xfrm_user_tmpl many[XP_TMPL_MAX + 1] = { 0 };
	struct xp_policy policy = { .index = 4711 };
	struct wire wire;

	wire_policy(&wire, 0);
	wire.nlh.nlmsg_len -= 4;
	is_num(xp_spd_get_policy(&wire.nlh, &policy), -EBADMSG, "cut off");
	wire.nlh.nlmsg_len = NLMSG_LENGTH(sizeof(info) - 4);
	is_num(xp_spd_get_policy(&wire.nlh, &policy), -EBADMSG, "too short");
	wire_policy(&wire, 0);
	wire.nlh.nlmsg_type = XFRM_MSG_NEWSA;
	is_num(xp_spd_get_policy(&wire.nlh, &policy), -EBADMSG, "another type");

	wire_begin_raw(&wire, XFRM_MSG_NEWPOLICY, 0);
	wire_bytes(&wire, &info, sizeof(info));
	wire_attr(&wire, XFRMA_TMPL, many, sizeof(many));
	is_num(xp_spd_get_policy(&wire.nlh, &policy), -EBADMSG,
	       "more templates than a policy can have");
	wire_begin_raw(&wire, XFRM_MSG_NEWPOLICY, 0);
	wire_bytes(&wire, &info, sizeof(info));
	wire_attr(&wire, XFRMA_TMPL, many, sizeof(many[0]) + 4);
	is_num(xp_spd_get_policy(&wire.nlh, &policy), -EBADMSG,
	       "one template and a piece");

	info.dir = XFRM_POLICY_MAX + 1;
	wire_begin_raw(&wire, XFRM_MSG_NEWPOLICY, 0);
	wire_bytes(&wire, &info, sizeof(info));
	is_num(xp_spd_get_policy(&wire.nlh, &policy), -EOPNOTSUPP,
	       "a socket's policy");
	is_num(policy.index, 4711, "nothing was written");
}

/* What DELPOLICY and FLUSHPOLICY tell. */
static void changes(void)
{
	struct xfrm_userpolicy_type type = { .type = XFRM_POLICY_TYPE_SUB };
	struct xfrm_userpolicy_info info = wire_policy_info(0);
	struct xfrm_userpolicy_id id = { .index = 9 };
	struct xp_policy policy = { .index = 4711 };
	struct wire wire;

	wire_policy(&wire, 0);
	is_num(xp_spd_get_change(&wire.nlh, &policy), 0, "NEWPOLICY");
	wire_begin_raw(&wire, XFRM_MSG_DELPOLICY, 0);
	wire_bytes(&wire, &id, sizeof(id));
	is_num(xp_spd_get_change(&wire.nlh, &policy), -EBADMSG,
	       "DELPOLICY without the policy");
	wire_attr(&wire, XFRMA_POLICY, &info, sizeof(info) - 4);
	is_num(xp_spd_get_change(&wire.nlh, &policy), -EBADMSG,
	       "with a part of it");
	wire_attr(&wire, XFRMA_POLICY, &info, sizeof(info));
	wire_attr(&wire, XFRMA_POLICY_TYPE, &type, sizeof(type));
	policy.priority = 0;
	is_num(xp_spd_get_change(&wire.nlh, &policy), 0, "DELPOLICY");
	is_num(policy.priority, 100, "its policy");
	is_num(policy.type, XFRM_POLICY_TYPE_SUB, "its type");
	is_num(xp_spd_get_policy(&wire.nlh, &policy), -EBADMSG,
	       "which is no policy that is there");

	wire_begin_raw(&wire, XFRM_MSG_FLUSHPOLICY, 0);
	is_num(xp_spd_get_change(&wire.nlh, &policy), 0, "FLUSHPOLICY");
	is_num(policy.type, XFRM_POLICY_TYPE_MAIN, "its type");
	wire_attr(&wire, XFRMA_POLICY_TYPE, &type, sizeof(type));
	is_num(xp_spd_get_change(&wire.nlh, &policy), 0, "FLUSHPOLICY");
	is_num(policy.type, XFRM_POLICY_TYPE_SUB, "its type");
	wire.nlh.nlmsg_len -= 4;
	is_num(xp_spd_get_change(&wire.nlh, &policy), -EBADMSG, "cut off");
	wire_xfrm_acquire(&wire);
	is_num(xp_spd_get_change(&wire.nlh, &policy), -EOPNOTSUPP,
	       "another event");
}

/* Nothing but the flags may change, whatever else the message holds. */
static void flags(void)
{
	struct xfrm_userpolicy_info info;
	struct nlmsghdr *nlh;
	struct nl_msg *msg;
	struct wire wire;

	wire_policy(&wire, XFRM_POLICY_LOCALOK);
	wire_string(&wire, XFRMA_SEC_CTX, "system_u:object_r:ipsec_spd_t");
	wire_u32(&wire, XP_XFRMA_SA_PCPU + 7, 0x11223344);
	msg = xp_spd_put_flags(&wire.nlh,
			       XFRM_POLICY_LOCALOK | XFRM_POLICY_CPU_ACQUIRE);
	if (!ok(msg, "a request that sets the flags"))
		return;
	nlh = nlmsg_hdr(msg);
	is_num(nlh->nlmsg_type, XFRM_MSG_UPDPOLICY, "its type");
	is_num(nlh->nlmsg_len, wire.nlh.nlmsg_len, "its length");
	memcpy(&info, nlmsg_data(nlh), sizeof(info));
	is_num(info.flags, XFRM_POLICY_LOCALOK | XFRM_POLICY_CPU_ACQUIRE,
	       "its flags");
	info.flags = XFRM_POLICY_LOCALOK;
	memcpy(nlmsg_data(nlh), &info, sizeof(info));
	ok(!memcmp(nlmsg_data(nlh), wire.bytes + NLMSG_HDRLEN,
		   nlh->nlmsg_len - NLMSG_HDRLEN),
	   "all else is as it was");
	nlmsg_free(msg);
	wire.nlh.nlmsg_len = NLMSG_HDRLEN - 1;
	ok(!xp_spd_put_flags(&wire.nlh, 0), "no request from a short message");
}

static void same(void)
{
	struct xp_policy a, b;
	struct wire wire;

	wire_policy(&wire, 0);
	if (!ok(!xp_spd_get_policy(&wire.nlh, &a), "a policy"))
		return;
	b = a;
	b.flags = XFRM_POLICY_CPU_ACQUIRE;
	b.index++;
	ok(xp_spd_is_same(&a, &b), "flags and index do not name a policy");
	b.sel.prefixlen_s--;
	ok(!xp_spd_is_same(&a, &b), "the selector does");
	b = a;
	b.if_id = 1;
	ok(!xp_spd_is_same(&a, &b), "if_id does");
	b = a;
	b.mark.mask = 1;
	ok(!xp_spd_is_same(&a, &b), "the mark does");
	b = a;
	b.dir = XFRM_POLICY_IN;
	ok(!xp_spd_is_same(&a, &b), "the direction does");
}

void test_spd(void)
{
	read_policy();
	transport();
	malformed();
	changes();
	flags();
	same();
}

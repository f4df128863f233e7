// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/install.h"

#include <errno.h>

#include <linux/udp.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include "tap.h"
#include "wire_xfrm.h"

static void set_alg(struct xp_alg *alg, const char *name, size_t key_len,
		    uint32_t trunc_bits)
{
	strcpy(alg->name, name);
	memset(alg->key, 0xa5, key_len);
	alg->key_len = key_len;
	alg->trunc_bits = trunc_bits;
}

static struct xp_install example(void)
{
	struct xp_install install = { 0 };
	struct xp_sad_sa *sa = &install.sa;

	sa->id.dst.family = AF_INET;
	sa->id.dst.v4.s_addr = htonl(0x0a000002);
	sa->src.family = AF_INET;
	sa->src.v4.s_addr = htonl(0x0a000001);
	sa->id.spi = 0x1234;
	sa->id.proto = IPPROTO_ESP;
	sa->reqid = 1;
	sa->mode = XFRM_MODE_TUNNEL;
	sa->cpu = 3;
	sa->dir = XP_SA_DIR_OUT;
	set_alg(&install.aead, "rfc4106(gcm(aes))", 20, 128);
	return install;
}

static const struct nlattr *attr(struct nl_msg *msg, int type)
{
	return nlmsg_find_attr(nlmsg_hdr(msg), sizeof(struct xfrm_usersa_info),
			       type);
}

static uint32_t u32(struct nl_msg *msg, int type)
{
	const struct nlattr *nla = attr(msg, type);

	return nla ? nla_get_u32(nla) : 4711;
}

static struct xfrm_usersa_info info_of(struct nl_msg *msg)
{
	struct xfrm_usersa_info info;

	memcpy(&info, nlmsg_data(nlmsg_hdr(msg)), sizeof(info));
	return info;
}

/* bmp_len and replay_window of the attribute, -1 if there is none. */
static void is_window(struct nl_msg *msg, int words, int window,
		      const char *what)
{
	const struct nlattr *nla = attr(msg, XFRMA_REPLAY_ESN_VAL);
	struct xfrm_replay_state_esn esn = { .bmp_len = -1,
					     .replay_window = -1 };

	if (nla) {
		memcpy(&esn, nla_data(nla), sizeof(esn));
		is_num(nla_len(nla), sizeof(esn) + 4 * esn.bmp_len, "%s: size",
		       what);
	}
	is_num((int)esn.bmp_len, words, "%s: words", what);
	is_num((int)esn.replay_window, window, "%s: window", what);
}

static void request(void)
{
	struct xp_install install = example();
	struct nl_msg *msg = xp_install_put(&install, false);
	struct xfrm_usersa_info info;
	struct xfrm_algo_aead alg;

	if (!ok(msg, "NEWSA"))
		return;
	is_num(nlmsg_hdr(msg)->nlmsg_type, XFRM_MSG_NEWSA, "its type");
	info = info_of(msg);
	is_num(ntohl(info.id.spi), 0x1234, "SPI");
	is_num(ntohl(info.id.daddr.a4), 0x0a000002, "dst");
	is_num(ntohl(info.saddr.a4), 0x0a000001, "src");
	is_num(info.flags, XFRM_STATE_AF_UNSPEC, "any family inside");
	ok(info.lft.hard_byte_limit == ~0ULL &&
		   info.lft.soft_packet_limit == ~0ULL,
	   "no limits");
	is_num(u32(msg, XP_XFRMA_SA_PCPU), 3, "CPU");
	is_num(nla_get_u8(attr(msg, XP_XFRMA_SA_DIR)), XP_SA_DIR_OUT, "dir");
	ok(!attr(msg, XFRMA_MARK) && !attr(msg, XFRMA_ENCAP) &&
		   !attr(msg, XFRMA_IF_ID) && !attr(msg, XFRMA_SET_MARK),
	   "what was not given is not sent");
	memcpy(&alg, nla_data(attr(msg, XFRMA_ALG_AEAD)), sizeof(alg));
	is_str(alg.alg_name, "rfc4106(gcm(aes))", "algorithm");
	is_num(alg.alg_key_len, 160, "bits of the key");
	is_num(alg.alg_icv_len, 128, "bits of the check value");
	is_num(nla_len(attr(msg, XFRMA_ALG_AEAD)), sizeof(alg) + 20, "size");
	is_window(msg, -1, -1, "no ESN");
	nlmsg_free(msg);
	xp_install_wipe(&install);
	ok(!install.aead.key[0] && !install.aead.key_len, "wiped");
}

static void options(void)
{
	struct xp_install install = example();
	const struct xfrm_encap_tmpl *encap;
	struct nl_msg *msg;

	memset(&install.aead, 0, sizeof(install.aead));
	set_alg(&install.enc, "cbc(aes)", 16, 0);
	set_alg(&install.auth, "hmac(sha256)", 32, 128);
	install.sa.cpu = XFRM_PCPU_CPU_NONE;
	install.sa.dir = 0;
	install.sa.mode = XFRM_MODE_TRANSPORT;
	install.sa.replay_window = 32;
	install.sa.if_id = 7;
	install.sa.id.mark.value = 1;
	install.sa.id.mark.mask = 1;
	install.set_mark.mask = 0xff;
	install.encap_sport = 4500;
	install.encap_dport = 4501;
	install.is_update = true;
	msg = xp_install_put(&install, false);
	if (!ok(msg, "UPDSA"))
		return;
	is_num(nlmsg_hdr(msg)->nlmsg_type, XFRM_MSG_UPDSA, "its type");
	is_num(info_of(msg).flags, 0, "transport mode");
	is_num(info_of(msg).replay_window, 32, "window");
	ok(!attr(msg, XP_XFRMA_SA_PCPU), "no CPU");
	ok(!attr(msg, XP_XFRMA_SA_DIR), "no direction");
	is_num(nla_len(attr(msg, XFRMA_ALG_CRYPT)),
	       sizeof(struct xfrm_algo) + 16, "encryption");
	is_num(nla_len(attr(msg, XFRMA_ALG_AUTH_TRUNC)),
	       sizeof(struct xfrm_algo_auth) + 32, "integrity");
	ok(!attr(msg, XFRMA_ALG_AUTH), "once");
	is_num(u32(msg, XFRMA_IF_ID), 7, "if_id");
	is_num(u32(msg, XFRMA_SET_MARK), 0, "mark to set");
	is_num(u32(msg, XFRMA_SET_MARK_MASK), 0xff, "its mask");
	ok(attr(msg, XFRMA_MARK), "mark");
	encap = nla_data(attr(msg, XFRMA_ENCAP));
	is_num(encap->encap_type, UDP_ENCAP_ESPINUDP, "encapsulation");
	is_num(ntohs(encap->encap_sport), 4500, "source port");
	is_num(ntohs(encap->encap_dport), 4501, "destination port");
	nlmsg_free(msg);
}

/* The window is where each kernel wants it. */
static void window_of(uint8_t dir, bool esn, uint32_t window, bool out_window,
		      int words, int expected, const char *what)
{
	struct xp_install install = example();
	struct nl_msg *msg;

	install.sa.dir = dir;
	install.sa.replay_window = window;
	if (esn)
		install.sa.flags |= XFRM_STATE_ESN;
	msg = xp_install_put(&install, out_window);
	if (!ok(msg, "%s", what))
		return;
	is_window(msg, words, expected, what);
	if (expected >= 0)
		is_num(info_of(msg).replay_window, 0, "%s: not twice", what);
	nlmsg_free(msg);
}

static void windows(void)
{
	window_of(XP_SA_DIR_OUT, true, 0, true, 1, 32,
		  "ESN out before 6.10: a window is wanted");
	window_of(XP_SA_DIR_OUT, true, 0, false, 0, 0,
		  "ESN out from 6.10 on: none is allowed");
	window_of(XP_SA_DIR_IN, true, 0, false, 1, 32, "ESN in: a default");
	window_of(XP_SA_DIR_IN, true, 33, false, 2, 33, "ESN in");
	window_of(XP_SA_DIR_IN, false, 4096, false, 128, 4096, "large window");
	window_of(XP_SA_DIR_IN, false, 32, false, -1, -1, "small window");
}

static void is_refused(struct xp_install *install, const char *expected)
{
	const char *said = xp_install_check(install);

	is_str(said ? said : "nothing", expected, "refused: %s", expected);
	*install = example();
}

static void checks(void)
{
	struct xp_install install = example();

	ok(!xp_install_check(&install), "nothing to say");
	install.sa.src.family = AF_UNSPEC;
	is_refused(&install, "src and dst must be given");
	install.sa.src.family = AF_INET6;
	is_refused(&install, "src and dst are of different families");
	install.sa.id.spi = 0;
	is_refused(&install, "spi must be given");
	install.sa.id.proto = IPPROTO_COMP;
	is_refused(&install, "proto must be esp or ah");
	install.sa.id.proto = IPPROTO_AH;
	is_refused(&install, "ah does not encrypt: only auth may be given");
	install.sa.id.proto = IPPROTO_AH;
	install.aead.name[0] = '\0';
	is_refused(&install, "ah needs auth");
	install.aead.name[0] = '\0';
	is_refused(&install,
		   "an algorithm must be given: aead, or enc and auth");
	set_alg(&install.enc, "cbc(aes)", 16, 0);
	is_refused(&install,
		   "aead does both: enc and auth must not be given with it");
	install.aead.trunc_bits = 0;
	is_refused(&install,
		   "aead needs the bits of its integrity check value");
	install.sa.replay_window = 32;
	is_refused(&install, "an outbound SA has no replay window");
	install.encap_dport = 4500;
	is_refused(&install, "encapsulation needs both ports");
}

/* The kernel's answer is the request itself, with one byte changed. */
static void is_different(size_t at, const char *expected)
{
	struct xp_install install = example();
	struct nl_msg *msg, *answer;
	const char *differs;

	install.sa.id.mark.mask = 1;
	msg = xp_install_put(&install, false);
	answer = xp_install_put(&install, false);
	((unsigned char *)nlmsg_data(nlmsg_hdr(answer)))[at] ^= 4;
	differs = xp_install_compare(nlmsg_hdr(msg), nlmsg_hdr(answer));
	is_str(differs ? differs : "nothing", expected, "byte %zu: %s", at,
	       expected);
	nlmsg_free(msg);
	nlmsg_free(answer);
}

#define INFO(field) offsetof(struct xfrm_usersa_info, field)

static void comparisons(void)
{
	struct xp_install install = example();
	struct nl_msg *msg = xp_install_put(&install, false);
	struct nl_msg *answer = xp_install_put(&install, false);
	size_t alg = NLMSG_ALIGN(sizeof(struct xfrm_usersa_info)) + NLA_HDRLEN;
	size_t key = sizeof(struct xfrm_algo_aead);
	const struct nlattr *nla;

	ok(!xp_install_compare(nlmsg_hdr(msg), nlmsg_hdr(answer)), "the same");
	is_different(INFO(id.spi), "dst, spi or proto");
	is_different(INFO(saddr), "src");
	is_different(INFO(reqid), "reqid");
	is_different(INFO(mode), "mode");
	is_different(INFO(flags), "flags");
	is_different(INFO(lft), "lifetimes");
	is_different(INFO(replay_window), "replay window");
	is_different(alg, "aead");
	is_different(alg + key, "aead");
	is_different(alg + key + 20 + NLA_HDRLEN, "mark");

	/* lockdown=confidentiality */
	nla = attr(answer, XFRMA_ALG_AEAD);
	memset((char *)nla_data(nla) + key, 0, 20);
	ok(!xp_install_compare(nlmsg_hdr(msg), nlmsg_hdr(answer)),
	   "the kernel does not show keys");
	nlmsg_free(answer);

	install.sa.cpu = XFRM_PCPU_CPU_NONE;
	answer = xp_install_put(&install, false);
	is_str(xp_install_compare(nlmsg_hdr(msg), nlmsg_hdr(answer)), "cpu",
	       "the kernel dropped the CPU");
	is_str(xp_install_compare(nlmsg_hdr(answer), nlmsg_hdr(msg)), "cpu",
	       "the kernel gave a CPU");
	nlmsg_hdr(answer)->nlmsg_len -= 4;
	is_str(xp_install_compare(nlmsg_hdr(msg), nlmsg_hdr(answer)), "message",
	       "the answer is cut off");
	nlmsg_free(answer);
	nlmsg_free(msg);
}

void test_install(void)
{
	request();
	options();
	windows();
	checks();
	comparisons();
}

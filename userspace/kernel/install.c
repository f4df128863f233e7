// SPDX-License-Identifier: GPL-2.0-or-later
#include "install.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/netlink.h>
#include <linux/udp.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include "attrs.h"

/* Bits in a word of the replay window's bitmap. */
#define BMP_BITS 32

/* A lifetime without end, XFRM_INF of the kernel. */
#define UNLIMITED (~(uint64_t)0)

/* Larger windows need the attribute that ESN has, too. */
#define WINDOW_MAX 32

void xp_install_wipe(struct xp_install *install)
{
	explicit_bzero(install, sizeof(*install));
}

static bool has(const struct xp_alg *alg)
{
	return alg->name[0];
}

const char *xp_install_check(const struct xp_install *install)
{
	const struct xp_sad_sa *sa = &install->sa;

	if (sa->id.dst.family == AF_UNSPEC || sa->src.family == AF_UNSPEC)
		return "src and dst must be given";
	if (sa->id.dst.family != sa->src.family)
		return "src and dst are of different families";
	if (!sa->id.spi)
		return "spi must be given";
	if (sa->id.proto != IPPROTO_ESP && sa->id.proto != IPPROTO_AH)
		return "proto must be esp or ah";
	if (sa->id.proto == IPPROTO_AH &&
	    (has(&install->aead) || has(&install->enc)))
		return "ah does not encrypt: only auth may be given";
	if (sa->id.proto == IPPROTO_AH && !has(&install->auth))
		return "ah needs auth";
	if (!has(&install->aead) && !has(&install->enc) && !has(&install->auth))
		return "an algorithm must be given: aead, or enc and auth";
	if (has(&install->aead) && (has(&install->enc) || has(&install->auth)))
		return "aead does both: enc and auth must not be given with it";
	if (has(&install->aead) && !install->aead.trunc_bits)
		return "aead needs the bits of its integrity check value";
	if (sa->dir == XP_SA_DIR_OUT && sa->replay_window)
		return "an outbound SA has no replay window";
	if (!install->encap_sport != !install->encap_dport)
		return "encapsulation needs both ports";
	return NULL;
}

/* The window goes into the attribute of ESN. */
static bool needs_esn_attr(const struct xp_sad_sa *sa)
{
	return sa->flags & XFRM_STATE_ESN || sa->replay_window > WINDOW_MAX;
}

static void fill_info(const struct xp_sad_sa *sa, struct xfrm_usersa_info *info)
{
	const struct xfrm_lifetime_cfg *lft = &sa->limits;

	memset(info, 0, sizeof(*info));
	info->sel = sa->sel;
	xp_addr_to_xfrm(&sa->id.dst, &info->id.daddr);
	xp_addr_to_xfrm(&sa->src, &info->saddr);
	info->id.spi = htonl(sa->id.spi);
	info->id.proto = sa->id.proto;
	info->family = sa->id.dst.family;
	info->reqid = sa->reqid;
	info->mode = sa->mode;
	info->seq = sa->seq;
	info->flags = sa->flags;
	/* The traffic selector is inside: any family in tunnel mode. */
	if (info->sel.family == AF_UNSPEC && sa->mode == XFRM_MODE_TUNNEL)
		info->flags |= XFRM_STATE_AF_UNSPEC;
	if (!needs_esn_attr(sa))
		info->replay_window = sa->replay_window;
	info->lft = *lft;
	/* 0 stands for no end here, in the kernel for at once. */
	if (!lft->soft_byte_limit)
		info->lft.soft_byte_limit = UNLIMITED;
	if (!lft->hard_byte_limit)
		info->lft.hard_byte_limit = UNLIMITED;
	if (!lft->soft_packet_limit)
		info->lft.soft_packet_limit = UNLIMITED;
	if (!lft->hard_packet_limit)
		info->lft.hard_packet_limit = UNLIMITED;
}

/*
 * Each of the three structures begins with the name and the key's bits; two
 * have the bits of the check value next.
 */
static int put_alg(struct nl_msg *msg, int type, const struct xp_alg *alg)
{
	uint32_t bits[2] = { alg->key_len * 8, alg->trunc_bits };
	size_t bits_size = type == XFRMA_ALG_CRYPT || type == XFRMA_ALG_AUTH
				   ? sizeof(bits[0])
				   : sizeof(bits);
	size_t size = sizeof(alg->name) + bits_size + alg->key_len;
	struct nlattr *nla;
	char *to;

	nla = nla_reserve(msg, type, size);
	if (!nla)
		return -EMSGSIZE;
	to = nla_data(nla);
	memcpy(to, alg->name, sizeof(alg->name));
	memcpy(to + sizeof(alg->name), bits, bits_size);
	memcpy(to + sizeof(alg->name) + bits_size, alg->key, alg->key_len);
	return 0;
}

static int put_algs(struct nl_msg *msg, const struct xp_install *install)
{
	int err = 0;

	if (has(&install->aead))
		err = put_alg(msg, XFRMA_ALG_AEAD, &install->aead);
	if (!err && has(&install->enc))
		err = put_alg(msg, XFRMA_ALG_CRYPT, &install->enc);
	if (!err && has(&install->auth))
		err = put_alg(msg,
			      install->auth.trunc_bits ? XFRMA_ALG_AUTH_TRUNC
						       : XFRMA_ALG_AUTH,
			      &install->auth);
	return err;
}

static int put_esn(struct nl_msg *msg, const struct xp_sad_sa *sa,
		   bool out_window)
{
	bool is_out = sa->dir == XP_SA_DIR_OUT;
	uint32_t window = sa->replay_window;
	struct xfrm_replay_state_esn *esn;
	struct nlattr *nla;
	uint32_t words;

	if (is_out && !out_window)
		window = 0;
	else if (!window)
		window = BMP_BITS;
	words = (window + BMP_BITS - 1) / BMP_BITS;
	nla = nla_reserve(msg, XFRMA_REPLAY_ESN_VAL,
			  sizeof(*esn) + words * sizeof(uint32_t));
	if (!nla)
		return -EMSGSIZE;
	esn = nla_data(nla);
	memset(esn, 0, nla_len(nla));
	esn->bmp_len = words;
	esn->replay_window = window;
	return 0;
}

static int put_rest(struct nl_msg *msg, const struct xp_install *install)
{
	const struct xp_sad_sa *sa = &install->sa;
	struct xfrm_mark mark = {
		.v = sa->id.mark.value,
		.m = sa->id.mark.mask,
	};

	if (install->encap_sport) {
		struct xfrm_encap_tmpl encap = {
			.encap_type = UDP_ENCAP_ESPINUDP,
			.encap_sport = htons(install->encap_sport),
			.encap_dport = htons(install->encap_dport),
		};

		if (nla_put(msg, XFRMA_ENCAP, sizeof(encap), &encap))
			return -EMSGSIZE;
	}
	if ((mark.v || mark.m) && nla_put(msg, XFRMA_MARK, sizeof(mark), &mark))
		return -EMSGSIZE;
	if (install->set_mark.mask &&
	    (nla_put_u32(msg, XFRMA_SET_MARK, install->set_mark.value) ||
	     nla_put_u32(msg, XFRMA_SET_MARK_MASK, install->set_mark.mask)))
		return -EMSGSIZE;
	if (sa->if_id && nla_put_u32(msg, XFRMA_IF_ID, sa->if_id))
		return -EMSGSIZE;
	if (sa->cpu != XFRM_PCPU_CPU_NONE &&
	    nla_put_u32(msg, XP_XFRMA_SA_PCPU, sa->cpu))
		return -EMSGSIZE;
	if (sa->dir && nla_put_u8(msg, XP_XFRMA_SA_DIR, sa->dir))
		return -EMSGSIZE;
	return 0;
}

struct nl_msg *xp_install_put(const struct xp_install *install, bool out_window)
{
	struct nl_msg *msg = nlmsg_alloc_simple(
		install->is_update ? XFRM_MSG_UPDSA : XFRM_MSG_NEWSA,
		NLM_F_ACK);
	struct xfrm_usersa_info info;
	int err;

	if (!msg)
		return NULL;
	fill_info(&install->sa, &info);
	err = nlmsg_append(msg, &info, sizeof(info), NLMSG_ALIGNTO);
	if (!err)
		err = put_algs(msg, install);
	if (!err && needs_esn_attr(&install->sa))
		err = put_esn(msg, &install->sa, out_window);
	if (!err)
		err = put_rest(msg, install);
	if (err) {
		explicit_bzero(nlmsg_hdr(msg), nlmsg_hdr(msg)->nlmsg_len);
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

/* Name of an attribute in a message to the user. */
static const char *name_of(int type)
{
	switch (type) {
	case XP_XFRMA_SA_PCPU:
		return "cpu";
	case XP_XFRMA_SA_DIR:
		return "dir";
	case XFRMA_ALG_AEAD:
		return "aead";
	case XFRMA_ALG_CRYPT:
		return "enc";
	case XFRMA_ALG_AUTH:
	case XFRMA_ALG_AUTH_TRUNC:
		return "auth";
	case XFRMA_REPLAY_ESN_VAL:
		return "replay window";
	case XFRMA_ENCAP:
		return "encap";
	case XFRMA_MARK:
		return "mark";
	case XFRMA_SET_MARK:
	case XFRMA_SET_MARK_MASK:
		return "set-mark";
	case XFRMA_IF_ID:
		return "if_id";
	default:
		return "attribute";
	}
}

static size_t key_offset(int type)
{
	switch (type) {
	case XFRMA_ALG_AEAD:
		return sizeof(struct xfrm_algo_aead);
	case XFRMA_ALG_AUTH_TRUNC:
		return sizeof(struct xfrm_algo_auth);
	case XFRMA_ALG_CRYPT:
	case XFRMA_ALG_AUTH:
		return sizeof(struct xfrm_algo);
	default:
		return 0;
	}
}

static bool is_zero(const char *data, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (data[i])
			return false;
	}
	return true;
}

static bool same_attr(const struct nlattr *asked, const struct nlattr *got)
{
	size_t size = nla_len(asked);
	size_t key = key_offset(nla_type(asked));
	const char *a = nla_data(asked), *b = nla_data(got);

	if (nla_len(got) != (int)size)
		return false;
	/* The replay window moves, its size stays. */
	if (nla_type(asked) == XFRMA_REPLAY_ESN_VAL) {
		struct xfrm_replay_state_esn x, y;

		memcpy(&x, a, sizeof(x));
		memcpy(&y, b, sizeof(y));
		return x.replay_window == y.replay_window;
	}
	if (!key)
		return !memcmp(a, b, size);
	if (memcmp(a, b, key))
		return false;
	return !memcmp(a + key, b + key, size - key) ||
	       is_zero(b + key, size - key);
}

static const char *compare_info(const struct xfrm_usersa_info *a,
				const struct xfrm_usersa_info *b)
{
	if (a->family != b->family ||
	    memcmp(&a->id.daddr, &b->id.daddr, sizeof(a->id.daddr)) ||
	    a->id.spi != b->id.spi || a->id.proto != b->id.proto)
		return "dst, spi or proto";
	if (memcmp(&a->saddr, &b->saddr, sizeof(a->saddr)))
		return "src";
	if (a->reqid != b->reqid)
		return "reqid";
	if (a->mode != b->mode)
		return "mode";
	if (a->flags != b->flags)
		return "flags";
	if (memcmp(&a->lft, &b->lft, sizeof(a->lft)))
		return "lifetimes";
	/* The kernel gives a selector without family that of the SA. */
	if (a->sel.family && memcmp(&a->sel, &b->sel, sizeof(a->sel)))
		return "selector";
	if (a->replay_window != b->replay_window)
		return "replay window";
	return NULL;
}

/* Index the attributes of @nlh, whose payload goes to @info. */
static int open_message(const struct nlmsghdr *nlh,
			struct xfrm_usersa_info *info,
			const struct nlattr *tb[XP_XFRMA_MAX + 1])
{
	struct xp_attrs run;

	if (xp_attrs_of_msg(nlh, sizeof(*info), &run) || xp_xfrm_attrs(run, tb))
		return -EBADMSG;
	memcpy(info, (const char *)nlh + NLMSG_HDRLEN, sizeof(*info));
	return 0;
}

const char *xp_install_compare(const struct nlmsghdr *asked,
			       const struct nlmsghdr *got)
{
	const struct nlattr *want[XP_XFRMA_MAX + 1], *have[XP_XFRMA_MAX + 1];
	struct xfrm_usersa_info want_info, have_info;
	const char *differs;

	if (got->nlmsg_type != XFRM_MSG_NEWSA ||
	    open_message(asked, &want_info, want) ||
	    open_message(got, &have_info, have))
		return "message";
	/* First what a kernel without per-CPU SAs drops. */
	for (int type = XP_XFRMA_MAX; type > XFRMA_UNSPEC; type--) {
		if (want[type] &&
		    (!have[type] || !same_attr(want[type], have[type])))
			return name_of(type);
	}
	differs = compare_info(&want_info, &have_info);
	if (differs)
		return differs;
	if (!want[XP_XFRMA_SA_PCPU] && have[XP_XFRMA_SA_PCPU])
		return name_of(XP_XFRMA_SA_PCPU);
	return NULL;
}

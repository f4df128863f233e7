// SPDX-License-Identifier: GPL-2.0
/*
 * The words fill a struct spec; a function per verb makes the message of it.
 * Attributes that the words name (pcpu=, dir=, raw=, ...) are collected in the
 * order in which they were given and appended to any request, also to those
 * that must refuse them.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <net/if.h>
#include <netinet/in.h>

#include "names.h"
#include "request.h"

#define TMPL_MAX 6

struct spec {
	struct address src, dst;
	__u32 spi, spi_min, spi_max, reqid, seq;
	int proto, mode;
	unsigned int flags, replay_window;
	struct xfrm_selector sel;
	struct xfrm_lifetime_cfg lft;
	const char *cipher;
	int hard;

	int pdir;
	unsigned int pflags, priority, index;
	struct xfrm_user_tmpl tmpl[TMPL_MAX];
	int tmpls;
	struct xfrm_user_migrate migrate;

	struct nl_msg extra; /* attributes of the words; the last member */
};

static void bad(const char *what, const char *text)
{
	errno = 0;
	die("%s: \"%s\"", what, text);
}

struct address parse_address(const char *text)
{
	struct address address = { .family = strchr(text, ':') ? AF_INET6
							       : AF_INET };

	if (inet_pton(address.family, text, &address.addr) != 1)
		bad("not an address", text);
	return address;
}

static unsigned long long parse_number(const char *text)
{
	char *end;
	unsigned long long value = strtoull(text, &end, 0);

	if (!*text || *end)
		bad("not a number", text);
	return value;
}

static int parse_proto(const char *text)
{
	int proto = proto_number(text);

	if (proto < 0)
		bad("not a protocol", text);
	return proto;
}

static int parse_mode(const char *text)
{
	int mode = mode_number(text);

	if (mode < 0)
		bad("not a mode", text);
	return mode;
}

static void put_u32(struct spec *spec, int type, __u32 value)
{
	nl_put(&spec->extra, type, &value, sizeof(value));
}

/* parse_dir - the direction of an SA; a number may be one that is not valid */
static __u8 parse_dir(const char *text)
{
	return !strcmp(text, "in")    ? 1
	       : !strcmp(text, "out") ? 2
				      : parse_number(text);
}

static int parse_pdir(const char *text)
{
	return !strcmp(text, "in")    ? XFRM_POLICY_IN
	       : !strcmp(text, "out") ? XFRM_POLICY_OUT
	       : !strcmp(text, "fwd") ? XFRM_POLICY_FWD
				      : (int)parse_number(text);
}

/* parse_value_mask - V/M, or V with all bits of the mask */
static struct xfrm_mark parse_value_mask(char *text)
{
	char *mask = strchr(text, '/');
	struct xfrm_mark mark = { .m = 0xffffffff };

	if (mask) {
		*mask++ = '\0';
		mark.m = parse_number(mask);
	}
	mark.v = parse_number(text);
	return mark;
}

static void parse_mark(struct spec *spec, char *text)
{
	struct xfrm_mark mark = parse_value_mask(text);

	nl_put(&spec->extra, XFRMA_MARK, &mark, sizeof(mark));
}

/* parse_set_mark - what the SA's packets are marked with */
static void parse_set_mark(struct spec *spec, char *text)
{
	struct xfrm_mark mark = parse_value_mask(text);

	put_u32(spec, XFRMA_SET_MARK, mark.v);
	put_u32(spec, XFRMA_SET_MARK_MASK, mark.m);
}

/* parse_replay - WINDOW[,SEQ[,OSEQ]], numbers of 64 bits in two halves */
static void parse_replay(struct spec *spec, char *text)
{
	char *window = strtok(text, ","), *seq = strtok(NULL, ",");
	char *oseq = strtok(NULL, ",");
	unsigned long long in = seq ? parse_number(seq) : 0;
	unsigned long long out = oseq ? parse_number(oseq) : 0;
	struct {
		struct xfrm_replay_state_esn esn;
		__u32 bmp[XFRMA_REPLAY_ESN_MAX / sizeof(__u32)];
	} replay = {
		.esn.seq = in,
		.esn.seq_hi = in >> 32,
		.esn.oseq = out,
		.esn.oseq_hi = out >> 32,
	};

	if (!window)
		bad("not WINDOW[,SEQ[,OSEQ]]", text);
	replay.esn.replay_window = parse_number(window);
	replay.esn.bmp_len = (replay.esn.replay_window + 31) / 32;
	if (replay.esn.bmp_len > sizeof(replay.bmp) / sizeof(__u32))
		bad("window too large", window);
	nl_put(&spec->extra, XFRMA_REPLAY_ESN_VAL, &replay,
	       sizeof(replay.esn) + replay.esn.bmp_len * sizeof(__u32));
}

static void parse_ptype(struct spec *spec, const char *text)
{
	struct xfrm_userpolicy_type type = {
		.type = !strcmp(text, "main")  ? XFRM_POLICY_TYPE_MAIN
			: !strcmp(text, "sub") ? XFRM_POLICY_TYPE_SUB
					       : parse_number(text),
	};

	nl_put(&spec->extra, XFRMA_POLICY_TYPE, &type, sizeof(type));
}

/* parse_raw - TYPE:HEX, any attribute of any length */
static void parse_raw(struct spec *spec, char *text)
{
	char *hex = strchr(text, ':');
	unsigned char data[4096];
	size_t len = 0;

	if (!hex)
		bad("not TYPE:HEX", text);
	for (*hex++ = '\0'; hex[0]; hex += 2, len++)
		if (len == sizeof(data) ||
		    sscanf(hex, "%2hhx", &data[len]) != 1 || !hex[1])
			bad("not bytes in hexadecimal", hex);
	nl_put(&spec->extra, parse_number(text), data, len);
}

/* parse_encap - SPORT:DPORT[:TYPE], ESP in UDP if no type is given */
static void parse_encap(struct spec *spec, const char *text)
{
	struct xfrm_encap_tmpl encap = { 0 };
	unsigned short sport, dport, type = 2; /* UDP_ENCAP_ESPINUDP */

	if (sscanf(text, "%hu:%hu:%hu", &sport, &dport, &type) < 2)
		bad("not SPORT:DPORT[:TYPE]", text);
	encap.encap_type = type;
	encap.encap_sport = htons(sport);
	encap.encap_dport = htons(dport);
	nl_put(&spec->extra, XFRMA_ENCAP, &encap, sizeof(encap));
}

/* parse_ctx - a security context, as the security module writes it */
static void parse_ctx(struct spec *spec, const char *text)
{
	struct {
		struct xfrm_user_sec_ctx ctx;
		char text[256];
	} c = {
		.ctx.exttype = XFRMA_SEC_CTX,
		.ctx.ctx_doi = XFRM_SC_DOI_LSM,
		.ctx.ctx_alg = XFRM_SC_ALG_SELINUX,
	};
	size_t len = strlen(text) + 1;

	if (len > sizeof(c.text))
		bad("context too long", text);
	memcpy(c.text, text, len);
	c.ctx.ctx_len = len;
	c.ctx.len = sizeof(c.ctx) + len;
	nl_put(&spec->extra, XFRMA_SEC_CTX, &c, c.ctx.len);
}

/* parse_offload - DEVICE or IFINDEX[/FLAGS] */
static void parse_offload(struct spec *spec, char *text)
{
	char *flags = strchr(text, '/');
	struct xfrm_user_offload offload = { 0 };

	if (flags) {
		*flags++ = '\0';
		offload.flags = parse_number(flags);
	}
	offload.ifindex = if_nametoindex(text);
	if (!offload.ifindex)
		offload.ifindex = parse_number(text);
	nl_put(&spec->extra, XFRMA_OFFLOAD_DEV, &offload, sizeof(offload));
}

static __u8 cut_prefix(char *text)
{
	char *prefix = strchr(text, '/');

	if (!prefix)
		return strchr(text, ':') ? 128 : 32;
	*prefix++ = '\0';
	return parse_number(prefix);
}

/* parse_sel - SRC/PREFIX,DST/PREFIX[,PROTO] */
static void parse_sel(struct xfrm_selector *sel, char *text)
{
	char *src = strtok(text, ","), *dst = strtok(NULL, ","),
	     *proto = strtok(NULL, ",");
	struct address address;

	if (!dst)
		bad("not SRC/PREFIX,DST/PREFIX", text);
	sel->prefixlen_s = cut_prefix(src);
	sel->prefixlen_d = cut_prefix(dst);
	address = parse_address(src);
	sel->saddr = address.addr;
	sel->family = address.family;
	sel->daddr = parse_address(dst).addr;
	if (proto)
		sel->proto = parse_proto(proto);
}

/* parse_tmpl - SRC/DST/PROTO/MODE/REQID[/use|/SPI] */
static void parse_tmpl(struct spec *spec, char *text)
{
	char *src = strtok(text, "/"), *dst = strtok(NULL, "/");
	char *proto = strtok(NULL, "/"), *mode = strtok(NULL, "/");
	char *reqid = strtok(NULL, "/"), *more = strtok(NULL, "/");
	struct xfrm_user_tmpl *tmpl = &spec->tmpl[spec->tmpls];
	struct address address;

	if (!reqid || spec->tmpls == TMPL_MAX)
		bad("not SRC/DST/PROTO/MODE/REQID, or too many", text);
	address = parse_address(src);
	tmpl->saddr = address.addr;
	tmpl->family = address.family;
	tmpl->id.daddr = parse_address(dst).addr;
	tmpl->id.proto = parse_proto(proto);
	tmpl->mode = parse_mode(mode);
	tmpl->reqid = parse_number(reqid);
	tmpl->optional = more && !strcmp(more, "use");
	if (more && !tmpl->optional)
		tmpl->id.spi = htonl(parse_number(more));
	tmpl->aalgos = tmpl->ealgos = tmpl->calgos = ~0;
	spec->tmpls++;
}

/* parse_migrate - OLDSRC/OLDDST/NEWSRC/NEWDST; the rest as the other words say */
static void parse_migrate(struct spec *spec, char *text)
{
	char *word[4] = { strtok(text, "/") };
	struct address address[4];

	for (int i = 1; i < 4; i++)
		word[i] = strtok(NULL, "/");
	if (!word[3])
		bad("not OLDSRC/OLDDST/NEWSRC/NEWDST", text);
	for (int i = 0; i < 4; i++)
		address[i] = parse_address(word[i]);
	spec->migrate.old_saddr = address[0].addr;
	spec->migrate.old_daddr = address[1].addr;
	spec->migrate.new_saddr = address[2].addr;
	spec->migrate.new_daddr = address[3].addr;
	spec->migrate.old_family = address[0].family;
	spec->migrate.new_family = address[2].family;
}

static void parse_word(struct spec *spec, char *key, size_t *bufsize)
{
	char *value = strchr(key, '=');

	if (!value)
		bad("not key=value", key);
	*value++ = '\0';
#define KEY(name) (!strcmp(key, name))
	if (KEY("src"))
		spec->src = parse_address(value);
	else if (KEY("dst"))
		spec->dst = parse_address(value);
	else if (KEY("spi"))
		spec->spi = parse_number(value);
	else if (KEY("min"))
		spec->spi_min = parse_number(value);
	else if (KEY("max"))
		spec->spi_max = parse_number(value);
	else if (KEY("proto"))
		spec->proto = parse_proto(value);
	else if (KEY("mode"))
		spec->mode = parse_mode(value);
	else if (KEY("reqid"))
		spec->reqid = parse_number(value);
	else if (KEY("seq"))
		spec->seq = parse_number(value);
	else if (KEY("flags"))
		spec->flags = parse_number(value);
	else if (KEY("replay_window"))
		spec->replay_window = parse_number(value);
	else if (KEY("sel"))
		parse_sel(&spec->sel, value);
	else if (KEY("cipher"))
		spec->cipher = value;
	else if (KEY("hard"))
		spec->hard = parse_number(value);
	else if (KEY("soft_seconds"))
		spec->lft.soft_add_expires_seconds = parse_number(value);
	else if (KEY("hard_seconds"))
		spec->lft.hard_add_expires_seconds = parse_number(value);
	else if (KEY("soft_use_seconds"))
		spec->lft.soft_use_expires_seconds = parse_number(value);
	else if (KEY("hard_use_seconds"))
		spec->lft.hard_use_expires_seconds = parse_number(value);
	else if (KEY("soft_packets"))
		spec->lft.soft_packet_limit = parse_number(value);
	else if (KEY("hard_packets"))
		spec->lft.hard_packet_limit = parse_number(value);
	else if (KEY("soft_bytes"))
		spec->lft.soft_byte_limit = parse_number(value);
	else if (KEY("hard_bytes"))
		spec->lft.hard_byte_limit = parse_number(value);
	else if (KEY("pdir"))
		spec->pdir = parse_pdir(value);
	else if (KEY("pflags"))
		spec->pflags = parse_number(value);
	else if (KEY("priority"))
		spec->priority = parse_number(value);
	else if (KEY("index"))
		spec->index = parse_number(value);
	else if (KEY("tmpl"))
		parse_tmpl(spec, value);
	else if (KEY("migrate"))
		parse_migrate(spec, value);
	else if (KEY("bufsize"))
		*bufsize = parse_number(value);
	else if (KEY("mark"))
		parse_mark(spec, value);
	else if (KEY("if_id"))
		put_u32(spec, XFRMA_IF_ID, parse_number(value));
	else if (KEY("pcpu"))
		put_u32(spec, ATTR_SA_PCPU, parse_number(value));
	else if (KEY("dir"))
		nl_put(&spec->extra, ATTR_SA_DIR, &(__u8){ parse_dir(value) },
		       1);
	else if (KEY("encap"))
		parse_encap(spec, value);
	else if (KEY("replay"))
		parse_replay(spec, value);
	else if (KEY("set_mark"))
		parse_set_mark(spec, value);
	else if (KEY("ptype"))
		parse_ptype(spec, value);
	else if (KEY("ctx"))
		parse_ctx(spec, value);
	else if (KEY("offload"))
		parse_offload(spec, value);
	else if (KEY("raw"))
		parse_raw(spec, value);
	else
		bad("unknown key", key);
#undef KEY
}

static void put_alg(struct nl_msg *msg, int type, const char *name,
		    int keybytes)
{
	struct {
		struct xfrm_algo alg;
		char key[64];
	} a = { .alg.alg_key_len = keybytes * 8 };

	strcpy(a.alg.alg_name, name);
	memset(a.key, 0x5a, keybytes);
	nl_put(msg, type, &a, sizeof(a.alg) + keybytes);
}

static void put_cipher(struct nl_msg *msg, const struct spec *spec)
{
	struct {
		struct xfrm_algo_aead alg;
		char key[20]; /* 128 bit and the salt */
	} gcm = { .alg.alg_key_len = 160, .alg.alg_icv_len = 128 };

	if (!strcmp(spec->cipher, "none"))
		return;
	if (spec->proto == IPPROTO_COMP) {
		put_alg(msg, XFRMA_ALG_COMP, "deflate", 0);
	} else if (spec->proto == IPPROTO_AH) {
		put_alg(msg, XFRMA_ALG_AUTH, "hmac(sha256)", 32);
	} else if (!strcmp(spec->cipher, "null")) {
		put_alg(msg, XFRMA_ALG_AUTH, "digest_null", 0);
		put_alg(msg, XFRMA_ALG_CRYPT, "ecb(cipher_null)", 0);
	} else if (!strcmp(spec->cipher, "gcm")) {
		strcpy(gcm.alg.alg_name, "rfc4106(gcm(aes))");
		memset(gcm.key, 0x5a, sizeof(gcm.key));
		nl_put(msg, XFRMA_ALG_AEAD, &gcm,
		       sizeof(gcm.alg) + sizeof(gcm.key));
	} else {
		bad("unknown cipher", spec->cipher);
	}
}

static void fill_sa(struct xfrm_usersa_info *sa, const struct spec *spec)
{
	sa->sel = spec->sel;
	sa->id.daddr = spec->dst.addr;
	sa->id.spi = htonl(spec->spi);
	sa->id.proto = spec->proto;
	sa->saddr = spec->src.addr;
	sa->lft = spec->lft;
	sa->seq = spec->seq;
	sa->reqid = spec->reqid;
	sa->family = spec->dst.family;
	sa->mode = spec->mode;
	sa->flags = spec->flags;
	sa->replay_window = spec->replay_window;
}

static void fill_id(struct xfrm_usersa_id *id, const struct spec *spec)
{
	id->daddr = spec->dst.addr;
	id->spi = htonl(spec->spi);
	id->family = spec->dst.family;
	id->proto = spec->proto;
}

static void fill_policy(struct xfrm_userpolicy_info *pol,
			const struct spec *spec)
{
	pol->sel = spec->sel;
	pol->lft = spec->lft;
	pol->priority = spec->priority;
	pol->index = spec->index;
	pol->dir = spec->pdir;
	pol->flags = spec->pflags;
}

static void put_tmpls(struct nl_msg *msg, const struct spec *spec)
{
	if (spec->tmpls)
		nl_put(msg, XFRMA_TMPL, spec->tmpl,
		       spec->tmpls * sizeof(spec->tmpl[0]));
}

/* put_src - requests whose payload has no source */
static void put_src(struct nl_msg *msg, const struct spec *spec)
{
	if (spec->src.family)
		nl_put(msg, XFRMA_SRCADDR, &spec->src.addr,
		       sizeof(spec->src.addr));
}

static void make_sa(struct nl_msg *msg, int type, const struct spec *spec)
{
	fill_sa(nl_begin(msg, type, NLM_F_ACK, sizeof(struct xfrm_usersa_info)),
		spec);
	put_cipher(msg, spec);
}

static void make_allocspi(struct nl_msg *msg, int type, const struct spec *spec)
{
	struct xfrm_userspi_info *info =
		nl_begin(msg, type, NLM_F_ACK, sizeof(*info));

	fill_sa(&info->info, spec);
	info->min = spec->spi_min ? spec->spi_min : spec->spi;
	info->max = spec->spi_max ? spec->spi_max : spec->spi;
}

static void make_id(struct nl_msg *msg, int type, const struct spec *spec)
{
	fill_id(nl_begin(msg, type, NLM_F_ACK, sizeof(struct xfrm_usersa_id)),
		spec);
	put_src(msg, spec);
}

static void make_dump(struct nl_msg *msg, int type, const struct spec *spec)
{
	(void)spec;
	nl_begin(msg, type, NLM_F_DUMP, 0);
}

static void make_flush(struct nl_msg *msg, int type, const struct spec *spec)
{
	struct xfrm_usersa_flush *flush =
		nl_begin(msg, type, NLM_F_ACK, sizeof(*flush));

	flush->proto = spec->proto;
}

static void make_empty(struct nl_msg *msg, int type, const struct spec *spec)
{
	(void)spec;
	nl_begin(msg, type, NLM_F_ACK, 0);
}

static void make_policy(struct nl_msg *msg, int type, const struct spec *spec)
{
	fill_policy(nl_begin(msg, type, NLM_F_ACK,
			     sizeof(struct xfrm_userpolicy_info)),
		    spec);
	put_tmpls(msg, spec);
}

static void make_policy_id(struct nl_msg *msg, int type,
			   const struct spec *spec)
{
	struct xfrm_userpolicy_id *id =
		nl_begin(msg, type, NLM_F_ACK, sizeof(*id));

	id->sel = spec->sel;
	id->dir = spec->pdir;
	id->index = spec->index;
}

static void make_migrate(struct nl_msg *msg, int type, const struct spec *spec)
{
	struct xfrm_user_migrate migrate = spec->migrate;

	make_policy_id(msg, type, spec);
	migrate.proto = spec->proto;
	migrate.mode = spec->mode;
	migrate.reqid = spec->reqid;
	nl_put(msg, XFRMA_MIGRATE, &migrate, sizeof(migrate));
}

static void fill_ae(struct xfrm_aevent_id *ae, const struct spec *spec)
{
	fill_id(&ae->sa_id, spec);
	ae->saddr = spec->src.addr;
	ae->flags = spec->flags;
	ae->reqid = spec->reqid;
}

static void make_getae(struct nl_msg *msg, int type, const struct spec *spec)
{
	fill_ae(nl_begin(msg, type, NLM_F_ACK, sizeof(struct xfrm_aevent_id)),
		spec);
}

/* make_newae - the kernel wants something to set: the counters, to zero */
static void make_newae(struct nl_msg *msg, int type, const struct spec *spec)
{
	struct xfrm_lifetime_cur zero = { 0 };

	fill_ae(nl_begin(msg, type, NLM_F_ACK | NLM_F_REPLACE,
			 sizeof(struct xfrm_aevent_id)),
		spec);
	nl_put(msg, XFRMA_LTIME_VAL, &zero, sizeof(zero));
}

static void make_expire(struct nl_msg *msg, int type, const struct spec *spec)
{
	struct xfrm_user_expire *expire =
		nl_begin(msg, type, NLM_F_ACK, sizeof(*expire));

	fill_sa(&expire->state, spec);
	expire->hard = spec->hard;
}

static void make_acquire(struct nl_msg *msg, int type, const struct spec *spec)
{
	struct xfrm_user_acquire *acq =
		nl_begin(msg, type, NLM_F_ACK, sizeof(*acq));

	acq->id.daddr = spec->dst.addr;
	acq->id.spi = htonl(spec->spi);
	acq->id.proto = spec->proto;
	acq->saddr = spec->src.addr;
	acq->sel = spec->sel;
	fill_policy(&acq->policy, spec);
	acq->aalgos = acq->ealgos = acq->calgos = ~0;
	acq->seq = spec->seq;
	put_tmpls(msg, spec);
}

static const struct verb {
	const char *name;
	int type;
	void (*make)(struct nl_msg *msg, int type, const struct spec *spec);
} verbs[] = {
	{ "newsa", XFRM_MSG_NEWSA, make_sa },
	{ "updsa", XFRM_MSG_UPDSA, make_sa },
	{ "allocspi", XFRM_MSG_ALLOCSPI, make_allocspi },
	{ "getsa", XFRM_MSG_GETSA, make_id },
	{ "dumpsa", XFRM_MSG_GETSA, make_dump },
	{ "delsa", XFRM_MSG_DELSA, make_id },
	{ "flushsa", XFRM_MSG_FLUSHSA, make_flush },
	{ "newpolicy", XFRM_MSG_NEWPOLICY, make_policy },
	{ "updpolicy", XFRM_MSG_UPDPOLICY, make_policy },
	{ "delpolicy", XFRM_MSG_DELPOLICY, make_policy_id },
	{ "getpolicy", XFRM_MSG_GETPOLICY, make_policy_id },
	{ "dumppolicy", XFRM_MSG_GETPOLICY, make_dump },
	{ "flushpolicy", XFRM_MSG_FLUSHPOLICY, make_empty },
	{ "getae", XFRM_MSG_GETAE, make_getae },
	{ "newae", XFRM_MSG_NEWAE, make_newae },
	{ "expire", XFRM_MSG_EXPIRE, make_expire },
	{ "acquire", XFRM_MSG_ACQUIRE, make_acquire },
	{ "migrate", XFRM_MSG_MIGRATE, make_migrate },
};

#define VERBS (sizeof(verbs) / sizeof(verbs[0]))

void request_usage(void)
{
	fprintf(stderr, "verbs:");
	for (size_t i = 0; i < VERBS; i++)
		fprintf(stderr, " %s", verbs[i].name);
	fprintf(stderr,
		"\n"
		"SA:      src= dst= spi= min= max= proto= mode= reqid= seq= flags= replay_window=\n"
		"         cipher=null|gcm|none hard=0|1 {soft,hard}_{seconds,use_seconds,packets,bytes}=\n"
		"policy:  sel=SRC/N,DST/N[,PROTO] pdir=in|out|fwd pflags= priority= index=\n"
		"         tmpl=SRC/DST/PROTO/MODE/REQID[/use|/SPI]\n"
		"migrate: migrate=OLDSRC/OLDDST/NEWSRC/NEWDST\n"
		"attributes, in the order given: pcpu= dir=in|out|N mark=V[/M] if_id=\n"
		"         encap=SPORT:DPORT[:TYPE] set_mark=V[/M] replay=WINDOW[,SEQ[,OSEQ]]\n"
		"         ptype=main|sub ctx=LABEL offload=DEVICE|IFINDEX[/FLAGS] raw=TYPE:HEX\n"
		"dumps:   bufsize=\n");
}

void request_build(struct nl_msg *msg, int count, char **words, size_t *bufsize)
{
	static struct spec spec;
	const struct verb *verb = verbs;

	while (verb < verbs + VERBS && strcmp(verb->name, words[0]))
		verb++;
	if (verb == verbs + VERBS)
		bad("unknown verb", words[0]);

	memset(&spec, 0, offsetof(struct spec, extra));
	spec.proto = IPPROTO_ESP;
	spec.cipher = "null";
	spec.lft = (struct xfrm_lifetime_cfg){
		.soft_byte_limit = XFRM_INF,
		.hard_byte_limit = XFRM_INF,
		.soft_packet_limit = XFRM_INF,
		.hard_packet_limit = XFRM_INF,
	};
	nl_begin(&spec.extra, 0, 0, 0);
	*bufsize = 0;
	for (int i = 1; i < count; i++)
		parse_word(&spec, words[i], bufsize);

	verb->make(msg, verb->type, &spec);
	for (size_t at = NLMSG_HDRLEN; at < spec.extra.hdr.nlmsg_len;) {
		struct nlattr *attr = (void *)(spec.extra.buf + at);

		nl_put(msg, attr->nla_type, attr + 1,
		       attr->nla_len - NLA_HDRLEN);
		at += NLA_ALIGN(attr->nla_len);
	}
}

// SPDX-License-Identifier: GPL-2.0
/*
 * xkey - one PF_KEY request, or what a PF_KEY listener hears
 *
 * Prints a line per message of the answer and ends with the errno.  "xkey
 * listen" registers for ESP, prints "READY" and then what comes, until SIGTERM.
 * The algorithms are null, as xreq's are.  Exits 1 if a request was refused, 2
 * if it could not be made.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/ipsec.h>
#include <linux/pfkeyv2.h>

#include "nl.h"
#include "request.h"

#define WORD_BYTES 8 /* PF_KEY counts lengths in these */
#define BUF_BYTES 65536

static const char *const types[] = {
	[SADB_GETSPI] = "GETSPI",     [SADB_UPDATE] = "UPDATE",
	[SADB_ADD] = "ADD",	      [SADB_DELETE] = "DELETE",
	[SADB_GET] = "GET",	      [SADB_ACQUIRE] = "ACQUIRE",
	[SADB_REGISTER] = "REGISTER", [SADB_EXPIRE] = "EXPIRE",
	[SADB_FLUSH] = "FLUSH",	      [SADB_DUMP] = "DUMP",
};

/* What a request needs beside its header. */
enum {
	NEEDS_SA = 1,
	NEEDS_ADDRESSES = 2,
	NEEDS_MODE = 4,
	NEEDS_RANGE = 8,
	NEEDS_KEY = 16,
	NEEDS_ALL = NEEDS_SA | NEEDS_ADDRESSES | NEEDS_MODE | NEEDS_KEY,
};

static const struct verb {
	const char *name;
	int type, needs;
} verbs[] = {
	{ "add", SADB_ADD, NEEDS_ALL },
	{ "update", SADB_UPDATE, NEEDS_ALL },
	{ "getspi", SADB_GETSPI, NEEDS_ADDRESSES | NEEDS_MODE | NEEDS_RANGE },
	{ "delete", SADB_DELETE, NEEDS_SA | NEEDS_ADDRESSES },
	{ "get", SADB_GET, NEEDS_SA | NEEDS_ADDRESSES },
	{ "dump", SADB_DUMP, 0 },
	{ "flush", SADB_FLUSH, 0 },
	{ "listen", SADB_REGISTER, 0 },
};

#define VERBS (sizeof(verbs) / sizeof(verbs[0]))

static struct {
	struct address src, dst;
	uint32_t spi, reqid;
	int mode;
} spec = { .mode = IPSEC_MODE_TRANSPORT };

static union {
	struct sadb_msg msg;
	char bytes[BUF_BYTES];
} buf;

/* add_ext - an extension of that many bytes; its address */
static void *add_ext(int type, size_t bytes)
{
	struct sadb_ext *ext =
		(void *)(buf.bytes + buf.msg.sadb_msg_len * WORD_BYTES);
	size_t words = (bytes + WORD_BYTES - 1) / WORD_BYTES;

	memset(ext, 0, words * WORD_BYTES);
	ext->sadb_ext_len = words;
	ext->sadb_ext_type = type;
	buf.msg.sadb_msg_len += words;
	return ext;
}

static void add_address(int type, const struct address *address)
{
	bool v6 = address->family == AF_INET6;
	struct sadb_address *ext =
		add_ext(type, sizeof(*ext) + (v6 ? sizeof(struct sockaddr_in6)
						 : sizeof(struct sockaddr_in)));
	struct sockaddr_in6 *in6 = (void *)(ext + 1);
	struct sockaddr_in *in = (void *)(ext + 1);

	ext->sadb_address_prefixlen = v6 ? 128 : 32;
	if (v6) {
		in6->sin6_family = AF_INET6;
		memcpy(&in6->sin6_addr, &address->addr, 16);
	} else {
		in->sin_family = AF_INET;
		memcpy(&in->sin_addr, &address->addr, 4);
	}
}

static void build(const struct verb *verb)
{
	memset(&buf.msg, 0, sizeof(buf.msg));
	buf.msg.sadb_msg_version = PF_KEY_V2;
	buf.msg.sadb_msg_type = verb->type;
	buf.msg.sadb_msg_satype = SADB_SATYPE_ESP;
	buf.msg.sadb_msg_pid = getpid();
	buf.msg.sadb_msg_len = sizeof(buf.msg) / WORD_BYTES;

	if (verb->needs & NEEDS_SA) {
		struct sadb_sa *sa = add_ext(SADB_EXT_SA, sizeof(*sa));

		sa->sadb_sa_spi = htonl(spec.spi);
		sa->sadb_sa_state = SADB_SASTATE_MATURE;
		sa->sadb_sa_auth = SADB_X_AALG_NULL;
		sa->sadb_sa_encrypt = SADB_EALG_NULL;
	}
	if (verb->needs & NEEDS_ADDRESSES) {
		add_address(SADB_EXT_ADDRESS_SRC, &spec.src);
		add_address(SADB_EXT_ADDRESS_DST, &spec.dst);
	}
	/* The null cipher's, of no bits. */
	if (verb->needs & NEEDS_KEY)
		add_ext(SADB_EXT_KEY_ENCRYPT, sizeof(struct sadb_key));
	if (verb->needs & NEEDS_MODE) {
		struct sadb_x_sa2 *sa2 = add_ext(SADB_X_EXT_SA2, sizeof(*sa2));

		sa2->sadb_x_sa2_mode = spec.mode;
		sa2->sadb_x_sa2_reqid = spec.reqid;
	}
	if (verb->needs & NEEDS_RANGE) {
		struct sadb_spirange *range =
			add_ext(SADB_EXT_SPIRANGE, sizeof(*range));

		range->sadb_spirange_min = spec.spi;
		range->sadb_spirange_max = spec.spi;
	}
}

static void print_address(const char *what, const struct sadb_address *ext)
{
	const struct sockaddr_in6 *in6 = (const void *)(ext + 1);
	const struct sockaddr_in *in = (const void *)(ext + 1);
	char text[INET6_ADDRSTRLEN] = "?";

	if (in->sin_family == AF_INET)
		inet_ntop(AF_INET, &in->sin_addr, text, sizeof(text));
	else
		inet_ntop(AF_INET6, &in6->sin6_addr, text, sizeof(text));
	printf(" %s=%s", what, text);
}

static void print_ext(const struct sadb_ext *ext)
{
	const struct sadb_lifetime *lifetime = (const void *)ext;
	const struct sadb_x_sa2 *sa2 = (const void *)ext;
	const struct sadb_sa *sa = (const void *)ext;
	const struct sadb_x_sec_ctx *ctx = (const void *)ext;

	switch (ext->sadb_ext_type) {
	case SADB_EXT_SA:
		printf(" spi=0x%x state=%u", ntohl(sa->sadb_sa_spi),
		       sa->sadb_sa_state);
		break;
	case SADB_EXT_ADDRESS_SRC:
		print_address("src", (const void *)ext);
		break;
	case SADB_EXT_ADDRESS_DST:
		print_address("dst", (const void *)ext);
		break;
	case SADB_X_EXT_SA2:
		printf(" mode=%u reqid=%u", sa2->sadb_x_sa2_mode,
		       sa2->sadb_x_sa2_reqid);
		break;
	case SADB_EXT_LIFETIME_CURRENT:
		printf(" packets=%u", lifetime->sadb_lifetime_allocations);
		break;
	case SADB_EXT_LIFETIME_SOFT:
		printf(" soft");
		break;
	case SADB_EXT_LIFETIME_HARD:
		printf(" hard");
		break;
	case SADB_X_EXT_SEC_CTX:
		printf(" ctx=%.*s", ctx->sadb_x_ctx_len,
		       (const char *)(ctx + 1));
		break;
	}
}

static void print_msg(size_t len)
{
	const char *name = NULL;
	size_t at = sizeof(buf.msg);

	if (buf.msg.sadb_msg_type < sizeof(types) / sizeof(types[0]))
		name = types[buf.msg.sadb_msg_type];
	printf("%s", name ? name : "?");
	printf(" seq=%u", buf.msg.sadb_msg_seq);
	while (at + sizeof(struct sadb_ext) <= len) {
		const struct sadb_ext *ext = (void *)(buf.bytes + at);

		if (!ext->sadb_ext_len)
			break;
		print_ext(ext);
		at += ext->sadb_ext_len * WORD_BYTES;
	}
	printf(" errno=%s\n", buf.msg.sadb_msg_errno
				      ? strerrorname_np(buf.msg.sadb_msg_errno)
				      : "0");
}

static void receive(int fd)
{
	ssize_t len = recv(fd, &buf, sizeof(buf), 0);

	if (len < (ssize_t)sizeof(buf.msg))
		die("receive");
	print_msg(len);
}

/* request - as xreq ends; the answers of others pass by */
static int request(int fd, const struct verb *verb)
{
	build(verb);
	if (send(fd, &buf, buf.msg.sadb_msg_len * WORD_BYTES, 0) < 0) {
		printf("%s errno=%s\n", verb->name, strerrorname_np(errno));
		return 1;
	}
	do {
		/* A dump's messages count down to 0. */
		receive(fd);
	} while (buf.msg.sadb_msg_type != verb->type ||
		 (pid_t)buf.msg.sadb_msg_pid != getpid() ||
		 (verb->type == SADB_DUMP && buf.msg.sadb_msg_seq));
	return !!buf.msg.sadb_msg_errno;
}

static int parse_mode(const char *text)
{
	if (!strcmp(text, "transport"))
		return IPSEC_MODE_TRANSPORT;
	if (!strcmp(text, "tunnel"))
		return IPSEC_MODE_TUNNEL;
	errno = 0;
	die("not a mode: \"%s\"", text);
}

static void parse_word(char *key)
{
	char *value = strchr(key, '=');

	errno = 0;
	if (!value)
		die("not key=value: \"%s\"", key);
	*value++ = '\0';
	if (!strcmp(key, "src"))
		spec.src = parse_address(value);
	else if (!strcmp(key, "dst"))
		spec.dst = parse_address(value);
	else if (!strcmp(key, "spi"))
		spec.spi = strtoul(value, NULL, 0);
	else if (!strcmp(key, "reqid"))
		spec.reqid = strtoul(value, NULL, 0);
	else if (!strcmp(key, "mode"))
		spec.mode = parse_mode(value);
	else
		die("unknown key: \"%s\"", key);
}

int main(int argc, char **argv)
{
	const struct verb *verb = verbs;
	int fd, status;

	while (argc > 1 && verb < verbs + VERBS && strcmp(verb->name, argv[1]))
		verb++;
	if (argc < 2 || verb == verbs + VERBS) {
		fprintf(stderr, "usage: xkey VERB key=value...\nverbs:");
		for (verb = verbs; verb < verbs + VERBS; verb++)
			fprintf(stderr, " %s", verb->name);
		fprintf(stderr,
			"\nkeys:  src= dst= spi= reqid= mode=transport|tunnel\n");
		return 2;
	}
	for (int i = 2; i < argc; i++)
		parse_word(argv[i]);

	setvbuf(stdout, NULL, _IOLBF, 0);
	fd = socket(PF_KEY, SOCK_RAW | SOCK_CLOEXEC, PF_KEY_V2);
	if (fd < 0)
		die("PF_KEY socket");
	status = request(fd, verb);
	if (verb->type == SADB_REGISTER && !status) {
		printf("READY\n");
		for (;;)
			receive(fd);
	}
	return status;
}

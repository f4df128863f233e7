// SPDX-License-Identifier: GPL-2.0
/*
 * xcontrol - requests between marks for the bench plugin "count"
 *
 *	xcontrol MODE --sas N [--possible CPUS] [--per-group N] [--samples 10] [--groups]
 *
 *	add	a sample is one more SA beside N
 *	delete	a sample is the end of one more SA beside N
 *	install	a sample is N SAs
 *	remove	a sample is the end of N SAs, with what the kernel puts off
 *	dump	a sample is a dump of N SAs
 *	list	a sample is a dump of the module's groups, of N SAs in all
 *
 * With CPUS each SA has one, SA i CPU i modulo CPUS.  All SAs are in one group,
 * or so many in each.  It prints for each sample how many SAs it was about, and
 * how many of them the kernel's answers said were as they should be.
 *
 * What the kernel puts off does not count for add and delete, but for those of
 * many SAs it does: the tables that grow meanwhile, and the SAs that are freed.
 *
 * With --groups, for the module alone: after remove it has none left.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <linux/genetlink.h>
#include <linux/xfrm.h>
#include <linux/xfrm_pcpu.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mark.h"
#include "nl.h"
#include "request.h"

#define WORDS_MAX 12
#define WORD_LEN 24
#define FIRST_SPI 4096
/* Of mainline's headers since 6.13. */
#define ATTR_SA_PCPU 35
/* Samples before those that are measured. */
#define WARM_UP 1
/* An SA's timer runs a second after it was installed, and not again. */
#define TIMERS_US 1500000
/* For the work that the end of SAs leaves behind. */
#define WORK_US 200000
/* The last SA is freed after the worker's turn and RCU's. */
#define GONE_TRIES 50

static struct {
	unsigned int sas, possible, per_group, samples;
	bool groups;
} run = { .samples = 10 };

static int fd;

/* What the answers to the last request held. */
static struct {
	unsigned int sas, groups, members;
	__u64 group;
	int family;
} seen;

static const void *attribute(const void *at, const void *end, int type)
{
	while ((const char *)end - (const char *)at >= NLA_HDRLEN) {
		const struct nlattr *attr = at;

		if (attr->nla_len < NLA_HDRLEN)
			break;
		if ((attr->nla_type & NLA_TYPE_MASK) == type)
			return (const char *)attr + NLA_HDRLEN;
		at = (const char *)at + NLA_ALIGN(attr->nla_len);
	}
	return NULL;
}

/* A request as it is but for the numbers of the SA; building one takes long. */
struct template
{
	struct nl_msg msg;
	__be32 *spi;
	__u32 *reqid, *cpu;
};

static void build(struct template *template, const char *verb)
{
	char text[WORDS_MAX][WORD_LEN] = {};
	char *words[WORDS_MAX];
	const void *end;
	size_t bufsize;
	int nr = 0;

	for (int word = 0; word < WORDS_MAX; word++)
		words[word] = text[word];
	snprintf(text[nr++], WORD_LEN, "%s", verb);
	snprintf(text[nr++], WORD_LEN, "src=10.5.0.1");
	snprintf(text[nr++], WORD_LEN, "dst=10.5.0.2");
	if (!strcmp(verb, "newsa")) {
		snprintf(text[nr++], WORD_LEN, "mode=tunnel");
		snprintf(text[nr++], WORD_LEN, "cipher=null");
		if (run.possible) {
			snprintf(text[nr++], WORD_LEN, "dir=out");
			snprintf(text[nr++], WORD_LEN, "pcpu=0");
		}
	}
	request_build(&template->msg, nr, words, &bufsize);

	end = template->msg.buf + template->msg.hdr.nlmsg_len;
	if (!strcmp(verb, "newsa")) {
		struct xfrm_usersa_info *sa = NLMSG_DATA(&template->msg.hdr);

		template->spi = &sa->id.spi;
		template->reqid = &sa->reqid;
		template->cpu = (void *)attribute(sa + 1, end, ATTR_SA_PCPU);
	} else {
		struct xfrm_usersa_id *id = NLMSG_DATA(&template->msg.hdr);

		template->spi = &id->spi;
	}
}

/* SAs @from to @to - 1; how many the kernel agreed to. */
static unsigned int each(const char *verb, unsigned int from, unsigned int to)
{
	static struct template templates[2];
	struct template *template = &templates[!strcmp(verb, "newsa")];
	unsigned int done = 0;

	if (!template->spi)
		build(template, verb);
	for (unsigned int i = from; i < to; i++) {
		*template->spi = htonl(FIRST_SPI + i);
		if (template->reqid)
			*template->reqid =
				1 + (run.per_group ? i / run.per_group : 0);
		if (template->cpu && run.possible)
			*template->cpu = i % run.possible;
		done += !nl_talk(fd, &template->msg, 0, NULL).err;
	}
	return done;
}

static void expect(unsigned int done, unsigned int wanted, const char *what)
{
	if (done == wanted)
		return;
	errno = 0;
	die("%s: %u of %u", what, done, wanted);
}

static void see_sa(const struct nlmsghdr *hdr)
{
	const char *at = NLMSG_DATA(hdr);
	const __u32 *cpu =
		attribute(at + NLMSG_ALIGN(sizeof(struct xfrm_usersa_info)),
			  (const char *)hdr + hdr->nlmsg_len, ATTR_SA_PCPU);

	seen.sas += run.possible ? cpu && *cpu < run.possible : 1;
}

static unsigned int dump(void)
{
	static struct nl_msg msg;
	char verb[] = "dumpsa", *words[] = { verb };
	size_t bufsize;

	seen.sas = 0;
	request_build(&msg, 1, words, &bufsize);
	return nl_talk(fd, &msg, 0, see_sa).err ? 0 : seen.sas;
}

static int generic_open(void)
{
	int generic = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);

	if (generic < 0)
		die("generic netlink");
	return generic;
}

static void see_family(const struct nlmsghdr *hdr)
{
	const char *at = NLMSG_DATA(hdr);
	const __u16 *id = attribute(at + GENL_HDRLEN,
				    (const char *)hdr + hdr->nlmsg_len,
				    CTRL_ATTR_FAMILY_ID);

	if (id)
		seen.family = *id;
}

/* A group may go on in the next message; each of its SAs is an attribute. */
static void see_group(const struct nlmsghdr *hdr)
{
	const char *at = (const char *)NLMSG_DATA(hdr) + GENL_HDRLEN;
	const char *end = (const char *)hdr + hdr->nlmsg_len;
	const void *id = attribute(at, end, XFRM_PCPU_A_GROUP_ID);
	__u64 group = 0;

	if (id)
		memcpy(&group, id, sizeof(group));
	seen.groups += group != seen.group;
	seen.group = group;
	while (end - at >= NLA_HDRLEN) {
		const struct nlattr *attr = (const void *)at;

		if (attr->nla_len < NLA_HDRLEN)
			break;
		seen.members += (attr->nla_type & NLA_TYPE_MASK) ==
				XFRM_PCPU_A_SA;
		at += NLA_ALIGN(attr->nla_len);
	}
}

/* Returns whether the kernel answered; @seen has what. */
static bool look(int generic)
{
	static struct nl_msg msg;
	struct genlmsghdr *genl;

	if (!seen.family) {
		genl = nl_begin(&msg, GENL_ID_CTRL, NLM_F_ACK, GENL_HDRLEN);
		genl->cmd = CTRL_CMD_GETFAMILY;
		nl_put(&msg, CTRL_ATTR_FAMILY_NAME, XFRM_PCPU_GENL_NAME,
		       sizeof(XFRM_PCPU_GENL_NAME));
		if (nl_talk(generic, &msg, 0, see_family).err || !seen.family)
			die("no family %s", XFRM_PCPU_GENL_NAME);
	}
	seen.groups = 0;
	seen.members = 0;
	seen.group = 0;
	genl = nl_begin(&msg, seen.family, NLM_F_DUMP, GENL_HDRLEN);
	genl->cmd = XFRM_PCPU_CMD_GET_GROUP;
	genl->version = XFRM_PCPU_GENL_VERSION;
	return !nl_talk(generic, &msg, 0, see_group).err;
}

static unsigned int list(int generic)
{
	/* All of them, in as many groups as they were put in. */
	return look(generic) && seen.groups * run.per_group == run.sas
		       ? seen.members
		       : 0;
}

/* No group outlives its SAs. */
static void expect_none(int generic)
{
	for (int i = 0; i < GONE_TRIES; i++) {
		if (look(generic) && !seen.groups)
			return;
		usleep(WORK_US);
	}
	errno = 0;
	die("remove: %u groups are left", seen.groups);
}

/* Returns how many SAs were as they should be, *@about is of how many. */
static unsigned int sample(const char *mode, int generic, bool measured,
			   unsigned int *about)
{
	unsigned int done;

	*about = run.sas;
	if (!strcmp(mode, "remove"))
		expect(each("newsa", 0, run.sas), run.sas, "install");
	if (!strcmp(mode, "delete"))
		expect(each("newsa", run.sas, run.sas + 1), 1, "add");

	if (measured)
		bench_mark(MARK_START);
	if (!strcmp(mode, "add")) {
		*about = 1;
		done = each("newsa", run.sas, run.sas + 1);
	} else if (!strcmp(mode, "delete")) {
		*about = 1;
		done = each("delsa", run.sas, run.sas + 1);
	} else if (!strcmp(mode, "install")) {
		done = each("newsa", 0, run.sas);
	} else if (!strcmp(mode, "remove")) {
		done = each("delsa", 0, run.sas);
		usleep(WORK_US);
	} else if (!strcmp(mode, "dump")) {
		done = dump();
	} else {
		done = list(generic);
	}
	if (measured)
		bench_mark(MARK_STOP);

	if (!strcmp(mode, "add"))
		expect(each("delsa", run.sas, run.sas + 1), 1, "delete");
	if (!strcmp(mode, "install"))
		expect(each("delsa", 0, run.sas), run.sas, "remove");
	if (!strcmp(mode, "remove") && run.groups)
		expect_none(generic);
	/* Not in the next sample. */
	usleep(WORK_US);
	return done;
}

/*
 * A worker that frees a single SA would come sometimes within its sample and
 * sometimes after it: none runs before we sleep.
 */
static void alone(void)
{
	const struct sched_param param = { .sched_priority = 1 };

	if (sched_setscheduler(0, SCHED_FIFO, &param))
		die("sched_setscheduler");
}

static void parse(int argc, char **argv)
{
	static const struct option options[] = {
		{ "sas", 1, NULL, 'n' },       { "possible", 1, NULL, 'p' },
		{ "per-group", 1, NULL, 'g' }, { "samples", 1, NULL, 's' },
		{ "groups", 0, NULL, 'a' },    {},
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'n':
			run.sas = atoi(optarg);
			break;
		case 'p':
			run.possible = atoi(optarg);
			break;
		case 'g':
			run.per_group = atoi(optarg);
			break;
		case 's':
			run.samples = atoi(optarg);
			break;
		case 'a':
			run.groups = true;
			break;
		default:
			exit(2);
		}
	}
}

static bool is_mode(const char *mode)
{
	static const char *const modes[] = { "add",    "delete", "install",
					     "remove", "dump",	 "list" };

	for (unsigned int i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (!strcmp(modes[i], mode))
			return true;
	return false;
}

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "";
	int generic = generic_open();
	unsigned int about;

	if (argc > 1)
		parse(argc - 1, argv + 1);
	if (!is_mode(mode) || !run.sas || !run.samples) {
		fprintf(stderr, "xcontrol: a mode, --sas and --samples\n");
		return 2;
	}
	setlinebuf(stdout);
	if (!strcmp(mode, "add") || !strcmp(mode, "delete"))
		alone();
	fd = nl_open();
	/* In these samples there are SAs before and after. */
	if (strcmp(mode, "install") && strcmp(mode, "remove")) {
		expect(each("newsa", 0, run.sas), run.sas, "fill");
		usleep(TIMERS_US);
	}
	for (unsigned int i = 0; i < WARM_UP; i++)
		sample(mode, generic, false, &about);
	for (unsigned int i = 0; i < run.samples; i++) {
		unsigned int done = sample(mode, generic, true, &about);

		printf("sample %u %u\n", about, done);
	}
	bench_mark(MARK_CELL);
	return 0;
}

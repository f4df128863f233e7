// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The client of XFRM netlink against a kernel made of prepared answers.
 */
#include "kernel/xfrm.h"

#include <errno.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "kernel/socket.h"
#include "fake.h"
#include "tap.h"
#include "wire_xfrm.h"

static void answer_sa(uint32_t spi, uint32_t cpu, uint16_t flags)
{
	struct wire *wire = &fake_answer()->wire;

	wire_xfrm_sa(wire, XFRM_MSG_NEWSA, spi);
	wire_u32(wire, XP_XFRMA_SA_PCPU, cpu);
	wire->nlh.nlmsg_flags = flags;
}

static void dumps(struct xp_xfrm *xfrm)
{
	struct xp_sad sad = { 0 };
	struct xp_spd spd = { 0 };

	fake_forget();
	for (uint32_t i = 1; i < 8; i++)
		answer_sa(i, i, NLM_F_MULTI);
	fake_done(0, NULL);
	is_num(xp_xfrm_sas(xfrm, &sad), 0, "dump of SAs");
	is_num(fake.asked.nlh.nlmsg_type, XFRM_MSG_GETSA, "request");
	is_num(sad.count, 7, "its SAs");
	is_num(sad.sa[6].cpu, 7, "the last one's CPU");
	xp_sad_free(&sad);

	fake_forget();
	answer_sa(1, 1, NLM_F_DUMP_INTR);
	fake_done(0, NULL);
	answer_sa(2, 2, 0);
	fake_done(0, NULL);
	is_num(xp_xfrm_sas(xfrm, &sad), 0, "dump with changes");
	ok(sad.count == 1 && sad.sa[0].id.spi == 2, "it was repeated");
	xp_sad_free(&sad);

	fake_forget();
	answer_sa(1, 1, 0);
	fake.answers[0].wire.nlh.nlmsg_len -= 4;
	answer_sa(2, 2, 0);
	fake_done(0, NULL);
	is_num(xp_xfrm_sas(xfrm, &sad), -EBADMSG, "malformed SA");
	is_num(sad.count, 0, "nothing is left");
	is_num(fake.next, 3, "the rest is read nevertheless");

	fake_forget();
	wire_policy(&fake_answer()->wire, 0);
	wire_policy(&fake_answer()->wire, 4);
	fake.answers[1].wire.bytes[NLMSG_HDRLEN +
				   offsetof(struct xfrm_userpolicy_info, dir)] =
		XFRM_POLICY_MAX;
	fake_done(0, NULL);
	is_num(xp_xfrm_policies(xfrm, &spd), 0, "dump of policies");
	is_num(spd.count, 1, "without the socket's");
	xp_spd_free(&spd);
}

/* Keys must not stay where messages were read to or written. */
static void wiped(struct xp_xfrm *xfrm)
{
	struct xp_socket *sk = fake_socket();
	struct xp_sa_id id = { .dst = { .family = AF_INET },
			       .spi = 0x1234,
			       .proto = IPPROTO_ESP };
	struct nl_msg *msg;
	struct xp_sad_sa sa;

	fake_forget();
	answer_sa(0x1234, 2, 0);
	fake_errno(0, NULL);
	is_num(xp_xfrm_sa(xfrm, &id, &sa), 0, "one SA");
	is_num(sa.cpu, 2, "its CPU");
	ok(fake_is_wiped(), "the last datagram is wiped");
	fake_forget();
	answer_sa(0x1234, 2, 0);
	is_num(xp_xfrm_sa(xfrm, &id, &sa), -EWOULDBLOCK, "no end");
	is_num(fake.length, fake.answers[0].wire.nlh.nlmsg_len, "an SA came");
	ok(fake_is_wiped(), "the datagram with its key is wiped");

	fake_forget();
	fake_errno(-ESRCH, NULL);
	is_num(xp_xfrm_sa(xfrm, &id, &sa), -ESRCH, "no such SA");

	/* The test holds the message so that it can look at it afterwards. */
	fake_forget();
	msg = nlmsg_alloc_simple(XFRM_MSG_NEWSA, NLM_F_ACK);
	nlmsg_append(msg, (void *)WIRE_KEY, sizeof(WIRE_KEY), 0);
	nlmsg_get(msg);
	fake_errno(0, NULL);
	is_num(xp_socket_request(sk, msg, NULL, NULL), 0, "a request");
	ok(!memcmp(fake.asked.bytes + NLMSG_HDRLEN, WIRE_KEY, sizeof(WIRE_KEY)),
	   "the kernel got the key");
	ok(memcmp((char *)nlmsg_hdr(msg) + NLMSG_HDRLEN, WIRE_KEY,
		  sizeof(WIRE_KEY)),
	   "the request is wiped");
	nlmsg_free(msg);
	xp_socket_close(sk);
}

static void is_known(struct xp_xfrm *xfrm, int without, int with, int expected,
		     const char *what)
{
	fake_forget();
	fake_errno(without, NULL);
	fake_errno(with, NULL);
	is_num(xp_xfrm_knows_pcpu(xfrm), expected, "%s", what);
}

static void knows(struct xp_xfrm *xfrm)
{
	struct nlattr *sent;

	is_known(xfrm, -ESRCH, -EINVAL, 1, "the attribute is refused: known");
	sent = nlmsg_find_attr(&fake.asked.nlh, sizeof(struct xfrm_usersa_id),
			       XP_XFRMA_SA_PCPU);
	ok(sent && sent->nla_type & NLA_F_NESTED,
	   "it was sent, and as no kernel takes it: 6.12 takes a right one");
	is_known(xfrm, -ESRCH, -ESRCH, 0, "it is skipped: unknown");
	is_known(xfrm, -EPERM, -EPERM, -EPERM, "not permitted");
	is_num(fake.requests, 1, "not asked further");
	is_known(xfrm, -EINVAL, -EINVAL, -EINVAL,
		 "a kernel that refuses anything says nothing");
	is_known(xfrm, -ESRCH, 0, -EIO, "an SA that cannot exist");
}

/* The answers up to the reading back. */
static void prepare(void)
{
	fake_forget();
	fake_errno(0, NULL);
}

static void install(struct xp_xfrm *xfrm)
{
	struct xp_install sa = { .sa = { .cpu = 1, .mode = XFRM_MODE_TUNNEL } };
	const char *differs = NULL;
	struct nl_msg *msg;

	sa.sa.id.dst.family = AF_INET;
	sa.sa.id.dst.v4.s_addr = htonl(0x0a000002);
	sa.sa.src = sa.sa.id.dst;
	sa.sa.id.spi = 0x1234;
	sa.sa.id.proto = IPPROTO_ESP;
	strcpy(sa.enc.name, "ecb(cipher_null)");
	strcpy(sa.auth.name, "hmac(sha256)");
	strcpy((char *)sa.auth.key, WIRE_KEY);
	sa.auth.key_len = sizeof(WIRE_KEY);

	prepare();
	msg = xp_install_put(&sa, false);
	memcpy(fake_answer()->wire.bytes, nlmsg_hdr(msg),
	       nlmsg_hdr(msg)->nlmsg_len);
	nlmsg_free(msg);
	fake_errno(0, NULL);
	is_num(xp_xfrm_install(xfrm, &sa, &differs), 0, "installed");
	is_num(fake.asked.nlh.nlmsg_type, XFRM_MSG_GETSA, "and read back");

	prepare();
	sa.sa.cpu = XFRM_PCPU_CPU_NONE;
	msg = xp_install_put(&sa, false);
	sa.sa.cpu = 1;
	memcpy(fake_answer()->wire.bytes, nlmsg_hdr(msg),
	       nlmsg_hdr(msg)->nlmsg_len);
	nlmsg_free(msg);
	fake_errno(0, NULL);
	is_num(xp_xfrm_install(xfrm, &sa, &differs), -EREMOTEIO,
	       "the CPU was dropped");
	is_str(differs, "cpu", "that is said");

	prepare();
	fake_errno(0, NULL);
	is_num(xp_xfrm_install(xfrm, &sa, &differs), -EREMOTEIO, "no answer");
	is_str(differs, "answer", "that is said");

	prepare();
	fake_errno(-ESRCH, NULL);
	is_num(xp_xfrm_install(xfrm, &sa, &differs), -ESRCH, "gone again");

	fake_forget();
	fake_errno(-EEXIST, "there is one");
	is_num(xp_xfrm_install(xfrm, &sa, &differs), -EEXIST, "refused");
	is_str(xp_xfrm_text(xfrm), "there is one", "the kernel's words");
	is_num(fake.requests, 1, "not read back");

	/* Before 6.10 an outbound SA with ESN must have a window. */
	fake_forget();
	fake_errno(-EINVAL, "ESN replay window must be > 0");
	fake_errno(-EEXIST, NULL);
	sa.sa.dir = XP_SA_DIR_OUT;
	sa.sa.flags = XFRM_STATE_ESN;
	is_num(xp_xfrm_install(xfrm, &sa, &differs), -EEXIST, "tried again");
	ok(nlmsg_find_attr(&fake.asked.nlh, sizeof(struct xfrm_usersa_info),
			   XFRMA_REPLAY_ESN_VAL),
	   "with ESN");
	fake_forget();
	fake_errno(-EINVAL, NULL);
	fake_errno(-EINVAL, "still wrong");
	is_num(xp_xfrm_install(xfrm, &sa, &differs), -EINVAL, "twice");
	is_num(fake.requests, 2, "not for ever");
	is_str(xp_xfrm_text(xfrm), "", "what is wrong, it had no words for");
	fake_forget();
	fake_errno(-EINVAL, "ESN replay window must be > 0");
	fake_errno(-EINVAL, "still wrong");
	is_num(xp_xfrm_install(xfrm, &sa, &differs), -EINVAL, "twice");
	is_str(xp_xfrm_text(xfrm), "still wrong", "the kernel's words");
	fake_forget();
	fake_errno(-EINVAL, "Requested AEAD algorithm not found");
	fake_errno(-EINVAL, "Replay window should be 0 for output SA");
	is_num(xp_xfrm_install(xfrm, &sa, &differs), -EINVAL, "refused");
	is_num(fake.requests, 1, "not for the window: not tried again");
	is_str(xp_xfrm_text(xfrm), "Requested AEAD algorithm not found",
	       "the kernel's words");
	fake_forget();
	fake_errno(-EINVAL, NULL);
	sa.sa.flags = 0;
	is_num(xp_xfrm_install(xfrm, &sa, &differs), -EINVAL, "without ESN");
	is_num(fake.requests, 1, "once");
}

static int seen;

static void count_event(const struct xp_xfrm_event *event, void *arg)
{
	seen += event->type == XP_XFRM_ACQUIRE && event->acquire.cpu == 3;
	(void)arg;
}

static struct wire *answer_acquire(void)
{
	struct wire *wire = &fake_answer()->wire;

	wire_xfrm_acquire(wire);
	wire_u32(wire, XP_XFRMA_SA_PCPU, 3);
	return wire;
}

static void listen_events(void)
{
	struct xp_xfrm_events *events;

	if (!ok(!xp_xfrm_events_from_socket(&events, fake_socket()),
		"listener"))
		return;
	fake_forget();
	answer_acquire();
	is_num(xp_xfrm_events_read(events, count_event, NULL), 0, "event");
	is_num(seen, 1, "it is reported");
	ok(fake_is_wiped(), "and wiped");
	fake_answer()->err = -ENOBUFS;
	is_num(xp_xfrm_events_read(events, count_event, NULL), -ENOBUFS,
	       "loss");
	answer_acquire()->nlh.nlmsg_len -= 4;
	is_num(xp_xfrm_events_read(events, count_event, NULL), -EBADMSG,
	       "malformed event");
	answer_acquire()->nlh.nlmsg_type = XFRM_MSG_MAX + 1;
	is_num(xp_xfrm_events_read(events, count_event, NULL), 0,
	       "unknown event");
	answer_acquire();
	fake.answers[fake.nr_answers - 1].from = 4711;
	is_num(xp_xfrm_events_read(events, count_event, NULL), 0,
	       "forged event");
	is_num(seen, 1, "none of them is reported");
	answer_acquire();
	is_num(xp_xfrm_events_read(events, count_event, NULL), 0, "event");
	is_num(seen, 2, "listening went on");
	xp_xfrm_events_close(events);
	xp_xfrm_events_close(NULL);
}

void test_xfrm(void)
{
	struct xp_xfrm *xfrm;

	if (!ok(!xp_xfrm_from_socket(&xfrm, fake_socket()), "client"))
		return;
	dumps(xfrm);
	wiped(xfrm);
	knows(xfrm);
	install(xfrm);
	xp_xfrm_close(xfrm);
	xp_xfrm_close(NULL);
	listen_events();
}

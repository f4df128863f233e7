// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "protocol/lines.h"
#include "protocol/order.h"
#include "protocol/request.h"
#include "tap.h"
#include "text/value.h"

static struct pr_reader reader;

static void feed(const char *text, size_t length)
{
	char *at;
	size_t room = pr_reader_room(&reader, &at);

	if (!ok(room >= length, "there is room for %zu bytes", length))
		return;
	memcpy(at, text, length);
	pr_reader_fed(&reader, length);
}

static int next_of(const char *text, struct pr_message *message)
{
	memset(&reader, 0, sizeof(reader));
	feed(text, strlen(text));
	return pr_reader_next(&reader, message);
}

static void framing(void)
{
	static const char two[] = "a=1\nb-2=\n\n\n\nc= x = y\n\nd=";
	struct pr_message message;

	memset(&reader, 0, sizeof(reader));
	for (size_t i = 0; i < strlen("a=1\nb-2=\n"); i++) {
		feed(two + i, 1);
		if (pr_reader_next(&reader, &message))
			ok(false, "a message is not whole after %zu bytes", i);
	}
	feed(two + 9, sizeof(two) - 10);
	is_num(pr_reader_next(&reader, &message), 1, "the first message");
	is_num(message.count, 2, "two lines");
	is_str(pr_get(&message, "a"), "1", "a value");
	is_str(pr_get(&message, "b-2"), "", "an empty value");
	ok(!pr_get(&message, "c"), "nothing of the next one");
	is_num(pr_reader_next(&reader, &message), 1,
	       "the second, after empty lines");
	is_str(pr_get(&message, "c"), " x = y", "all behind the first =");
	is_num(pr_reader_next(&reader, &message), 0, "the third is not whole");
	feed("1\n\n", 3);
	is_num(pr_reader_next(&reader, &message), 1, "now it is");
	is_str(pr_get(&message, "d"), "1", "from two parts");
}

static void wiped(void)
{
	struct pr_message message;
	char *at;

	next_of("key=secret\n\n", &message);
	pr_reader_room(&reader, &at);
	for (size_t i = 0; i < 12; i++)
		if (reader.text[i])
			ok(false, "what was handed out is overwritten");
	ok(at == reader.text, "what was handed out is gone");
}

static void bad_lines(void)
{
	static const char *const bad[] = {
		"a\n\n",       "=1\n\n",
		"A=1\n\n",     "a b=1\n\n",
		"a=1\r\n\r\n", "a=\t\n\n",
		"a=\x80\n\n",  "a=1\na=2\n\n",
		"1a=1\n\n",    "-=1\n\n",
		"a=1\nb\n\n",  "abcdefghijklmnopqrstuvwxyzabcdef=1\n\n",
	};
	struct pr_message message;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		is_num(next_of(bad[i], &message), -EBADMSG, "bad line %zu", i);
	memset(&reader, 0, sizeof(reader));
	feed("a=\0\n\n", 5);
	is_num(pr_reader_next(&reader, &message), -EBADMSG, "a zero byte");
	is_num(next_of("abcdefghijklmnopqrstuvwxyzabcde=1\n\n", &message), 1,
	       "a key of 31");
}

static void limits(void)
{
	static char text[PR_MESSAGE_MAX + 2];
	struct pr_message message;
	size_t used = 0;

	memset(text, 'x', sizeof(text));
	memcpy(text, "a=", 2);
	memcpy(text + PR_LINE_MAX - 1, "\n\n", 3);
	is_num(next_of(text, &message), 1, "the longest line");
	memset(text, 'x', sizeof(text));
	memcpy(text, "a=", 2);
	text[PR_LINE_MAX + 1] = '\0';
	is_num(next_of(text, &message), -EMSGSIZE,
	       "a longer one, though its end has not come");

	for (int i = 0; i < PR_LINES_MAX; i++)
		used += sprintf(text + used, "k%d=\n", i);
	strcpy(text + used, "\n");
	is_num(next_of(text, &message), 1, "as many lines as may be");
	strcpy(text + used, "one-more=\n\n");
	is_num(next_of(text, &message), -EMSGSIZE, "one more");

	used = 0;
	for (int i = 0; used < PR_MESSAGE_MAX; i++)
		used += sprintf(text + used, "k%04d=%01017d\n", i, 0);
	text[PR_MESSAGE_MAX] = '\0';
	is_num(next_of(text, &message), -EMSGSIZE,
	       "a message that does not end");
}

/* Read one message; what was wrong, "" if nothing. */
static const char *request(const char *text, struct pr_request *result)
{
	static char error[160];
	struct pr_message message;

	memset(result, 0, sizeof(*result));
	error[0] = '\0';
	if (next_of(text, &message) != 1)
		return "no message";
	pr_request_read(&message, result, error, sizeof(error));
	return error;
}

/* A notify that fills its line, and one that does not fit. */
static void long_notify(void)
{
	static const char start[] = "message=ask\nquestion=1\nike=2\nby=peer\n"
				    "notify=000003fc0000403c";
	char text[2 * PR_LINE_MAX];
	struct pr_request r;
	size_t line = strlen("notify=000003fc0000403c");

	memset(text, 'a', sizeof(text));
	memcpy(text, start, strlen(start));
	strcpy(text + strlen(start) - line + PR_LINE_MAX - 1, "\n\n");
	is_str(request(text, &r), "", "R9: the longest identifier");
	ok(r.event.ask.info && !r.note, "R9: is as good as none");
	memset(text + strlen(start), 'a', PR_LINE_MAX);
	strcpy(text + strlen(start) - line + PR_LINE_MAX, "\n\n");
	is_str(request(text, &r), "no message", "one that is longer");
}

static void requests(void)
{
	struct pr_request r;

	is_str(request("message=failed\njob=1\nnotify=0000000800000030\n\n",
		       &r),
	       "", "failed");
	ok(r.event.fail.reason == LG_MAX_QUEUE && !r.note, "TS_MAX_QUEUE");
	is_str(request("message=failed\njob=1\nnotify=0000000800000e\n\n", &r),
	       "", "failed");
	ok(r.event.fail.reason == LG_FAILED && r.note,
	   "what is cut off is for the log");
	is_str(request("message=failed\njob=1\nnotify=000000080000000e\n\n",
		       &r),
	       "", "failed");
	ok(r.event.fail.reason == LG_FAILED && !r.note, "another error");

	is_str(request("message=hello\nversion=1\nsong=la\n\n", &r), "",
	       "keys that are not known are ignored");
	ok(r.kind == PR_HELLO && r.event.type == LG_DAEMON_UP &&
		   !r.event.daemon.rekeys,
	   "hello");
	is_str(request("message=hello\n\n", &r),
	       "version: expected a value, there is none",
	       "hello without version");
	is_str(request("version=2\nmessage=hello\n\n", &r),
	       "version: expected 1", "another version");
	is_str(request("a=1\n\n", &r), "message: expected one that is known",
	       "a message without name");
	is_str(request("message=ask\nquestion=1\nike=2\n\n", &r),
	       "by: expected a value, there is none", "a key is missing");
	is_str(request("message=ask\nquestion=1\nike=2\nby=me\n\n", &r),
	       "by: expected us or peer", "another word");
	is_str(request("message=ask\nquestion=1\nike=2\nby=us\nreqid=0x100000000\n\n",
		       &r),
	       "reqid: expected a decimal number, or 0x and a hexadecimal one",
	       "a number that is too large");
	is_str(request("message=child-down\nike=1\nspi-in=0\nby=us\n\n", &r),
	       "spi-in: expected an SPI that is not 0", "SPI 0");
	is_str(request("message=child-up\nike=1\nspi-in=1\nspi-out=2\nreqid=0\n\n",
		       &r),
	       "reqid: expected a number that is not 0",
	       "an SA of no pair of selectors");
	is_str(request("message=child-up\nike=1\nspi-in=1\nspi-out=2\nreqid=3\nlimit=0\n\n",
		       &r),
	       "limit: expected a number from 1 to 4294967295", "limit 0");
	is_str(request("message=child-up\nike=1\nspi-in=1\nspi-out=2\nreqid=3\nmode=soon\n\n",
		       &r),
	       "mode: expected at-once or on-demand", "another mode");
	is_str(request("message=child-up\nike=1\nspi-in=1\nspi-out=2\nreqid=3\nlimit=5\nmode=on-demand\n\n",
		       &r),
	       "", "how a group is served");
	ok(r.event.child_up.limit == 5 &&
		   r.event.child_up.mode == LG_MODE_ON_DEMAND,
	   "limit and mode");
	is_str(request("message=child-up\nike=1\nspi-in=1\nspi-out=2\nreqid=3\nmode=at-once\n\n",
		       &r),
	       "", "at once");
	ok(!r.event.child_up.limit && r.event.child_up.mode == LG_MODE_AT_ONCE,
	   "without a limit");
	is_str(request("message=child-down\nike=1\nspi-in=9\nby=expiry\n\n",
		       &r),
	       "", "an end");
	ok(r.event.type == LG_CHILD_DOWN &&
		   r.event.child_down.end == LG_EXPIRED,
	   "by expiry");
	is_str(request("message=failed\njob=1\nquestion=1\nreason=other\n\n",
		       &r),
	       "job or question: expected one of them", "both");
	is_str(request("message=failed\njob=18\nreason=ts-max-queue\n\n", &r),
	       "", "a failure");
	ok(r.event.fail.ref.kind == LG_JOB && r.event.fail.ref.id == 18 &&
		   r.event.fail.reason == LG_MAX_QUEUE,
	   "of a job, with TS_MAX_QUEUE");
	is_str(request("message=failed\njob=18\nnotify=0000000803040030\n\n",
		       &r),
	       "", "R19: the peer's TS_MAX_QUEUE, as it came");
	is_num(r.event.fail.reason, LG_MAX_QUEUE, "R19, R31: is understood");
	request("message=failed\njob=18\nnotify=0000000800000023\n\n", &r);
	ok(r.event.type == LG_FAIL && r.event.fail.reason == LG_FAILED,
	   "another notify is another reason");
	is_str(request("message=failed\njob=18\n\n", &r),
	       "reason: expected a value, there is none", "neither");
	is_str(request("message=ike-up\nike=1\nlocal=::1\npeer=x\n\n", &r),
	       "peer: expected an IPv4 or IPv6 address", "no address");
	is_str(request("message=move\nike=1\nspi-in=2\ncpu=3\ndirection=out\n\n",
		       &r),
	       "", "a move");
	ok(r.kind == PR_MOVE && r.event.move.cpu == 3 &&
		   r.event.move.directions == LG_OUT,
	   "of one direction");
	is_str(request("message=status\n\n", &r), "", "a status");
	is_num(r.kind, PR_STATUS, "is not for the logic");
	is_str(request("message=install\nquestion=4\nike=1\nspi-in=2\nspi-out=3\nproto=ah\nmark-in=1/2\ncan-hold=yes\n\n",
		       &r),
	       "", "an installation");
	ok(r.event.install.proto == IPPROTO_AH && r.event.install.can_hold &&
		   r.event.install.mark_in.mask == 2 &&
		   r.event.install.ref.kind == LG_QUESTION,
	   "with all that it has");
}

#define INSTALL \
	"message=install\nquestion=4\nike=1\nspi-in=2\nspi-out=3\nby=helper\n"

static void installs(void)
{
	static const struct xp_install blank;
	struct pr_request r;

	is_str(request(INSTALL
		       "reqid=9\nmode=transport\naead=rfc4106(gcm(aes))\naead-icv=128\n"
		       "aead-key-in=0102\naead-key-out=030405\nesn=yes\nupdate-in=yes\n"
		       "replay-window=64\nset-mark-out=5\nencap-local=4500\n"
		       "encap-peer=1234\nhard-seconds=60\n\n",
		       &r),
	       "", "an installation by the helper");
	ok(r.event.install.by_helper && r.in.sa.reqid == 9 &&
		   r.out.sa.reqid == 9,
	   "with its reqid");
	ok(r.in.aead.key_len == 2 && !memcmp(r.in.aead.key, "\1\2", 2) &&
		   r.out.aead.key_len == 3 &&
		   !memcmp(r.out.aead.key, "\3\4\5", 3),
	   "each SA has its key");
	ok(r.in.sa.mode == XFRM_MODE_TRANSPORT &&
		   r.out.sa.mode == XFRM_MODE_TRANSPORT &&
		   r.in.aead.trunc_bits == 128 && r.out.aead.trunc_bits == 128,
	   "both have what they share");
	ok(r.in.sa.flags & XFRM_STATE_ESN && r.out.sa.flags & XFRM_STATE_ESN &&
		   r.in.sa.replay_window == 64 && !r.out.sa.replay_window,
	   "only the inbound one has a replay window");
	ok(r.in.is_update && !r.out.is_update, "only it is filled");
	ok(!r.in.set_mark.mask && r.out.set_mark.value == 5,
	   "a mark of one direction");
	ok(r.in.encap_sport == 1234 && r.in.encap_dport == 4500 &&
		   r.out.encap_sport == 4500 && r.out.encap_dport == 1234,
	   "ports, the sender's first");
	ok(r.in.sa.cpu == LG_CPU_NONE && r.out.sa.cpu == LG_CPU_NONE,
	   "no CPU yet");
	pr_request_wipe(&r);
	ok(!memcmp(&r.in, &blank, sizeof(blank)) &&
		   !memcmp(&r.out, &blank, sizeof(blank)),
	   "wiped");

	is_str(request(INSTALL "aead-key-in=0102\n\n", &r),
	       "reqid: expected a value, there is none",
	       "the reqid is not known otherwise");
	is_str(request(INSTALL "reqid=0\naead-key-in=0102\n\n", &r),
	       "reqid: expected a number that is not 0", "nor is it 0");
	is_str(request(INSTALL
		       "reqid=9\naead-key-in=0102\naead-key-out=03x\n\n",
		       &r),
	       "aead-key-out: expected hexadecimal digits, two for each byte",
	       "what is no key is not repeated");
	ok(!memcmp(&r.in, &blank, sizeof(blank)), "and nothing is kept");
	is_str(request(INSTALL "reqid=9\nesn=maybe\n\n", &r),
	       "esn: expected yes or no", "a switch");
	is_str(request("message=install\nquestion=4\nike=1\nspi-in=2\nspi-out=3\naead-key-in=01\n\n",
		       &r),
	       "", "keys without by=helper");
	ok(!r.event.install.by_helper && !r.in.aead.key_len,
	   "are not looked at");
}

static void notifies(void)
{
	static const struct {
		const char *hex;
		bool info;
		const char *what;
	} notify[] = {
		{ "000000080000403c", true, "R18: without data" },
		{ "0000000a0304403cffff", true, "R19: protocol and SPI size" },
		{ "0000000800000030", false, "R20: TS_MAX_QUEUE is no offer" },
		{ "0000000900000403c0", false, "R17: shifted" },
		{ "00000008", false, "cut" },
		{ "", false, "empty" },
		{ "0000000800004", false, "half a byte" },
	};
	struct pr_request r;
	char text[256];

	for (size_t i = 0; i < sizeof(notify) / sizeof(*notify); i++) {
		snprintf(
			text, sizeof(text),
			"message=ask\nquestion=1\nike=1\nby=peer\nnotify=%s\n\n",
			notify[i].hex);
		is_str(request(text, &r), "", "a notify is no error: %s",
		       notify[i].what);
		ok(r.event.ask.info == notify[i].info &&
			   !r.note == notify[i].info,
		   "it is an offer, or something for the log: %s",
		   notify[i].what);
	}
}

static void peers_identifier(void)
{
	struct pr_request first, second;

	request("message=ask\nquestion=1\nike=1\nby=peer\nnotify=000000090000403c01\n\n",
		&first);
	request("message=ask\nquestion=1\nike=1\nby=peer\nnotify=0000000a0000403c0302\n\n",
		&second);
	ok(first.event.ask.info &&
		   !memcmp(&first.event, &second.event, sizeof(first.event)),
	   "R9: the peer's identifier makes no difference");
}

static struct xp_addr address(const char *text)
{
	struct xp_addr addr = { .family = 0 };

	ok(!text_address(text, &addr), "%s is an address", text);
	return addr;
}

static void orders(void)
{
	struct lg_action action = { .type = LG_ANSWER,
				    .ref = { LG_QUESTION, 5 },
				    .verdict = LG_REFUSE,
				    .has_identifier = true,
				    .cpu = LG_CPU_NONE,
				    .cpu_in = LG_CPU_NONE };
	char text[PR_MESSAGE_MAX];

	ok(pr_order_write(&action, text, sizeof(text)) > 0, "an answer");
	is_str(text,
	       "message=answer\nquestion=5\nverdict=refuse\nnotify=0000000800000030\n\n",
	       "R20, R31: a refusal is TS_MAX_QUEUE");
	action.verdict = LG_ACCEPT;
	action.cpu = 0;
	memset(action.identifier, 0x5a, sizeof(action.identifier));
	pr_order_write(&action, text, sizeof(text));
	is_str(text,
	       "message=answer\nquestion=5\nverdict=accept\ncpu-out=0\nnotify=000000100000403c5a5a5a5a5a5a5a5a\n\n",
	       "R17, R18: acceptance carries SA_RESOURCE_INFO");
	is_num(pr_order_write(&action, text, 20), -EMSGSIZE, "a small buffer");
	action.type = LG_NEGOTIATE;
	action.ref = (struct lg_ref){ LG_JOB, 6 };
	action.ike = 7;
	action.reqid = 8;
	action.has_identifier = false;
	pr_order_write(&action, text, sizeof(text));
	is_str(text,
	       "message=negotiate\njob=6\nike=7\nreqid=8\ncpu-out=0\nnotify=000000080000403c\n\n",
	       "no packet is at hand");
	action.packet = (struct xp_packet){ .src = address("10.1.0.1"),
					    .dst = address("fd00::1"),
					    .proto = 17,
					    .sport = 40000 };
	pr_order_write(&action, text, sizeof(text));
	ok(strstr(text, "\npacket-src=10.1.0.1 17 40000\n"
			"packet-dst=fd00::1 17 0\n\n"),
	   "R15: a packet is");
	action.type = LG_SET_FLAG;
	is_num(pr_order_write(&action, text, sizeof(text)), 0,
	       "what is the kernel's is not told the daemon");
	ok(pr_error_write("two\nlines", text, sizeof(text)) == -EMSGSIZE,
	   "a value of two lines cannot be sent");
}

void test_protocol(void)
{
	framing();
	wiped();
	bad_lines();
	limits();
	requests();
	long_notify();
	installs();
	notifies();
	peers_identifier();
	orders();
}

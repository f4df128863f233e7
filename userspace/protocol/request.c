// SPDX-License-Identifier: GPL-2.0-or-later
#include "request.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ike/notify.h"
#include "sas.h"
#include "text/value.h"

/* No line has room for a longer one. */
#define NOTIFY_MAX (PR_LINE_MAX / 2)

/**
 * struct reading - a message that is being read
 * @message: the message
 * @request: where it goes
 * @error: what was wrong first
 * @size: bytes at @error
 * @failed: something was wrong
 */
struct reading {
	const struct pr_message *message;
	struct pr_request *request;
	char *error;
	size_t size;
	bool failed;
};

static void wrong(struct reading *r, const char *key, const char *expected)
{
	if (!r->failed)
		snprintf(r->error, r->size, "%s: expected %s", key, expected);
	r->failed = true;
}

/* The value of a key that must be there. */
static const char *need(struct reading *r, const char *key)
{
	const char *value = pr_get(r->message, key);

	if (!value)
		wrong(r, key, "a value, there is none");
	return value;
}

/* A number, 0 if it is not there. */
static uint64_t number(struct reading *r, const char *key, uint64_t most)
{
	const char *text = pr_get(r->message, key);
	uint64_t value = 0;

	if (text && text_number(text, most, &value))
		wrong(r, key, "a decimal number, or 0x and a hexadecimal one");
	return value;
}

static uint64_t need_number(struct reading *r, const char *key, uint64_t most)
{
	return need(r, key) ? number(r, key, most) : 0;
}

static uint32_t need_spi(struct reading *r, const char *key)
{
	uint32_t spi = need_number(r, key, UINT32_MAX);

	if (!spi)
		wrong(r, key, "an SPI that is not 0");
	return spi;
}

static uint32_t need_reqid(struct reading *r)
{
	uint32_t reqid = need_number(r, "reqid", UINT32_MAX);

	if (!reqid)
		wrong(r, "reqid", "a number that is not 0");
	return reqid;
}

static struct lg_child_name need_child(struct reading *r)
{
	return (struct lg_child_name){
		.ike = need_number(r, "ike", UINT64_MAX),
		.spi_in = need_spi(r, "spi-in"),
	};
}

/* One of two words; the second if the key is not there. */
static bool either(struct reading *r, const char *key, const char *first,
		   const char *second)
{
	const char *text = pr_get(r->message, key);

	if (text && strcmp(text, first) && strcmp(text, second)) {
		char expected[64];

		snprintf(expected, sizeof(expected), "%s or %s", first, second);
		wrong(r, key, expected);
	}
	return text && !strcmp(text, first);
}

static bool yes(struct reading *r, const char *key)
{
	return either(r, key, "yes", "no");
}

static bool by_us(struct reading *r)
{
	return need(r, "by") && either(r, "by", "us", "peer");
}

static void address(struct reading *r, const char *key, struct xp_addr *addr)
{
	const char *text = need(r, key);

	if (text && text_address(text, addr))
		wrong(r, key, "an IPv4 or IPv6 address");
}

static struct xp_mark mark(struct reading *r, const char *key)
{
	const char *text = pr_get(r->message, key);
	struct xp_mark result = { 0 };

	if (text && text_mark(text, &result))
		wrong(r, key, "VALUE/MASK");
	return result;
}

static uint8_t proto(struct reading *r)
{
	return either(r, "proto", "ah", "esp") ? IPPROTO_AH : IPPROTO_ESP;
}

static const char *properties(struct reading *r)
{
	const char *text = pr_get(r->message, "properties");

	if (text && strlen(text) > LG_PROPERTIES_MAX)
		wrong(r, "properties", "at most 255 characters");
	return text;
}

/* "job" or "question". */
static struct lg_ref ref(struct reading *r, bool needed)
{
	bool job = pr_get(r->message, "job");
	bool question = pr_get(r->message, "question");

	if ((job && question) || (needed && !job && !question))
		wrong(r, "job or question", "one of them");
	if (job)
		return (struct lg_ref){ LG_JOB, number(r, "job", UINT64_MAX) };
	if (question)
		return (struct lg_ref){ LG_QUESTION,
					number(r, "question", UINT64_MAX) };
	return (struct lg_ref){ LG_NO_REF, 0 };
}

/* Type of the peer's notify, 0 if it is of no use here, -EBADMSG if it is none. */
static int notify_type(struct reading *r)
{
	const char *text = pr_get(r->message, "notify");
	struct ike_notify notify;
	uint8_t payload[NOTIFY_MAX];
	size_t length;
	int err;

	if (!text)
		return 0;
	if (text_hex(text, payload, sizeof(payload), &length))
		return -EBADMSG;
	err = ike_notify_read(payload, length, &notify);
	if (err)
		return err == -EBADMSG ? err : 0;
	return notify.type;
}

/* What cannot be understood stands for a peer that does not know RFC 9611. */
static bool info(struct reading *r)
{
	if (!pr_get(r->message, "notify"))
		return false;
	if (notify_type(r) == IKE_SA_RESOURCE_INFO)
		return true;
	r->request->note =
		"the peer's notify is no SA_RESOURCE_INFO: it is taken for a peer without RFC 9611";
	return false;
}

/* 0 if it is not there. */
static uint32_t limit(struct reading *r)
{
	uint32_t limit = number(r, "limit", UINT32_MAX);

	if (!limit && pr_get(r->message, "limit"))
		wrong(r, "limit", "a number from 1 to 4294967295");
	return limit;
}

static enum lg_mode mode(struct reading *r)
{
	if (!pr_get(r->message, "mode"))
		return LG_MODE_DEFAULT;
	return either(r, "mode", "at-once", "on-demand") ? LG_MODE_AT_ONCE
							 : LG_MODE_ON_DEMAND;
}

/* Both SAs, for the helper to install. */
static void sas(struct reading *r)
{
	uint32_t reqid = need_reqid(r);

	if (!r->failed && pr_sas_read(r->message, &r->request->in,
				      &r->request->out, r->error, r->size))
		r->failed = true;
	r->request->in.sa.reqid = reqid;
	r->request->out.sa.reqid = reqid;
}

static void read_hello(struct reading *r)
{
	struct lg_event *event = &r->request->event;

	r->request->kind = PR_HELLO;
	need(r, "version");
	event->type = LG_DAEMON_UP;
	event->daemon.rekeys = yes(r, "rekeys");
}

static void read_ike_up(struct reading *r)
{
	struct lg_event *event = &r->request->event;

	event->type = LG_IKE_UP;
	event->ike_up.ike = need_number(r, "ike", UINT64_MAX);
	event->ike_up.replaces = number(r, "replaces", UINT64_MAX);
	address(r, "local", &event->ike_up.local);
	address(r, "peer", &event->ike_up.peer);
}

static void read_ike_down(struct reading *r)
{
	struct lg_event *event = &r->request->event;

	event->type = LG_IKE_DOWN;
	event->ike_down = need_number(r, "ike", UINT64_MAX);
}

static void read_ask(struct reading *r)
{
	struct lg_event *event = &r->request->event;

	event->type = LG_ASK;
	event->ask.id = need_number(r, "question", UINT64_MAX);
	event->ask.ike = need_number(r, "ike", UINT64_MAX);
	event->ask.reqid = number(r, "reqid", UINT32_MAX);
	event->ask.replaces = number(r, "replaces", UINT32_MAX);
	event->ask.ours = by_us(r);
	event->ask.info = info(r);
	event->ask.properties = properties(r);
}

static void read_install(struct reading *r)
{
	struct lg_event *event = &r->request->event;

	event->type = LG_INSTALL;
	event->install.ref = ref(r, true);
	event->install.child = need_child(r);
	event->install.spi_out = need_spi(r, "spi-out");
	event->install.proto = proto(r);
	event->install.mark_in = mark(r, "mark-in");
	event->install.mark_out = mark(r, "mark-out");
	event->install.can_hold = yes(r, "can-hold");
	event->install.by_helper = either(r, "by", "helper", "daemon");
	if (event->install.by_helper)
		sas(r);
}

static void read_child_up(struct reading *r)
{
	struct lg_event *event = &r->request->event;
	bool again = yes(r, "again");

	event->type = LG_CHILD_UP;
	event->child_up.ref = ref(r, false);
	event->child_up.child = need_child(r);
	event->child_up.spi_out = need_spi(r, "spi-out");
	event->child_up.reqid = need_reqid(r);
	event->child_up.replaces = number(r, "replaces", UINT32_MAX);
	event->child_up.cpu_in = LG_CPU_NONE;
	event->child_up.cpu_out = LG_CPU_NONE;
	event->child_up.proto = proto(r);
	event->child_up.mark_in = mark(r, "mark-in");
	event->child_up.mark_out = mark(r, "mark-out");
	event->child_up.info = info(r) || again;
	event->child_up.host = yes(r, "host");
	event->child_up.limit = limit(r);
	event->child_up.mode = mode(r);
	event->child_up.properties = properties(r);
}

static void read_child_down(struct reading *r)
{
	struct lg_event *event = &r->request->event;
	const char *by = need(r, "by");

	event->type = LG_CHILD_DOWN;
	event->child_down.child = need_child(r);
	if (by && !strcmp(by, "expiry"))
		event->child_down.end = LG_EXPIRED;
	else
		event->child_down.end = by_us(r) ? LG_BY_US : LG_BY_PEER;
}

static void read_failed(struct reading *r)
{
	struct lg_event *event = &r->request->event;
	int type = notify_type(r);

	event->type = LG_FAIL;
	event->fail.ref = ref(r, true);
	event->fail.reason = LG_FAILED;
	if (type < 0)
		r->request->note =
			"the error that the peer answered with is no notify: it is not taken for TS_MAX_QUEUE";
	if (pr_get(r->message, "notify")
		    ? type == IKE_TS_MAX_QUEUE
		    : need(r, "reason") &&
			      either(r, "reason", "ts-max-queue", "other"))
		event->fail.reason = LG_MAX_QUEUE;
}

static void read_move(struct reading *r)
{
	struct lg_event *event = &r->request->event;
	const char *direction = pr_get(r->message, "direction");

	r->request->kind = PR_MOVE;
	event->type = LG_MOVE;
	event->move.child = need_child(r);
	event->move.cpu = need_number(r, "cpu", UINT32_MAX);
	event->move.directions = LG_IN | LG_OUT;
	if (direction)
		event->move.directions =
			either(r, "direction", "in", "out") ? LG_IN : LG_OUT;
}

static void read_status(struct reading *r)
{
	r->request->kind = PR_STATUS;
}

static const struct {
	const char *name;
	void (*read)(struct reading *r);
} messages[] = {
	{ "hello", read_hello },
	{ "ike-up", read_ike_up },
	{ "ike-down", read_ike_down },
	{ "ask", read_ask },
	{ "install", read_install },
	{ "child-up", read_child_up },
	{ "child-down", read_child_down },
	{ "failed", read_failed },
	{ "move", read_move },
	{ "status", read_status },
};

void pr_request_wipe(struct pr_request *request)
{
	explicit_bzero(request, sizeof(*request));
}

int pr_request_read(const struct pr_message *message,
		    struct pr_request *request, char *error, size_t size)
{
	struct pr_request result = { .kind = PR_EVENT };
	struct reading r = { message, &result, error, size, false };
	const char *name = pr_get(message, "message");
	const char *version = pr_get(message, "version");
	uint64_t number_of_version = PR_VERSION;

	if (version && (text_number(version, UINT32_MAX, &number_of_version) ||
			number_of_version != PR_VERSION)) {
		snprintf(error, size, "version: expected %d", PR_VERSION);
		return -EOPNOTSUPP;
	}
	for (size_t i = 0; name && i < sizeof(messages) / sizeof(*messages);
	     i++) {
		if (strcmp(messages[i].name, name))
			continue;
		messages[i].read(&r);
		if (!r.failed)
			*request = result;
		pr_request_wipe(&result);
		return r.failed ? -EINVAL : 0;
	}
	snprintf(error, size, "message: expected one that is known");
	return -EOPNOTSUPP;
}

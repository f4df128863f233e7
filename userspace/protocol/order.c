// SPDX-License-Identifier: GPL-2.0-or-later
#include "order.h"

#include <arpa/inet.h>
#include <inttypes.h>

#include "ike/notify.h"
#include "request.h"

static void put_ref(struct pr_writer *w, const struct lg_ref *ref)
{
	if (ref->kind != LG_NO_REF)
		pr_put(w, ref->kind == LG_JOB ? "job" : "question", "%" PRIu64,
		       ref->id);
}

static void put_ike(struct pr_writer *w, uint64_t ike)
{
	pr_put(w, "ike", "%" PRIu64, ike);
}

static void put_child(struct pr_writer *w, const struct lg_child_name *child)
{
	put_ike(w, child->ike);
	pr_put(w, "spi-in", "0x%08" PRIx32, child->spi_in);
}

/* A fallback has none. */
static void put_cpus(struct pr_writer *w, uint32_t cpu_in, uint32_t cpu_out)
{
	if (cpu_in != LG_CPU_NONE)
		pr_put(w, "cpu-in", "%" PRIu32, cpu_in);
	if (cpu_out != LG_CPU_NONE)
		pr_put(w, "cpu-out", "%" PRIu32, cpu_out);
}

static void put_notify(struct pr_writer *w, uint16_t type,
		       const struct lg_action *action)
{
	uint8_t payload[IKE_NOTIFY_HEADER + LG_IDENTIFIER_SIZE];
	bool data = type == IKE_SA_RESOURCE_INFO && action->has_identifier;
	int length = ike_notify_write(payload, sizeof(payload), type,
				      action->identifier,
				      data ? LG_IDENTIFIER_SIZE : 0);

	if (length < 0)
		w->failed = true;
	else
		pr_put_hex(w, "notify", payload, length);
}

static void put_answer(struct pr_writer *w, const struct lg_action *action)
{
	static const char *const words[] = {
		[LG_ORDINARY] = "ordinary",
		[LG_ACCEPT] = "accept",
		[LG_REFUSE] = "refuse",
	};

	put_ref(w, &action->ref);
	pr_put(w, "verdict", "%s", words[action->verdict]);
	put_cpus(w, action->cpu_in, action->cpu);
	if (action->verdict == LG_ACCEPT)
		put_notify(w, IKE_SA_RESOURCE_INFO, action);
	else if (action->verdict == LG_REFUSE)
		put_notify(w, IKE_TS_MAX_QUEUE, action);
}

/* What became of SAs that the helper installs. */
static void put_installed(struct pr_writer *w, const struct lg_action *action)
{
	if (!action->by_helper)
		return;
	pr_put(w, "installed", "%s", action->error ? "no" : "yes");
	if (!action->error)
		return;
	pr_put(w, "error", "%d", -action->error);
	pr_put(w, "text", "%s", action->text);
}

/* One side of a packet, in the words of a traffic selector. */
static void put_side(struct pr_writer *w, const char *key,
		     const struct xp_addr *addr, uint8_t proto, uint16_t port)
{
	char text[INET6_ADDRSTRLEN];

	if (inet_ntop(addr->family, &addr->v4, text, sizeof(text)))
		pr_put(w, key, "%s %u %u", text, proto, port);
}

static void put_packet(struct pr_writer *w, const struct xp_packet *packet)
{
	put_side(w, "packet-src", &packet->src, packet->proto, packet->sport);
	put_side(w, "packet-dst", &packet->dst, packet->proto, packet->dport);
}

static struct pr_writer begin(char *text, size_t room, const char *name)
{
	struct pr_writer w = { .text = text, .room = room };

	pr_put(&w, "message", "%s", name);
	return w;
}

int pr_order_write(const struct lg_action *action, char *text, size_t room)
{
	struct pr_writer w;

	switch (action->type) {
	case LG_NEGOTIATE:
		w = begin(text, room, "negotiate");
		put_ref(&w, &action->ref);
		put_ike(&w, action->ike);
		pr_put(&w, "reqid", "%" PRIu32, action->reqid);
		put_cpus(&w, action->cpu_in, action->cpu);
		put_notify(&w, IKE_SA_RESOURCE_INFO, action);
		put_packet(&w, &action->packet);
		break;
	case LG_REKEY:
		w = begin(text, room, "rekey");
		put_ref(&w, &action->ref);
		put_child(&w, &action->child);
		put_cpus(&w, action->cpu_in, action->cpu);
		put_notify(&w, IKE_SA_RESOURCE_INFO, action);
		break;
	case LG_ANSWER:
		w = begin(text, room, "answer");
		put_answer(&w, action);
		break;
	case LG_GO:
		w = begin(text, room, "go");
		put_ref(&w, &action->ref);
		put_cpus(&w, action->cpu_in, action->cpu);
		pr_put(&w, "hold", "%s", action->hold ? "yes" : "no");
		put_installed(&w, action);
		break;
	case LG_RELEASE:
		w = begin(text, room, "release");
		put_child(&w, &action->child);
		put_installed(&w, action);
		break;
	case LG_DELETE:
		w = begin(text, room, "delete");
		put_child(&w, &action->child);
		break;
	case LG_MOVED:
		w = begin(text, room, "moved");
		pr_put(&w, "error", "%d", -action->error);
		pr_put(&w, "text", "%s", action->text);
		break;
	case LG_EXPECT:
	case LG_SET_CPU:
	case LG_INSTALL_SA:
	case LG_READ_USE:
	case LG_SET_FLAG:
	case LG_LOG:
	default:
		return 0;
	}
	return pr_end(&w);
}

int pr_hello_write(enum lg_kernel kernel, char *text, size_t room)
{
	static const char *const words[] = {
		[LG_KERNEL_STOCK] = "stock",
		[LG_KERNEL_MODULE] = "module",
		[LG_KERNEL_NATIVE] = "native",
	};
	struct pr_writer w = { .text = text, .room = room };

	pr_put(&w, "version", "%d", PR_VERSION);
	pr_put(&w, "message", "hello");
	pr_put(&w, "kernel", "%s", words[kernel]);
	return pr_end(&w);
}

int pr_error_write(const char *about, char *text, size_t room)
{
	struct pr_writer w = begin(text, room, "error");

	pr_put(&w, "text", "%s", about);
	return pr_end(&w);
}

int pr_child_write(const struct lg_view *view, char *text, size_t room)
{
	struct pr_writer w = begin(text, room, view ? "child" : "end");

	if (view) {
		put_child(&w, &view->name);
		pr_put(&w, "spi-out", "0x%08" PRIx32, view->spi_out);
		pr_put(&w, "reqid", "%" PRIu32, view->reqid);
		put_cpus(&w, view->cpu_in, view->cpu_out);
		pr_put(&w, "age-ms", "%" PRIu64, view->age_ms);
		pr_put(&w, "replaced", "%s", view->replaced ? "yes" : "no");
		pr_put(&w, "held", "%s", view->held ? "yes" : "no");
	}
	return pr_end(&w);
}

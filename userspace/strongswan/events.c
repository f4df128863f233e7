// SPDX-License-Identifier: GPL-2.0-or-later
#include "events.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>

#include "child.h"
#include "exchange.h"
#include "ike/notify.h"
#include "job.h"
#include "told.h"
#include "wanted.h"

#include <encoding/payloads/delete_payload.h>
#include <sa/ikev2/tasks/child_create.h>

/*
 * Without the helper a rekey goes on without its notify, and the helper is told of
 * the new SA when it is back.
 */
static void inherit(ike_sa_t *ike_sa, struct exchange *exchange)
{
	struct told_child old;

	exchange->ref.kind = REF_NONE;
	exchange->verdict.accept = exchange->replaces;
	told_child(ike_sa->get_unique_id(ike_sa), exchange->replaces, &old);
	exchange->verdict.has_cpu = !old.fallback;
}

/* Ask whether a Child SA may be, and note the answer. */
static void ask(ike_sa_t *ike_sa, struct exchange *exchange, bool ours,
		uint32_t reqid)
{
	char text[LINK_TEXT_MAX], properties[TOLD_PROPERTIES_MAX + 1];
	struct pr_writer w = link_begin(text, "ask");

	if (link_generation())
		told_ike(ike_sa, NULL, NULL);
	exchange->ref = link_question();
	if (!link_put_ref(&w, &exchange->ref)) {
		inherit(ike_sa, exchange);
		return;
	}
	pr_put(&w, "ike", "%" PRIu32, ike_sa->get_unique_id(ike_sa));
	pr_put(&w, "by", "%s", ours ? "us" : "peer");
	if (reqid)
		pr_put(&w, "reqid", "%" PRIu32, reqid);
	if (exchange->replaces)
		pr_put(&w, "replaces", "0x%08" PRIx32, exchange->replaces);
	if (exchange->offered)
		pr_put(&w, "notify", "%s", exchange->peer_notify);
	/* Chosen are they only when we answer. */
	if (!ours) {
		child_properties(exchange->child, properties,
				 sizeof(properties));
		pr_put(&w, "properties", "%s", properties);
	}
	link_ask(&w, "answer", &exchange->ref, &exchange->verdict);
	if (!exchange->verdict.accept)
		inherit(ike_sa, exchange);
}

/* A rekey is of an SA that the helper knows, or it is none of our business. */
static bool rekeys(ike_sa_t *ike_sa, message_t *message, bool ours,
		   child_sa_t **old)
{
	notify_payload_t *notify = message->get_notify(message, REKEY_SA);

	*old = NULL;
	if (!notify)
		return false;
	*old = ike_sa->get_child_sa(ike_sa, notify->get_protocol_id(notify),
				    notify->get_spi(notify), ours);
	return true;
}

static bool knows(ike_sa_t *ike_sa, child_sa_t *child)
{
	struct told_child told;

	return child && told_child(ike_sa->get_unique_id(ike_sa),
				   ntohl(child->get_spi(child, TRUE)), &told);
}

static child_sa_t *being_created(ike_sa_t *ike_sa)
{
	enumerator_t *tasks =
		ike_sa->create_task_enumerator(ike_sa, TASK_QUEUE_ACTIVE);
	child_sa_t *child = NULL;
	task_t *task;

	while (!child && tasks->enumerate(tasks, &task)) {
		if (task->get_type(task) == TASK_CHILD_CREATE) {
			child_create_t *create = (child_create_t *)task;

			child = create->get_child(create);
		}
	}
	tasks->destroy(tasks);
	return child;
}

static void take_job(struct exchange *exchange, const struct job *job)
{
	exchange->ref = job->ref;
	exchange->verdict = job->verdict;
}

static bool has_child(message_t *message)
{
	return message->get_payload(message, PLV2_SECURITY_ASSOCIATION) &&
	       message->get_payload(message, PLV2_TS_INITIATOR);
}

/* We are about to ask the peer for a Child SA. */
static void request_out(ike_sa_t *ike_sa, message_t *message)
{
	struct exchange *exchange;
	child_sa_t *old, *child;
	struct job job;

	if (!has_child(message))
		return;
	exchange = told_begin(ike_sa, true);
	if (!exchange)
		return;
	if (rekeys(ike_sa, message, true, &old)) {
		if (!knows(ike_sa, old))
			return;
		exchange->replaces = ntohl(old->get_spi(old, TRUE));
		if (job_of_rekey(ike_sa->get_unique_id(ike_sa),
				 exchange->replaces, &job))
			take_job(exchange, &job);
		else
			ask(ike_sa, exchange, true, old->get_reqid(old));
	} else {
		child = being_created(ike_sa);
		if (!child || !wanted_child(ike_sa, child->get_config(child)))
			return;
		exchange->child = child;
		if (job_of(child->get_config(child), &job))
			take_job(exchange, &job);
		else
			ask(ike_sa, exchange, true, child->get_reqid(child));
	}
	if (exchange->verdict.accept)
		exchange_write(exchange, message);
}

/* The peer answers. Without its notify the first SA is an ordinary one. */
static void response_in(ike_sa_t *ike_sa, message_t *message)
{
	struct exchange *exchange = told_exchange(ike_sa, true);

	if (!exchange || !exchange->verdict.accept)
		return;
	exchange_read(exchange, message);
	if (exchange->ref.kind == REF_QUESTION && !exchange->verdict.has_cpu &&
	    !exchange->replaces && !exchange->offered && has_child(message)) {
		DBG1(DBG_CFG,
		     "xfrm-pcpu: the peer does not know RFC 9611: the Child SA is an ordinary one");
		exchange->verdict.accept = false;
		exchange_failed(&exchange->ref, false);
	}
}

/* The peer asks for a Child SA: which one it is, charon knows at narrow(). */
static void request_in(ike_sa_t *ike_sa, message_t *message)
{
	struct exchange *exchange;
	child_sa_t *old;

	if (!has_child(message))
		return;
	exchange = told_begin(ike_sa, false);
	if (!exchange)
		return;
	exchange_read(exchange, message);
	if (!rekeys(ike_sa, message, false, &old))
		return;
	if (knows(ike_sa, old))
		exchange->replaces = ntohl(old->get_spi(old, TRUE));
	else
		exchange->offered = false;
}

/* An empty list of selectors makes charon answer TS_UNACCEPTABLE. */
static void refuse(message_t *message)
{
	notify_payload_t *notify =
		message->get_notify(message, TS_UNACCEPTABLE);

	if (notify)
		notify->set_notify_type(notify,
					(notify_type_t)IKE_TS_MAX_QUEUE);
}

/* We answer. */
static void response_out(ike_sa_t *ike_sa, message_t *message)
{
	struct exchange *exchange = told_exchange(ike_sa, false);

	if (!exchange)
		return;
	if (exchange->verdict.refuse)
		refuse(message);
	else if (exchange->verdict.accept && has_child(message))
		exchange_write(exchange, message);
	exchange->child = NULL;
}

static void peer_deletes(ike_sa_t *ike_sa, message_t *message)
{
	enumerator_t *payloads = message->create_payload_enumerator(message);
	payload_t *payload;

	while (payloads->enumerate(payloads, &payload)) {
		delete_payload_t *delete = (delete_payload_t *)payload;
		enumerator_t *spis;
		uint32_t spi;

		if (payload->get_type(payload) != PLV2_DELETE)
			continue;
		spis = delete->create_spi_enumerator(delete);
		while (spis->enumerate(spis, &spi)) {
			child_sa_t *child = ike_sa->get_child_sa(
				ike_sa, delete->get_protocol_id(delete), spi,
				FALSE);

			if (child)
				told_by_peer(
					ike_sa->get_unique_id(ike_sa),
					ntohl(child->get_spi(child, TRUE)));
		}
		spis->destroy(spis);
	}
	payloads->destroy(payloads);
}

static bool on_message(listener_t *this, ike_sa_t *ike_sa, message_t *message,
		       bool incoming, bool plain)
{
	(void)this;
	if (!plain || !ike_sa || ike_sa->get_version(ike_sa) != IKEV2)
		return TRUE;
	switch (message->get_exchange_type(message)) {
	case IKE_AUTH:
	case CREATE_CHILD_SA:
		if (message->get_request(message))
			(incoming ? request_in : request_out)(ike_sa, message);
		else
			(incoming ? response_in : response_out)(ike_sa,
								message);
		break;
	case INFORMATIONAL:
		if (incoming && message->get_request(message))
			peer_deletes(ike_sa, message);
		break;
	default:
		break;
	}
	return TRUE;
}

static void empty(linked_list_t *list)
{
	traffic_selector_t *ts;

	while (list->remove_first(list, (void **)&ts) == SUCCESS)
		ts->destroy(ts);
}

/* The peer's request has come to the selectors. */
static void narrow_peer(ike_sa_t *ike_sa, child_sa_t *child,
			linked_list_t *local, linked_list_t *remote)
{
	struct exchange *exchange = told_exchange(ike_sa, false);
	uint32_t reqid = child->get_reqid(child);
	child_sa_t *alike;

	if (!exchange || !(exchange->offered || exchange->replaces) ||
	    !wanted_child(ike_sa, child->get_config(child)))
		return;
	exchange->child = child;
	if (!reqid) {
		alike = child_alike(ike_sa, 0, local, remote);
		reqid = alike ? alike->get_reqid(alike) : 0;
		exchange->reqid = reqid;
	}
	ask(ike_sa, exchange, false, reqid);
	if (exchange->verdict.refuse)
		empty(local);
}

static bool on_narrow(listener_t *this, ike_sa_t *ike_sa, child_sa_t *child,
		      narrow_hook_t type, linked_list_t *local,
		      linked_list_t *remote)
{
	struct exchange *exchange;

	(void)this;
	switch (type) {
	case NARROW_RESPONDER:
		narrow_peer(ike_sa, child, local, remote);
		break;
	case NARROW_INITIATOR_POST_AUTH:
	case NARROW_INITIATOR_POST_NOAUTH:
		exchange = told_exchange(ike_sa, true);
		if (exchange && exchange->verdict.accept)
			exchange->child = child;
		break;
	default:
		break;
	}
	return TRUE;
}

static void child_up(ike_sa_t *ike_sa, child_sa_t *child,
		     struct exchange *exchange)
{
	struct told_child told = {
		.ike = ike_sa->get_unique_id(ike_sa),
		.reqid = child->get_reqid(child),
		.spi_in = ntohl(child->get_spi(child, TRUE)),
		.spi_out = ntohl(child->get_spi(child, FALSE)),
		.fallback = !exchange->verdict.has_cpu,
		.ah = child->get_protocol(child) == PROTO_AH,
	};

	if (told.fallback)
		told.wanted = wanted_how(ike_sa, child->get_config(child));

	child_properties(child, told.properties, sizeof(told.properties));
	told_child_up(&told, &exchange->ref, exchange->replaces,
		      exchange->peer_notify);
	exchange->ref.kind = REF_NONE;
	job_done(child->get_config(child));
}

/* Of what was not installed. */
static void child_failed(child_sa_t *child, struct exchange *exchange)
{
	child_cfg_t *config = child->get_config(child);
	struct job job;
	bool ordered = job_of(config, &job);

	/* The peer wants another key exchange: charon begins anew, for the same order. */
	if (ordered && child->get_state(child) == CHILD_RETRYING) {
		if (exchange)
			exchange->ref.kind = REF_NONE;
		return;
	}
	if (exchange)
		exchange_failed(&exchange->ref, exchange->max_queue);
	else if (ordered)
		exchange_failed(&job.ref, false);
	job_done(config);
}

static bool on_child(listener_t *this, ike_sa_t *ike_sa, child_sa_t *child,
		     child_sa_state_t state)
{
	struct exchange *exchange = NULL;

	(void)this;
	if (!ike_sa)
		return TRUE;
	for (int ours = 0; ours < 2 && !exchange; ours++) {
		exchange = told_exchange(ike_sa, ours);
		if (exchange && exchange->child != child)
			exchange = NULL;
	}
	switch (state) {
	case CHILD_INSTALLED:
		if (exchange && exchange->verdict.accept &&
		    !knows(ike_sa, child))
			child_up(ike_sa, child, exchange);
		break;
	case CHILD_DELETED:
	case CHILD_DESTROYING:
		if (exchange)
			exchange->child = NULL;
		if (knows(ike_sa, child))
			told_child_down(ike_sa->get_unique_id(ike_sa),
					ntohl(child->get_spi(child, TRUE)));
		else
			child_failed(child, exchange);
		break;
	default:
		break;
	}
	return TRUE;
}

static bool on_ike(listener_t *this, ike_sa_t *ike_sa, ike_sa_state_t state)
{
	(void)this;
	if (state == IKE_DESTROYING) {
		told_ike_down(ike_sa);
		job_forget(ike_sa);
	}
	return TRUE;
}

static bool on_ike_rekey(listener_t *this, ike_sa_t *old, ike_sa_t *new)
{
	(void)this;
	/* Their ends are the new one's events. */
	for (int ours = 0; ours < 2; ours++) {
		struct exchange *exchange = told_exchange(old, ours);

		if (exchange)
			exchange->child = NULL;
	}
	told_ike_replaced(old, new);
	return TRUE;
}

#if XP_CHARON >= 50908
static bool on_ike_update(listener_t *this, ike_sa_t *ike_sa, host_t *local,
			  host_t *remote)
{
	(void)this;
	told_ike(ike_sa, local, remote);
	return TRUE;
}
#else
static bool on_ike_update(listener_t *this, ike_sa_t *ike_sa, bool local,
			  host_t *host)
{
	(void)this;
	told_ike(ike_sa, local ? host : ike_sa->get_my_host(ike_sa),
		 local ? ike_sa->get_other_host(ike_sa) : host);
	return TRUE;
}
#endif

static listener_t listener = {
	.message = on_message,
	.narrow = on_narrow,
	.child_state_change = on_child,
	.ike_state_change = on_ike,
	.ike_rekey = on_ike_rekey,
	.ike_update = on_ike_update,
};

void events_start(void)
{
	charon->bus->add_listener(charon->bus, &listener);
}

void events_stop(void)
{
	charon->bus->remove_listener(charon->bus, &listener);
}

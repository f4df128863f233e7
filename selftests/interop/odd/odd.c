// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Plugin "odd" of charon: notifies that no IKE daemon sends, for odd.sh. Each line of
 * /tmp/odd is one, for messages of that exchange and kind:
 *
 *	EXCHANGE request|response TYPE PROTOCOL SPI DATA CRITICAL
 *
 *	CREATE_CHILD_SA response 16444 3 c0ffee01 00112233 1
 *
 * SPI and data are hexadecimal digits, "-" for none. A response of type 48 refuses
 * each Child SA but the first.
 */
#include <stdio.h>
#include <string.h>

#include <daemon.h>
#include <library.h>
#include <plugins/plugin.h>

#define ODD_FILE "/tmp/odd"
#define MAX_QUEUE 48

struct odd {
	char exchange[32];
	char kind[16];
	unsigned int type;
	unsigned int protocol;
	char spi[256];
	char data[4096];
	unsigned int critical;
};

static bool next(FILE *file, struct odd *odd)
{
	return fscanf(file, "%31s %15s %u %u %255s %4095s %u", odd->exchange,
		      odd->kind, &odd->type, &odd->protocol, odd->spi,
		      odd->data, &odd->critical) == 7;
}

static chunk_t bytes(const char *digits)
{
	return strcmp(digits, "-")
		       ? chunk_from_hex(chunk_from_str((char *)digits), NULL)
		       : chunk_empty;
}

/* The first flag of a payload is its critical bit. */
static void set_critical(payload_t *payload)
{
	encoding_rule_t *rules;
	int count = payload->get_encoding_rules(payload, &rules);

	for (int i = 0; i < count; i++) {
		if (rules[i].type == FLAG) {
			*(bool *)((char *)payload + rules[i].offset) = TRUE;
			return;
		}
	}
}

static void fill(notify_payload_t *notify, const struct odd *odd)
{
	chunk_t spi = bytes(odd->spi), data = bytes(odd->data);

	notify->set_protocol_id(notify, odd->protocol);
	if (spi.len)
		notify->set_spi_data(notify, spi);
	if (data.len)
		notify->set_notification_data(notify, data);
	if (odd->critical)
		set_critical(&notify->payload_interface);
	chunk_free(&spi);
	chunk_free(&data);
}

static void add(message_t *message, const struct odd *odd)
{
	notify_payload_t *notify =
		message->get_notify(message, TS_UNACCEPTABLE);

	if (odd->type == MAX_QUEUE) {
		if (!notify)
			return;
		notify->set_notify_type(notify, (notify_type_t)MAX_QUEUE);
		fill(notify, odd);
		return;
	}
	notify = notify_payload_create_from_protocol_and_type(
		PLV2_NOTIFY, PROTO_NONE, (notify_type_t)odd->type);
	fill(notify, odd);
	message->add_payload(message, &notify->payload_interface);
}

static bool on_message(listener_t *this, ike_sa_t *ike_sa, message_t *message,
		       bool incoming, bool plain)
{
	char *exchange;
	struct odd odd;
	FILE *file;

	(void)this;
	(void)ike_sa;
	exchange = enum_to_name(exchange_type_names,
				message->get_exchange_type(message));
	/* With a Child SA, or what is said instead of one. */
	if (incoming || !plain ||
	    (!message->get_payload(message, PLV2_SECURITY_ASSOCIATION) &&
	     !message->get_notify(message, TS_UNACCEPTABLE)))
		return TRUE;
	file = fopen(ODD_FILE, "r");
	while (file && next(file, &odd)) {
		if (!strcmp(odd.exchange, exchange) &&
		    message->get_request(message) ==
			    !strcmp(odd.kind, "request"))
			add(message, &odd);
	}
	if (file)
		fclose(file);
	return TRUE;
}

static bool on_narrow(listener_t *this, ike_sa_t *ike_sa, child_sa_t *child,
		      narrow_hook_t type, linked_list_t *local,
		      linked_list_t *remote)
{
	bool refuse = FALSE;
	traffic_selector_t *ts;
	struct odd odd;
	FILE *file;

	(void)this;
	(void)child;
	(void)remote;
	if (type != NARROW_RESPONDER || !ike_sa->get_child_count(ike_sa))
		return TRUE;
	file = fopen(ODD_FILE, "r");
	while (file && next(file, &odd))
		refuse |= odd.type == MAX_QUEUE;
	if (file)
		fclose(file);
	while (refuse && local->remove_first(local, (void **)&ts) == SUCCESS)
		ts->destroy(ts);
	return TRUE;
}

static listener_t listener = {
	.message = on_message,
	.narrow = on_narrow,
};

static char *get_name(plugin_t *this)
{
	(void)this;
	return "odd";
}

static bool begin(plugin_t *this, plugin_feature_t *feature, bool reg,
		  void *data)
{
	(void)this;
	(void)feature;
	(void)data;
	if (reg)
		charon->bus->add_listener(charon->bus, &listener);
	else
		charon->bus->remove_listener(charon->bus, &listener);
	return TRUE;
}

static int get_features(plugin_t *this, plugin_feature_t *features[])
{
	static plugin_feature_t f[] = {
		PLUGIN_CALLBACK((plugin_feature_callback_t)begin, NULL),
		PLUGIN_PROVIDE(CUSTOM, "odd"),
	};

	(void)this;
	*features = f;
	return countof(f);
}

static void destroy(plugin_t *this)
{
	(void)this;
}

static plugin_t plugin = {
	.get_name = get_name,
	.get_features = get_features,
	.destroy = destroy,
};

plugin_t *odd_plugin_create(void);

plugin_t *odd_plugin_create(void)
{
	return &plugin;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "told.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>

#include <pthread.h>

/**
 * struct ike - an IKE SA
 * @next: next one
 * @id: its number
 * @told: the helper knows it
 * @local: our address
 * @peer: the peer's
 * @one: the peer's negotiation, and ours
 */
struct ike {
	struct ike *next;
	uint32_t id;
	bool told;
	char local[INET6_ADDRSTRLEN];
	char peer[INET6_ADDRSTRLEN];
	struct exchange one[2];
};

/**
 * struct child - a Child SA that was told
 * @next: next one
 * @told: what was told
 * @by_peer: the peer deletes it
 */
struct child {
	struct child *next;
	struct told_child told;
	bool by_peer;
};

/*
 * Changes and what is told of them are one thing under this lock. Before the plugin
 * ends charon has ended all its IKE SAs: the lists are empty then.
 */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct ike *ikes;
static struct child *children;

static void print_host(host_t *host, char *text)
{
	chunk_t address = host->get_address(host);

	if (!inet_ntop(host->get_family(host), address.ptr, text,
		       INET6_ADDRSTRLEN))
		text[0] = '\0';
}

static struct ike **find_ike(uint32_t id)
{
	struct ike **at = &ikes;

	while (*at && (*at)->id != id)
		at = &(*at)->next;
	return at;
}

struct exchange *told_exchange(ike_sa_t *ike_sa, bool ours)
{
	struct ike *ike;

	pthread_mutex_lock(&lock);
	ike = *find_ike(ike_sa->get_unique_id(ike_sa));
	pthread_mutex_unlock(&lock);
	return ike ? &ike->one[ours] : NULL;
}

/* Under the lock. */
static struct ike *get_ike(ike_sa_t *ike_sa)
{
	uint32_t id = ike_sa->get_unique_id(ike_sa);
	struct ike **at = find_ike(id);

	if (!*at)
		*at = calloc(1, sizeof(**at));
	if (*at)
		(*at)->id = id;
	return *at;
}

struct exchange *told_begin(ike_sa_t *ike_sa, bool ours)
{
	struct exchange *exchange;
	struct ike *ike;

	pthread_mutex_lock(&lock);
	ike = get_ike(ike_sa);
	pthread_mutex_unlock(&lock);
	if (!ike)
		return NULL;
	exchange = &ike->one[ours];
	exchange_failed(&exchange->ref, false);
	memset(exchange, 0, sizeof(*exchange));
	return exchange;
}

static struct child **find_child(uint32_t ike, uint32_t spi_in)
{
	struct child **at = &children;

	while (*at && ((*at)->told.ike != ike || (*at)->told.spi_in != spi_in))
		at = &(*at)->next;
	return at;
}

static void tell_ike(const struct ike *ike, uint32_t replaces)
{
	char text[LINK_TEXT_MAX];
	struct pr_writer w = link_begin(text, "ike-up");

	pr_put(&w, "ike", "%" PRIu32, ike->id);
	pr_put(&w, "local", "%s", ike->local);
	pr_put(&w, "peer", "%s", ike->peer);
	if (replaces)
		pr_put(&w, "replaces", "%" PRIu32, replaces);
	link_tell(&w);
}

static void put_child(struct pr_writer *w, const struct told_child *child)
{
	pr_put(w, "ike", "%" PRIu32, child->ike);
	pr_put(w, "reqid", "%" PRIu32, child->reqid);
	pr_put(w, "spi-in", "0x%08" PRIx32, child->spi_in);
	pr_put(w, "spi-out", "0x%08" PRIx32, child->spi_out);
	if (child->ah)
		pr_put(w, "proto", "ah");
	if (child->wanted.limit)
		pr_put(w, "limit", "%" PRIu32, child->wanted.limit);
	if (child->wanted.mode)
		pr_put(w, "mode", "%s", child->wanted.mode);
	pr_put(w, "properties", "%s", child->properties);
}

static void set_ike(ike_sa_t *ike_sa, host_t *local, host_t *peer,
		    uint32_t replaces)
{
	struct ike *ike = get_ike(ike_sa), was;

	if (!ike)
		return;
	was = *ike;
	print_host(local ? local : ike_sa->get_my_host(ike_sa), ike->local);
	print_host(peer ? peer : ike_sa->get_other_host(ike_sa), ike->peer);
	ike->told = true;
	if (!was.told || strcmp(was.local, ike->local) ||
	    strcmp(was.peer, ike->peer))
		tell_ike(ike, replaces);
}

/* Under the lock. */
static bool knows_ike(ike_sa_t *ike_sa)
{
	struct ike *ike = *find_ike(ike_sa->get_unique_id(ike_sa));

	return ike && ike->told;
}

void told_ike(ike_sa_t *ike_sa, host_t *local, host_t *peer)
{
	pthread_mutex_lock(&lock);
	/* Its addresses changed: only news for who knows it. */
	if (!local || knows_ike(ike_sa))
		set_ike(ike_sa, local, peer, 0);
	pthread_mutex_unlock(&lock);
}

void told_ike_replaced(ike_sa_t *old, ike_sa_t *new)
{
	uint32_t was = old->get_unique_id(old);
	uint32_t is = new->get_unique_id(new);

	pthread_mutex_lock(&lock);
	if (knows_ike(old)) {
		set_ike(new, NULL, NULL, was);
		for (struct child *c = children; c; c = c->next) {
			if (c->told.ike == was)
				c->told.ike = is;
		}
	}
	pthread_mutex_unlock(&lock);
}

void told_ike_down(ike_sa_t *ike_sa)
{
	uint32_t id = ike_sa->get_unique_id(ike_sa);
	char text[LINK_TEXT_MAX];
	struct pr_writer w = link_begin(text, "ike-down");
	struct child **at = &children;
	struct ike **ike, *gone;

	pr_put(&w, "ike", "%" PRIu32, id);
	pthread_mutex_lock(&lock);
	ike = find_ike(id);
	gone = *ike;
	if (gone) {
		*ike = gone->next;
		if (gone->told)
			link_tell(&w);
		free(gone);
	}
	while (*at) {
		struct child *child = *at;

		if (child->told.ike == id) {
			*at = child->next;
			free(child);
		} else {
			at = &child->next;
		}
	}
	pthread_mutex_unlock(&lock);
}

void told_child_up(const struct told_child *told, const struct ref *ref,
		   uint32_t replaces, const char *notify)
{
	char text[LINK_TEXT_MAX];
	struct pr_writer w = link_begin(text, "child-up");
	struct child *child = calloc(1, sizeof(*child));
	struct child **at = &children;

	if (!child)
		return;
	child->told = *told;
	pthread_mutex_lock(&lock);
	/* Told again the fallback first, then the oldest, most likely to have CPUs. */
	while (!told->fallback && *at)
		at = &(*at)->next;
	child->next = *at;
	*at = child;
	put_child(&w, told);
	if (!link_put_ref(&w, ref))
		pr_put(&w, "again", "yes");
	if (replaces)
		pr_put(&w, "replaces", "0x%08" PRIx32, replaces);
	if (notify[0])
		pr_put(&w, "notify", "%s", notify);
	link_tell(&w);
	pthread_mutex_unlock(&lock);
}

void told_child_down(uint32_t ike, uint32_t spi_in)
{
	char text[LINK_TEXT_MAX];
	struct pr_writer w = link_begin(text, "child-down");
	struct child **at, *gone;

	pr_put(&w, "ike", "%" PRIu32, ike);
	pr_put(&w, "spi-in", "0x%08" PRIx32, spi_in);
	pthread_mutex_lock(&lock);
	at = find_child(ike, spi_in);
	gone = *at;
	if (gone) {
		pr_put(&w, "by", "%s", gone->by_peer ? "peer" : "us");
		*at = gone->next;
		free(gone);
		link_tell(&w);
	}
	pthread_mutex_unlock(&lock);
}

bool told_child(uint32_t ike, uint32_t spi_in, struct told_child *told)
{
	struct child *child;

	memset(told, 0, sizeof(*told));
	pthread_mutex_lock(&lock);
	child = *find_child(ike, spi_in);
	if (child)
		*told = child->told;
	pthread_mutex_unlock(&lock);
	return child;
}

bool told_outbound(uint32_t spi_out)
{
	bool found = false;

	pthread_mutex_lock(&lock);
	for (struct child *c = children; c && !found; c = c->next)
		found = c->told.spi_out == spi_out;
	pthread_mutex_unlock(&lock);
	return found;
}

void told_by_peer(uint32_t ike, uint32_t spi_in)
{
	struct child *child;

	pthread_mutex_lock(&lock);
	child = *find_child(ike, spi_in);
	if (child)
		child->by_peer = true;
	pthread_mutex_unlock(&lock);
}

bool told_fallback(uint32_t reqid)
{
	bool found = false;

	pthread_mutex_lock(&lock);
	for (struct child *c = children; c && !found; c = c->next)
		found = c->told.reqid == reqid && c->told.fallback;
	pthread_mutex_unlock(&lock);
	return found;
}

void told_all(void)
{
	char text[LINK_TEXT_MAX];

	pthread_mutex_lock(&lock);
	for (struct ike *ike = ikes; ike; ike = ike->next) {
		if (ike->told)
			tell_ike(ike, 0);
	}
	for (struct child *c = children; c; c = c->next) {
		struct pr_writer w = link_begin(text, "child-up");

		put_child(&w, &c->told);
		pr_put(&w, "again", "yes");
		link_tell(&w);
	}
	link_ready();
	pthread_mutex_unlock(&lock);
}

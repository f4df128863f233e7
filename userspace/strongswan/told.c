// SPDX-License-Identifier: GPL-2.0-or-later
#include "told.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>

#include <threading/mutex.h>

/**
 * struct ike - an IKE SA that was told
 * @next: next one
 * @id: its number
 * @local: our address
 * @peer: the peer's
 */
struct ike {
	struct ike *next;
	uint32_t id;
	char local[INET6_ADDRSTRLEN];
	char peer[INET6_ADDRSTRLEN];
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

/* Changes and what is told of them are one thing under this lock. */
static mutex_t *lock;
static struct ike *ikes;
static struct child *children;

bool told_start(void)
{
	lock = mutex_create(MUTEX_TYPE_DEFAULT);
	return lock;
}

void told_stop(void)
{
	while (ikes) {
		struct ike *next = ikes->next;

		free(ikes);
		ikes = next;
	}
	while (children) {
		struct child *next = children->next;

		free(children);
		children = next;
	}
	lock->destroy(lock);
}

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
	pr_put(w, "properties", "%s", child->properties);
}

static void set_ike(ike_sa_t *ike_sa, host_t *local, host_t *peer,
		    uint32_t replaces)
{
	uint32_t id = ike_sa->get_unique_id(ike_sa);
	struct ike now = { .id = id };
	struct ike **at = find_ike(id);

	if (!local)
		local = ike_sa->get_my_host(ike_sa);
	if (!peer)
		peer = ike_sa->get_other_host(ike_sa);
	print_host(local, now.local);
	print_host(peer, now.peer);
	if (*at && !strcmp((*at)->local, now.local) &&
	    !strcmp((*at)->peer, now.peer))
		return;
	if (!*at)
		*at = calloc(1, sizeof(**at));
	if (!*at)
		return;
	now.next = (*at)->next;
	**at = now;
	tell_ike(*at, replaces);
}

void told_ike(ike_sa_t *ike_sa, host_t *local, host_t *peer)
{
	lock->lock(lock);
	/* Its addresses changed: only news for who knows it. */
	if (!local || *find_ike(ike_sa->get_unique_id(ike_sa)))
		set_ike(ike_sa, local, peer, 0);
	lock->unlock(lock);
}

void told_ike_replaced(ike_sa_t *old, ike_sa_t *new)
{
	uint32_t was = old->get_unique_id(old);
	uint32_t is = new->get_unique_id(new);

	lock->lock(lock);
	if (*find_ike(was)) {
		set_ike(new, NULL, NULL, was);
		for (struct child *c = children; c; c = c->next) {
			if (c->told.ike == was)
				c->told.ike = is;
		}
	}
	lock->unlock(lock);
}

void told_ike_down(ike_sa_t *ike_sa)
{
	uint32_t id = ike_sa->get_unique_id(ike_sa);
	char text[LINK_TEXT_MAX];
	struct pr_writer w = link_begin(text, "ike-down");
	struct child **at = &children;
	struct ike **ike, *gone;

	pr_put(&w, "ike", "%" PRIu32, id);
	lock->lock(lock);
	ike = find_ike(id);
	gone = *ike;
	if (gone) {
		*ike = gone->next;
		free(gone);
		link_tell(&w);
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
	lock->unlock(lock);
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
	lock->lock(lock);
	/* Told again from the oldest on, which are most likely to have CPUs. */
	while (*at)
		at = &(*at)->next;
	*at = child;
	put_child(&w, told);
	if (!link_put_ref(&w, ref))
		pr_put(&w, "again", "yes");
	if (replaces)
		pr_put(&w, "replaces", "0x%08" PRIx32, replaces);
	if (notify[0])
		pr_put(&w, "notify", "%s", notify);
	link_tell(&w);
	lock->unlock(lock);
}

void told_child_down(uint32_t ike, uint32_t spi_in)
{
	char text[LINK_TEXT_MAX];
	struct pr_writer w = link_begin(text, "child-down");
	struct child **at, *gone;

	pr_put(&w, "ike", "%" PRIu32, ike);
	pr_put(&w, "spi-in", "0x%08" PRIx32, spi_in);
	lock->lock(lock);
	at = find_child(ike, spi_in);
	gone = *at;
	if (gone) {
		pr_put(&w, "by", "%s", gone->by_peer ? "peer" : "us");
		*at = gone->next;
		free(gone);
		link_tell(&w);
	}
	lock->unlock(lock);
}

uint32_t told_spi_out(uint32_t ike, uint32_t spi_in)
{
	struct child *child;
	uint32_t spi;

	lock->lock(lock);
	child = *find_child(ike, spi_in);
	spi = child ? child->told.spi_out : 0;
	lock->unlock(lock);
	return spi;
}

bool told_is_fallback(uint32_t ike, uint32_t spi_in)
{
	struct child *child;
	bool fallback;

	lock->lock(lock);
	child = *find_child(ike, spi_in);
	fallback = child && child->told.fallback;
	lock->unlock(lock);
	return fallback;
}

bool told_outbound(uint32_t spi_out)
{
	bool found = false;

	lock->lock(lock);
	for (struct child *c = children; c && !found; c = c->next)
		found = c->told.spi_out == spi_out;
	lock->unlock(lock);
	return found;
}

void told_by_peer(uint32_t ike, uint32_t spi_in)
{
	struct child *child;

	lock->lock(lock);
	child = *find_child(ike, spi_in);
	if (child)
		child->by_peer = true;
	lock->unlock(lock);
}

bool told_fallback(uint32_t reqid)
{
	bool found = false;

	lock->lock(lock);
	for (struct child *c = children; c && !found; c = c->next)
		found = c->told.reqid == reqid && c->told.fallback;
	lock->unlock(lock);
	return found;
}

static void tell_children(bool fallback)
{
	char text[LINK_TEXT_MAX];

	for (struct child *c = children; c; c = c->next) {
		struct pr_writer w = link_begin(text, "child-up");

		if (c->told.fallback != fallback)
			continue;
		put_child(&w, &c->told);
		pr_put(&w, "again", "yes");
		link_tell(&w);
	}
}

void told_all(void)
{
	lock->lock(lock);
	for (struct ike *ike = ikes; ike; ike = ike->next)
		tell_ike(ike, 0);
	tell_children(true);
	tell_children(false);
	link_ready();
	lock->unlock(lock);
}

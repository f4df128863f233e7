// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy.h"

#include <pthread.h>

#include <collections/array.h>

/**
 * struct policy - one that was installed
 * @next: next one
 * @local: selector of our side
 * @remote: selector of the peer's
 * @mark: its mark
 * @if_id: its interface ID
 * @data: as it was installed; src and dst are our own
 * @sa: its template, without SPI
 * @spis: of the outbound SAs that use it
 */
struct policy {
	struct policy *next;
	traffic_selector_t *local;
	traffic_selector_t *remote;
	mark_t mark;
	uint32_t if_id;
	kernel_ipsec_manage_policy_t data;
	ipsec_sa_cfg_t sa;
	array_t *spis;
};

/* Empty when charon has ended its Child SAs. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct policy *policies;

static void destroy(struct policy *policy)
{
	policy->local->destroy(policy->local);
	policy->remote->destroy(policy->remote);
	policy->data.src->destroy(policy->data.src);
	policy->data.dst->destroy(policy->data.dst);
	array_destroy(policy->spis);
	free(policy);
}

uint32_t policy_spi(const ipsec_sa_cfg_t *sa)
{
	return sa->esp.use ? sa->esp.spi : sa->ah.spi;
}

static bool is_same(const struct policy *policy, kernel_ipsec_policy_id_t *id,
		    kernel_ipsec_manage_policy_t *data)
{
	const kernel_ipsec_manage_policy_t *has = &policy->data;

	return policy->sa.reqid == data->sa->reqid &&
	       policy->sa.mode == data->sa->mode && has->prio == data->prio &&
	       has->manual_prio == data->manual_prio &&
	       policy->mark.value == id->mark.value &&
	       policy->mark.mask == id->mark.mask &&
	       policy->if_id == id->if_id &&
	       has->src->ip_equals(has->src, data->src) &&
	       has->dst->ip_equals(has->dst, data->dst) &&
	       policy->local->equals(policy->local, id->src_ts) &&
	       policy->remote->equals(policy->remote, id->dst_ts);
}

static struct policy *create(kernel_ipsec_policy_id_t *id,
			     kernel_ipsec_manage_policy_t *data)
{
	struct policy *policy = calloc(1, sizeof(*policy));

	if (!policy)
		return NULL;
	policy->local = id->src_ts->clone(id->src_ts);
	policy->remote = id->dst_ts->clone(id->dst_ts);
	policy->mark = id->mark;
	policy->if_id = id->if_id;
	policy->data = *data;
	policy->data.src = data->src->clone(data->src);
	policy->data.dst = data->dst->clone(data->dst);
	policy->sa = *data->sa;
	policy->sa.esp.spi = 0;
	policy->sa.ah.spi = 0;
	policy->data.sa = &policy->sa;
	policy->spis = array_create(sizeof(uint32_t), 0);
	return policy;
}

static struct policy *find(kernel_ipsec_policy_id_t *id,
			   kernel_ipsec_manage_policy_t *data)
{
	struct policy *policy = policies;

	while (policy && !is_same(policy, id, data))
		policy = policy->next;
	return policy;
}

bool policy_add(kernel_ipsec_policy_id_t *id,
		kernel_ipsec_manage_policy_t *data, bool begin,
		policy_call call, status_t *status)
{
	uint32_t spi = policy_spi(data->sa);
	struct policy *policy;
	bool found;

	*status = SUCCESS;
	pthread_mutex_lock(&lock);
	policy = find(id, data);
	found = policy || begin;
	if (!policy && begin) {
		policy = create(id, data);
		*status = policy ? call(charon->kernel, id, &policy->data)
				 : FAILED;
		if (*status == SUCCESS) {
			policy->next = policies;
			policies = policy;
		} else if (policy) {
			destroy(policy);
		}
	}
	if (found && *status == SUCCESS)
		array_insert(policy->spis, ARRAY_TAIL, &spi);
	pthread_mutex_unlock(&lock);
	return found;
}

/* Return: whether that SA used it. */
static bool leave(struct policy *policy, uint32_t spi)
{
	enumerator_t *all = array_create_enumerator(policy->spis);
	bool found = false;
	uint32_t *at;

	while (!found && all->enumerate(all, &at)) {
		found = *at == spi;
		if (found)
			array_remove_at(policy->spis, all);
	}
	all->destroy(all);
	return found;
}

bool policy_del(kernel_ipsec_policy_id_t *id,
		kernel_ipsec_manage_policy_t *data, policy_call call,
		status_t *status)
{
	struct policy **at = &policies, *policy;
	bool found = false;

	pthread_mutex_lock(&lock);
	while (*at &&
	       !(is_same(*at, id, data) && leave(*at, policy_spi(data->sa))))
		at = &(*at)->next;
	policy = *at;
	found = policy;
	*status = SUCCESS;
	if (policy && !array_count(policy->spis)) {
		*at = policy->next;
		*status = call(charon->kernel, id, &policy->data);
		destroy(policy);
	}
	pthread_mutex_unlock(&lock);
	return found;
}

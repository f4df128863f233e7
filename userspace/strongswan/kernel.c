// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>

#include "exchange.h"
#include "hold.h"
#include "policy.h"
#include "told.h"

/* charon's own. */
static struct {
	status_t (*add_sa)(kernel_interface_t *this, kernel_ipsec_sa_id_t *id,
			   kernel_ipsec_add_sa_t *data);
	status_t (*del_sa)(kernel_interface_t *this, kernel_ipsec_sa_id_t *id,
			   kernel_ipsec_del_sa_t *data);
	status_t (*add_policy)(kernel_interface_t *this,
			       kernel_ipsec_policy_id_t *id,
			       kernel_ipsec_manage_policy_t *data);
	status_t (*del_policy)(kernel_interface_t *this,
			       kernel_ipsec_policy_id_t *id,
			       kernel_ipsec_manage_policy_t *data);
} own;

/* The negotiation that this thread installs an SA of. */
static struct exchange *installing(ike_sa_t *ike_sa, bool ours, bool inbound,
				   uint32_t spi)
{
	struct exchange *exchange = ike_sa ? exchange_of(ike_sa, ours) : NULL;

	if (!exchange || !exchange->accepted || !exchange->child ||
	    exchange->child->get_spi(exchange->child, inbound) != spi)
		return NULL;
	return exchange;
}

static void put_mark(struct pr_writer *w, const char *key, mark_t mark)
{
	if (mark.mask)
		pr_put(w, key, "0x%" PRIx32 "/0x%" PRIx32, mark.value,
		       mark.mask);
}

/* Both SPIs are known, nothing is installed yet. */
static void ask_install(ike_sa_t *ike_sa, struct exchange *exchange,
			kernel_ipsec_sa_id_t *id, bool ours)
{
	child_sa_t *child = exchange->child;
	char text[LINK_TEXT_MAX];
	struct pr_writer w = link_begin(text, "install");
	struct reply reply;

	exchange->hold = false;
	if (!link_put_ref(&w, &exchange->ref))
		return;
	pr_put(&w, "ike", "%" PRIu32, ike_sa->get_unique_id(ike_sa));
	pr_put(&w, "spi-in", "0x%08" PRIx32, ntohl(id->spi));
	pr_put(&w, "spi-out", "0x%08" PRIx32,
	       exchange_spi_out(exchange, child->get_proposal(child)));
	if (id->proto == IPPROTO_AH)
		pr_put(&w, "proto", "ah");
	put_mark(&w, "mark-in", id->mark);
	put_mark(&w, "mark-out", child->get_mark(child, FALSE));
	/* Who begins has the peer's answer: the peer is ready. */
	pr_put(&w, "can-hold", "%s", ours ? "no" : "yes");
	if (link_ask(&w, "go", &exchange->ref, &reply))
		exchange->hold = reply.hold;
}

static status_t add_sa(kernel_interface_t *this, kernel_ipsec_sa_id_t *id,
		       kernel_ipsec_add_sa_t *data)
{
	ike_sa_t *ike_sa = charon->bus->get_sa(charon->bus);
	struct exchange *exchange =
		installing(ike_sa, data->initiator, data->inbound, id->spi);
	uint32_t old, spi_in;

	if (!exchange)
		return own.add_sa(this, id, data);
	if (data->inbound) {
		ask_install(ike_sa, exchange, id, data->initiator);
		return own.add_sa(this, id, data);
	}
	spi_in = ntohl(exchange->child->get_spi(exchange->child, TRUE));
	old = exchange->replaces ? told_spi_out(ike_sa->get_unique_id(ike_sa),
						exchange->replaces)
				 : 0;
	if (exchange->hold && link_generation() &&
	    hold_keep(spi_in, old, id, data))
		return SUCCESS;
	return own.add_sa(this, id, data);
}

static status_t del_sa(kernel_interface_t *this, kernel_ipsec_sa_id_t *id,
		       kernel_ipsec_del_sa_t *data)
{
	if (hold_drop(id))
		return SUCCESS;
	hold_wait(ntohl(id->spi));
	return own.del_sa(this, id, data);
}

static bool shares(uint32_t spi)
{
	ike_sa_t *ike_sa = charon->bus->get_sa(charon->bus);

	return installing(ike_sa, true, false, spi) ||
	       installing(ike_sa, false, false, spi) ||
	       told_outbound(ntohl(spi));
}

static bool may_share(kernel_ipsec_policy_id_t *id,
		      kernel_ipsec_manage_policy_t *data)
{
#ifdef XP_HAS_LABELS
	if (id->label)
		return false;
#endif
	return id->dir == POLICY_OUT && data->type == POLICY_IPSEC &&
	       data->sa->reqid && policy_spi(data->sa);
}

static status_t add_policy(kernel_interface_t *this,
			   kernel_ipsec_policy_id_t *id,
			   kernel_ipsec_manage_policy_t *data)
{
	/* What is ordinary must not put its SPI into the others' policy. */
	if (may_share(id, data) &&
	    (shares(policy_spi(data->sa)) || policy_shared(id, data)))
		return policy_add(id, data, own.add_policy);
	return own.add_policy(this, id, data);
}

static status_t del_policy(kernel_interface_t *this,
			   kernel_ipsec_policy_id_t *id,
			   kernel_ipsec_manage_policy_t *data)
{
	status_t status;

	if (may_share(id, data) &&
	    policy_del(id, data, own.del_policy, &status))
		return status;
	return own.del_policy(this, id, data);
}

bool kernel_wrap(void)
{
	kernel_interface_t *kernel = charon->kernel;

	if (!hold_start(kernel->add_sa) || !policy_start())
		return false;
	own.add_sa = kernel->add_sa;
	own.del_sa = kernel->del_sa;
	own.add_policy = kernel->add_policy;
	own.del_policy = kernel->del_policy;
	kernel->add_sa = add_sa;
	kernel->del_sa = del_sa;
	kernel->add_policy = add_policy;
	kernel->del_policy = del_policy;
	return true;
}

void kernel_unwrap(void)
{
	kernel_interface_t *kernel = charon->kernel;

	kernel->add_sa = own.add_sa;
	kernel->del_sa = own.del_sa;
	kernel->add_policy = own.add_policy;
	kernel->del_policy = own.del_policy;
	hold_stop();
	policy_stop();
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>

#include "exchange.h"
#include "hand.h"
#include "hold.h"
#include "policy.h"
#include "told.h"

#ifdef XP_HAS_LABELS
#define LABEL sec_label_t *label,
#define LABEL_ARGUMENT label,
#else
#define LABEL
#define LABEL_ARGUMENT
#endif

/* charon's own. */
static kernel_interface_t own;

/*
 * The negotiation that this thread installs an SA of. 5.9.1 says of a rekey's outbound
 * SA that the peer began, whoever did: the SPI tells.
 */
static struct exchange *installing(ike_sa_t *ike_sa, bool inbound, uint32_t spi)
{
	for (int ours = 0; ike_sa && ours < 2; ours++) {
		struct exchange *exchange = told_exchange(ike_sa, ours);

		if (exchange && exchange->verdict.accept && exchange->child &&
		    exchange->child->get_spi(exchange->child, inbound) == spi)
			return exchange;
	}
	return NULL;
}

/* Can the helper install it? The fallback, which has no CPU, is charon's. */
static bool can_hand(const struct exchange *exchange, const struct held *in,
		     const kernel_ipsec_add_sa_t *out)
{
	return in && exchange->verdict.has_cpu && link_installs() &&
	       hand_can(&in->data) && hand_can(out);
}

/*
 * The inbound SA's SPI is that of a larval SA, which charon made without a direction:
 * a kernel that wants one with the CPU would not take it in place of that. It never
 * had a key, so that it can go.
 */
static void delete_larval(struct held *in)
{
	kernel_ipsec_del_sa_t larval = { .cpi = 0 };

	if (in->data.update)
		own.del_sa(charon->kernel, &in->id, &larval);
	in->data.update = FALSE;
}

/* Nothing is installed yet. Return: whether the helper was asked to install. */
static bool ask_install(ike_sa_t *ike_sa, struct exchange *exchange,
			uint32_t spi_in, struct held *in,
			kernel_ipsec_sa_id_t *id,
			const kernel_ipsec_add_sa_t *data, struct reply *reply)
{
	child_sa_t *child = exchange->child;
	bool hand = can_hand(exchange, in, data);
	bool ours = exchange == told_exchange(ike_sa, true);
	char text[LINK_TEXT_MAX];
	struct pr_writer w = link_begin(text, "install");

	memset(reply, 0, sizeof(*reply));
	if (!link_put_ref(&w, &exchange->ref))
		return false;
	pr_put(&w, "ike", "%" PRIu32, ike_sa->get_unique_id(ike_sa));
	pr_put(&w, "spi-in", "0x%08" PRIx32, spi_in);
	pr_put(&w, "spi-out", "0x%08" PRIx32, ntohl(id->spi));
	if (child->get_protocol(child) == PROTO_AH)
		pr_put(&w, "proto", "ah");
	/* Who begins has the peer's answer: the peer is ready. */
	pr_put(&w, "can-hold", "%s", ours ? "no" : "yes");
	if (hand) {
		delete_larval(in);
		pr_put(&w, "by", "helper");
		hand_put(&w, &in->id, &in->data);
		hand_put(&w, id, data);
	} else {
		if (in)
			hand_put_mark(&w, "mark-in", in->id.mark);
		hand_put_mark(&w, "mark-out", id->mark);
	}
	link_ask(&w, "go", &exchange->ref, reply);
	memwipe(text, sizeof(text));
	return hand;
}

/*
 * The outbound SA is there too. Without an answer charon installs what there is: if
 * the helper was not dead but slow, the kernel refuses what it has already.
 */
static status_t add_both(ike_sa_t *ike_sa, struct exchange *exchange,
			 kernel_ipsec_sa_id_t *id, kernel_ipsec_add_sa_t *data)
{
	uint32_t spi_in =
		ntohl(exchange->child->get_spi(exchange->child, TRUE));
	struct told_child old;
	struct held *in = hold_take(spi_in);
	status_t status = SUCCESS;
	struct reply reply;

	told_child(ike_sa->get_unique_id(ike_sa), exchange->replaces, &old);
	if (ask_install(ike_sa, exchange, spi_in, in, id, data, &reply) &&
	    (reply.installed || reply.not_installed)) {
		hold_destroy(in);
		if (reply.not_installed) {
			DBG1(DBG_KNL,
			     "xfrm-pcpu: the helper did not install the SAs");
			return FAILED;
		}
		if (reply.hold)
			hold_keep(spi_in, old.spi_out, id, data);
		return SUCCESS;
	}
	status = hold_install(in);
	if (status == SUCCESS && !(reply.hold && link_generation() &&
				   hold_keep(spi_in, old.spi_out, id, data)))
		status = own.add_sa(charon->kernel, id, data);
	return status;
}

static status_t add_sa(kernel_interface_t *this, kernel_ipsec_sa_id_t *id,
		       kernel_ipsec_add_sa_t *data)
{
	ike_sa_t *ike_sa = charon->bus->get_sa(charon->bus);
	struct exchange *exchange = installing(ike_sa, data->inbound, id->spi);

	if (exchange && !data->inbound)
		return add_both(ike_sa, exchange, id, data);
	/* Its SPI is known, and the peer's comes with the outbound SA, at once. */
	if (exchange && hold_keep(ntohl(id->spi), 0, id, data))
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

/*
 * The peer's Child SA joins those with the same selectors, also if their reqid is that
 * of a trap policy with wider ones. @reqid: 0 if charon would choose one.
 */
static void join(uint32_t *reqid)
{
	ike_sa_t *ike_sa = charon->bus->get_sa(charon->bus);
	struct exchange *exchange = ike_sa ? told_exchange(ike_sa, false)
					   : NULL;

	if (exchange && exchange->verdict.accept && exchange->child && !*reqid)
		*reqid = exchange->reqid;
}

static status_t alloc_reqid(kernel_interface_t *this, linked_list_t *local,
			    linked_list_t *remote, mark_t mark_in,
			    mark_t mark_out, uint32_t if_id_in,
			    uint32_t if_id_out, LABEL uint32_t *reqid)
{
	join(reqid);
	return own.alloc_reqid(this, local, remote, mark_in, mark_out, if_id_in,
			       if_id_out, LABEL_ARGUMENT reqid);
}

static bool shares(uint32_t spi)
{
	ike_sa_t *ike_sa = charon->bus->get_sa(charon->bus);

	return installing(ike_sa, false, spi) || told_outbound(ntohl(spi));
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
	status_t status;

	if (may_share(id, data) &&
	    policy_add(id, data, shares(policy_spi(data->sa)), own.add_policy,
		       &status))
		return status;
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

void kernel_wrap(void)
{
	kernel_interface_t *kernel = charon->kernel;

	own = *kernel;
	hold_start(own.add_sa);
	kernel->alloc_reqid = alloc_reqid;
	kernel->add_sa = add_sa;
	kernel->del_sa = del_sa;
	kernel->add_policy = add_policy;
	kernel->del_policy = del_policy;
}

void kernel_unwrap(void)
{
	*charon->kernel = own;
	hold_stop();
}

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
static struct {
	status_t (*alloc_reqid)(kernel_interface_t *this, linked_list_t *local,
				linked_list_t *remote, mark_t mark_in,
				mark_t mark_out, uint32_t if_id_in,
				uint32_t if_id_out, LABEL uint32_t *reqid);
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

/*
 * Both SPIs are known, nothing is installed yet. When the outbound SA comes, and the
 * inbound one waits, the helper is to install both.
 */
static bool ask_install(ike_sa_t *ike_sa, struct exchange *exchange,
			kernel_ipsec_sa_id_t *id,
			const kernel_ipsec_add_sa_t *data, struct reply *reply)
{
	child_sa_t *child = exchange->child;
	uint32_t spi_in = ntohl(child->get_spi(child, TRUE));
	char text[LINK_TEXT_MAX];
	struct pr_writer w = link_begin(text, "install");
	bool said = false;

	memset(reply, 0, sizeof(*reply));
	if (!link_put_ref(&w, &exchange->ref))
		return false;
	pr_put(&w, "ike", "%" PRIu32, ike_sa->get_unique_id(ike_sa));
	pr_put(&w, "spi-in", "0x%08" PRIx32, spi_in);
	pr_put(&w, "spi-out", "0x%08" PRIx32,
	       exchange_spi_out(exchange, child->get_proposal(child)));
	if (child->get_protocol(child) == PROTO_AH)
		pr_put(&w, "proto", "ah");
	/* Who begins has the peer's answer: the peer is ready. */
	pr_put(&w, "can-hold", "%s", data->initiator ? "no" : "yes");
	if (data->inbound) {
		hand_put_mark(&w, "mark-in", id->mark);
		hand_put_mark(&w, "mark-out", child->get_mark(child, FALSE));
		said = link_ask(&w, "go", &exchange->ref, reply);
	} else if (hold_put(spi_in, &w)) {
		pr_put(&w, "by", "helper");
		hand_put(&w, id, data);
		said = link_ask(&w, "go", &exchange->ref, reply);
	}
	memwipe(text, sizeof(text));
	return said;
}

/* Does the helper install it? The fallback, which has no CPU, is charon's. */
static bool hands(const struct exchange *exchange,
		  const kernel_ipsec_add_sa_t *data)
{
	return !exchange->fallback && link_installs() && hand_can(data);
}

/*
 * The inbound SA waits for the outbound one. Its SPI is that of a larval SA, which
 * charon made without a direction: a kernel that wants one with the CPU would not
 * take it in place of that. It never had a key, so that it can go.
 */
static bool keep_inbound(uint32_t spi_in, kernel_ipsec_sa_id_t *id,
			 const kernel_ipsec_add_sa_t *data)
{
	kernel_ipsec_del_sa_t larval = { .cpi = 0 };
	kernel_ipsec_add_sa_t whole = *data;

	whole.update = FALSE;
	if (!hold_keep(spi_in, 0, id, &whole))
		return false;
	if (data->update)
		own.del_sa(charon->kernel, id, &larval);
	return true;
}

/*
 * The outbound SA is there too. Without an answer charon installs what there is: if
 * the helper was not dead but slow, the kernel refuses what it has already.
 */
static status_t hand_over(ike_sa_t *ike_sa, struct exchange *exchange,
			  uint32_t old, uint32_t spi_in,
			  kernel_ipsec_sa_id_t *id, kernel_ipsec_add_sa_t *data)
{
	struct reply reply;

	ask_install(ike_sa, exchange, id, data, &reply);
	if (reply.not_installed) {
		DBG1(DBG_KNL, "xfrm-pcpu: the helper did not install the SAs");
		hold_forget(spi_in);
		return FAILED;
	}
	if (!reply.installed) {
		hold_release(spi_in);
		return own.add_sa(charon->kernel, id, data);
	}
	hold_forget(spi_in);
	if (reply.hold)
		hold_keep(spi_in, old, id, data);
	return SUCCESS;
}

static status_t add_sa(kernel_interface_t *this, kernel_ipsec_sa_id_t *id,
		       kernel_ipsec_add_sa_t *data)
{
	ike_sa_t *ike_sa = charon->bus->get_sa(charon->bus);
	struct exchange *exchange =
		installing(ike_sa, data->initiator, data->inbound, id->spi);
	uint32_t old, spi_in;
	struct reply reply;

	if (!exchange)
		return own.add_sa(this, id, data);
	spi_in = ntohl(exchange->child->get_spi(exchange->child, TRUE));
	if (data->inbound) {
		exchange->hold = false;
		if (hands(exchange, data) && keep_inbound(spi_in, id, data))
			return SUCCESS;
		if (ask_install(ike_sa, exchange, id, data, &reply))
			exchange->hold = reply.hold;
		return own.add_sa(this, id, data);
	}
	old = exchange->replaces ? told_spi_out(ike_sa->get_unique_id(ike_sa),
						exchange->replaces)
				 : 0;
	if (hold_keeps(spi_in))
		return hand_over(ike_sa, exchange, old, spi_in, id, data);
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

/*
 * The peer's Child SA joins those with the same selectors, also if their reqid is that
 * of a trap policy with wider ones. @reqid: 0 if charon would choose one.
 */
static void join(uint32_t *reqid)
{
	ike_sa_t *ike_sa = charon->bus->get_sa(charon->bus);
	struct exchange *exchange = ike_sa ? exchange_of(ike_sa, false) : NULL;

	if (exchange && exchange->accepted && exchange->child && !*reqid)
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
	own.alloc_reqid = kernel->alloc_reqid;
	own.add_sa = kernel->add_sa;
	own.del_sa = kernel->del_sa;
	own.add_policy = kernel->add_policy;
	own.del_policy = kernel->del_policy;
	kernel->alloc_reqid = alloc_reqid;
	kernel->add_sa = add_sa;
	kernel->del_sa = del_sa;
	kernel->add_policy = add_policy;
	kernel->del_policy = del_policy;
	return true;
}

void kernel_unwrap(void)
{
	kernel_interface_t *kernel = charon->kernel;

	kernel->alloc_reqid = own.alloc_reqid;
	kernel->add_sa = own.add_sa;
	kernel->del_sa = own.del_sa;
	kernel->add_policy = own.add_policy;
	kernel->del_policy = own.del_policy;
	hold_stop();
	policy_stop();
}

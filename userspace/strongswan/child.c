// SPDX-License-Identifier: GPL-2.0-or-later
#include "child.h"

#include <stdio.h>

static bool has(linked_list_t *list, traffic_selector_t *wanted)
{
	enumerator_t *all = list->create_enumerator(list);
	traffic_selector_t *ts;
	bool found = false;

	while (!found && all->enumerate(all, &ts))
		found = ts->equals(ts, wanted);
	all->destroy(all);
	return found;
}

static bool same_selectors(child_sa_t *child, bool local, linked_list_t *list)
{
	enumerator_t *all = child->create_ts_enumerator(child, local);
	traffic_selector_t *ts;
	bool same = true;
	int count = 0;

	while (same && all->enumerate(all, &ts)) {
		same = has(list, ts);
		count++;
	}
	all->destroy(all);
	return same && count == list->get_count(list);
}

child_sa_t *child_alike(ike_sa_t *ike_sa, uint32_t reqid, linked_list_t *local,
			linked_list_t *remote)
{
	enumerator_t *all = ike_sa->create_child_sa_enumerator(ike_sa);
	child_sa_t *child, *found = NULL;

	while (!found && all->enumerate(all, &child)) {
		if (child->get_state(child) == CHILD_INSTALLED &&
		    (reqid ? child->get_reqid(child) == reqid
			   : same_selectors(child, true, local) &&
				     same_selectors(child, false, remote)))
			found = child;
	}
	all->destroy(all);
	return found;
}

/* The key exchange is no property: only the first SA of an IKE SA has none. */
void child_properties(child_sa_t *child, char *text, size_t size)
{
	proposal_t *proposal = child->get_proposal(child);
	uint16_t enc = 0, bits = 0, integ = 0, integ_bits = 0, esn = 0;

	proposal->get_algorithm(proposal, ENCRYPTION_ALGORITHM, &enc, &bits);
	proposal->get_algorithm(proposal, INTEGRITY_ALGORITHM, &integ,
				&integ_bits);
	proposal->get_algorithm(proposal, EXTENDED_SEQUENCE_NUMBERS, &esn,
				NULL);
	snprintf(text, size, "proto %d enc %u/%u integ %u esn %u",
		 proposal->get_protocol(proposal), enc, bits, integ, esn);
}

static bool never(child_cfg_t *this, child_cfg_t *other)
{
	(void)this;
	(void)other;
	return false;
}

static void add_selectors(child_cfg_t *config, child_sa_t *child, bool local)
{
	enumerator_t *all = child->create_ts_enumerator(child, local);
	traffic_selector_t *ts;

	while (all->enumerate(all, &ts))
		config->add_traffic_selector(config, local, ts->clone(ts));
	all->destroy(all);
}

static void add_proposals(child_cfg_t *config, child_cfg_t *like)
{
	linked_list_t *all = like->get_proposals(like, FALSE);
	proposal_t *proposal;

	while (all->remove_first(all, (void **)&proposal) == SUCCESS)
		config->add_proposal(config, proposal);
	all->destroy(all);
}

static child_cfg_option_t options(child_cfg_t *like)
{
	child_cfg_option_t result = 0;

	for (int bit = OPT_PROXY_MODE; bit <= OPT_NO_COPY_ECN; bit <<= 1) {
		if (like->has_option(like, bit))
			result |= bit;
	}
	return result;
}

child_cfg_t *child_config(child_sa_t *child)
{
	child_cfg_t *like = child->get_config(child);
	lifetime_cfg_t *lifetime = like->get_lifetime(like, FALSE);
	child_cfg_create_t data = {
		.options = options(like),
		.reqid = like->get_reqid(like),
		.if_id_in = like->get_if_id(like, TRUE),
		.if_id_out = like->get_if_id(like, FALSE),
		.mark_in = like->get_mark(like, TRUE),
		.mark_out = like->get_mark(like, FALSE),
		.set_mark_in = like->get_set_mark(like, TRUE),
		.set_mark_out = like->get_set_mark(like, FALSE),
#ifdef XP_HAS_LABELS
		.label = like->get_label(like),
		.label_mode = like->get_label_mode(like),
#endif
		.mode = like->get_mode(like),
		.tfc = like->get_tfc(like),
		.priority = like->get_manual_prio(like),
		.interface = like->get_interface(like),
		.lifetime = *lifetime,
		.inactivity = like->get_inactivity(like),
		.hw_offload = like->get_hw_offload(like),
		.copy_dscp = like->get_copy_dscp(like),
	};
	child_cfg_t *config = child_cfg_create(like->get_name(like), &data);

	free(lifetime);
	config->set_replay_window(config, like->get_replay_window(like));
	add_proposals(config, like);
	add_selectors(config, child, true);
	add_selectors(config, child, false);
	config->equals = never;
	return config;
}

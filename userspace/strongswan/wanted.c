// SPDX-License-Identifier: GPL-2.0-or-later
#include "wanted.h"

#define SETTING "%s.plugins.xfrm-pcpu."

/* What makes one outbound policy for several SAs impossible. */
static bool has_policies_of_its_own(child_cfg_t *child)
{
#ifdef XP_HAS_LABELS
	if (child->get_label(child))
		return true;
#endif
	return child->has_option(child, OPT_IPCOMP) ||
	       MARK_IS_UNIQUE(child->get_mark(child, FALSE).value) ||
	       IF_ID_IS_UNIQUE(child->get_if_id(child, FALSE));
}

bool wanted_child(ike_sa_t *ike_sa, child_cfg_t *child)
{
	peer_cfg_t *peer = ike_sa->get_peer_cfg(ike_sa);

	if (!peer || !child || ike_sa->get_version(ike_sa) != IKEV2 ||
	    has_policies_of_its_own(child))
		return false;
	return lib->settings->get_bool(lib->settings,
				       SETTING "connections.%s.%s.enable",
				       FALSE, lib->ns, peer->get_name(peer),
				       child->get_name(child));
}

struct wanted wanted_how(ike_sa_t *ike_sa, child_cfg_t *child)
{
	static const char *const modes[] = { "on-demand", "at-once" };
	peer_cfg_t *peer = ike_sa->get_peer_cfg(ike_sa);
	struct wanted wanted = { 0 };
	const char *name, *mode;
	int limit;

	if (!peer)
		return wanted;
	name = peer->get_name(peer);
	limit = lib->settings->get_int(lib->settings,
				       SETTING "connections.%s.%s.limit", 0,
				       lib->ns, name, child->get_name(child));
	if (limit < 0)
		DBG1(DBG_CFG,
		     "xfrm-pcpu: connections.%s.%s.limit: expected a number from 1, not %d: the helper's counts",
		     name, child->get_name(child), limit);
	else
		wanted.limit = limit;
	mode = lib->settings->get_str(lib->settings,
				      SETTING "connections.%s.%s.mode", NULL,
				      lib->ns, name, child->get_name(child));
	for (int i = 0; mode && i < (int)countof(modes); i++) {
		if (streq(mode, modes[i]))
			wanted.mode = modes[i];
	}
	if (mode && !wanted.mode)
		DBG1(DBG_CFG,
		     "xfrm-pcpu: connections.%s.%s.mode: expected on-demand or at-once, not \"%s\": the helper's counts",
		     name, child->get_name(child), mode);
	return wanted;
}

const char *wanted_socket(void)
{
	return lib->settings->get_str(lib->settings, SETTING "socket",
				      "/run/xfrm-pcpud.sock", lib->ns);
}

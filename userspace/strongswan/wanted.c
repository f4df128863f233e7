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

const char *wanted_socket(void)
{
	return lib->settings->get_str(lib->settings, SETTING "socket",
				      "/run/xfrm-pcpud.sock", lib->ns);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Plugin "xfrm-pcpu" of charon: RFC 9611 with the helper xfrm-pcpud, for a
 * strongSwan that does not know it.  What the helper decides is done here:
 *
 *	wanted.c	which children are served, by strongswan.conf
 *	layout.c	is this the charon that it was built for
 *	charon.h	what differs between versions of charon
 *	link.c		the connection, questions and orders
 *	told.c		IKE and Child SAs that the helper knows, to be told again
 *	exchange.c	one negotiation: the notifies
 *	events.c	charon's bus: messages, Child SAs and IKE SAs that come and go
 *	job.c		orders: one more Child SA, another one, one less
 *	child.c		Child SAs of charon's, and a configuration like theirs
 *	kernel.c	SAs and policies on their way to the kernel
 *	hold.c		SAs that wait, for their other half or for the peer
 *	hand.c		SAs in the helper's words, where it installs them
 *	policy.c	one outbound policy, without SPI, for all SAs of a group
 *	acquire.c	acquires of CPUs are not charon's
 */
#include "charon.h"

#include "acquire.h"
#include "events.h"
#include "kernel.h"
#include "layout.h"
#include "link.h"
#include "wanted.h"

#include <plugins/plugin.h>

static char *get_name(plugin_t *this)
{
	(void)this;
	return "xfrm-pcpu";
}

static bool begin(plugin_t *this, plugin_feature_t *feature, bool reg,
		  void *data)
{
	(void)this;
	(void)feature;
	(void)data;
	if (reg) {
		kernel_wrap();
		link_start();
		acquire_wrap();
		events_start();
		DBG1(DBG_CFG, "%s: helper at %s", layout_built_for,
		     wanted_socket());
	} else {
		link_stop();
		events_stop();
		acquire_unwrap();
		kernel_unwrap();
	}
	return TRUE;
}

static int get_features(plugin_t *this, plugin_feature_t *features[])
{
	static plugin_feature_t f[] = {
		PLUGIN_CALLBACK((plugin_feature_callback_t)begin, NULL),
		PLUGIN_PROVIDE(CUSTOM, "xfrm-pcpu"),
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

__attribute__((visibility("default"))) plugin_t *xfrm_pcpu_plugin_create(void);

plugin_t *xfrm_pcpu_plugin_create(void)
{
	return layout_fits() ? &plugin : NULL;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Plugin "xfrm-pcpu" of charon: RFC 9611 with the helper xfrm-pcpud, for a
 * strongSwan that does not know it.  What the helper decides is done here:
 *
 *	wanted.c	which children are served
 *	events.c	notifies in messages; Child SAs that come and go
 *	job.c, child.c	one more Child SA, because the helper wants it
 *	exchange.c	what is known of a negotiation
 *	kernel.c	SAs and policies on their way to the kernel;  policy.c: one
 *			policy for all SAs of a group;  hold.c: SAs that wait;
 *			hand.c: SAs that the helper installs
 *	acquire.c	acquires of CPUs are the helper's
 *	link.c, told.c	the connection, and what the helper knows
 *	layout.c	is this the charon that it was built for
 */
#include "charon.h"

#include "acquire.h"
#include "events.h"
#include "exchange.h"
#include "hold.h"
#include "job.h"
#include "kernel.h"
#include "layout.h"
#include "link.h"
#include "told.h"
#include "wanted.h"

#include <plugins/plugin.h>

static const struct link_calls calls = {
	.up = told_all,
	.down = hold_release_all,
	.order = job_order,
};

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
	if (!reg) {
		link_stop();
		events_stop();
		acquire_unwrap();
		kernel_unwrap();
		exchange_stop();
		job_stop();
		told_stop();
		return TRUE;
	}
	if (!told_start() || !job_start() || !exchange_start() ||
	    !kernel_wrap())
		return FALSE;
	if (!link_start(wanted_socket(), &calls)) {
		kernel_unwrap();
		return FALSE;
	}
	acquire_wrap();
	events_start();
	DBG1(DBG_CFG, "%s: helper at %s", layout_built_for, wanted_socket());
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

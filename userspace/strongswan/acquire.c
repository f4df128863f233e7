// SPDX-License-Identifier: GPL-2.0-or-later
#include "acquire.h"

#include "charon.h"
#include "told.h"

#ifdef XP_HAS_LABELS
#define PACKET kernel_acquire_data_t *data
#define PACKET_ARGUMENTS data
#else
#define PACKET traffic_selector_t *src, traffic_selector_t *dst
#define PACKET_ARGUMENTS src, dst
#endif

/* charon's own. */
static void (*own)(trap_manager_t *this, uint32_t reqid, PACKET);

static void acquire(trap_manager_t *this, uint32_t reqid, PACKET)
{
	if (!told_fallback(reqid))
		own(this, reqid, PACKET_ARGUMENTS);
}

void acquire_wrap(void)
{
	own = charon->traps->acquire;
	charon->traps->acquire = acquire;
}

void acquire_unwrap(void)
{
	charon->traps->acquire = own;
}

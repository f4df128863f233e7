/* SPDX-License-Identifier: GPL-2.0 */
/* The module's own interface. */
#ifndef _XPCPU_GENL_H
#define _XPCPU_GENL_H

#include "sa.h"

/**
 * enum xpcpu_genl_sa_event - what happened to an SA
 * @XPCPU_GENL_BOUND: it got a CPU
 * @XPCPU_GENL_MOVED: it got another CPU
 * @XPCPU_GENL_UNBOUND: it has none any more
 * @XPCPU_GENL_DELETED: it had a CPU and was deleted
 */
enum xpcpu_genl_sa_event {
	XPCPU_GENL_BOUND,
	XPCPU_GENL_MOVED,
	XPCPU_GENL_UNBOUND,
	XPCPU_GENL_DELETED,
};

void xpcpu_genl_sa(enum xpcpu_genl_sa_event event, const struct xfrm_state *x,
		   const struct xpcpu_sa_info *info, u32 old_cpu);
void xpcpu_genl_acquire(const struct xpcpu_group *group, u32 cpu, u32 seq);

int xpcpu_genl_init(void);
void xpcpu_genl_exit(void);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* How much memory the acquires of a container take. */
#ifndef _XPCPU_ACQUIRE_LIMIT_H
#define _XPCPU_ACQUIRE_LIMIT_H

#include "group.h"

bool xpcpu_acquire_charge(struct xpcpu_group *group, size_t bytes);
void xpcpu_acquire_uncharge(struct xpcpu_group *group, size_t bytes);
void xpcpu_acquire_uncharge_all(struct xpcpu_group *group);

#endif

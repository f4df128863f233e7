/* SPDX-License-Identifier: GPL-2.0 */
/* SAs come, change and go. */
#ifndef _XPCPU_LIFECYCLE_H
#define _XPCPU_LIFECYCLE_H

#include "hook.h"

extern struct xpcpu_hook xpcpu_hook_add;
extern struct xpcpu_hook xpcpu_hook_update;
extern struct xpcpu_hook xpcpu_hook_alloc_spi;
extern struct xpcpu_hook xpcpu_hook_migrate;
extern struct xpcpu_hook xpcpu_hook_delete;
extern struct xpcpu_hook xpcpu_hook_destroy;

#endif

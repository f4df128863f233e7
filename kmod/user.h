/* SPDX-License-Identifier: GPL-2.0 */
/* The module xfrm_user, whose functions are hooked. */
#ifndef _XPCPU_USER_H
#define _XPCPU_USER_H

#include <linux/types.h>

int xpcpu_user_pin(void);
void xpcpu_user_unpin(void);
bool xpcpu_xfrm_user_has(unsigned long addr);

#endif

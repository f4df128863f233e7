/* SPDX-License-Identifier: GPL-2.0 */
/* The look-up of an SA for a packet that goes out. */
#ifndef _XPCPU_OUTPUT_H
#define _XPCPU_OUTPUT_H

#include <linux/types.h>

/* What a user is told when xpcpu_output_need() fails. */
#define XPCPU_NO_HOOK_MSG \
	"cannot hook the output look-up; see the kernel log"

int xpcpu_output_need(void);
void xpcpu_output_release(void);
bool xpcpu_output_armed(void);

int xpcpu_output_init(void);
void xpcpu_output_close(void);
void xpcpu_output_exit(void);

#endif

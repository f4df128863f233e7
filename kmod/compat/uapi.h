/* SPDX-License-Identifier: GPL-2.0 */
/* XFRM UAPI that this kernel's headers may lack; values are mainline's. */
#ifndef _XPCPU_COMPAT_UAPI_H
#define _XPCPU_COMPAT_UAPI_H

#include <linux/xfrm.h>

/*
 * Attributes are enumerators, which the preprocessor cannot test for: own
 * names with the same numbers serve every kernel.
 */
#define XPCPU_XFRMA_SA_DIR	33
#define XPCPU_XFRMA_SA_PCPU	35

#define XPCPU_SA_DIR_IN		1
#define XPCPU_SA_DIR_OUT	2

#ifndef XFRM_POLICY_CPU_ACQUIRE
#define XFRM_POLICY_CPU_ACQUIRE	4
#endif

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * XFRM UAPI that the headers of the build host may lack; values are mainline's.
 * Attributes are enumerators, which the preprocessor cannot test for: own
 * names with the same numbers serve every host.
 */
#ifndef XFRM_PCPU_KERNEL_XFRM_UAPI_H
#define XFRM_PCPU_KERNEL_XFRM_UAPI_H

/* Before linux/xfrm.h, or in6_addr is defined twice. */
#include <netinet/in.h>

#include <linux/xfrm.h>

#define XP_XFRMA_SA_DIR 33
#define XP_XFRMA_SA_PCPU 35

#define XP_SA_DIR_IN 1
#define XP_SA_DIR_OUT 2

#ifndef XFRM_POLICY_CPU_ACQUIRE
#define XFRM_POLICY_CPU_ACQUIRE 4
#endif

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* Macros as Coccinelle is to see them, which does not read headers for them. */

#define DEFINE_PER_CPU(type, name) __typeof__(type) name

#define COMPAT_GENL_RESV_START(op)
#define COMPAT_GENL_MCAST_ADMIN
#define COMPAT_DESTROY_PROTO struct xfrm_state *x, bool sync
#define COMPAT_DESTROY_ARGS x, sync
#define COMPAT_ALLOC_SPI_PROTO struct xfrm_state *x, u32 low, u32 high
#define COMPAT_ALLOC_SPI_ARGS x, low, high

#define XPCPU_HOOK_SET(_name, _hooks) struct xpcpu_hook_set _name

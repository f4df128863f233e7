# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Differences that several shapes have. Each names the trees in which it was
# read; edit and no_symbol are in check.

# __xfrm_state_destroy(x, sync): so in 4.18.0-240.el8, 5.4.195, 5.14, 5.15.100,
# 6.6.87, 6.8.1, 6.10 and 6.11.11; Debian's newer stable kernels dropped it again.
state_destroy_sync() {
	edit include/net/xfrm.h \
		's/^(void __xfrm_state_destroy\(struct xfrm_state \*)\)/\1, bool)/
		 s/(__xfrm_state_destroy\(x)\)/\1, false)/'
}

# XFRM_MSG_SETDEFAULT, GETDEFAULT: 5.15, and stable kernels.
no_policy_default() {
	edit include/uapi/linux/xfrm.h \
		'/XFRM_MSG_(SET|GET)DEFAULT/d; s/^struct xfrm_userpolicy_default/&_later/'
}

# param_set_uint_minmax(): 5.15, and Debian's 5.10.
no_uint_minmax() {
	edit include/linux/moduleparam.h '/param_set_uint_minmax/,/;/d'
	no_symbol param_set_uint_minmax
}

# GENL_MCAST_CAP_*: 6.7, and stable kernels. In 5.14, 5.15.100 and 6.6.87 a
# group's flags are those of commands (net/netlink/genetlink.c).
no_mcast_cap() {
	edit include/net/genetlink.h '/define GENL_MCAST_CAP_/d'
}

# struct genl_family.resv_start_op: 6.1.
no_resv_start_op() {
	edit include/net/genetlink.h '/resv_start_op;/d'
}

# struct genl_multicast_group.flags: 5.12, and stable kernels.
no_mcgrp_flags() {
	edit include/net/genetlink.h \
		'/^struct genl_multicast_group/,/^}/{/flags;|cap_sys_admin/d}'
}

# register_ftrace_direct(): 5.5. el8 may have taken it over; it was not read there.
no_ftrace_direct() {
	edit include/linux/ftrace.h 's/\<register_ftrace_direct\>/&_later/'
	no_symbol register_ftrace_direct
}

# The security hook takes a flowi in 4.18.0-240.el8 and 5.4.195, a flowi_common
# from 5.11 on and in stable kernels.
security_takes_flowi() {
	edit include/linux/security.h \
		'/security_xfrm_state_pol_flow_match/,/[;{]/s/struct flowi_common \*flic/struct flowi *fl/'
}

# Per-CPU SAs: 6.13 and 6.12.13.
no_pcpu() {
	edit include/net/xfrm.h '/pcpu_num;$/d; s/,? u32 pcpu_num//'
	edit include/uapi/linux/xfrm.h '/XFRMA_SA_PCPU|XFRM_POLICY_CPU_ACQUIRE/d'
}

# Directions of SAs: 6.10.
no_sa_dir() {
	edit include/net/xfrm.h '/^\tu8\t+dir;$/d'
	edit include/uapi/linux/xfrm.h '/XFRMA_SA_DIR/d; /^enum xfrm_sa_dir/,/^}/d'
}

# nlmsg_multicast_filtered(): 6.8. Before it nlmsg_multicast() calls
# netlink_broadcast() itself.
no_multicast_filtered() {
	edit include/net/netlink.h 's/\<nlmsg_multicast_filtered\>/&_later/'
	edit include/net/genetlink.h 's/\<nlmsg_multicast_filtered\>/&_later/'
}

# Handlers of sysctls with a const table: 6.11.
no_const_ctl_table() {
	edit include/linux/sysctl.h 's/const struct ctl_table \*/struct ctl_table */'
}

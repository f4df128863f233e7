/* SPDX-License-Identifier: GPL-2.0 */
/* What XFRM's numbers are called, in arguments and in what is printed. */
#ifndef TOOLS_NAMES_H
#define TOOLS_NAMES_H

#include <linux/xfrm.h>

/* The build host's headers may be older than RFC 9611's attributes. */
#define ATTR_SA_DIR 33 /* XFRMA_SA_DIR, u8 */
#define ATTR_SA_PCPU 35 /* XFRMA_SA_PCPU, u32 */

const char *msg_name(int type); /* XFRM_MSG_* */
const char *attr_name(int type); /* XFRMA_* */
const char *mode_name(int mode); /* XFRM_MODE_* */
const char *proto_name(int proto); /* IPPROTO_* */
const char *group_name(int group); /* XFRMNLGRP_* */

/* The number of a name, or a plain number; -1 if it is neither. */
int mode_number(const char *name);
int proto_number(const char *name);
int group_number(const char *name);

#endif

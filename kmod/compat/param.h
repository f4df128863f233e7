/* SPDX-License-Identifier: GPL-2.0 */
/* Module parameters: a number within limits. */
#ifndef _XPCPU_COMPAT_PARAM_H
#define _XPCPU_COMPAT_PARAM_H

#include <linux/kernel.h>
#include <linux/moduleparam.h>

#ifdef COMPAT_HAVE_UINT_MINMAX
#define compat_param_set_uint_minmax	param_set_uint_minmax
#else
static inline int compat_param_set_uint_minmax(const char *val,
					       const struct kernel_param *kp,
					       unsigned int min,
					       unsigned int max)
{
	unsigned int *param = kp->arg;
	unsigned int value;
	int err = val ? kstrtouint(val, 0, &value) : -EINVAL;

	if (err)
		return err;
	if (value < min || value > max)
		return -EINVAL;
	WRITE_ONCE(*param, value);
	return 0;
}
#endif

#endif

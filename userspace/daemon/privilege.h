/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the helper may do once it has started.
 */
#ifndef XFRM_PCPU_DAEMON_PRIVILEGE_H
#define XFRM_PCPU_DAEMON_PRIVILEGE_H

/**
 * privilege_drop() - keep CAP_NET_ADMIN, and nothing else
 * @user: become this user if started as root
 *
 * No program that is executed gets more, and there is no way back.  Keys pass
 * through: nobody may attach, and no core file is written.
 *
 * Return: 0, -ENOENT if there is no such user, or an errno of prctl(2),
 * setresuid(2), capset(2).
 */
int privilege_drop(const char *user);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* A policy of one socket, in the words of a request. */
#ifndef TOOLS_SOCKPOLICY_H
#define TOOLS_SOCKPOLICY_H

/*
 * Give @fd, a socket of @family, the policy that @text describes as
 * "newpolicy" would ("pdir=out sel=... tmpl=...", request.h).  Ends the program
 * with a message if the kernel refuses it.
 */
void socket_policy(int fd, int family, const char *text);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* A plugin for a charon without mediation, which Debian's is not (howto.sh). */
#undef ME

/* SPDX-License-Identifier: GPL-2.0 */
/* A plugin for another charon than the one that loads it (howto.sh). */
#undef VERSION
#define VERSION "5.9.99"

/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XPCPU_SYMBOL_H
#define _XPCPU_SYMBOL_H

int xpcpu_symbol(const char *name, unsigned long *addr);

#endif

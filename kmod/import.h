/* SPDX-License-Identifier: GPL-2.0 */
/* What was there before the module. */
#ifndef _XPCPU_IMPORT_H
#define _XPCPU_IMPORT_H

int xpcpu_import(void);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is printed between normal_begin() and normal_end() comes out with the
 * numbers that the kernel chose (SPI, seq, policy index) as "kernel".  Zero and
 * those that stand in the script stay.  The attribute LASTUSED is left out.
 */
#ifndef UAPI_NORMAL_H
#define UAPI_NORMAL_H

void normal_begin(const char *script);
void normal_end(void);

#endif

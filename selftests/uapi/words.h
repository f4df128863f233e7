/* SPDX-License-Identifier: GPL-2.0 */
/* "$SA" and the like: words that many requests have. */
#ifndef UAPI_WORDS_H
#define UAPI_WORDS_H

#include <stddef.h>

void words_expand(const char *line, char *expanded, size_t size);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The function that libFuzzer calls (LLVM, docs/LibFuzzer.rst).
 */
#ifndef XFRM_PCPU_FUZZ_FUZZ_H
#define XFRM_PCPU_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/**
 * LLVMFuzzerTestOneInput() - try one input
 * @data: @size bytes
 * @size: how many
 *
 * Return: 0.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif

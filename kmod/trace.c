// SPDX-License-Identifier: GPL-2.0
/* The tracepoints' code; trace.h describes them. */
#include "sa.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

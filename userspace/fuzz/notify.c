// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bytes of a peer's Notify payload.  What can be read is written again, and is
 * the same but for what means nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "ike/notify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ike_notify notify;
	uint8_t *payload;
	int length;

	if (ike_notify_read(data, size, &notify))
		return 0;
	if (notify.type == IKE_TS_MAX_QUEUE)
		notify.length = 0;
	payload = malloc(size);
	length = ike_notify_write(payload, size, notify.type, notify.data,
				  notify.length);
	if (length != (int)(IKE_NOTIFY_HEADER + notify.length) ||
	    memcmp(payload + 6, data + 6, length - 6) != 0)
		abort();
	free(payload);
	return 0;
}

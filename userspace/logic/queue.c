// SPDX-License-Identifier: GPL-2.0-or-later
#include "queue.h"

#include <stdlib.h>
#include <string.h>

#include "state.h"

/* Room for one more. */
static bool make_room(struct lg_queue *queue)
{
	size_t count = queue->end - queue->first;
	struct lg_action *larger;
	size_t room;

	if (queue->end < queue->room)
		return true;
	if (queue->first) {
		memmove(queue->action, queue->action + queue->first,
			count * sizeof(*queue->action));
		queue->first = 0;
		queue->end = count;
		return true;
	}
	room = queue->room ? 2 * queue->room : 32;
	larger = reallocarray(queue->action, room, sizeof(*larger));
	if (!larger)
		return false;
	queue->action = larger;
	queue->room = room;
	return true;
}

struct lg_action *lg_act(struct lg *lg, enum lg_action_type type)
{
	struct lg_queue *queue = &lg->queue;
	struct lg_action *action = &queue->spare;

	if (make_room(queue))
		action = &queue->action[queue->end++];
	else
		lg->no_memory = true;
	memset(action, 0, sizeof(*action));
	action->type = type;
	action->cpu = LG_CPU_NONE;
	action->cpu_in = LG_CPU_NONE;
	return action;
}

void lg_log(struct lg *lg, uint64_t ike, uint32_t reqid, uint32_t cpu,
	    const char *text)
{
	struct lg_action *action = lg_act(lg, LG_LOG);

	action->ike = ike;
	action->reqid = reqid;
	action->cpu = cpu;
	action->text = text;
}

bool lg_next_action(struct lg *lg, struct lg_action *action)
{
	struct lg_queue *queue = &lg->queue;

	if (queue->first == queue->end) {
		queue->first = 0;
		queue->end = 0;
		return false;
	}
	*action = queue->action[queue->first++];
	return true;
}

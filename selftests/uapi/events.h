/* SPDX-License-Identifier: GPL-2.0 */
/* The listener of a case: a socket in all monitor groups. */
#ifndef UAPI_EVENTS_H
#define UAPI_EVENTS_H

void events_listen(void);
void events_deaf(void); /* nobody listens from now on */

/* Print what came, a line per event: its group and the message. */
int events_print(void);
/* Print until @count have come, for @ms at most. */
void events_wait(int count, int ms);

/* The seq of the last ACQUIRE that was printed. */
unsigned int events_acquire_seq(void);

#endif

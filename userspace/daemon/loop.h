/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Waiting for descriptors and for a time.
 */
#ifndef XFRM_PCPU_DAEMON_LOOP_H
#define XFRM_PCPU_DAEMON_LOOP_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct loop - what is waited for
 * @epoll: descriptor
 * @stop: the loop is to end
 */
struct loop {
	int epoll;
	bool stop;
};

/**
 * struct watch - a descriptor that is waited for
 * @fd: descriptor, -1 if it is not waited for
 * @fn: called with EPOLL* events
 * @arg: for @fn
 */
struct watch {
	int fd;
	void (*fn)(uint32_t events, void *arg);
	void *arg;
};

/**
 * loop_open() - nothing is waited for yet
 * @loop: result
 *
 * Return: 0 or an errno of epoll_create1(2).
 */
int loop_open(struct loop *loop);

/**
 * loop_add() - wait for a descriptor
 * @loop: loop
 * @watch: what is called; stays the caller's, until loop_remove()
 * @events: EPOLL*
 *
 * Return: 0 or an errno of epoll_ctl(2).
 */
int loop_add(struct loop *loop, struct watch *watch, uint32_t events);

/**
 * loop_change() - wait for other events
 * @loop: loop
 * @watch: watch
 * @events: EPOLL*
 */
void loop_change(struct loop *loop, struct watch *watch, uint32_t events);

/**
 * loop_remove() - wait no more
 * @loop: loop
 * @watch: watch
 */
void loop_remove(struct loop *loop, struct watch *watch);

/**
 * loop_now() - the clock
 *
 * Return: monotonic time, milliseconds.
 */
uint64_t loop_now(void);

/**
 * loop_wait() - wait once and call what is due
 * @loop: loop
 * @until: monotonic time, milliseconds; UINT64_MAX for ever
 *
 * One descriptor is served at a time, so that what it calls may remove others.
 *
 * Return: 0 or an errno of epoll_wait(2).
 */
int loop_wait(struct loop *loop, uint64_t until);

#endif

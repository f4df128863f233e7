/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the helper tells others: actions of the logic to messages.  Nothing here
 * does I/O.
 */
#ifndef XFRM_PCPU_PROTOCOL_ORDER_H
#define XFRM_PCPU_PROTOCOL_ORDER_H

#include "lines.h"
#include "logic/logic.h"

/**
 * pr_order_write() - write an action that is the daemon's or an operator's
 * @action: action
 * @text: buffer
 * @room: bytes at @text
 *
 * Return: length of the message, 0 if the action is not for them, -EMSGSIZE if
 * it does not fit.
 */
int pr_order_write(const struct lg_action *action, char *text, size_t room);

/**
 * pr_hello_write() - what the helper says first, and when the kernel changes
 * @kernel: what the kernel can do
 * @text: buffer
 * @room: bytes at @text
 *
 * Return: length of the message, -EMSGSIZE if it does not fit.
 */
int pr_hello_write(enum lg_kernel kernel, char *text, size_t room);

/**
 * pr_error_write() - a message was not understood
 * @about: what is wrong
 * @text: buffer
 * @room: bytes at @text
 *
 * Return: length of the message, -EMSGSIZE if it does not fit.
 */
int pr_error_write(const char *about, char *text, size_t room);

/**
 * pr_child_write() - a Child SA for a status
 * @view: Child SA, NULL after the last
 * @text: buffer
 * @room: bytes at @text
 *
 * Return: length of the message, -EMSGSIZE if it does not fit.
 */
int pr_child_write(const struct lg_view *view, char *text, size_t room);

#endif

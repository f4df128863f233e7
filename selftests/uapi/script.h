/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The language of the cases, a command a line:
 *
 *   WORDS OF XREQ		a request; its answer, then the events it caused.
 *				$SA and the like stand for the words in words.c,
 *				$SEQ for the seq of the last ACQUIRE
 *   nobody WORDS OF XREQ	the same without privileges
 *   newspdinfo, getspdinfo,	requests that xreq has not, with attributes
 *   getsadinfo, setdefault,	as its words
 *   getdefault, polexpire,
 *   report, mapping
 *   deaf, listen		the listener goes, comes (it is there at first)
 *   links			what packets need (world.h)
 *   ip WORDS OF IP
 *   acq_expires SECONDS	how long the kernel waits for an answer
 *   send CPUS COUNT [KEY=VALUE]	to= an address, mark=; "0-3" in turn
 *   flood CPUS COUNT		all at once
 *   wait COUNT			for so many events, five seconds at most
 *   sleep MS
 *   fill COUNT, check BUFSIZE	many SAs, and their dump
 */
#ifndef UAPI_SCRIPT_H
#define UAPI_SCRIPT_H

void script_run(const char *script);

#endif

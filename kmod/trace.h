/* SPDX-License-Identifier: GPL-2.0 */
/* Tracepoints at the decisions: events/xfrm_pcpu/ in tracefs. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM xfrm_pcpu

#if !defined(_XPCPU_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _XPCPU_TRACE_H

#include <linux/tracepoint.h>

#include "choice.h"

TRACE_EVENT(xpcpu_choice,

	TP_PROTO(const struct xpcpu_lookup *l,
		 const struct xpcpu_choice *choice),

	TP_ARGS(l, choice),

	TP_STRUCT__entry(
		__field(u32, cpu)
		__field(u32, reqid)
		__field(u32, spi)
		__field(u8, kind)
		__field(u8, proto)
	),

	TP_fast_assign(
		__entry->cpu = l->cpu;
		__entry->reqid = l->tmpl->reqid;
		__entry->spi = choice->x ? be32_to_cpu(choice->x->id.spi) : 0;
		__entry->kind = choice->kind;
		__entry->proto = l->tmpl->id.proto;
	),

	TP_printk("cpu=%u reqid=%u proto=%u spi=%#x choice=%s",
		  __entry->cpu, __entry->reqid, __entry->proto, __entry->spi,
		  __print_symbolic(__entry->kind,
				   { 0, "own" },
				   { 1, "fallback" },
				   { 2, "held" },
				   { 3, "none" }))
);

TRACE_EVENT(xpcpu_acquire,

	TP_PROTO(const struct xpcpu_lookup *l, u32 seq, int err),

	TP_ARGS(l, seq, err),

	TP_STRUCT__entry(
		__field(u32, cpu)
		__field(u32, reqid)
		__field(u32, seq)
		__field(int, err)
	),

	TP_fast_assign(
		__entry->cpu = l->cpu;
		__entry->reqid = l->tmpl->reqid;
		__entry->seq = seq;
		__entry->err = err;
	),

	TP_printk("cpu=%u reqid=%u seq=%u err=%d",
		  __entry->cpu, __entry->reqid, __entry->seq, __entry->err)
);

TRACE_EVENT(xpcpu_follow,

	TP_PROTO(const struct xfrm_state *x, u32 cpu, bool datagram,
		 bool follows),

	TP_ARGS(x, cpu, datagram, follows),

	TP_STRUCT__entry(
		__field(u32, cpu)
		__field(u32, spi)
		__field(bool, datagram)
		__field(bool, follows)
	),

	TP_fast_assign(
		__entry->cpu = cpu;
		__entry->spi = be32_to_cpu(x->id.spi);
		__entry->datagram = datagram;
		__entry->follows = follows;
	),

	/* The SA's that is given up, or not. */
	TP_printk("cpu=%u spi=%#x %s %s", __entry->cpu, __entry->spi,
		  __entry->datagram ? "datagram" : "stream",
		  __entry->follows ? "follows" : "stays")
);

TRACE_EVENT(xpcpu_sa,

	TP_PROTO(const struct xpcpu_sa_id *id, u32 cpu, bool joins),

	TP_ARGS(id, cpu, joins),

	TP_STRUCT__entry(
		__field(u32, spi)
		__field(u32, cpu)
		__field(u8, proto)
		__field(bool, joins)
	),

	TP_fast_assign(
		__entry->spi = be32_to_cpu(id->spi);
		__entry->cpu = cpu;
		__entry->proto = id->proto;
		__entry->joins = joins;
	),

	/* cpu=-1: a fallback SA */
	TP_printk("spi=%#x proto=%u cpu=%d %s", __entry->spi, __entry->proto,
		  (int)__entry->cpu, __entry->joins ? "joins" : "leaves")
);

/* Inbound: a packet is handed over. */
TRACE_EVENT(xpcpu_steer,

	TP_PROTO(const struct xpcpu_sa *sa, u32 from, u32 to),

	TP_ARGS(sa, from, to),

	TP_STRUCT__entry(
		__field(u32, spi)
		__field(u32, from)
		__field(u32, to)
	),

	TP_fast_assign(
		__entry->spi = be32_to_cpu(sa->spi);
		__entry->from = from;
		__entry->to = to;
	),

	TP_printk("spi=%#x from=%u to=%u", __entry->spi, __entry->from,
		  __entry->to)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>

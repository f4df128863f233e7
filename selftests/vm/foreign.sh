# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Reports of debug kernels that are no complaint: races in which the module has no
# part, and one report that is false. They are listed, not counted. A report is
# taken as a whole or not at all: what is not known to the letter is a complaint.

# without_foreign: a console without them.
without_foreign() {
	kcsan_reports drop | direct_reports drop
}

# foreign_reports LOG: how often each of them came.
foreign_reports() {
	{
		kcsan_reports list <"$1"
		direct_reports list <"$1"
	} | sort | uniq -c | sort -rn
}

# kcsan_reports drop|list: KCSAN finds races all over a kernel. Only those in which
# the module has a part are a complaint: a frame of it in one of the two stacks. That
# is also all that can be said of its data: what is the module's is reached through
# its functions, what it shares (an SA, a netns, a socket) it reaches by functions of
# its own, and what others do with what it gave them, links of a hash table, heads of
# RCU and of work, is the part of those. A report names an address, and that of a
# slab's object does not tell whose it is. What
# an interrupt did is not its doing, though: frames count up to the interrupt's entry.
# And ktime_get_real_seconds() reads without lock what a 64-bit CPU writes at once, as
# its comment says: a race there is the kernel's, whoever has called. A report stands between two lines of "=";
# drop passes all other lines on, list the first line of each report that is not ours.
# Another CPU's complaint may come in the middle of one.
kcsan_reports() {
	tr -d '\r' | awk -v what="$1" -v complaint="$complaint_regex" '
		function ours() { return mixed || part && race != clock }
		function end_report(line) {
			if (what == "list" && race != "" && !ours())
				print race
			if (what == "drop" && (race == "" || ours()))
				printf "%s%s\n", report, line
			inside = 0
		}
		BEGIN {
			clock = "BUG: KCSAN: data-race in " \
				"ktime_get_real_seconds / timekeeping_advance"
		}
		/==============================/ {
			if (inside && lines) {
				end_report($0)
				next
			}
			# Two in a row: the first was the end of a report that began
			# before what we saw, or was too long.
			if (inside)
				end_report("")
			inside = 1
			lines = mixed = part = interrupted = 0
			report = $0 "\n"; race = ""
			next
		}
		inside {
			report = report $0 "\n"
			if (race == "" && match($0, /BUG: KCSAN: .*/))
				race = substr($0, RSTART)
			else if ($0 ~ complaint && $0 !~ /\+0x[0-9a-f]+\/0x/)
				mixed = 1
			if (/ by (task|interrupt)/)
				interrupted = 0
			else if (/ asm_(sysvec_[a-z_]+|common_interrupt)\+0x/)
				interrupted = 1
			else if (/xfrm_pcpu|xpcpu_/ && !interrupted)
				part = 1
			# No report is so long: a line of "=" was missed.
			if (++lines > 200)
				end_report("")
			next
		}
		what == "drop"
		END { if (inside) end_report("") }'
}

# direct_reports drop|list: the first direct call that is registered after boot.
# 5.10 and 6.1 keep the callers of direct calls in a list that is changed and walked
# with direct_mutex held, and nowhere else: ftrace_find_direct_func() has three
# callers, all in kernel/trace/ftrace.c. But it walks the list by
# list_for_each_entry_rcu() without naming the mutex, so that PROVE_RCU_LIST misses
# rcu_read_lock(). No part of it is the module's, which only calls
# register_ftrace_direct().
#
# Such a report must be of that file, name that list's walk in that function, called
# by register_ftrace_direct() which holds the mutex, and have no other complaint in
# it. It goes on to the registers of the system call; one that does not come that
# far is passed on, too.
direct_reports() {
	tr -d '\r' | awk -v what="$1" -v complaint="$complaint_regex" '
		function end_report(complete) {
			if (complete && where != "" && held && frames ~ known && said == 2) {
				if (what == "list")
					print where " (register_ftrace_direct)"
			} else if (what == "drop") {
				printf "%s", report
			}
			inside = 0
		}
		BEGIN {
			known = "^ dump_stack(_lvl)?( lockdep_rcu_suspicious(\\.cold)?)?" \
				" ftrace_find_direct_func register_ftrace_direct "
		}
		/WARNING: suspicious RCU usage$/ {
			if (inside)
				end_report(0)
			inside = 1; lines = 0; said = 0; held = 0; report = where = frames = ""
		}
		!inside {
			if (what == "drop")
				print
			next
		}
		{
			report = report $0 "\n"
			if ($0 ~ complaint)
				said++
			sub(/^\[ *[0-9.]+\] /, "")
		}
		/^kernel\/trace\/ftrace\.c:[0-9]+ RCU-list traversed in non-reader section!!$/ {
			where = $0
		}
		/^ #[0-9]+: [0-9a-f]+ \(direct_mutex\).*, at: register_ftrace_direct\+0x/ { held = 1 }
		# Not those that begin with "?": remains of earlier calls.
		/^ [A-Za-z_][A-Za-z0-9_.]*\+0x/ {
			name = $1
			sub(/\+.*/, "", name)
			frames = frames " " name
		}
		/^RIP: / { end_report(1); next }
		# No report is so long.
		++lines > 100 { end_report(0) }
		END { if (inside) end_report(0) }'
}

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What a kernel says when something is wrong with it.

complaints='WARNING:|BUG:|Oops|Call Trace|general protection|Kernel panic'
complaints+='|rcu.*(stall|starved)|blocked for more than|hung_task|soft lockup|hard LOCKUP'
complaints+='|possible circular|inconsistent lock state|suspicious RCU'
complaints+='|possible recursive|possible irq lock inversion|bad unlock balance'
complaints+='|held lock freed|locks? still held|sleeping function called'
complaints+='|scheduling while atomic|KASAN|KCSAN|UBSAN|KFENCE|refcount_t'
complaints+='|unregister_netdevice: waiting|kmemleak: [0-9]+ new|list_(add|del) corruption'
complaints+='|BUG [a-z]|ODEBUG|ref_tracker|leaked reference|reference already released'
complaints+='|INFO: (trying to register|lockdep)|turning off the locking correctness'
complaints+='|still has objects|FAULT_INJECTION'
complaints+='|stack-protector|segfault at|Out of memory|invalid opcode|page fault for address'

# console_complaints LOG REGEX...: lines of LOG with a complaint, but for those
# that match a REGEX. Fails if there are none.
console_complaints() {
	local log=$1 line regex
	shift

	# A kernel command line or a test's own words are no complaint.
	without_foreign_races <"$log" | grep -aE "$complaints" | grep -avE 'Kernel command line:' | {
		local found=1

		while IFS= read -r line; do
			for regex; do
				[[ ! $line =~ $regex ]] || continue 2
			done
			printf '%s\n' "$line"
			found=0
		done
		return "$found"
	}
}

# without_foreign_races: KCSAN finds races all over a kernel. Only those in which
# the module has a part are a complaint; the others are listed (foreign_races).
without_foreign_races() {
	kcsan_reports drop
}

# foreign_races: how often each of those races was reported.
foreign_races() {
	kcsan_reports list | sort | uniq -c | sort -rn
}

# kcsan_reports drop|list: a report stands between two lines of "="; drop passes
# all other lines on, list the first line of each report that is not ours.
kcsan_reports() {
	tr -d '\r' | awk -v what="$1" '
		function ours() { return report ~ /xfrm_pcpu|xpcpu_/ }
		function end_report(line) {
			if (what == "list" && race != "" && !ours())
				print race
			if (what == "drop" && (race == "" || ours()))
				printf "%s%s\n", report, line
			inside = 0; report = ""; race = ""
		}
		/==============================/ {
			if (inside) {
				end_report($0)
			} else {
				inside = 1; report = $0 "\n"
			}
			next
		}
		inside {
			report = report $0 "\n"
			if (race == "" && match($0, /BUG: KCSAN: .*/))
				race = substr($0, RSTART)
			# No report is so long: a line of "=" was missed.
			if (++lines > 200)
				end_report("")
			next
		}
		{ lines = 0 }
		what == "drop"
		END { if (inside) end_report("") }'
}

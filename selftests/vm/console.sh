# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What a kernel says when something is wrong with it.

. "$(dirname "${BASH_SOURCE[0]}")/foreign.sh"

complaint_regex='WARNING:|BUG:|Oops|Call Trace|general protection|Kernel panic'
complaint_regex+='|rcu.*(stall|starved)|blocked for more than|hung_task|soft lockup|hard LOCKUP'
complaint_regex+='|possible circular|inconsistent lock state|suspicious RCU'
complaint_regex+='|possible recursive|possible irq lock inversion|bad unlock balance'
complaint_regex+='|held lock freed|locks? still held|sleeping function called'
complaint_regex+='|scheduling while atomic|KASAN|KCSAN|UBSAN|KFENCE|refcount_t'
complaint_regex+='|unregister_netdevice: waiting|kmemleak: [0-9]+ new|list_(add|del) corruption'
complaint_regex+='|BUG [a-z]|ODEBUG|ref_tracker|leaked reference|reference already released'
complaint_regex+='|INFO: (trying to register|lockdep)|turning off the locking correctness'
complaint_regex+='|still has objects|FAULT_INJECTION'
complaint_regex+='|stack-protector|segfault at|Out of memory|invalid opcode|page fault for address'
readonly complaint_regex

# console_complaints LOG REGEX...: lines of LOG with a complaint, but for those
# that match a REGEX. Fails if there are none.
console_complaints() {
	local log=$1 line regex
	shift

	# A kernel command line or a test's own words are no complaint.
	without_foreign <"$log" | grep -aE "$complaint_regex" | grep -avE 'Kernel command line:' | {
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

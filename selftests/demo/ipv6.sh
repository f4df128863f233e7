# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The gateways of gateways.sh with IPv6, inside and outside: use_ipv6 before they
# start, namespaces_ipv6 after namespaces_up. Include gateways.sh first.

# use_ipv6: in this sub-test, inside and outside.
use_ipv6() {
	inner_net=([gwA]=fd01::/64 [gwB]=fd02::/64)
	outer=([gwA]=2001:db8::1 [gwB]=2001:db8::2)
	address=([hostA]=fd01::1 [hostB]=fd02::1)
}

namespaces_ipv6() {
	local netns

	for netns in hostA gwA gwB hostB; do
		run_cmd in_ns "$netns" sysctl -qw net.ipv6.conf.all.disable_ipv6=0 \
			net.ipv6.conf.default.disable_ipv6=0 net.ipv6.conf.all.forwarding=1
	done
	run_cmd ip -n hostA -b - <<-END
		addr replace fd01::1/64 dev eth0 nodad
		route replace default via fd01::fe
	END
	run_cmd ip -n gwA -b - <<-END
		addr replace fd01::fe/64 dev inner nodad
		addr replace 2001:db8::1/64 dev outer nodad
		route replace fd02::/64 via 2001:db8::2
	END
	run_cmd ip -n gwB -b - <<-END
		addr replace fd02::fe/64 dev inner nodad
		addr replace 2001:db8::2/64 dev outer nodad
		route replace fd01::/64 via 2001:db8::1
	END
	run_cmd ip -n hostB -b - <<-END
		addr replace fd02::1/64 dev eth0 nodad
		route replace default via fd02::fe
	END
	neighbours hostA eth0 fd01::1 gwA inner fd01::fe
	neighbours gwA outer 2001:db8::1 gwB outer 2001:db8::2
	neighbours gwB inner fd02::fe hostB eth0 fd02::1
}

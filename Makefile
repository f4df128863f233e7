# SPDX-License-Identifier: GPL-2.0
#
# xfrm-pcpu: per-CPU IPsec SAs (RFC 9611) on distribution kernels.
# "make help" shows the targets.

TOP := $(CURDIR)
BUILD ?= $(TOP)/build
KDIR ?= /lib/modules/$(shell uname -r)/build
PREFIX ?= /usr/local
DESTDIR ?=
KERNELS ?= 5.10 6.1 6.1-rt 6.1-cloud 6.1-arm64 6.12 7

.PHONY: help
help: ## this list
	@echo 'Targets (KDIR=<kernel headers>, DESTDIR, PREFIX as usual):'
	@sed -nE 's/^([a-z][a-z-]*):.*## (.*)/  \1\t\2/p' $(TOP)/Makefile | \
		expand -t 18

.DEFAULT_GOAL := help

# The release that KDIR builds for, as its modules will carry it.
krelease = $(shell sed -n 's/.*UTS_RELEASE "\(.*\)"/\1/p' \
	$(KDIR)/include/generated/utsrelease.h 2>/dev/null)

.PHONY: modules
modules: ## build/<kernel release>/xfrm_pcpu.ko for KDIR
	@test -e $(KDIR)/Makefile || { \
		echo 'make modules: no kernel headers in $(KDIR): apt-get install linux-headers-$$(uname -r), or name them with KDIR=' >&2; exit 1; }
	@$(TOP)/scripts/build-module $(KDIR) $(BUILD)/$(krelease)

.PHONY: userspace
userspace: ## the command line xfrm-pcpu, in build/userspace
	$(MAKE) -C $(TOP)/userspace O=$(BUILD)/userspace

# The Debian suite whose strongSwan it is for, or a configured source of another.
SUITE ?=
STRONGSWAN ?=

.PHONY: plugin
plugin: ## the plugin for this machine's strongSwan, or that of a Debian SUITE=, in build/strongswan/VERSION
	$(MAKE) -C $(TOP)/userspace PLUGIN=$(BUILD)/strongswan SUITE=$(SUITE) \
		$(if $(STRONGSWAN),STRONGSWAN=$(STRONGSWAN)) plugin

.PHONY: install
install: ## the module under updates/ (depmod runs unless DESTDIR is set), the command line under PREFIX
	install -D -m 644 $(BUILD)/$(krelease)/xfrm_pcpu.ko \
		$(DESTDIR)/lib/modules/$(krelease)/updates/xfrm_pcpu.ko
	$(if $(DESTDIR),,depmod -a $(krelease))
	install -D -m 644 $(TOP)/kmod/xfrm_pcpu.4 $(DESTDIR)$(PREFIX)/share/man/man4/xfrm_pcpu.4
	$(MAKE) -C $(TOP)/userspace O=$(BUILD)/userspace \
		DESTDIR=$(DESTDIR) PREFIX=$(PREFIX) install

.PHONY: uninstall
uninstall: ## what install put there, for the same KDIR, DESTDIR and PREFIX
	rm -f $(DESTDIR)/lib/modules/$(krelease)/updates/xfrm_pcpu.ko
	$(if $(DESTDIR),,depmod -a $(krelease))
	rm -f $(DESTDIR)$(PREFIX)/share/man/man4/xfrm_pcpu.4
	$(MAKE) -C $(TOP)/userspace DESTDIR=$(DESTDIR) PREFIX=$(PREFIX) uninstall

.PHONY: deb
deb: ## Debian packages of module (DKMS), userspace and plugin, in build/deb; of another SUITE= in build/deb-SUITE
	@BUILD=$(BUILD) STRONGSWAN=$(STRONGSWAN) SUITE=$(SUITE) $(TOP)/scripts/build-deb

.PHONY: rpm
rpm: ## RPM packages of module (DKMS) and userspace, in build/rpm
	@BUILD=$(BUILD) $(TOP)/scripts/build-rpm

.PHONY: dist
dist: ## a tarball of this tree in build/, from which the packages build
	@BUILD=$(BUILD) $(TOP)/scripts/dist

.PHONY: html
html: ## Documentation and the manual pages in build/html
	@BUILD=$(BUILD) $(TOP)/scripts/html

.PHONY: demo
demo: ## install what is needed and run the main job in a VM: strongSwan, a Child SA per CPU
	@$(TOP)/selftests/demo/demo

.PHONY: demo-helper
demo-helper: ## the same with Debian 12's strongSwan, the plugin and the helper, against a native kernel in a second VM
	@$(TOP)/selftests/demo/demo --helper

.PHONY: capture
capture: ## what xfrm-pcpu shows of two gateways in a VM, into the README
	@$(TOP)/scripts/capture

.PHONY: check
check: ## install what is needed, build and test everything that is in CI
	@$(TOP)/selftests/check

.PHONY: check-uapi
check-uapi: ## XFRM netlink's answers on KERNEL (6.1) against mainline's
	@BUILD=$(BUILD) $(TOP)/selftests/uapi/check

.PHONY: check-build
check-build: ## build against the API of kernels that Debian does not package
	@$(TOP)/selftests/shapes/check

.PHONY: check-package
check-package: ## packages of SUITES (Debian 12, 11, 13), built there: contents, DKMS, updates, purge; installed and booted in a VM
	@$(TOP)/selftests/vm/deps
	@$(MAKE) -s -C $(TOP)/selftests O=$(BUILD) tools
	@BUILD=$(BUILD) SUITES="$(SUITES)" $(TOP)/selftests/package/all

.PHONY: check-rpm
check-rpm: rpm ## what make rpm has built, as far as it can be told without an RPM distribution
	@BUILD=$(BUILD) $(TOP)/selftests/package/rpm

.PHONY: check-install
check-install: check-package check-rpm ## all of that, make install, and the README's commands word by word, in a VM
	@$(TOP)/selftests/install/install.sh
	@BUILD=$(BUILD) $(TOP)/selftests/package/readme

.PHONY: check-kernels
check-kernels: ## all tests of the module on each of KERNELS, a table at the end
	@$(TOP)/selftests/check-kernels $(KERNELS)

.PHONY: check-interop
check-interop: ## Debian's strongSwan with the plugin, libreswan as a peer and with xfrm-pcpu attach, in VMs; a table at the end
	@$(TOP)/selftests/interop/all

.PHONY: check-all
check-all: check style-full check-kernels check-interop check-debug check-fuzz check-storm check-install ## check, and what is too long for CI

.PHONY: uapi-reference
uapi-reference: ## make mainline's answers anew, on Debian's newest kernel
	@BUILD=$(BUILD) $(TOP)/selftests/uapi/check --reference

.PHONY: bench
bench: ## instructions per packet and shared cache lines against stock and mainline, with the goals
	@$(TOP)/selftests/vm/deps
	@$(MAKE) -s modules KDIR="$$($(TOP)/selftests/vm/headers 6.1)"
	@$(TOP)/selftests/bench/bench --build $(BUILD)

# Options and addresses of selftests/bench/wall.
WALL ?=

.PHONY: bench-wall
bench-wall: userspace ## packets per second on two machines, WALL='OPTION... LOCAL PEER'; without WALL tried in a VM
	@$(MAKE) -s -C $(TOP)/selftests O=$(BUILD) tools
ifneq ($(WALL),)
	@PATH="$(BUILD)/selftests:$(dir $(wildcard $(BUILD)/userspace/plain/xfrm-pcpu $(BUILD)/userspace/xfrm-pcpu)):$$PATH" $(TOP)/selftests/bench/wall $(WALL)
else
	@$(TOP)/selftests/vm/deps
	@$(MAKE) -s modules KDIR="$$($(TOP)/selftests/vm/headers 6.1)"
	@$(MAKE) -s -C $(TOP)/selftests O=$(BUILD) stage bench
	@$(TOP)/selftests/vm/run --cpus 2 --timeout 900 --stage $(BUILD)/selftests -- bench/guest/wall
endif

# What the caller named, not the default above.
named_kernels = $(if $(filter file,$(origin KERNELS)),,$(KERNELS))

FUZZ_SECONDS ?= 600

.PHONY: fuzz
fuzz: ## libFuzzer on payloads, helper protocol and netlink messages, FUZZ_SECONDS (600) each
	@$(MAKE) -s -C $(TOP)/userspace O=$(BUILD)/userspace \
		FUZZ_SECONDS=$(FUZZ_SECONDS) fuzz

.PHONY: check-fuzz
check-fuzz: ## all fuzzers at length: an hour each, REQUESTS (1000000) and as many packets to KERNELS= (6.1-kasan)
	@KERNELS="$(named_kernels)" \
		$(TOP)/selftests/fuzz/check

.PHONY: fuzz-syzkaller
fuzz-syzkaller: ## syzkaller with our descriptions, SYZKALLER= its checkout, CONFIG= of its syz-manager, FUZZ_SECONDS (3600)
	@$(if $(filter file,$(origin FUZZ_SECONDS)),env -u FUZZ_SECONDS,) $(TOP)/selftests/fuzz/syzkaller/run

.PHONY: check-storm
check-storm: ## storms at length, STORM_SECONDS (120) each, on KERNELS= (6.1 5.10 6.1-rt)
	@$(TOP)/selftests/storm/check $(named_kernels)

.PHONY: debug-kernel
debug-kernel: ## compile kernels with KASAN, lockdep, KCSAN (KERNELS=, all) into the cache
	@$(TOP)/selftests/debug/kernels $(named_kernels)

.PHONY: check-debug
check-debug: ## the whole suite on these kernels, slowly (KERNELS=, all)
	@$(TOP)/selftests/debug/check $(named_kernels)

.PHONY: style
style: ## checkpatch, sparse, cppcheck, shellcheck, clang-format
	@$(TOP)/scripts/style

.PHONY: style-full
style-full: ## Coccinelle, clang, its analyser, more warnings: what is too long for style
	@$(TOP)/selftests/vm/deps static
	@$(TOP)/scripts/style-full

.PHONY: clean
clean: ## remove what was built
	rm -rf $(BUILD)

# SPDX-License-Identifier: GPL-2.0
"""Boot a kernel with a plugin that counts, and read what came out."""
import bisect
import os
import re
import subprocess
import sys

from . import cells, memory
from .results import Cell, Proof, Shared

LOOKUPS = ("xfrm_state_find", "xfrm_state_lookup", "xfrm_input_state_lookup")
# Who works for a packet; the timer, the scheduler and RCU run beside it.
PACKET = re.compile(r"_*(xfrm|wrap_find|xpcpu|esp|crypto|skcipher|scatterwalk|ip_|"
                    r"ip4|ipv4|udp|dst_|fib_|sock_|sk_|skb|dev_|veth|dummy|"
                    r"neigh|policy|netif_|get_rps_cpu|enqueue_to_backlog|"
                    r"process_backlog)|.*\[xfrm_pcpu\]")
# Of how many CPUs SAs can be, where instructions and bytes are counted.
POSSIBLE = 64
# More than this of the packets is the steady state.
STEADY = 0.1
# Sides whose SA i is CPU i's.
PER_CPU = ("pcpu", "direct", "native", "fwmark")
# Whose a line is, by who works on it; the first that fits.
OWNERS = (("policy", ("xfrm_policy_lookup_bytype", "xfrm_lookup_with_ifid",
                      "__xfrm_policy_check")),
          ("route", ("dst_release", "__xfrm_route_forward")),
          ("route's metrics", ("dst_cow_metrics_generic", "dst_copy_metrics")),
          ("IP identifiers", ("__ip_select_ident",)))
# Who makes packets: a line is theirs if one of these writes to it, however seldom,
# since the slab hands out one of many.
MAKERS = {"__alloc_skb", "__build_skb_around", "alloc_skb_with_frags",
          "packet_sendmsg", "copy_user_enhanced_fast_string", "__skb_ext_alloc"}
# Where the kernel's own variables are, and nothing that is allocated.
KERNEL_IMAGE = 0xffffffff80000000
# Bytes behind the start of struct xfrm_state that are the SA's (6.1: 768).
SA_SIZE = 768


class Symbols:
    """Functions by address; or data, with other kinds."""

    def __init__(self, lines, kinds="tTwW"):
        names = {}
        for line in lines:
            words = line.split()
            if len(words) >= 3 and words[1] in kinds:
                names[int(words[0], 16)] = words[2] + " ".join(words[3:])
        self._starts = sorted(names)
        self._names = names

    def name(self, address):
        index = bisect.bisect_right(self._starts, address) - 1
        return self._names[self._starts[index]] if index >= 0 else "?"

    def address(self, name):
        return next((a for a, n in self._names.items() if n == name), None)


class Bench:
    """Boots; knows where things are."""

    def __init__(self, top, build, out):
        self.top, self.build, self.out = top, build, out
        self.stage = os.path.join(build, "selftests")
        self._symbols, self._prepared = {}, None
        # What each said of itself: release, possible CPUs, version.
        self.kernels = {}

    def _say(self, text):
        print(f"# {text}", file=sys.stderr, flush=True)

    def _run(self, kernel, options, command, append=""):
        run = subprocess.run(
            [os.path.join(self.top, "selftests/vm/run"), "--kernel", kernel,
             "--append", f"nokaslr {append}", "--stage", self.stage, "--timeout", "7200",
             *options, "--", *command],
            stdout=subprocess.PIPE, check=False, text=True, errors="replace")
        if run.returncode:
            sys.stdout.write(run.stdout[-3000:])
            raise SystemExit(f"bench: {' '.join(command)} on {kernel}: "
                             f"status {run.returncode}")
        return run.stdout.splitlines()

    def _kernel_symbols(self, kernel):
        """The lines of kallsyms; without KASLR they are each boot's, and kept."""
        if kernel in self._symbols:
            return self._symbols[kernel]
        directory = subprocess.run(
            [os.path.join(self.top, "selftests/vm/kernel"), kernel],
            stdout=subprocess.PIPE, check=True, text=True).stdout.strip()
        image = os.stat(os.path.join(directory, "vmlinuz"))
        stamp = f"# {image.st_ino} {image.st_size} {image.st_mtime_ns}"
        kept = os.path.join(self.build, "bench", f"kallsyms-{kernel}")
        lines = []
        if os.path.exists(kept):
            with open(kept, encoding="ascii") as file:
                lines = file.read().splitlines()
        if lines[:1] != [stamp]:
            lines = [stamp] + [
                l for l in self._run(kernel, ["--cpus", "1"], ["cat", "/proc/kallsyms"])
                if "[" not in l]
            with open(kept, "w", encoding="ascii") as file:
                file.write("\n".join(lines) + "\n")
        self._symbols[kernel] = lines[1:]
        return self._symbols[kernel]

    def _prepare(self, kernel):
        """The stage has one kernel's module."""
        if self._prepared == kernel:
            return
        self._prepared = kernel
        subprocess.run(["make", "-s", "-C", os.path.join(self.top, "selftests"),
                        f"O={self.build}", f"KERNEL={kernel}", "stage", "bench"],
                       check=True, stdout=subprocess.DEVNULL)

    def _guest(self, kernel, possible, options, command, append=""):
        """What a script of the guest printed; it has to come to its end."""
        output = self._run(kernel, options, command, append)
        if not output or output[-1] != "done":
            sys.stdout.write("\n".join(output[-20:]) + "\n")
            raise SystemExit(f"bench: {' '.join(command)} on {kernel} broke off")
        said = next(l for l in output if l.startswith("kernel ")).split(maxsplit=5)
        # SA i is CPU i's modulo these: with fewer it is another measurement.
        if int(said[3]) != possible:
            raise SystemExit(f"bench: {kernel} has {said[3]} possible CPUs, not "
                             f"{possible}")
        self.kernels[kernel] = {"release": said[1], "version": said[5]}
        return output

    def _boot(self, kernel, side, words, plugin, cpus, env):
        self._say(f"{kernel} {side}: {plugin}, {len(words)} cells")
        self._prepare(kernel)
        symbols = self._kernel_symbols(kernel)
        known = Symbols(symbols)
        lookups = [f"lookup={known.address(name):x}" for name in LOOKUPS
                   if known.address(name)]
        result = os.path.join(self.out, f"{side}-{plugin}.out")
        arguments = ",".join([os.path.join(self.build, f"selftests-bench/{plugin}.so"),
                              *lookups, f"out={result}"])
        # One CPU and instructions for a clock repeat best.
        icount, possible, threads, append = ("-icount shift=0,sleep=off", POSSIBLE,
                                             "single", "")
        if cpus > 1:
            icount, possible, threads = "", cpus, "multi"
        elif side == "native":
            # Since 6.9 a CPU that could be plugged in does not count: they are
            # there and do not run, which takes QEMU longer.
            cpus, append = possible, "maxcpus=1"
        output = self._guest(
            kernel, possible,
            ["--cpus", str(cpus), "--maxcpus", str(possible),
             "--accel", f"tcg,thread={threads}",
             "--qemu", f"{icount} -plugin {arguments}"],
            ["env", *env, "bench/guest/cells", side, *words], append)
        modules = [l.removeprefix("symbol ") for l in output if l.startswith("symbol ")]
        with open(result, encoding="ascii") as file:
            counted = file.read().splitlines()
        os.remove(result)
        return output, counted, Symbols(symbols + modules)

    def count(self, kernel, side, words):
        """Instructions: a Cell for each word."""
        output, counted, symbols = self._boot(
            kernel, side, words, "count", 1,
            [f"SAMPLES={cells.SAMPLES}", f"COUNT={cells.PACKETS}"])
        results = []
        sent, proofs = _read_guest(output, lambda mode, sas, cipher: results.append(
            Cell(kernel, side, mode, sas, cipher)))
        index, samples, functions = 0, [], {}
        for line in counted:
            kind, *numbers = line.split()
            cell = results[index]
            if kind == "sample":
                total, user, lookups, insns = map(int, numbers)
                packets = sent[index].pop(0)
                if cell.mode in cells.LOOKUP_MODES and lookups != packets:
                    raise SystemExit(f"bench: {side} {cell.mode}/{cell.sas}: {packets} "
                                     f"packets, {lookups} look-ups")
                cell.packets += packets
                samples.append({n: i / packets for n, i in functions.items()})
                functions = {}
                # Of requests only what the kernel makes of them.
                if cell.mode in cells.CONTROL_MODES:
                    total -= user
                cell.totals.append(total / packets)
                if lookups:
                    cell.lookups.append(insns / lookups)
            elif kind == "block":
                size, hits = int(numbers[1]), int(numbers[2])
                name = symbols.name(int(numbers[0], 16))
                functions[name] = functions.get(name, 0) + size * hits
            elif kind == "cell":
                if cell.mode in cells.PACKET_MODES:
                    cell.proof = proofs[index]
                    cell.proof.possible = POSSIBLE * (side in PER_CPU)
                cell.take(samples)
                index, samples = index + 1, []
        return results

    def memory(self, kernel):
        """What the module takes from the slab: a Memory."""
        self._say(f"{kernel}: memory")
        self._prepare(kernel)
        output = self._guest(kernel, POSSIBLE,
                             ["--cpus", "2", "--maxcpus", str(POSSIBLE)],
                             ["bench/guest/memory"])
        return memory.read(kernel, POSSIBLE, output)

    def lines(self, kernel, side, words):
        """Shared cache lines: a Shared for each word."""
        output, counted, symbols = self._boot(
            kernel, side, words, "lines", 2,
            [f"SAMPLES={cells.SAMPLES}", f"COUNT={cells.PACKETS}", "CPUS=0,1"])
        results = []
        sent, proofs = _read_guest(output, lambda mode, sas, cipher: results.append(
            Shared(kernel, side, mode)))
        module = next((range(int(w[1], 16), int(w[1], 16) + int(w[2]))
                       for w in map(str.split, output) if w[:1] == ["module"]), ())
        data = Symbols(self._kernel_symbols(kernel), "dDbBrR")
        lines, owners, index = {}, {}, 0
        current = None
        for line in counted:
            kind, *words_ = line.split()
            if kind == "line":
                current = lines.setdefault(int(words_[0], 16),
                                           {"cpu": {}, "by": {}})
                current["cpu"][int(words_[1])] = [int(w) for w in words_[2:]]
            elif kind == "by":
                name = symbols.name(int(words_[0], 16))
                cpu, reads, writes = map(int, words_[1:])
                users = current["by"].setdefault(name, {})
                was = users.get(cpu, (0, 0))
                users[cpu] = (was[0] + reads, was[1] + writes)
            elif kind == "sa":
                owners.setdefault(int(words_[1], 16), set()).add(int(words_[0]))
            elif kind == "cell":
                shared = results[index]
                shared.packets = sum(sent[index])
                shared.proof = proofs[index]
                # What is steered is not for the CPU that sends.
                shared.proof.possible = 2 * (side in PER_CPU and
                                             shared.mode != "steered")
                shared.lines = shared_lines(lines, owners, shared.packets, module,
                                            data)
                lines, owners, index = {}, {}, index + 1
        return results


def _written(users):
    """Writes of each function that writes, the most first."""
    sums = {name: sum(n[1] for n in cpus.values()) for name, cpus in users.items()}
    return {n: w for n, w in sorted(sums.items(), key=lambda i: -i[1]) if w}


def _owner(address, writers, data):
    """By who writes, or by the variable of the kernel that is there."""
    for owner, who in OWNERS:
        if any(n in who for n in writers):
            return owner
    return data.name(address) if address >= KERNEL_IMAGE else "unknown"


def shared_lines(lines, owners, packets, module, data):
    """Of the lines that two CPUs touched those that do cost a packet something:
    @lines by address, @owners the CPUs to which look-ups returned an SA, @module
    where the module's own data is, @data the kernel's variables."""
    steady = packets * STEADY
    found = []
    for address, line in lines.items():
        touched = {cpu for cpu, n in line["cpu"].items() if sum(n) > steady}
        writes = sum(n[1] for n in line["cpu"].values())
        accesses = sum(sum(n) for n in line["cpu"].values())
        # For the packets themselves; an SA's timers run where it was installed.
        users = {name: cpus for name, cpus in line["by"].items()
                 if PACKET.match(name) and
                 sum(map(sum, cpus.values())) > steady}
        by_packets = {cpu for cpus in users.values() for cpu, n in cpus.items()
                      if sum(n) > steady}
        owner = next((cpus for sa, cpus in owners.items()
                      if sa <= address < sa + SA_SIZE), set())
        # The SA of a look-up on one CPU alone, or an SA of both: either is
        # another CPU's for one of them, where each SA has a CPU.
        foreign = bool(owner) and (len(by_packets) > 1 or bool(by_packets - owner))
        inside = address in module
        shared = len(touched) > 1 and writes >= steady and (users or inside)
        if not foreign and not shared:
            continue
        # Anybody may write: a lock is taken by a function of the kernel. What the
        # module uses is its own, or lies beside that in the slab, but for SAs,
        # policies and the kernel's variables.
        writers = _written(line["by"])
        steady_writers = [n for n, w in writers.items() if w > steady]
        whose = ("packet" if address < KERNEL_IMAGE and MAKERS & set(writers) else
                 _owner(address, steady_writers, data))
        ours = not owner and bool(shared) and whose != "packet" and (
            inside or any("[xfrm_pcpu]" in n for n in steady_writers) or
            (any("[xfrm_pcpu]" in n for n in users) and address < KERNEL_IMAGE and
             whose != "policy"))
        names = sorted(users, key=lambda n: -sum(map(sum, users[n].values())))
        found.append({"address": f"{address:x}",
                      "accesses": round(accesses / packets, 2),
                      "writes": round(writes / packets, 2),
                      "writers": list(writers)[:8],
                      "functions": names[:8],
                      "owner": "SA" if owner else "module" if ours else whose,
                      "sa": bool(owner), "foreign": foreign, "ours": ours})
    return sorted(found, key=lambda line: -line["writes"])


def _read_guest(output, new_cell):
    """The packets of each sample, all of which have to have arrived, and for each
    cell a Proof."""
    sent, proofs = [], []
    for line in output:
        kind, *words = line.split() or [""]
        if kind == "cell":
            new_cell(*words[1:4])
            sent.append([])
            proofs.append(Proof())
        elif kind == "sample":
            if words[0] != words[1]:
                raise SystemExit(f"bench: cell {len(sent)}: {words[0]} packets "
                                 f"(SAs) were sent, {words[1]} arrived")
            sent[-1].append(int(words[0]))
        elif kind == "sent":
            proofs[-1].sent_by[int(words[0])] = int(words[1])
        elif kind == "protected":
            proofs[-1].protected_by[int(words[0])] = int(words[1])
        elif kind == "counter":
            counters, sign = proofs[-1].counters, -1 if words[0] == "before" else 1
            counters[words[1]] = counters.get(words[1], 0) + sign * int(words[2])
    return sent, proofs

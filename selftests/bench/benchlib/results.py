# SPDX-License-Identifier: GPL-2.0
"""What was measured, and how it is kept between runs (bench.json)."""
import json
import os
import statistics

from .cells import CONTROL_MODES

# Functions of the module, and what ftrace made for it.
OURS = ("[xfrm_pcpu]", "[__builtin__ftrace]")
FUNCTIONS_KEPT = 300
# How long the kernel's walk to a policy is differs by boot: its hash has a seed.
SEEDED = ("xfrm_pol_bin_cmp", "xfrm_policy_lookup_bytype")


class Proof:
    """That the packets of a cell went where they should, by what the guest counted:
    those before the first sample are among them."""

    def __init__(self):
        # Packets by the CPU that sent them, and by the number of their SA.
        self.sent_by, self.protected_by = {}, {}
        # How the module's look-ups ended; empty without the module.
        self.counters = {}
        # SA i is CPU i's modulo these; 0: SAs have no CPU.
        self.possible = 0

    @property
    def sent(self):
        return sum(self.sent_by.values())

    @property
    def protected(self):
        return sum(self.protected_by.values())

    @property
    def own(self):
        """Packets that an SA of the CPU that sent them protected."""
        if not self.possible:
            return None
        by_cpu = {}
        for number, packets in self.protected_by.items():
            cpu = number % self.possible
            by_cpu[cpu] = by_cpu.get(cpu, 0) + packets
        return sum(min(packets, by_cpu.get(cpu, 0))
                   for cpu, packets in self.sent_by.items())

    def as_dict(self):
        # A key of JSON is text.
        return {"sent": self.sent, "protected": self.protected, "own": self.own,
                "sent_by": list(self.sent_by.items()),
                "protected_by": list(self.protected_by.items()),
                "counters": self.counters, "possible": self.possible}

    @staticmethod
    def from_dict(d):
        if d is None:
            return None
        proof = Proof()
        proof.sent_by = dict(map(tuple, d["sent_by"]))
        proof.protected_by = dict(map(tuple, d["protected_by"]))
        proof.counters, proof.possible = d["counters"], d["possible"]
        return proof


class Cell:
    """Instructions of one side, mode and number of SAs."""

    def __init__(self, kernel, side, mode, sas, cipher):
        self.kernel, self.side, self.mode, self.cipher = kernel, side, mode, cipher
        count, _, per_group = sas.partition("x")
        self.sas, self.per_group = int(count), int(per_group or 0)
        self.packets = 0
        # Per packet (or SA) of each sample.
        self.totals, self.lookups = [], []
        # Of each function, per packet of the sample whose total counts.
        self.functions = {}
        # Of the module and its trampolines, per packet of all samples.
        self.ours = 0
        # None in control modes.
        self.proof = None

    @property
    def key(self):
        return (self.kernel, self.side, self.mode, self.sas, self.per_group,
                self.cipher)

    @property
    def total(self):
        """Instructions per packet, in the sample that interrupts and RCU's
        callbacks disturbed least.  Of requests the median: the work that
        one leaves behind runs in most samples, but not in all."""
        if self.mode in CONTROL_MODES:
            return statistics.median_low(self.totals)
        return min(self.totals)

    @property
    def compared(self):
        """The total without what differs by boot."""
        return self.total - sum(self.functions.get(name, 0) for name in SEEDED)

    @property
    def lookup(self):
        """Median instructions of one look-up, None if the cell has none."""
        return statistics.median(self.lookups) if self.lookups else None

    def take(self, samples):
        """What each function did in each sample."""
        counted = next(f for t, f in zip(self.totals, samples) if t == self.total)
        self.functions = {n: round(i, 1) for n, i in counted.items()}
        self.ours = sum(i for f in samples for n, i in f.items()
                        if n.endswith(OURS)) / len(samples)

    def as_dict(self):
        top = sorted(self.functions.items(), key=lambda item: -item[1])
        kept = dict(top[:FUNCTIONS_KEPT])
        kept.update((n, i) for n, i in top if n.endswith(OURS) or n in SEEDED)
        return {"kernel": self.kernel, "side": self.side, "mode": self.mode,
                "sas": self.sas, "per_group": self.per_group,
                "cipher": self.cipher, "packets": self.packets,
                "total": self.total, "lookup": self.lookup, "ours": self.ours,
                "proof": self.proof and self.proof.as_dict(), "functions": kept}

    @staticmethod
    def from_dict(d):
        cell = Cell(d["kernel"], d["side"], d["mode"],
                    f"{d['sas']}x{d['per_group']}", d["cipher"])
        cell.packets, cell.totals = d["packets"], [d["total"]]
        cell.lookups = [] if d["lookup"] is None else [d["lookup"]]
        cell.functions, cell.ours = d["functions"], d.get("ours", 0)
        cell.proof = Proof.from_dict(d.get("proof"))
        return cell


class Shared:
    """Cache lines that both CPUs touched in one cell."""

    def __init__(self, kernel, side, mode):
        self.kernel, self.side, self.mode = kernel, side, mode
        self.packets, self.proof = 0, None
        # Each: accesses and writes per packet, functions, whose it is, whether an
        # SA's, whether another CPU's SA, whether the module's.
        self.lines = []

    @property
    def key(self):
        return (self.kernel, self.side, self.mode)

    @property
    def writes(self):
        return sum(line["writes"] for line in self.lines)

    @property
    def shared_writes(self):
        """Without what is the packets' own, which goes from CPU to CPU with them:
        how much of it is seen depends on which memory is taken again."""
        return sum(line["writes"] for line in self.lines
                   if line["owner"] != "packet")

    def as_dict(self):
        return {"kernel": self.kernel, "side": self.side, "mode": self.mode,
                "packets": self.packets, "writes": self.writes,
                "proof": self.proof and self.proof.as_dict(), "lines": self.lines}

    @staticmethod
    def from_dict(d):
        shared = Shared(d["kernel"], d["side"], d["mode"])
        shared.packets, shared.lines = d["packets"], d["lines"]
        shared.proof = Proof.from_dict(d.get("proof"))
        return shared


class Memory:
    """Bytes of slab that the module holds after each step of guest/memory."""

    def __init__(self, kernel, possible, steps):
        # steps: {"step": name, "count": n, "own": bytes, "tables": bytes}
        self.kernel, self.possible, self.steps = kernel, possible, steps

    @property
    def key(self):
        return (self.kernel,)

    def as_dict(self):
        return {"kernel": self.kernel, "possible": self.possible,
                "steps": self.steps}

    @staticmethod
    def from_dict(d):
        return Memory(d["kernel"], d["possible"], d["steps"])


class Results:
    """All cells; one that is measured again replaces the older."""

    def __init__(self):
        # What the guests said of their kernels, by the kernel's name.
        self.kernels = {}
        self._kinds = {"cells": {}, "shared": {}, "memory": {}}

    def add(self, kind, items):
        for item in items:
            self._kinds[kind][item.key] = item

    @property
    def cells(self):
        return list(self._kinds["cells"].values())

    @property
    def shared(self):
        return list(self._kinds["shared"].values())

    @property
    def memory(self):
        return list(self._kinds["memory"].values())

    def load(self, path):
        """What an earlier run left in a file; nothing if there is none."""
        if not os.path.exists(path):
            return
        with open(path, encoding="ascii") as file:
            data = json.load(file)
        self.kernels.update(data["kernels"])
        for kind, cls in (("cells", Cell), ("shared", Shared), ("memory", Memory)):
            self.add(kind, [cls.from_dict(d) for d in data[kind]])

    def save(self, path, verdicts):
        data = {"kernels": self.kernels}
        for kind, items in self._kinds.items():
            data[kind] = [item.as_dict() for item in items.values()]
        data["goals"] = [verdict.as_dict() for verdict in verdicts]
        with open(path + ".new", "w", encoding="ascii") as file:
            json.dump(data, file, indent=1)
        os.replace(path + ".new", path)

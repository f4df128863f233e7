# SPDX-License-Identifier: GPL-2.0
"""What was measured, and how it is kept between runs (bench.json)."""
import json
import os
import statistics

from .cells import CONTROL_MODES

# Functions of the module, and what ftrace made for it.
OURS = ("[xfrm_pcpu]", "[__builtin__ftrace]")
FUNCTIONS_KEPT = 300


class Cell:
    """Instructions of one side, mode and number of SAs."""

    def __init__(self, kernel, side, mode, sas, cipher):
        self.kernel, self.side, self.mode, self.cipher = kernel, side, mode, cipher
        count, _, per_group = sas.partition("x")
        self.sas, self.per_group = int(count), int(per_group or 0)
        self.packets = 0
        # Per packet (or SA) of each sample; per packet of all.
        self.totals, self.lookups, self.functions = [], [], {}

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
    def lookup(self):
        """Median instructions of one look-up, None if the cell has none."""
        return statistics.median(self.lookups) if self.lookups else None

    @property
    def ours(self):
        """Instructions per packet in the module and its trampolines."""
        return sum(n for name, n in self.functions.items() if name.endswith(OURS))

    def as_dict(self):
        top = sorted(self.functions.items(), key=lambda item: -item[1])
        kept = dict(top[:FUNCTIONS_KEPT])
        kept.update((n, i) for n, i in top if n.endswith(OURS))
        return {"kernel": self.kernel, "side": self.side, "mode": self.mode,
                "sas": self.sas, "per_group": self.per_group,
                "cipher": self.cipher, "packets": self.packets,
                "total": self.total, "lookup": self.lookup, "functions": kept}

    @staticmethod
    def from_dict(d):
        cell = Cell(d["kernel"], d["side"], d["mode"],
                    f"{d['sas']}x{d['per_group']}", d["cipher"])
        cell.packets, cell.totals = d["packets"], [d["total"]]
        cell.lookups = [] if d["lookup"] is None else [d["lookup"]]
        cell.functions = d["functions"]
        return cell


class Shared:
    """Cache lines that both CPUs touched in one cell."""

    def __init__(self, kernel, side, mode):
        self.kernel, self.side, self.mode = kernel, side, mode
        self.packets = 0
        # Each: accesses and writes per packet, functions, whether an SA's,
        # whether another CPU's SA.
        self.lines = []

    @property
    def key(self):
        return (self.kernel, self.side, self.mode)

    @property
    def writes(self):
        return sum(line["writes"] for line in self.lines)

    def as_dict(self):
        return {"kernel": self.kernel, "side": self.side, "mode": self.mode,
                "packets": self.packets, "writes": self.writes,
                "lines": self.lines}

    @staticmethod
    def from_dict(d):
        shared = Shared(d["kernel"], d["side"], d["mode"])
        shared.packets, shared.lines = d["packets"], d["lines"]
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

# SPDX-License-Identifier: GPL-2.0
"""The goals, each with its figure."""
from .cells import OUTPUT_MODES, PACKET_MODES
from .memory import Sizes

COUNTS = (1, 8, 64, 256, 1024)
# Look-ups repeat exactly, totals to so much.
TOTALS = 1.005


class Verdict:
    """A goal, what was measured, and whether that is enough."""

    def __init__(self, goal, figure, limit, digits=3):
        self.goal, self.figure, self.limit = goal, figure, limit
        self.ok = round(figure, digits) <= limit
        self._digits = digits

    def __str__(self):
        return (f"{'ok' if self.ok else 'short':5} {self.figure:9.{self._digits}f} "
                f"<= {self.limit:<8g} {self.goal}")

    def as_dict(self):
        return {"goal": self.goal, "figure": self.figure, "limit": self.limit,
                "ok": self.ok}


class _Figures:
    def __init__(self, cells):
        self._by = {(c.side, c.mode, c.sas, c.cipher): c for c in cells}

    def get(self, side, mode, sas, what="total", cipher="null"):
        cell = self._by.get((side, mode, sas, cipher))
        return getattr(cell, what) if cell else None


def _ratio(verdicts, goal, top, bottom, limit):
    if top is not None and bottom is not None:
        verdicts.append(Verdict(goal, top / bottom, limit))


def _lookup(verdicts, get):
    for side, name in (("pcpu", ""), ("direct", ", by a direct call")):
        _ratio(verdicts, f"look-up among 1024 SAs / with 1{name}",
               get(side, "unconnected", 1024, "lookup"),
               get(side, "unconnected", 1, "lookup"), 1.05)
    own = get("pcpu", "unconnected", 1, "lookup")
    _ratio(verdicts, "look-up with an own SA / stock's with one SA",
           own, get("stock", "unconnected", 1, "lookup"), 1.0)
    for sas in COUNTS:
        _ratio(verdicts, f"look-up, {sas} SAs / mainline",
               get("pcpu", "unconnected", sas, "lookup"),
               get("native", "unconnected", sas, "lookup"), 1.0)


def _packet(verdicts, get):
    limits = {("unconnected", 64): 0.55, ("forwarded", 64): 0.60}
    for cipher in ("null", "gcm"):
        for mode in PACKET_MODES:
            for sas in COUNTS:
                name = f"{mode} packet, {sas} SAs{', AES-GCM' * (cipher == 'gcm')}"
                ours = get("pcpu", mode, sas, cipher=cipher)
                limit = limits.get((mode, sas), TOTALS) if cipher == "null" else TOTALS
                _ratio(verdicts, f"{name} / stock", ours,
                       get("stock", mode, sas, cipher=cipher), limit)
                # Where mainline's walk costs little it may be ahead (table.py
                # shows where that comes from).
                if mode in OUTPUT_MODES[1:] and sas >= 64:
                    _ratio(verdicts, f"{name} / mainline", ours,
                           get("native", mode, sas, cipher=cipher), limit)


def _idle(verdicts, get):
    for mode in PACKET_MODES:
        for sas in (1, 64, 1024):
            name = f"loaded, no SA with a CPU: {mode}, {sas} SAs"
            ours = get("idle", mode, sas, "ours")
            if ours is not None:
                verdicts.append(Verdict(f"{name}: instructions of the module and "
                                        "its trampolines", ours, 0, 1))
            _ratio(verdicts, f"{name} / stock", get("idle", mode, sas),
                   get("stock", mode, sas), TOTALS)
            lookup = get("idle", mode, sas, "lookup")
            stock = get("stock", mode, sas, "lookup")
            if mode not in OUTPUT_MODES[1:] or not lookup or not stock:
                continue
            # So long that the timer's interrupt falls into some.
            if sas == 1024:
                _ratio(verdicts, f"{name}: look-up / stock's", lookup, stock, TOTALS)
            else:
                verdicts.append(Verdict(f"{name}: look-up - stock's",
                                        lookup - stock, 0, 1))


def _control(verdicts, get):
    for side, name in (("pcpu", ""), ("idle", ", no SA with a CPU")):
        _ratio(verdicts, f"SA add beside 1024 SAs{name} / stock",
               get(side, "add", 1024), get("stock", "add", 1024), 1.2)
        # Beside 1, the kernel's thread that frees the SA runs within every
        # second sample; beside 64, within all.
        _ratio(verdicts, f"SA delete beside 1024 SAs{name} / beside 64",
               get(side, "delete", 1024), get(side, "delete", 64), 1.05)
        _ratio(verdicts, f"SA delete beside 1024 SAs{name} / stock",
               get(side, "delete", 1024), get("stock", "delete", 1024), 1.2)
        _ratio(verdicts, f"dump of 100,000 SAs{name} / stock",
               get(side, "dump", 100000), get("stock", "dump", 100000), 1.2)
    # A cell is there if each of its requests did what it should.
    done = [get("pcpu", mode, 4000) for mode in ("install", "list", "remove")]
    if any(done):
        verdicts.append(Verdict("1,000 groups of 4 CPUs: of install, list, remove "
                                "not measured", done.count(None), 0, 0))
    _ratio(verdicts, "1,000 groups of 4 CPUs: dump of SAs / stock",
           get("pcpu", "dump", 4000), get("stock", "dump", 4000), 1.2)


def _shared(verdicts, shared):
    for cell in shared:
        if cell.side != "pcpu":
            continue
        if cell.mode != "inbound":
            foreign = sum(line["foreign"] for line in cell.lines)
            verdicts.append(Verdict(f"{cell.mode}: lines of another CPU's SA "
                                    "touched", foreign, 0, 0))
        ours = sum(any("[xfrm_pcpu]" in name for name in line["writers"])
                   and not line["sa"] for line in cell.lines)
        verdicts.append(Verdict(f"{cell.mode}: lines of the module written by "
                                "two CPUs", ours, 0, 0))


def _memory(verdicts, sizes):
    possible = f"{sizes.possible} possible CPUs"
    verdicts += [
        Verdict("bytes of slab per SA", sizes.sa, 96, 0),
        Verdict(f"bytes of slab per group, {possible}",
                sizes.group + sizes.slots + sizes.acquires,
                256 + 16 * sizes.possible, 0),
        Verdict("bytes of slab per group and CPU that acquired", sizes.record, 64, 0),
        Verdict("bytes of slab per group for its hash table, beyond "
                f"{sizes.table_min:.0f} at the least",
                (sizes.table - sizes.table_min) / sizes.groups, 16, 1),
    ]


def judge(results):
    """All goals for which there are figures."""
    verdicts = []
    get = _Figures(results.cells).get
    _lookup(verdicts, get)
    _packet(verdicts, get)
    _idle(verdicts, get)
    _control(verdicts, get)
    _shared(verdicts, results.shared)
    for memory in results.memory:
        _memory(verdicts, Sizes(memory))
    return verdicts

# SPDX-License-Identifier: GPL-2.0
"""The goals, each with its figure."""
import math

from .cells import LOOKUP_MODES, OUTPUT_MODES, PACKET_MODES
from .memory import Sizes

COUNTS = (1, 8, 64, 256, 1024)
# Look-ups repeat exactly, totals to so much.
TOTALS = 1.005
TOLERANCE = "tolerance 0.5 %"
# Before each packet a connected socket asks whether its SA is still its CPU's.
FOLLOW = 1.01


class Verdict:
    """A goal, what was measured (NaN: absent), and whether that is enough."""

    def __init__(self, goal, figure, limit, digits=3):
        self.goal, self.figure, self.limit = goal, figure, limit
        self.ok = round(figure, digits) <= limit
        self._digits = digits

    def __str__(self):
        figure = ("absent" if math.isnan(self.figure) else
                  f"{self.figure:.{self._digits}f}")
        return (f"{'ok' if self.ok else 'short':5} {figure:>9} "
                f"<= {self.limit:<8g} {self.goal}")

    def as_dict(self):
        return {"goal": self.goal,
                "figure": None if math.isnan(self.figure) else self.figure,
                "limit": self.limit, "ok": self.ok}


class _Figures:
    """A figure is None if it was not to be measured, NaN if it was and is absent."""

    def __init__(self, cells, planned):
        self._by = {(c.side, c.mode, c.sas, c.cipher): c for c in cells}
        self._planned = planned

    def get(self, side, mode, sas, what="total", cipher="null"):
        cell = self._by.get((side, mode, sas, cipher))
        figure = getattr(cell, what) if cell else None
        if figure is None and ("count", side, mode, sas, cipher) in self._planned:
            return math.nan
        return figure


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
    for mode in LOOKUP_MODES:
        for sas in COUNTS:
            _ratio(verdicts, f"look-up, {mode}, {sas} SAs / mainline",
                   get("pcpu", mode, sas, "lookup"),
                   get("native", mode, sas, "lookup"), 1.0)


def _packet(verdicts, get):
    limits = {("unconnected", 64): 0.55, ("forwarded", 64): 0.60}
    for cipher in ("null", "gcm"):
        for mode in PACKET_MODES:
            for sas in COUNTS:
                name = f"{mode} packet, {sas} SAs{', AES-GCM' * (cipher == 'gcm')}"
                limit = limits.get((mode, sas), TOTALS) if cipher == "null" else TOTALS
                # Far from 1 a common part only helps; near 1 noise decides.
                near = limit == TOTALS
                what = "compared" if near else "total"
                ours = get("pcpu", mode, sas, what, cipher)
                stock = get("stock", mode, sas, what, cipher)
                if mode == "connected":
                    _ratio(verdicts, f"{name} / stock, it may follow its thread",
                           ours, stock, FOLLOW)
                else:
                    _ratio(verdicts, f"{name} / stock{f', {TOLERANCE}' * near}", ours,
                           stock, limit)
                # Where mainline's walk costs little it may be ahead (table.py
                # shows where that comes from).
                if mode in OUTPUT_MODES[1:] and sas >= 64:
                    _ratio(verdicts, f"{name} / mainline{f', {TOLERANCE}' * near}",
                           ours, get("native", mode, sas, what, cipher), limit)


def _idle(verdicts, get):
    for mode in PACKET_MODES:
        for sas in (1, 64, 1024):
            name = f"loaded, no SA with a CPU: {mode}, {sas} SAs"
            ours = get("idle", mode, sas, "ours")
            if ours is not None:
                verdicts.append(Verdict(f"{name}: instructions of the module and "
                                        "its trampolines", ours, 0, 1))
            _ratio(verdicts, f"{name} / stock, {TOLERANCE}",
                   get("idle", mode, sas, "compared"),
                   get("stock", mode, sas, "compared"), TOTALS)
            lookup = get("idle", mode, sas, "lookup")
            stock = get("stock", mode, sas, "lookup")
            if mode not in LOOKUP_MODES or lookup is None or stock is None:
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
        _ratio(verdicts, f"SA delete beside 1024 SAs{name} / beside 1",
               get(side, "delete", 1024), get(side, "delete", 1), 1.05)
        _ratio(verdicts, f"SA delete beside 1024 SAs{name} / stock",
               get(side, "delete", 1024), get("stock", "delete", 1024), 1.2)
        _ratio(verdicts, f"dump of 100,000 SAs{name} / stock",
               get(side, "dump", 100000), get("stock", "dump", 100000), 1.2)
    for sas in (400, 4000):
        groups = f"{sas // 4:,} groups of 4 CPUs"
        # A cell is there if each of its requests did what it should, and after
        # remove there was no group.
        done = [get("pcpu", mode, sas) for mode in ("install", "list", "remove")]
        if done.count(None) < len(done):
            absent = sum(d is None or math.isnan(d) for d in done)
            verdicts.append(Verdict(f"{groups}: of install, list, remove not done",
                                    absent, 0, 0))
        _ratio(verdicts, f"{groups}: dump of SAs / stock",
               get("pcpu", "dump", sas), get("stock", "dump", sas), 1.2)


def _shared(verdicts, shared, planned):
    by_mode = {cell.mode: cell for cell in shared if cell.side == "pcpu"}
    for mode in PACKET_MODES:
        cell = by_mode.get(mode)
        if not cell and ("lines", "pcpu", mode, 2, "null") not in planned:
            continue
        if mode != "inbound":
            # Of an SA only those are listed that two CPUs touched, or another CPU
            # than its own.
            foreign = sum(line["sa"] or line["foreign"]
                          for line in cell.lines) if cell else math.nan
            verdicts.append(Verdict(f"{mode}: lines of another CPU's SA touched",
                                    foreign, 0, 0))
        ours = sum(line["ours"] for line in cell.lines) if cell else math.nan
        verdicts.append(Verdict(f"{mode}: lines of the module written by two CPUs",
                                ours, 0, 0))


def _steer(verdicts, shared, planned):
    """Steering: what a packet that is at home pays, and one that is handed over."""
    by_key = {(cell.side, cell.mode): cell for cell in shared}

    def figure(side, mode, what):
        cell = by_key.get((side, mode))
        if cell:
            return what(cell)
        return math.nan if ("lines", side, mode, 2, "null") in planned else None

    def writes(side, mode):
        return figure(side, mode, lambda cell: cell.shared_writes)

    def not_so(mode, counter):
        return figure("pcpu", mode, lambda cell: abs(
            cell.proof.sent - cell.proof.counters.get(counter, math.nan))
            if cell.proof else math.nan)

    for goal, ours, others, limit in (
            ("a packet that arrives on its CPU - stock's",
             writes("pcpu", "home"), writes("stock", "inbound"), 0),
            ("a packet that is handed over - by RPS",
             writes("pcpu", "steered"), writes("stock", "rps"), 2)):
        if ours is not None and others is not None:
            verdicts.append(Verdict(f"steering: shared writes, {goal}",
                                    ours - others, limit, 1))
    for mode, counter, goal in (("home", "home", "at home"),
                                ("steered", "steered", "handed over")):
        missed = not_so(mode, counter)
        if missed is not None:
            verdicts.append(Verdict(f"steering: packets that were not {goal}",
                                    missed, 0, 0))


def _proof(verdicts, measured):
    """Where packets went; what is short here makes the other figures void."""
    def total(what, of):
        return sum(what(c) if c.proof else math.nan for c in of)

    if not measured:
        return
    verdicts.append(Verdict(
        "packets that no SA protected, or more than one did, of all cells",
        total(lambda c: abs(c.proof.sent - c.proof.protected), measured), 0, 0))
    # Those that are handed over have the SA of another CPU.
    ours = [c for c in measured if c.side in ("pcpu", "direct") and
            c.mode != "steered"]
    if not ours:
        return
    verdicts.append(Verdict(
        "packets that no SA of their CPU protected",
        total(lambda c: c.proof.sent - (c.proof.own or 0), ours), 0, 0))
    verdicts.append(Verdict(
        "look-ups that ended at a fallback SA or none, by the module's counters",
        total(lambda c: c.proof.counters.get("fallback", math.nan) +
              c.proof.counters.get("none", math.nan), ours), 0, 0))
    looked = [c for c in ours if c.mode in LOOKUP_MODES]
    if looked:
        verdicts.append(Verdict(
            "packets whose look-up did not end at the CPU's own SA, by the "
            "module's counters",
            total(lambda c: abs(c.proof.sent - c.proof.counters.get("own", math.nan)),
                  looked), 0, 0))


def _memory(verdicts, sizes):
    possible = f"{sizes.possible} possible CPUs"
    verdicts += [
        Verdict("bytes of slab per SA, its share of the hash table of SAs "
                f"({sizes.sa_share:.1f} at its fill limit) not included", sizes.sa, 96, 0),
        Verdict(f"bytes of slab per group, {possible}",
                sizes.group + sizes.slots + sizes.acquires,
                256 + 16 * sizes.possible, 0),
        Verdict("bytes of slab per group and CPU that acquired", sizes.record, 64, 0),
        Verdict("bytes of slab per group for its hash table, beyond "
                f"{sizes.table_min:.0f} at the least",
                (sizes.table - sizes.table_min) / sizes.groups, 16, 1),
    ]


def judge(results, planned=frozenset()):
    """All goals for which there are figures; those whose figures are planned
    (cells.planned()) and absent are short."""
    verdicts = []
    get = _Figures(results.cells, planned).get
    _lookup(verdicts, get)
    _packet(verdicts, get)
    _idle(verdicts, get)
    _control(verdicts, get)
    _shared(verdicts, results.shared, planned)
    _steer(verdicts, results.shared, planned)
    _proof(verdicts, [c for c in results.cells if c.mode in PACKET_MODES] +
           results.shared)
    for memory in results.memory:
        _memory(verdicts, Sizes(memory))
    if not results.memory and any(key[0] == "memory" for key in planned):
        verdicts.append(Verdict("bytes of slab", math.nan, 0))
    return verdicts

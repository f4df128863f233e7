# SPDX-License-Identifier: GPL-2.0
"""The goals, each with its figure."""


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
    def __init__(self, results):
        self._by = {(r.side, r.mode, r.sas): r for r in results
                    if r.cipher == "null"}

    def get(self, side, mode, sas, what="total"):
        cell = self._by.get((side, mode, sas))
        return getattr(cell, what) if cell else None


def _ratio(verdicts, goal, top, bottom, limit):
    if top is not None and bottom is not None:
        verdicts.append(Verdict(goal, top / bottom, limit))


def _output(verdicts, get):
    own = get("pcpu", "unconnected", 1, "lookup")
    _ratio(verdicts, "look-up with an own SA / stock's with one SA",
           own, get("stock", "unconnected", 1, "lookup"), 1.0)
    _ratio(verdicts, "look-up among 1024 SAs / with 1",
           get("pcpu", "unconnected", 1024, "lookup"), own, 1.05)
    for mode, limit in (("unconnected", 0.55), ("forwarded", 0.60)):
        for side in ("stock", "native"):
            _ratio(verdicts, f"{mode} packet, 64 SAs / {side}",
                   get("pcpu", mode, 64), get(side, mode, 64), limit)
        # Look-ups repeat exactly, totals to 0.5 %.
        _ratio(verdicts, f"{mode} packet, 1 SA / stock (within 0.5 %)",
               get("pcpu", mode, 1), get("stock", mode, 1), 1.005)
    for sas in (1, 8, 64, 256, 1024):
        _ratio(verdicts, f"look-up, {sas} SAs / mainline",
               get("pcpu", "unconnected", sas, "lookup"),
               get("native", "unconnected", sas, "lookup"), 1.0)


def _idle(verdicts, get):
    for mode in ("connected", "unconnected", "forwarded", "encap", "inbound"):
        for sas in (1, 64):
            _ratio(verdicts, f"loaded, no SA with a CPU: {mode}, {sas} SAs / stock",
                   get("idle", mode, sas), get("stock", mode, sas), 1.005)


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


def judge(results, shared):
    """All goals for which there are figures."""
    verdicts = []
    get = _Figures(results).get
    _output(verdicts, get)
    _idle(verdicts, get)
    _shared(verdicts, shared)
    return verdicts

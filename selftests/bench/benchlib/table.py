# SPDX-License-Identifier: GPL-2.0
"""One table of figures and ratios, as text."""


def _cells(results):
    lines = ["instructions per packet (of the least disturbed sample; look-up: from its "
             "call to its return, median)", "",
             f"{'mode':12} {'SAs':>5} {'cipher':6} {'side':7} {'packet':>10} "
             f"{'/stock':>7} {'look-up':>9} {'/stock':>7}"]
    stock = {(r.mode, r.sas, r.cipher): r for r in results if r.side == "stock"}
    for r in sorted(results, key=lambda r: (r.mode, r.cipher, r.sas)):
        base = stock.get((r.mode, r.sas, r.cipher))
        ratio = f"{r.total / base.total:7.3f}" if base else f"{'':7}"
        if r.lookup is None:
            lookup = ""
        else:
            lookup = f"{r.lookup:9.1f} "
            if base and base.lookup:
                lookup += f"{r.lookup / base.lookup:7.3f}"
        lines.append(f"{r.mode:12} {r.sas:5} {r.cipher:6} {r.side:7} "
                     f"{r.total:10.1f} {ratio} {lookup}".rstrip())
    return lines


def _shared(shared):
    lines = ["", "cache lines that two CPUs touch and one writes, per packet", ""]
    for cell in shared:
        lines.append(f"{cell.side} {cell.mode}: {len(cell.lines)} lines, "
                     f"{cell.writes:.1f} writes")
        for line in cell.lines:
            kind = ("another CPU's SA" if line["foreign"] else
                    "SA" if line["sa"] else "")
            lines.append(f"    {line['writes']:6.2f} writes "
                         f"{line['accesses']:7.2f} accesses {kind:4} "
                         f"{' '.join(line['functions'][:5])}")
    return lines


def render(results, shared, verdicts):
    """Everything."""
    lines = _cells(results)
    if shared:
        lines += _shared(shared)
    lines += ["", "goals", ""]
    lines += [str(verdict) for verdict in verdicts]
    failed = sum(not verdict.ok for verdict in verdicts)
    lines += ["", f"{len(verdicts) - failed} passed, {failed} failed", ""]
    return "\n".join(lines)

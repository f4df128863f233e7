# SPDX-License-Identifier: GPL-2.0
"""One table of figures and ratios, as text."""
from .cells import CONTROL_MODES, OUTPUT_MODES, PACKET_MODES
from .results import SEEDED
from .memory import Sizes

SIDES = ("stock", "idle", "pcpu", "direct", "native", "fwmark")
# Functions that are named where ours costs more than mainline.
DIFFERENT = 12


def _ratio(figure, base):
    return f"{figure / base:7.3f}" if figure and base else f"{'':7}"


def _order(cell):
    modes = PACKET_MODES + CONTROL_MODES
    return (modes.index(cell.mode), cell.cipher, cell.sas, SIDES.index(cell.side))


def _proof(proof):
    """How many of the packets an SA protected, and the module's own look-ups."""
    if not proof:
        return ""
    own = "" if proof.own is None else f"{proof.own}"
    counters = (f" {proof.counters['own']:8} {proof.counters['fallback']:8}"
                if proof.counters else "")
    return f" {proof.sent:8} {proof.protected:9} {own:>8}{counters}"


def _rows(cells, unit, lookup):
    stock = {(c.mode, c.sas, c.cipher): c for c in cells if c.side == "stock"}
    head = f"{'mode':12} {'SAs':>6} {'cipher':6} {'side':7} {unit:>10} {'/stock':>7}"
    if lookup:
        head += (f" {lookup:>9} {'/stock':>7} {'sent':>8} {'protected':>9} "
                 f"{'own SA':>8} {'Own':>8} {'Fallback':>8}")
    yield head.rstrip()
    for cell in sorted(cells, key=_order):
        base = stock.get((cell.mode, cell.sas, cell.cipher))
        row = (f"{cell.mode:12} {cell.sas:6} {cell.cipher:6} {cell.side:7} "
               f"{cell.total:10.1f} {_ratio(cell.total, base and base.total)}")
        if lookup:
            row += (f" {cell.lookup:9.1f} {_ratio(cell.lookup, base and base.lookup)}"
                    if cell.lookup is not None else f"{'':18}")
            row += _proof(cell.proof)
        yield row.rstrip()


def _cells(cells):
    packets = [c for c in cells if c.mode in PACKET_MODES]
    if packets:
        yield "instructions per packet (of the least disturbed sample; look-up: from"
        yield "its call to its return, median); packets sent in all, protected by an SA,"
        yield "by one of the CPU that sent; look-ups by the module's counters"
        yield ""
        yield from _rows([c for c in packets if c.mode in OUTPUT_MODES], "packet",
                         "look-up")
        yield ""
        inbound = [c for c in packets if c.mode not in OUTPUT_MODES]
        if inbound:
            yield "inbound; the SA is found by its SPI, which is no look-up by template"
            yield ""
            yield from _rows(inbound, "packet", "by SPI")
            yield ""
    control = [c for c in cells if c.mode in CONTROL_MODES]
    if control:
        yield "instructions of the kernel per SA, requests and answers included (of a single"
        yield "SA the median sample; of many the lesser of two)"
        yield ""
        yield from _rows(control, "SA", None)
        yield ""


def _behind(cells):
    """Where ours costs more than mainline: which functions."""
    native = {(c.mode, c.sas, c.cipher): c for c in cells if c.side == "native"}
    for cell in sorted(cells, key=_order):
        base = native.get((cell.mode, cell.sas, cell.cipher))
        if (cell.side != "pcpu" or not base or cell.mode not in PACKET_MODES or
                cell.total <= base.total):
            continue
        yield (f"{cell.mode}, {cell.sas} SAs, {cell.cipher}: {cell.total - base.total:+.0f} "
               f"against mainline, of which the module {cell.ours:.0f}")
        names = set(cell.functions) | set(base.functions)
        apart = {n: cell.functions.get(n, 0) - base.functions.get(n, 0)
                 for n in names}
        most = sorted(apart.items(), key=lambda item: -abs(item[1]))[:DIFFERENT]
        yield "    " + ", ".join(f"{name} {n:+.0f}" for name, n in most)


def _shared(shared):
    yield "cache lines that two CPUs touch and one writes, per packet, with their owner;"
    yield "packets sent, protected, by an SA of their CPU, the module's Own and Fallback"
    yield ""
    for cell in shared:
        yield (f"{cell.side} {cell.mode}: {len(cell.lines)} lines, "
               f"{cell.writes:.1f} writes; packets{_proof(cell.proof)}")
        own = [line for line in cell.lines if line["owner"] == "packet"]
        if own:
            yield (f"    {sum(line['writes'] for line in own):6.2f} writes of these "
                   f"to {len(own)} lines of the packets themselves")
        for line in cell.lines:
            owner = line["owner"]
            if owner == "packet":
                continue
            if line["sa"] and cell.proof and cell.proof.possible:
                owner = "another CPU's SA"
            yield (f"    {line['writes']:6.2f} writes "
                   f"{line['accesses']:7.2f} accesses {owner}: "
                   f"{', '.join(line['writers'][:4]) or 'nobody'} write; "
                   f"{' '.join(line['functions'][:5])}")
    yield ""


def _memory(sizes):
    yield f"bytes of slab, {sizes.possible} possible CPUs"
    yield ""
    for what, size in (
            ("SA", sizes.sa), ("group", sizes.group),
            ("group's slots, with its first SA with a CPU", sizes.slots),
            ("group's acquires, with its first", sizes.acquires),
            ("record of a CPU's acquires", sizes.record),
            ("hash table of groups, empty", sizes.table_min),
            (f"hash table of {sizes.groups} groups, its fill limit", sizes.table),
            ("hash table of SAs, empty", sizes.sa_table_min),
            (f"hash table of {sizes.groups} SAs, its fill limit: {sizes.sa_share:.1f} per SA",
             sizes.sa_table)):
        yield f"{size:8.0f} {what}"
    yield ""


def render(results, verdicts):
    """Everything."""
    lines = [f"{name}: {k['release']} ({k['version']})"
             for name, k in sorted(results.kernels.items())] + [""]
    lines += _cells(results.cells)
    behind = list(_behind(results.cells))
    if behind:
        lines += ["where mainline costs less, and the functions that differ most", "",
                  *behind, ""]
    if results.shared:
        lines += _shared(results.shared)
    for memory in results.memory:
        lines += _memory(Sizes(memory))
    lines += ["goals (where a tolerance is named, without the kernel's walk to a policy,",
              f"which differs by boot: {', '.join(SEEDED)})", ""]
    lines += [str(verdict) for verdict in verdicts]
    failed = sum(not verdict.ok for verdict in verdicts)
    lines += ["", f"{len(verdicts) - failed} passed, {failed} failed", ""]
    return "\n".join(lines)

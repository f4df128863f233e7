# SPDX-License-Identifier: GPL-2.0
"""What is measured: for each boot a measure, a side, and its cells.

A cell is a word MODE/SAS[/CIPHER] for guest/cells.
"""
import re

OUTPUT_MODES = ("connected", "unconnected", "forwarded", "encap")
PACKET_MODES = OUTPUT_MODES + ("inbound",)
# Of what comes in, with steering: on the CPU of its SA, or on another one, from which
# the module takes it there; or RPS, with no SA that has a CPU.
STEER_MODES = ("home", "steered", "rps")
# Each packet of these looks up an SA by template, once.
LOOKUP_MODES = OUTPUT_MODES[1:]
CONTROL_MODES = ("add", "delete", "install", "remove", "dump", "list")
COUNTS = (1, 8, 64, 256, 1024)
# Short enough that some samples see no interrupt.
SAMPLES, PACKETS = 15, 50
# A thousand groups, an SA for each of four CPUs.
GROUPS = "4000x4"
# And a hundred.
FEW_GROUPS = "400x4"
# A hundred thousand SAs, in groups as large as a machine's.
MANY = "100000x64"


class Boot:
    """One boot of a kernel."""

    def __init__(self, measure, side, words):
        self.measure, self.side, self.words = measure, side, words


def _words(modes, counts):
    return [f"{mode}/{count}" for mode in modes for count in counts]


def _control(side):
    words = (_words(("add", "delete"), (1, 64, 1024)) +
             _words(("install", "dump", "remove"), (GROUPS,)))
    if side == "pcpu":
        words += [f"list/{GROUPS}"]
    # Minutes.
    return words + [f"dump/{MANY}"] * (side in ("stock", "idle", "pcpu"))


def _full():
    packets = _words(PACKET_MODES, COUNTS) + ["unconnected/64/gcm"]
    for side in ("stock", "idle", "pcpu", "native"):
        yield Boot("count", side, packets)
    # The other way to hook: beside the default, which the goals are about.
    yield Boot("count", "direct", _words(LOOKUP_MODES[:2], COUNTS))
    # What comes in is told apart by its SPI, without a mark.
    yield Boot("count", "fwmark", _words(OUTPUT_MODES, COUNTS))
    for side in ("stock", "idle", "pcpu", "native"):
        yield Boot("count", side, _control(side))
    steer = {"pcpu": STEER_MODES[:2], "stock": STEER_MODES[2:]}
    for side in ("stock", "pcpu", "native"):
        yield Boot("lines", side,
                   _words(PACKET_MODES + steer.get(side, ()), (2,)))
    yield Boot("memory", "pcpu", ["memory"])


def _gates():
    """What make check has time for."""
    packets = (_words(("connected", "forwarded"), (1, 64)) +
               _words(("unconnected",), (1, 64, 1024)) + ["encap/64", "inbound/1"])
    control = _words(("add",), (1024,)) + _words(("delete",), (1, 1024))
    # A dump of few SAs is mostly its beginning and end.
    dump = [f"dump/{GROUPS}"]
    groups = _words(("install", "list", "remove"), (FEW_GROUPS,))
    yield Boot("count", "stock", packets + control + dump)
    yield Boot("count", "idle", _words(("connected", "unconnected", "forwarded"),
                                       (1,)))
    yield Boot("count", "pcpu", packets + control + dump + groups)
    yield Boot("lines", "pcpu", _words(PACKET_MODES, (2,)))
    yield Boot("memory", "pcpu", ["memory"])


def plan(gates, only):
    """The boots; of their cells those for which MEASURE/SIDE/CELL matches."""
    boots = []
    for boot in _gates() if gates else _full():
        words = [w for w in boot.words
                 if re.search(only, f"{boot.measure}/{boot.side}/{w}")]
        if words:
            boots.append(Boot(boot.measure, boot.side, words))
    return boots


def planned(boots):
    """What the boots will measure, as (measure, side, mode, SAs, cipher)."""
    keys = set()
    for boot in boots:
        for word in boot.words:
            mode, _, rest = word.partition("/")
            sas, _, cipher = rest.partition("/")
            keys.add((boot.measure, boot.side, mode,
                      int(sas.partition("x")[0] or 0), cipher or "null"))
    return keys

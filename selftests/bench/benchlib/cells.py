# SPDX-License-Identifier: GPL-2.0
"""What is measured: sides, modes, numbers of SAs."""

OUTPUT_MODES = ("connected", "unconnected", "forwarded", "encap")
COUNTS = (1, 8, 64, 256, 1024)
# Short enough that some samples see no interrupt.
SAMPLES, PACKETS = 15, 50


class Plan:
    """Which cells each side has: words MODE/SAS[/CIPHER] for guest/cells."""

    def __init__(self, sides, words, line_sides, line_words):
        self.sides = sides
        self.line_sides = line_sides
        self._words = words
        self._line_words = line_words

    def cells(self, side):
        return self._words(side)

    def line_cells(self, side):
        return self._line_words(side)


def _words(modes, counts):
    return [f"{mode}/{count}" for mode in modes for count in counts]


def full():
    """All sides and modes."""
    def words(side):
        if side == "fwmark":
            return _words(OUTPUT_MODES[:2], COUNTS)
        return (_words(OUTPUT_MODES + ("inbound",), COUNTS) +
                ["unconnected/64/gcm"])

    def line_words(_side):
        return _words(("connected", "unconnected", "forwarded", "inbound"),
                      (2,))

    return Plan(("stock", "idle", "pcpu", "native", "fwmark"), words,
                ("stock", "pcpu", "native"), line_words)


def gates():
    """What make check has time for."""
    def words(side):
        if side == "idle":
            return _words(("connected", "unconnected"), (1,))
        return (_words(("unconnected",), (1, 64, 1024)) +
                _words(("forwarded",), (1, 64)))

    def line_words(_side):
        return _words(("unconnected", "forwarded"), (2,))

    return Plan(("stock", "idle", "pcpu"), words, ("pcpu",), line_words)

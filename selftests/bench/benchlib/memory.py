# SPDX-License-Identifier: GPL-2.0
"""What the module holds of the slab, from the trace that guest/memory prints."""
from .results import Memory

# struct bucket_table of lib/rhashtable.c without its buckets, and those; from
# where it is allocated.
TABLE_HEAD, BUCKET = 64, 8
TABLE_SITES = ("kvmalloc_node", "bucket_table_alloc")


def _is_table(site, requested):
    buckets, rest = divmod(requested - TABLE_HEAD, BUCKET)
    return (site.startswith(TABLE_SITES) and not rest and buckets > 0 and
            not buckets & (buckets - 1))


def read(kernel, possible, lines):
    """Bytes held at the end of each step, by the module and in hash tables."""
    held, steps = {}, []
    for line in lines:
        kind, *words = line.split()
        if kind == "alloc":
            pointer, requested, size, site = (words[0], int(words[1]),
                                              int(words[2]), words[3])
            if words[-1] == "[xfrm_pcpu]":
                held[pointer] = ("own", size)
            elif _is_table(site, requested):
                held[pointer] = ("tables", size)
        elif kind == "free":
            held.pop(words[0], None)
        elif kind == "step":
            sums = {"own": 0, "tables": 0}
            for what, size in held.values():
                sums[what] += size
            steps.append({"step": words[0], "count": int(words[1]), **sums})
    return Memory(kernel, possible, steps)


class Sizes:
    """Bytes of slab per SA, group and so on."""

    def __init__(self, memory):
        after = {s["step"]: s for s in memory.steps}
        before, load = after["before"], after["load"]
        if after["groups"]["own"] <= load["own"] or not load["tables"]:
            raise SystemExit("bench: the trace shows no allocation of the module")

        def each(step, earlier):
            return (after[step]["own"] - after[earlier]["own"]) / after[step]["count"]

        self.possible = memory.possible
        self.groups = after["groups"]["count"]
        self.sa = each("sas", "slots")
        self.group = each("groups", "load") - self.sa
        self.slots = each("slots", "groups") - self.sa
        self.record = each("acquire-next", "acquire")
        self.acquires = each("acquire", "sas") - self.record
        # Two tables of as many entries, one of groups and one of SAs.
        self.table_min = (load["tables"] - before["tables"]) / 2
        self.table = (after["groups"]["tables"] - before["tables"]) / 2

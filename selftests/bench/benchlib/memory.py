# SPDX-License-Identifier: GPL-2.0
"""What the module holds of the slab, from the trace that guest/memory prints."""
from .results import Memory

# The table of groups is its buckets, and at least 64 of them; that of SAs is the
# kernel's struct bucket_table (lib/rhashtable.c), which has a head before them. From
# where they are allocated: those of up to a page by who asks, larger ones by kvmalloc.
BUCKET, LEAST, HEAD = 8, 64, 64
TABLE_SITES = ("kvmalloc_node", "bucket_table_alloc", "xpcpu_table_init", "resize")


def _is_buckets(size):
    buckets, rest = divmod(size, BUCKET)
    return not rest and buckets > 0 and not buckets & (buckets - 1)


def _table(site, requested):
    """Whose table an allocation is, None if it is none."""
    if not site.startswith(TABLE_SITES):
        return None
    if _is_buckets(requested) and requested >= LEAST * BUCKET:
        return "group_table"
    if _is_buckets(requested - HEAD):
        return "sa_table"
    return None


def read(kernel, possible, lines):
    """Bytes held at the end of each step, by the module and in hash tables."""
    held, steps = {}, []
    for line in lines:
        kind, *words = line.split()
        if kind == "alloc":
            pointer, requested, size, site = (words[0], int(words[1]),
                                              int(words[2]), words[3])
            if _table(site, requested):
                held[pointer] = (_table(site, requested), size)
            elif words[-1] == "[xfrm_pcpu]":
                held[pointer] = ("own", size)
        elif kind == "free":
            held.pop(words[0], None)
        elif kind == "step":
            sums = {"own": 0, "group_table": 0, "sa_table": 0}
            for what, size in held.values():
                sums[what] += size
            steps.append({"step": words[0], "count": int(words[1]), **sums})
    return Memory(kernel, possible, steps)


class Sizes:
    """Bytes of slab per SA, group and so on."""

    def __init__(self, memory):
        after = {s["step"]: s for s in memory.steps}
        before, load = after["before"], after["load"]
        if (after["groups"]["own"] <= load["own"] or not load["group_table"] or
                not load["sa_table"]):
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
        self.table, self.table_min, self.sa_table, self.sa_table_min = (
            after[step][table] - before[table] for table in ("group_table", "sa_table")
            for step in ("groups", "load"))
        # There is an SA in each group then.
        self.sa_share = (self.sa_table - self.sa_table_min) / self.groups

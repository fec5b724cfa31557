"""Rows that copy whole disks, in memory, to a drive with force, and where files can share blocks."""
import os
import shutil

from . import data, limits
from .machine import VMDISK, run
from .race import commands

OUT = ("out-theirs.vmdk", "out-theirs-flat.vmdk", "out-ours.vmdk", "out-ours-flat.vmdk", "out-limit")


def same(one, one_format, other, other_format):
    return lambda: run(["qemu-img", "compare", "-f", one_format, "-F", other_format, one, other])


class Copies:
    """The disks of one store, and rows over them."""

    def __init__(self, bench, store, mib):
        self.bench, self.store, self.mib = bench, store, mib
        self.raw, self.sparse = store.path("data.raw"), store.path("sparse.vmdk")
        self.flat, self.packed = store.path("flat.vmdk"), store.path("packed")

    def prepare(self, made=None):
        """Makes the disks, or copies a raw one that is there."""
        if made:
            shutil.copy(made, self.raw)
        else:
            data.make_raw(self.raw, self.mib)
        run(["qemu-img", "convert", "-O", "vmdk", self.raw, self.sparse])
        data.make_packed(self.raw, self.packed, data.stored_bytes(self.raw))
        if self.store.shares:
            # Blocks that are still in memory alone have no place yet that could be shared.
            os.sync()

    def clear(self, side=None):
        self.store.remove(*OUT)

    def convert(self, job, source, source_format, out_format, floor, target, limit_target=None, or_limit=False,
                options=(), name=None, packed=None, limit=None, facts=None):
        """One row. name is the target's format as vmdisk says it; facts(target) is told with it."""
        store, theirs, ours = self.store, self.store.path(OUT[0]), self.store.path(OUT[2])
        name = name or ("raw" if out_format == "raw" else "monolithicSparse")
        durable = store.durable and not store.shares
        qemu = (["qemu-img", "convert", "-m", "16", "-W", "-f", source_format, "-O", out_format]
                + (["-t", "writeback"] if durable else []) + list(options) + [source, theirs])
        if store.shares and source_format == out_format == "raw":
            qemu[2:6] = ["-C"]
        mine = [VMDISK, "convert", ("raw:" if source_format == "raw" else "") + source, ours, "-O", name]
        kept = {}

        def before(side):
            if store.shares and side == "equal":
                kept["stored_percent"] = self.newly_stored(mine)
            elif side != "equal":
                self.clear()

        def still_same():
            if not os.path.exists(ours):
                run(mine)
            same(source, source_format, ours, out_format)()
            if facts:
                kept.update(facts(ours))

        if limit is None and not store.shares:
            limit = limits.copying(packed or self.packed, store.path(OUT[4]), durable)
        self.bench.race(job, store.name, commands(qemu), commands(mine), floor, target, limit=limit,
                        limit_target=limit_target, or_limit=or_limit, before=before, equal=still_same, command=mine,
                        facts=lambda: kept)
        self.clear()

    def newly_stored(self, mine):
        """Bytes that the file system took for one more run of ours, in percent of the data."""
        self.clear()
        before = self.store.stored()
        run(mine)
        return round(100 * max(0, self.store.stored() - before) / max(1, data.stored_bytes(self.packed)), 2)

    def plain(self, floors, target, limit_target, or_limit):
        """The four conversions that every store has; floors in their order."""
        to_sparse, to_raw, flat_to_raw, again = floors
        either = {"limit_target": limit_target, "or_limit": or_limit}
        sparse_target, raw_target = target
        self.convert("raw → monolithicSparse", self.raw, "raw", "vmdk", to_sparse, sparse_target, limit_target)
        self.convert("monolithicSparse → raw", self.sparse, "vmdk", "raw", to_raw, raw_target, **either)
        if self.bench.wants("monolithicFlat → raw"):
            run(["qemu-img", "convert", "-O", "vmdk", "-o", "subformat=monolithicFlat", self.raw, self.flat])
            if self.store.shares:
                os.sync()
            self.convert("monolithicFlat → raw", self.flat, "vmdk", "raw", flat_to_raw, raw_target, **either)
            self.store.remove("flat.vmdk", "flat-flat.vmdk")
        self.convert("sparse → sparse", self.sparse, "vmdk", "vmdk", again, sparse_target, limit_target)

    def shared(self):
        """Where blocks can be shared a copy moves none."""
        self.plain((5, 5, 5, 5), (20, 20), None, False)
        mine, ours = [VMDISK, "clone", self.sparse, self.store.path(OUT[2])], self.store.path(OUT[2])
        stored = {}

        def before(side):
            if side == "equal":
                stored["stored_percent"] = self.newly_stored(mine)
            else:
                self.clear()

        self.bench.race("clone a disk", self.store.name,
                        commands(["qemu-img", "convert", "-m", "16", "-W", "-f", "vmdk", "-O", "vmdk", self.sparse,
                                  self.store.path(OUT[0])]),
                        commands(mine), 5, 20, before=before, equal=same(self.sparse, "vmdk", ours, "vmdk"),
                        command=mine, facts=lambda: stored)
        self.clear()

    def sesparse(self):
        """qemu-img writes no seSparse: beside its monolithicSparse."""
        ours = self.store.path("out-ours.vmdk")
        mine = [VMDISK, "convert", "raw:" + self.raw, ours, "-O", "seSparse"]

        def before(side):
            if side != "equal":
                self.clear()
                self.store.remove("out-ours-sesparse.vmdk")

        self.bench.race("raw → seSparse, beside monolithicSparse", self.store.name,
                        commands(["qemu-img", "convert", "-m", "16", "-W", "-f", "raw", "-O", "vmdk", self.raw,
                                  self.store.path(OUT[0])]),
                        commands(mine), None, None, before=before, equal=same(self.raw, "raw", ours, "vmdk"), command=mine)
        self.clear()
        self.store.remove("out-ours-sesparse.vmdk")

    def streams(self):
        """Both directions of streamOptimized, and how large ours is."""
        packing = limits.Deflate(self.packed, self.store.path("limit-stream"))
        fast = packing.library is not None
        out = self.store.path(OUT[4])

        def sizes(ours):
            stream = self.store.path("stream.vmdk")
            run(["qemu-img", "convert", "-m", "16", "-W", "-O", "vmdk", "-o", "subformat=streamOptimized", self.raw, stream])
            return {"size_ratio": round(os.path.getsize(ours) / os.path.getsize(stream), 4)}

        self.convert("raw → streamOptimized", self.raw, "raw", "vmdk", 2.5 if fast else 1.5, 5 if fast else 1.9, 1.2,
                     options=["-o", "subformat=streamOptimized"], name="streamOptimized", facts=sizes,
                     limit=[(packing.name + " on all cores", limits.clocked(packing.pack))])
        if self.bench.wants("streamOptimized → raw"):
            stream = self.store.path("stream.vmdk")
            if not os.path.exists(stream):
                run(["qemu-img", "convert", "-m", "16", "-W", "-O", "vmdk", "-o", "subformat=streamOptimized", self.raw,
                     stream])
            if not packing.grains:
                packing.pack()
            self.convert("streamOptimized → raw", stream, "vmdk", "raw", 1.3, 3 if fast else 1.8, 1.3,
                         limit=[(packing.name + " on all cores", limits.clocked(lambda: packing.unpack(out)))])
        self.store.remove("stream.vmdk", "limit-stream")

    def compare(self):
        if not self.bench.wants("compare sparse with raw"):
            return
        other = self.store.path("packed-too")
        shutil.copy(self.packed, other)
        mine = [VMDISK, "compare", self.sparse, "raw:" + self.raw]
        self.bench.race("compare sparse with raw", self.store.name,
                        commands(["qemu-img", "compare", "-f", "vmdk", "-F", "raw", self.sparse, self.raw]), commands(mine),
                        1.0, 2, limit=limits.comparing(self.packed, other), limit_target=1.3, command=mine)
        self.store.remove("packed-too")

"""How time grows with what is stored, with the size that a guest sees, and with the depth of a chain."""
import os

from . import data
from .machine import MIB, VMDISK, NOTHING, run

TIB = 1 << 40


class Growth:
    """Series of points (x, times the time of the first point), of the least of some runs."""

    def __init__(self, copies, runs):
        self.copies, self.store, self.runs = copies, copies.store, runs
        self.series = []

    def all(self, stored=(64, 128, 256, 512, 1024), sizes=(16, 64, 256, 1024, 4096, 16384, 63488), depths=(1, 2, 5, 10, 20, 30)):
        """stored in MiB, sizes in GiB."""
        self.with_stored(stored)
        self.with_size(sizes)
        self.with_depth(depths)
        return self.series

    def add(self, name, axis, lines, scale="linear"):
        """lines: pairs of a label and points (x, seconds)."""
        relative = [[label, [[x, round(seconds / points[0][1], 3)] for x, seconds in points]] for label, points in lines]
        self.series.append({"name": name, "axis": axis, "scale": scale, "lines": relative})
        for label, points in relative:
            print("growth, %s, %s: %s" % (name, label, "  ".join("%g: %.2f" % tuple(point) for point in points)), flush=True)

    def least(self, command, *clean):
        best = None
        for _ in range(self.runs):
            self.store.remove(*clean)
            took = run(command)
            best = took if best is None or took.clock < best.clock else best
        self.store.remove(*clean)
        return (best or NOTHING).clock

    def with_stored(self, stored):
        raw, out = self.store.path("grown.raw"), self.store.path("grown.vmdk")
        copy, streams, theirs = [], [], []
        for mib in stored:
            data.make_packed(self.copies.raw, raw, mib * MIB)
            copy.append((mib, self.least([VMDISK, "convert", "raw:" + raw, out, "-O", "monolithicSparse"], "grown.vmdk")))
            streams.append((mib, self.least([VMDISK, "convert", "raw:" + raw, out, "-O", "streamOptimized"], "grown.vmdk")))
            theirs.append((mib, self.least(["qemu-img", "convert", "-m", "16", "-W", "-f", "raw", "-O", "vmdk", raw, out],
                                           "grown.vmdk")))
            os.remove(raw)
        self.add("stored data", "MiB stored", [("raw → monolithicSparse", copy), ("raw → streamOptimized", streams),
                                               ("qemu-img, raw → monolithicSparse", theirs)])

    def with_size(self, sizes):
        """64 MiB in seSparse disks of any size; the data are holes."""
        disk, out = self.store.path("sized.vmdk"), self.store.path("grown.vmdk")
        jobs = {"map": ["map", "--json", disk], "check": ["check", "-q", disk],
                "convert to seSparse": ["convert", "-q", disk, out, "-O", "seSparse"]}
        lines = {name: [] for name in jobs}
        for gib in sizes:
            data.make_large_sesparse(disk, gib << 30, 64 * MIB)
            for name, words in jobs.items():
                lines[name].append((gib, self.least([VMDISK] + words, "grown.vmdk", "grown-sesparse.vmdk")))
            self.store.remove("sized.vmdk", "sized-sesparse.vmdk")
        self.add("virtual size", "GiB of virtual size, 64 MiB stored", list(lines.items()), "log")

    def with_depth(self, depths):
        """The same data in more and more links."""
        out, ours, theirs = self.store.path("grown.raw"), [], []
        base = self.store.path("shallow.vmdk")
        run(["qemu-img", "create", "-q", "-f", "vmdk", base, "%dM" % self.copies.mib])
        for depth in depths:
            per_link = max(1, self.copies.mib // 2 // depth) * MIB
            links = data.add_links(self.store.folder, "deep", base, self.copies.mib, depth, per_link, [MIB], 7)
            ours.append((depth, self.least([VMDISK, "convert", links[-1], out, "-O", "raw"], "grown.raw")))
            theirs.append((depth, self.least(["qemu-img", "convert", "-m", "16", "-W", "-f", "vmdk", "-O", "raw", links[-1],
                                              out], "grown.raw")))
            self.store.remove(*map(os.path.basename, links[1:]))
        self.store.remove("shallow.vmdk")
        self.add("depth", "links over the base, as much stored", [("chain → raw", ours), ("qemu-img", theirs)])

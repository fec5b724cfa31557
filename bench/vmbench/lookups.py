"""Rows that read or change disks in place: random requests, maps, checks, digests."""
import os
import shutil

from . import data
from .machine import LIBRARIES, MIB, ROOT, VMDISK, newest_jdk, output, peak_mib, run
from .race import commands


class Lookups:
    """Over the disks of a store's copies."""

    def __init__(self, copies, seconds=2):
        self.copies, self.bench, self.store, self.mib = copies, copies.bench, copies.store, copies.mib
        self.seconds = seconds
        self.classes = None

    # --- random requests in one process ------------------------------------------------------------------------------

    def random_reads(self, depths=(1, 10, 30), requests=100000):
        for depth, floor, target in zip(depths, (10, 20, 40), (20, 40, 80)):
            job = "random 4 KiB reads, depth %d" % depth
            if not self.bench.wants(job):
                continue
            links = ([self.copies.sparse] if depth == 1
                     else data.make_chain(self.store, self.copies.sparse, self.mib, depth - 1))
            self.random_access(job, "read", lambda: links[-1], 4096, requests // depth, floor, target)
            if depth > 1:
                self.store.remove(*map(os.path.basename, links))

    def random_writes(self, requests=100000):
        """Each side writes to a fresh copy: half of the blocks have a grain, the other half get one."""
        def fresh():
            self.store.remove("written.vmdk")
            return shutil.copy(self.copies.sparse, self.store.path("written.vmdk"))

        self.random_access("random 4 KiB writes", "write", fresh, 4096, requests, 5, 10)
        self.random_access("random 64 KiB writes", "write", fresh, 65536, requests // 16, None, None)
        self.store.remove("written.vmdk")

    def random_access(self, job, access, disk, block, requests, floor, target):
        """Requests a second, against qemu-img bench with as many in flight as it does best with."""
        if not self.bench.wants(job):
            return
        java = os.path.join(newest_jdk(), "bin")
        if self.classes is None:
            self.classes = self.store.path("classes")
            run([os.path.join(java, "javac"), "-d", self.classes, "-cp", LIBRARIES,
                 os.path.join(ROOT, "bench", "RandomAccess.java")])

        def theirs():
            # A step that wanders over the whole disk: the tool knows no random requests.
            command = ["qemu-img", "bench", "-f", "vmdk", "-c", str(requests), "-d", "8", "-s", str(block),
                       "-S", str(41 * 65536 + block)] + (["-w"] if access == "write" else []) + [disk()]
            return requests / run(command).clock

        def ours():
            command = [os.path.join(java, "java"), "-Xmx256m", "-cp", self.classes + ":" + LIBRARIES, "RandomAccess",
                       access, disk(), str(block), str(self.seconds), "2"]
            return int(output(command))

        self.bench.rates(job, self.store.name, theirs, ours, floor, target)

    # --- what the tables say -----------------------------------------------------------------------------------------

    def map(self, gib=16):
        if not self.bench.wants("map, dense"):
            return
        dense = self.store.path("dense.vmdk")
        data.make_dense(dense, gib)
        mine = [VMDISK, "map", "--json", dense]
        self.bench.race("map, dense", self.store.name, commands(["qemu-img", "map", "--output=json", dense]),
                        commands(mine), 1.0, 3, command=mine)
        self.store.remove("dense.vmdk")

    def check(self, capacity=1 << 40, allocated=4 << 30):
        """A large disk that holds little; the data are holes, so that no drive has a say."""
        for name, make in (("monolithicSparse", data.make_large_hosted), ("seSparse", data.make_large_sesparse)):
            job = "check, 1 TiB with 4 GiB, " + name
            if not self.bench.wants(job):
                continue
            disk = self.store.path("large.vmdk")
            make(disk, capacity, allocated)
            hosted = self.store.path("large-hosted.vmdk")
            if name != "monolithicSparse":
                # qemu-img checks no seSparse: beside its check of as much in the other format.
                data.make_large_hosted(hosted, capacity, allocated)
            other = disk if name == "monolithicSparse" else hosted
            mine = [VMDISK, "check", "-q", disk]
            floors = (0.5, 0.85) if name == "monolithicSparse" else (None, None)
            self.bench.race(job, self.store.name, commands(["qemu-img", "check", "-q", "-f", "vmdk", other]),
                            commands(mine), *floors, command=mine, facts=lambda: {"peak_mib": peak_mib(mine)})
            self.store.remove("large.vmdk", "large-sesparse.vmdk", "large-hosted.vmdk")

    # --- digests -----------------------------------------------------------------------------------------------------

    def hash(self):
        """Beside sha256sum of the raw disk: dense, half zeros, and nearly empty."""
        self.digest("hash, dense", self.dense, 0.8, 1.0)
        self.digest("hash, half zeros", lambda: (self.copies.sparse, self.copies.raw), 1.0, 1.5)
        self.digest("hash --tree, half zeros", lambda: (self.copies.sparse, self.copies.raw), 1.5, 3, "--tree")
        self.digest("hash --tree, a 64th stored", self.sparse, 5, 20, "--tree")
        self.store.remove("random.raw", "little.raw", "little.vmdk")

    def dense(self):
        raw = self.store.path("random.raw")
        data.make_random(raw, max(1, self.mib // 2))
        return "raw:" + raw, raw

    def sparse(self):
        raw, disk = self.store.path("little.raw"), self.store.path("little.vmdk")
        data.make_random(raw, max(1, self.mib // 64))
        os.truncate(raw, self.mib * MIB)
        run(["qemu-img", "convert", "-O", "vmdk", raw, disk])
        return disk, raw

    def digest(self, job, make, floor, target, *options):
        if not self.bench.wants(job):
            return
        disk, raw = make()
        mine = [VMDISK, "hash", disk, *options]

        def equal():
            if output(["sha256sum", raw]).split()[0] not in output([VMDISK, "hash", disk]):
                raise SystemExit("another digest of " + disk)

        self.bench.race(job, self.store.name, commands(["sha256sum", raw]), commands(mine), floor, target,
                        beside="sha256sum", equal=equal, command=mine)

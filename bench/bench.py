#!/usr/bin/env python3
"""Times vmdisk beside qemu-img in one run and prints the ratios. See bench/README.md."""
import argparse
import json
import os
import random
import shutil
import statistics
import struct
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VMDISK = os.path.join(ROOT, "vmdisk")
MIB = 1 << 20


def make_raw(path, mib):
    """Half zero, a quarter text-like, a quarter random, in stretches of 256 KiB; the same bytes each time."""
    rng = random.Random(42)
    words = [("word%d " % i).encode() for i in range(400)]
    with open(path, "wb") as out:
        for _ in range(mib * 4):
            kind = rng.randrange(4)
            if kind < 2:
                out.seek(256 << 10, os.SEEK_CUR)
            elif kind == 2:
                text = b"".join(rng.choice(words) for _ in range(4000))
                out.write((text * (1 + (256 << 10) // len(text)))[: 256 << 10])
            else:
                out.write(rng.randbytes(256 << 10))
        out.truncate(mib * MIB)


def make_dense(path):
    """A disk of 16 GiB with all grains, in runs of 1 MiB that lie anywhere in the file; the grains are holes there."""
    run(["qemu-img", "create", "-q", "-f", "vmdk", path, "16G"])
    with open(path, "r+b") as disk:
        header = disk.read(512)
        capacity, grain = struct.unpack_from("<QQ", header, 12)
        per_table, redundant, directory, overhead = struct.unpack_from("<IQQQ", header, 44)
        grains, per_run = capacity // grain, 16
        runs = list(range(grains // per_run))
        random.Random(5).shuffle(runs)
        entries = [overhead + (runs[i // per_run] * per_run + i % per_run) * grain for i in range(grains)]
        tables = grains // per_table
        for start in (redundant, directory):
            disk.seek(start * 512)
            for number, place in enumerate(struct.unpack("<%dI" % tables, disk.read(4 * tables))):
                disk.seek(place * 512)
                disk.write(struct.pack("<%dI" % per_table, *entries[number * per_table:(number + 1) * per_table]))
        disk.truncate((overhead + grains * grain) * 512)


def run(command):
    start = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        sys.exit("failed (%d): %s\n%s" % (done.returncode, " ".join(command), done.stdout.decode()[-2000:]))
    return seconds


def newest_jdk():
    """The JDK that the launcher would take."""
    found = []
    for home in [os.environ.get("JAVA_HOME", "")] + [os.path.join("/usr/lib/jvm", e) for e in os.listdir("/usr/lib/jvm")]:
        try:
            with open(os.path.join(home, "release")) as release:
                version = [line.split('"')[1] for line in release if line.startswith("JAVA_VERSION=")][0]
            found.append((int(version.split(".")[0]), home))
        except (OSError, IndexError, ValueError):
            continue
    return max(found)[1]


class Bench:
    def __init__(self, args):
        self.args = args
        self.dir = os.path.join(args.dir, "vmdisk-bench-%d" % os.getpid())
        self.rows = []

    def path(self, name):
        return os.path.join(self.dir, name)

    def fresh(self, name):
        stem = os.path.splitext(name)[0]
        for entry in os.listdir(self.dir):
            if entry == name or entry.startswith(stem + "-") or entry.startswith(name + "."):
                os.remove(self.path(entry))
        return self.path(name)

    def job(self, name, theirs, ours, floor, target, before=None, equal=None):
        """theirs and ours are lists of commands, timed as a whole; before(side) runs untimed."""
        if self.args.only and self.args.only not in name:
            return
        seconds = {"qemu": [], "vmdisk": []}
        for turn in range(self.args.runs + 1):
            for side, commands in (("qemu", theirs), ("vmdisk", ours)):
                if before:
                    before(side)
                took = sum(run(command) for command in commands)
                if turn:
                    seconds[side].append(took)
        if equal:
            equal()
        qemu, mine = statistics.median(seconds["qemu"]), statistics.median(seconds["vmdisk"])
        row = {"job": name, "qemu_s": round(qemu, 3), "vmdisk_s": round(mine, 3), "ratio": round(qemu / mine, 2),
               "floor": floor, "target": target}
        self.rows.append(row)
        print("%-44s %8.3f %8.3f %7.2fx   floor %-5s target %s" % (name, qemu, mine, qemu / mine, floor, target),
              flush=True)

    def same(self, a, fa, b, fb):
        return lambda: run(["qemu-img", "compare", "-f", fa, "-F", fb, a, b])

    def all(self):
        os.makedirs(self.dir)
        raw = self.path("data.raw")
        make_raw(raw, self.args.size)
        sparse = self.path("sparse.vmdk")
        stream = self.path("stream.vmdk")
        flat = self.path("flat.vmdk")
        run(["qemu-img", "convert", "-O", "vmdk", raw, sparse])
        run(["qemu-img", "convert", "-O", "vmdk", "-o", "subformat=streamOptimized", raw, stream])
        run(["qemu-img", "convert", "-O", "vmdk", "-o", "subformat=monolithicFlat", raw, flat])
        print("%-44s %8s %8s %8s" % ("job", "qemu s", "ours s", "ratio"))
        self.converts(raw, sparse, stream, flat)
        self.job("compare sparse with raw",
                 [["qemu-img", "compare", "-f", "vmdk", "-F", "raw", sparse, raw]],
                 [[VMDISK, "compare", sparse, "raw:" + raw]], 1.0, 2.0)
        jvm = [os.path.join(newest_jdk(), "bin", "java"), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-version"]
        self.job("info, beside a JVM that only starts", [jvm], [[VMDISK, "info", sparse]], 0.4, 0.67)
        dense = self.path("dense.vmdk")
        make_dense(dense)
        self.job("map, 16 GiB dense disk", [["qemu-img", "map", "--output=json", dense]],
                 [[VMDISK, "map", "--json", dense]], 0.5, 0.83)
        self.job("check", [["qemu-img", "check", "-f", "vmdk", sparse]], [[VMDISK, "check", sparse]], None, None)
        self.random_writes()
        self.chains()

    def convert(self, name, source, source_format, qemu_options, format_name, out_format, floor, target):
        out_q, out_v = self.path("out-q.vmdk"), self.path("out-v.vmdk")
        spec = source if source_format == "vmdk" else "raw:" + source
        self.job(name,
                 [["qemu-img", "convert", "-m", "16", "-W", "-f", source_format, "-O", out_format] + qemu_options
                  + [source, out_q]],
                 [[VMDISK, "convert", spec, out_v, "-O", format_name]], floor, target,
                 before=lambda side: self.fresh("out-q.vmdk" if side == "qemu" else "out-v.vmdk"),
                 equal=self.same(source, source_format, out_v, out_format))

    def converts(self, raw, sparse, stream, flat):
        self.convert("raw -> monolithicSparse", raw, "raw", [], "monolithicSparse", "vmdk", 1.0, 2.5)
        self.convert("monolithicSparse -> raw", sparse, "vmdk", [], "raw", "raw", 1.0, 2.0)
        self.convert("monolithicFlat -> raw", flat, "vmdk", [], "raw", "raw", 1.0, 2.0)
        self.convert("sparse -> sparse", sparse, "vmdk", [], "monolithicSparse", "vmdk", 1.0, 2.5)
        self.job("raw -> seSparse, beside raw -> monolithicSparse",
                 [["qemu-img", "convert", "-m", "16", "-W", "-f", "raw", "-O", "vmdk", raw, self.path("out-q.vmdk")]],
                 [[VMDISK, "convert", "raw:" + raw, self.path("out-v.vmdk"), "-O", "seSparse"]], None, None,
                 before=lambda side: self.fresh("out-q.vmdk" if side == "qemu" else "out-v.vmdk"),
                 equal=self.same(raw, "raw", self.path("out-v.vmdk"), "vmdk"))
        self.convert("raw -> streamOptimized", raw, "raw", ["-o", "subformat=streamOptimized"], "streamOptimized",
                     "vmdk", 1.5, 5)
        self.convert("streamOptimized -> raw", stream, "vmdk", [], "raw", "raw", 1.0, 3)

    def chain(self, depth):
        """A base of half the disk and deltas that overwrite and add; about as much again in the deltas."""
        names = ["c%d.vmdk" % i for i in range(depth + 1)]
        for old in [entry for entry in os.listdir(self.dir) if entry.startswith("c") and entry.endswith(".vmdk")]:
            os.remove(self.path(old))
        shutil.copy(self.path("sparse.vmdk"), self.path(names[0]))
        rng = random.Random(7)
        per_link = self.args.size * MIB // 2 // depth
        for i in range(1, depth + 1):
            run(["qemu-img", "create", "-q", "-f", "vmdk", "-F", "vmdk", "-b", names[i - 1], self.path(names[i])])
            writes = []
            for _ in range(max(1, per_link // MIB)):
                at = rng.randrange(self.args.size) * MIB
                writes += ["-c", "write -q -P %d %d 1M" % (1 + rng.randrange(255), at)]
            run(["qemu-io", "-f", "vmdk"] + writes + [self.path(names[i])])
        return [self.path(name) for name in names]

    def chains(self):
        self.random_reads("random 4 KiB reads, one link", self.path("sparse.vmdk"), 2, 4)
        # Depth alone: the same content in 30 links and in one. A disk with more zeros would be quicker for that.
        top = self.chain(30)[-1]
        self.random_reads("random 4 KiB reads, 30 links", top, 4, 8)
        flattened = self.path("flattened.vmdk")
        run(["qemu-img", "convert", "-O", "vmdk", top, flattened])
        self.random_reads("random 4 KiB reads, those 30 links in one", flattened, 2, 4)
        os.remove(flattened)
        links = self.chain(10)
        self.random_reads("random 4 KiB reads, 10 links", links[-1], 4, 8)
        self.convert("chain of 10 -> raw", links[-1], "vmdk", [], "raw", "raw", 1.0, 2.0)
        saved = self.path("saved")
        os.makedirs(saved)
        for link in links:
            shutil.copy(link, saved)
        expected = self.path("expected.raw")
        run(["qemu-img", "convert", "-O", "raw", links[-1], expected])

        def restore(side):
            for link in links:
                shutil.copy(os.path.join(saved, os.path.basename(link)), link)

        consolidate = [[VMDISK, "consolidate", links[-1]]]
        self.job("consolidate 10 links, qemu-img commit -b",
                 [["qemu-img", "commit", "-q", "-d", "-b", links[0], links[-1]]], consolidate, 1.0, 1.5,
                 before=restore, equal=self.same(links[0], "vmdk", expected, "raw"))
        one_by_one = [["qemu-img", "commit", "-q", "-d", link] for link in reversed(links[1:])]
        self.job("consolidate 10 links, a commit a level", one_by_one, consolidate, 5, 10,
                 before=restore, equal=self.same(links[0], "vmdk", expected, "raw"))

    def random_reads(self, name, disk, floor, target):
        self.random_access(name, "read", lambda side: disk, 4096, floor, target)

    def random_writes(self):
        """Each side writes to a fresh copy: half of the blocks have a grain, the other half get one."""
        def fresh(side):
            copy = self.fresh("written.vmdk")
            shutil.copy(self.path("sparse.vmdk"), copy)
            return copy

        self.random_access("random 4 KiB writes", "write", fresh, 4096, None, None)
        self.random_access("random 64 KiB writes", "write", fresh, 65536, None, None)

    def random_access(self, name, access, disk_for, block, floor, target):
        """Requests a second in process, against qemu-img bench with as many in flight as it does best with."""
        if self.args.only and self.args.only not in name:
            return
        count = 100000 if access == "read" else 400000 * 1024 // block
        lib = os.path.join(ROOT, "vmdisk-cli", "target", "vmdisk", "lib", "*")
        java = os.path.join(newest_jdk(), "bin", "java")
        qemu, mine = [], []
        for turn in range(self.args.runs + 1):
            # A step that wanders over the whole disk: the tool knows no random reads.
            took = run(["qemu-img", "bench", "-f", "vmdk", "-c", str(count), "-d", "8", "-s", str(block),
                        "-S", str(41 * 65536 + block)] + (["-w"] if access == "write" else []) + [disk_for("qemu")])
            out = subprocess.run([java, "-Xmx256m", "-cp", lib, os.path.join(ROOT, "bench", "RandomAccess.java"),
                                  access, disk_for("vmdisk"), str(block), "3", "2"],
                                 stdout=subprocess.PIPE, check=True).stdout
            if turn:
                qemu.append(count / took)
                mine.append(int(out))
        theirs, ours = statistics.median(qemu), statistics.median(mine)
        self.rows.append({"job": name, "qemu_per_s": round(theirs), "vmdisk_per_s": round(ours),
                          "ratio": round(ours / theirs, 2), "floor": floor, "target": target})
        print("%-44s %7dk %7dk %7.2fx   floor %-5s target %s"
              % (name, theirs / 1000, ours / 1000, ours / theirs, floor, target), flush=True)

    def close(self):
        shutil.rmtree(self.dir, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=2048)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--dir", default="/dev/shm" if os.path.isdir("/dev/shm") else "/tmp")
    parser.add_argument("--only")
    parser.add_argument("--json")
    bench = Bench(parser.parse_args())
    try:
        bench.all()
    finally:
        bench.close()
    if bench.args.json:
        with open(bench.args.json, "w") as out:
            json.dump(bench.rows, out, indent=2)


if __name__ == "__main__":
    main()

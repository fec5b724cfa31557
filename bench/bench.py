#!/usr/bin/env python3
"""Measures vmdisk beside qemu-img and beside what the machine can do, in one run. See bench/README.md."""
import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
import time

from vmbench import page
from vmbench.copies import Copies
from vmbench.growth import Growth
from vmbench.lookups import Lookups
from vmbench.machine import VMDISK, busy_processes, description, jdks, run, why_no_release
from vmbench.merges import Merges
from vmbench.profiles import Profiler
from vmbench.race import Bench, verdict
from vmbench.serving import serving
from vmbench.startup import COMMANDS, Startup
from vmbench.stores import Stores

STORES = ("tmpfs", "disk", "xfs", "btrfs", "start", "growth")
TOOLS = ("qemu-img", "qemu-io", "qemu-nbd", "nbdcopy", "cp", "dd", "cmp", "sha256sum")


class Scale:
    """How much is done: sizes in MiB, runs of each row after its warm-up, seconds after which a row has enough."""

    def __init__(self, size, runs, budget, start_runs, warm_up=True):
        self.size, self.runs, self.budget, self.start_runs, self.warm_up = size, runs, budget, start_runs, warm_up


FULL = Scale(4096, 5, 600, 5)
QUICK = Scale(1024, 3, 4, 3)
SMOKE = Scale(8, 1, 0, 1, warm_up=False)
# MiB. Where blocks are shared, a smaller disk is done before the JVM has started.
SHARED = 8192


class Program:
    """One run of all that was asked for."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.smoke = arguments.smoke
        scale = SMOKE if arguments.smoke else QUICK if arguments.quick else FULL
        self.size, self.runs = arguments.size or scale.size, arguments.runs or scale.runs
        self.start_runs = scale.start_runs
        self.profiler = Profiler() if arguments.profile else None
        self.bench = Bench(self.runs, scale.budget, arguments.only, scale.warm_up, self.profiler,
                           (lambda row: "ran") if self.smoke else verdict)
        self.stores = Stores(arguments.memory, arguments.dir)
        self.growth, self.quiet = [], True

    def wants(self, store):
        return store in self.arguments.stores

    def look_around(self):
        """Ends here where others are at work, unless that was said to be known."""
        missing = [tool for tool in TOOLS if not shutil.which(tool)]
        if missing:
            sys.exit("not installed: " + ", ".join(missing))
        if why_no_release() and not self.smoke:
            sys.exit(why_no_release())
        lines, share = ([], 0.0) if self.smoke else busy_processes(3)
        self.quiet = share <= 0.1
        if not self.quiet:
            print("Others take %d %% of a core:" % (100 * share), *lines, sep="\n  ", file=sys.stderr)
            if not self.arguments.noisy:
                sys.exit("figures would be worth little: wait until the machine is quiet, or say --noisy")

    def all(self):
        self.look_around()
        if not self.smoke:
            run([VMDISK, "--archive"])
        memory = self.stores.in_memory()
        if self.wants("start"):
            found = jdks()
            few = [COMMANDS[0], COMMANDS[-1]] if self.smoke else None
            for feature in [min(found), max(found)][:len(found)]:
                if not (self.smoke and feature != max(found)):
                    Startup(self.bench, memory, self.start_runs, not self.smoke).rows(feature, found[feature], few)
        copies = Copies(self.bench, memory, self.size)
        copies.prepare()
        if self.wants("tmpfs"):
            self.in_memory(copies)
        if self.wants("growth") and not self.arguments.only:
            points = (((4, 8), (16, 64), (1, 2)) if self.smoke
                      else ((64, 256, 1024), (16, 256, 4096, 63488), (1, 3, 10, 30)) if self.arguments.quick else ())
            self.growth = Growth(copies, 1 if self.smoke else 2 if self.arguments.quick else 3).all(*points)
        # The others take their bytes from here.
        copies.store.remove("sparse.vmdk", "packed")
        if self.wants("disk"):
            self.on_disk(copies.raw)
        for kind in ("xfs", "btrfs"):
            size = self.size if self.smoke or self.arguments.quick else max(self.size, SHARED)
            if self.wants(kind) and (store := self.stores.mounted(kind, 1024 + 6 * size)):
                self.sharing(store, size, copies.raw if size == self.size else None)

    def in_memory(self, copies):
        copies.plain((1.2, 1.0, 1.0, 1.2), (3, 2), 1.15, True)
        copies.sesparse()
        copies.streams()
        copies.compare()
        lookups = Lookups(copies, 0 if self.smoke else 1 if self.arguments.quick else 3)
        requests = 1000 if self.smoke else 40000 if self.arguments.quick else 200000
        lookups.random_reads((1, 2) if self.smoke else (1, 10, 30), requests)
        lookups.random_writes(requests=requests)
        lookups.map(1 if self.smoke else 16)
        lookups.check(*((1 << 34, 1 << 26) if self.smoke else ()))
        lookups.hash()
        serving(copies)
        # Merges keep a copy of each link aside: disks of a moderate size.
        merged = copies
        if self.size > 2048:
            copies.store.remove("sparse.vmdk", "packed")
            merged = Copies(self.bench, copies.store, 2048)
            merged.raw = copies.store.path("merged.raw")
            merged.prepare()
        merges = Merges(merged, 2 if self.smoke else 10)
        merges.chain(("copy", "once", "each"))
        merges.machine(1 if self.smoke else 30)
        if merged is not copies:
            copies.store.remove("merged.raw")
            copies.prepare()

    def on_disk(self, raw):
        store = self.stores.on_disk()
        copies = Copies(self.bench, store, self.size)
        copies.prepare(raw)
        copies.plain((1.0, 1.0, 1.0, 1.0), (1.3, 1.3), 1.1, False)
        Merges(copies).chain(("once",) if self.arguments.quick else ("once", "each"))
        store.remove(*os.listdir(store.folder))

    def sharing(self, store, size, raw):
        copies = Copies(self.bench, store, size)
        copies.prepare(raw)
        copies.shared()
        Merges(copies).chain(("copy", "once"))

    def result(self):
        return {"machine": description(), "quiet": self.quiet, "quick": self.arguments.quick, "size_mib": self.size,
                "runs": self.runs, "rows": self.bench.rows, "growth": self.growth}

    def close(self):
        self.stores.close()
        if self.profiler:
            self.profiler.close()


def parsed(words):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the whole table in about eight minutes")
    parser.add_argument("--smoke", action="store_true", help="tiny disks, each row once: does the script work?")
    parser.add_argument("--size", type=int, help="MiB of virtual size: half zero, a quarter text-like, a quarter random")
    parser.add_argument("--runs", type=int, help="measured runs of each row, after one that warms up")
    parser.add_argument("--memory", default="/dev/shm", help="a folder in memory")
    parser.add_argument("--dir", default=tempfile.gettempdir(), help="a folder on a drive; XFS and Btrfs lie there in files")
    parser.add_argument("--only", default="", help="rows whose name contains this")
    parser.add_argument("--stores", type=lambda text: text.split(","), default=list(STORES),
                        help="parts, with commas between: " + ",".join(STORES))
    parser.add_argument("--noisy", action="store_true", help="go on though others are at work; the figures say so")
    parser.add_argument("--profile", action="store_true", help="profile the rows that are under their targets")
    parser.add_argument("--json", help="a file for the figures")
    parser.add_argument("--write", nargs="+", metavar="JSON", help="put the figures of these files into docs/performance.md")
    arguments = parser.parse_args(words)
    if unknown := set(arguments.stores) - set(STORES):
        parser.error("no such part: " + ", ".join(sorted(unknown)))
    return arguments


def main(words=None):
    """Exit code 1 where a row of a quiet machine is under its floor."""
    arguments = parsed(words)
    if arguments.write:
        runs = []
        for name in arguments.write:
            with open(name, encoding="utf-8") as source:
                runs.append(json.load(source))
        page.write(runs)
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    start, program = time.monotonic(), Program(arguments)
    try:
        program.all()
    finally:
        program.close()
        if arguments.json:
            with open(arguments.json, "w", encoding="utf-8") as out:
                json.dump(program.result(), out, indent=1, ensure_ascii=False)
    if arguments.smoke:
        page.try_out(program.result())
    counts = {}
    for row in program.bench.rows:
        counts[row["verdict"]] = counts.get(row["verdict"], 0) + 1
    print("%d rows in %d seconds: %s" % (len(program.bench.rows), time.monotonic() - start,
                                         ", ".join("%d %s" % (count, name) for name, count in counts.items())))
    return 1 if counts.get("under floor") and program.quiet else 0


if __name__ == "__main__":
    sys.exit(main())

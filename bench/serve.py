#!/usr/bin/env python3
"""Times nbdcopy from 'vmdisk serve' beside qemu-nbd, and 'vmdisk hash' beside sha256sum. See bench/README.md.

The servers run before the clock does: what is timed is how fast a client gets the bytes. The digests include JVM start-up.
"""
import argparse
import json
import os
import random
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from bench import MIB, VMDISK, Bench, make_raw, run


def make_dense_raw(path, mib):
    rng = random.Random(4)
    with open(path, "wb") as out:
        for _ in range(mib):
            out.write(rng.randbytes(MIB))


class Serving(Bench):
    def all(self):
        os.makedirs(self.dir)
        raw, dense, sparse = self.path("data.raw"), self.path("dense.raw"), self.path("sparse.vmdk")
        make_raw(raw, self.args.size)
        make_dense_raw(dense, self.args.size // 2)
        run(["qemu-img", "convert", "-O", "vmdk", raw, sparse])
        print("%-44s %8s %8s %8s" % ("job", "other s", "ours s", "ratio"))
        self.copies("nbdcopy, monolithicSparse", sparse, 0.8, 1.0)
        self.copies("nbdcopy, chain of 10", self.chain(10)[-1], 1.5, 2)
        self.digest("hash beside sha256sum, dense", "raw:" + dense, dense, 0.8, 1.0)
        self.digest("hash beside sha256sum, half zeros", sparse, raw, 1.0, 1.5)
        self.digest("hash --tree beside sha256sum, half zeros", sparse, raw, 1.5, 3, ["--tree"])

    def server(self, name, command):
        socket = self.path(name + ".sock")
        process = subprocess.Popen(command + [socket], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(3000):
            if os.path.exists(socket):
                return process, "nbd+unix:///?socket=" + socket
            time.sleep(0.01)
        raise SystemExit("no server: " + " ".join(command))

    def copies(self, name, disk, floor, target):
        if self.args.only and self.args.only not in name:
            return
        theirs, their_uri = self.server("q", ["qemu-nbd", "-t", "-r", "-e", "8", "-f", "vmdk", disk, "-k"])
        ours, our_uri = self.server("v", [VMDISK, "serve", disk, "--socket"])
        try:
            self.job(name, [["nbdcopy", "--connections=4", their_uri, "null:"]],
                     [["nbdcopy", "--connections=4", our_uri, "null:"]], floor, target,
                     equal=self.same(their_uri, "raw", our_uri, "raw"))
        finally:
            for process in (theirs, ours):
                process.send_signal(signal.SIGTERM)
                process.wait()

    def digest(self, name, disk, raw, floor, target, options=()):
        def equal():
            ours = subprocess.run([VMDISK, "hash", disk], stdout=subprocess.PIPE, check=True, text=True).stdout
            theirs = subprocess.run(["sha256sum", raw], stdout=subprocess.PIPE, check=True, text=True).stdout
            if theirs.split()[0] not in ours:
                raise SystemExit("another digest of " + disk)

        self.job(name, [["sha256sum", raw]], [[VMDISK, "hash", disk, *options]], floor, target, equal=equal)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=2048)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--dir", default="/dev/shm" if os.path.isdir("/dev/shm") else "/tmp")
    parser.add_argument("--only")
    parser.add_argument("--json")
    bench = Serving(parser.parse_args())
    try:
        bench.all()
    finally:
        bench.close()
    if bench.args.json:
        with open(bench.args.json, "w") as out:
            json.dump(bench.rows, out, indent=2)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Times 'vmdisk consolidate' beside qemu-img in one run and prints the ratios. See bench/README.md.

Ours does all that an interrupted merge needs to be finished: journal, content IDs, forced files, links removed at the
end. qemu-img commit does none of that.
"""
import argparse
import json
import os
import random
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from bench import MIB, VMDISK, Bench, make_raw, run

LINKS, DISKS = 30, 4


class Consolidation(Bench):
    def all(self):
        os.makedirs(self.dir)
        make_raw(self.path("data.raw"), self.args.size)
        run(["qemu-img", "convert", "-O", "vmdk", self.path("data.raw"), self.path("sparse.vmdk")])
        print("%-44s %8s %8s %8s" % ("job", "qemu s", "ours s", "ratio"))
        self.one_chain()
        self.one_machine()

    def held(self, links):
        """MiB that the links hold, and what they hold together."""
        each = sum(os.stat(link).st_blocks * 512 for link in links) // MIB
        print("%-44s %d MiB in %d links" % ("", each, len(links)), flush=True)

    def keep(self, folder, names):
        """Copies files aside; returns what puts them back."""
        saved = self.path("saved-" + os.path.basename(folder))
        os.makedirs(saved)
        for name in names:
            shutil.copy(os.path.join(folder, name), saved)

        def restore(_side):
            for name in os.listdir(folder):
                if name not in ("data.raw", "sparse.vmdk", "expected.raw") and os.path.isfile(os.path.join(folder, name)):
                    os.remove(os.path.join(folder, name))
            for name in names:
                shutil.copy(os.path.join(saved, name), folder)
        return restore

    def one_chain(self):
        links = self.chain(10)
        self.held(links[1:])
        expected = self.path("expected.raw")
        run(["qemu-img", "convert", "-O", "raw", links[-1], expected])
        restore = self.keep(self.dir, [os.path.basename(link) for link in links])
        ours = [[VMDISK, "consolidate", links[-1]]]
        equal = self.same(links[0], "vmdk", expected, "raw")
        self.job("10 links, one commit -b BASE",
                 [["qemu-img", "commit", "-q", "-d", "-b", links[0], links[-1]]], ours, 1.0, 1.5, restore, equal)
        self.job("10 links, a commit for each level",
                 [["qemu-img", "commit", "-q", "-d", link] for link in reversed(links[1:])], ours, 5, 10, restore, equal)

    def one_machine(self):
        if self.args.only and self.args.only not in "30 links x 4 disks":
            return
        folder = self.path("vm")
        os.makedirs(folder)
        text = ['config.version = "8"', 'virtualHW.version = "17"', 'displayName = "vm"', 'scsi0.present = "TRUE"']
        tops, bases = [], []
        for disk in range(DISKS):
            links = self.small_chain(folder, "disk%d" % disk, self.args.size // DISKS, disk)
            text += ['scsi0:%d.present = "TRUE"' % disk,
                     'scsi0:%d.fileName = "%s"' % (disk, os.path.basename(links[-1]))]
            bases.append(links[0])
            tops.append(links[-1])
            run(["qemu-img", "convert", "-O", "raw", links[-1], self.path("expected%d.raw" % disk)])
        with open(os.path.join(folder, "vm.vmx"), "w") as out:
            out.write("\n".join(text) + "\n")
        restore = self.keep(folder, os.listdir(folder))

        def equal():
            for disk, base in enumerate(bases):
                self.same(base, "vmdk", self.path("expected%d.raw" % disk), "raw")()

        self.job("30 links x 4 disks, one commit -b a disk",
                 [["qemu-img", "commit", "-q", "-d", "-b", base, top] for base, top in zip(bases, tops)],
                 [[VMDISK, "consolidate", folder]], 1.0, 1.5, restore, equal)

    def small_chain(self, folder, name, mib, seed):
        """A base that is half full and links that write a 60th of the disk each, in pieces of 64 KiB to 1 MiB."""
        rng = random.Random(seed)
        links = [os.path.join(folder, name + ".vmdk")]
        run(["qemu-img", "create", "-q", "-f", "vmdk", links[0], "%dM" % mib])
        run(["qemu-io", "-f", "vmdk"] + [word for at in range(0, mib, 2)
                                         for word in ("-c", "write -q -P %d %dM 1M" % (1 + at % 255, at))] + [links[0]])
        for number in range(1, LINKS + 1):
            link = os.path.join(folder, "%s-%06d.vmdk" % (name, number))
            run(["qemu-img", "create", "-q", "-f", "vmdk", "-F", "vmdk", "-b", links[-1], link])
            left, writes = mib * MIB // 60, []
            while left > 0:
                size = 65536 << rng.randrange(5)
                at = rng.randrange(mib * MIB // size) * size
                writes += ["-c", "write -q -P %d %d %d" % (1 + rng.randrange(255), at, size)]
                left -= size
            run(["qemu-io", "-f", "vmdk"] + writes + [link])
            links.append(link)
        self.held(links[1:])
        return links


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=1024)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--dir", default="/dev/shm" if os.path.isdir("/dev/shm") else "/tmp")
    parser.add_argument("--only")
    parser.add_argument("--json")
    bench = Consolidation(parser.parse_args())
    try:
        bench.all()
    finally:
        bench.close()
    if bench.args.json:
        with open(bench.args.json, "w") as out:
            json.dump(bench.rows, out, indent=2)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Times the check of a large, nearly empty disk beside qemu-img in one run. See bench/README.md."""
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

from bench import MIB, VMDISK, run

SECTOR = 512
STRETCH = 1 << 20


def stretches(args):
    """Where the disk holds data: stretches of 1 MiB, ascending, the same each time."""
    count = args.allocated << 10
    return sorted(random.Random(5).sample(range((args.capacity << 40) // STRETCH), count))


def make_hosted(path, args):
    """A healthy monolithicSparse disk of 64 KiB grains whose data are holes of the file."""
    run([VMDISK, "create", path, "%dT" % args.capacity, "-O", "monolithicSparse"])
    with open(path, "r+b") as disk:
        header = disk.read(SECTOR)
        redundant, directory, overhead = struct.unpack_from("<QQQ", header, 48)
        grain, per_table = 128, 512
        tables = (args.capacity << 40) // SECTOR // grain // per_table
        places = []
        for start in (redundant, directory):
            disk.seek(start * SECTOR)
            places.append(struct.unpack("<%dI" % tables, disk.read(4 * tables)))
        sector = overhead
        for stretch in stretches(args):
            first = stretch * STRETCH // SECTOR // grain
            entries = struct.pack("<16I", *range(sector, sector + 16 * grain, grain))
            for copy in places:
                disk.seek(copy[first // per_table] * SECTOR + first % per_table * 4)
                disk.write(entries)
            sector += 16 * grain
        disk.truncate(sector * SECTOR)


def make_sesparse(path, args):
    """A healthy seSparse disk of 4 KiB grains whose data are holes of the file."""
    run([VMDISK, "create", path, "%dT" % args.capacity, "-O", "seSparse"])
    with open(path.replace(".vmdk", "-sesparse.vmdk"), "r+b") as disk:
        regions = struct.unpack_from("<16Q", disk.read(SECTOR), 80)
        directory, tables, bitmap, back_map, grains = (regions[i] * SECTOR for i in (6, 8, 10, 12, 14))
        numbers, stored = {}, 0
        per_stretch = STRETCH // 4096
        for stretch in stretches(args):
            first = stretch * per_stretch
            table = numbers.setdefault(first // 4096, len(numbers))
            slot = first % 4096
            if slot == 0 or table == len(numbers) - 1:
                disk.seek(directory + first // 4096 * 8)
                disk.write(struct.pack("<Q", 1 << 60 | table))
            indexes = range(stored, stored + per_stretch)
            disk.seek(tables + table * 32768 + slot * 8)
            disk.write(struct.pack("<%dQ" % per_stretch,
                                   *(3 << 60 | (i & 0xFFF) << 48 | i >> 12 for i in indexes)))
            disk.seek(back_map + stored * 8)
            disk.write(struct.pack("<%dQ" % per_stretch,
                                   *(1 << 60 | (slot + i) << 48 | table for i in range(per_stretch))))
            disk.seek(bitmap + stored // 8)
            disk.write(b"\xff" * (per_stretch // 8))
            stored += per_stretch
        disk.seek(regions[0] * SECTOR + 8)
        disk.write(struct.pack("<Q", len(numbers)))
        disk.truncate(grains + stored * 4096)


def timed(command, runs):
    """Median seconds after a warm-up; the launcher gives the Java heap 256 MiB."""
    seconds = []
    for turn in range(runs + 1):
        start = time.perf_counter()
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if turn:
            seconds.append(time.perf_counter() - start)
        if done.returncode != 0:
            sys.exit("failed (%d): %s\n%s" % (done.returncode, " ".join(command), done.stdout.decode()[-2000:]))
    return statistics.median(seconds)


def peak_mib(command):
    """The resident memory of one run, the Java machine included."""
    script = ("import resource,subprocess,sys;"
              "subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL,stderr=subprocess.DEVNULL);"
              "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
    out = subprocess.run([sys.executable, "-c", script] + command, stdout=subprocess.PIPE, check=True).stdout
    return int(out) // (MIB >> 10)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--capacity", type=int, default=1, help="TiB that the disk has")
    parser.add_argument("--allocated", type=int, default=4, help="GiB that it holds")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--dir", default="/tmp")
    parser.add_argument("--json", help="file for the figures")
    args = parser.parse_args()
    folder = os.path.join(args.dir, "vmdisk-check-%d" % os.getpid())
    os.makedirs(folder)
    rows = []
    try:
        for name, make in (("monolithicSparse", make_hosted), ("seSparse", make_sesparse)):
            disk = os.path.join(folder, name + ".vmdk")
            make(disk, args)
            ours = [VMDISK, "check", "-q", disk]
            row = {"disk": name, "capacity_tib": args.capacity, "allocated_gib": args.allocated,
                   "vmdisk_s": round(timed(ours, args.runs), 3), "vmdisk_peak_mib": peak_mib(ours)}
            if name == "monolithicSparse":
                # qemu-img has no check for seSparse.
                theirs = ["qemu-img", "check", "-q", "-f", "vmdk", disk]
                row["qemu_s"] = round(timed(theirs, args.runs), 3)
                row["ratio"] = round(row["qemu_s"] / row["vmdisk_s"], 2)
            rows.append(row)
            print("%-18s vmdisk %7.3f s, %4d MiB   qemu-img %s s   ratio %s" % (
                name, row["vmdisk_s"], row["vmdisk_peak_mib"], row.get("qemu_s", "-"), row.get("ratio", "-")),
                flush=True)
        if args.json:
            with open(args.json, "w") as out:
                json.dump(rows, out, indent=1)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()

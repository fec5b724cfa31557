"""Disks to work on, the same bytes each time."""
import os
import random
import shutil
import struct

from .machine import MIB, VMDISK, run

SECTOR = 512
STRETCH = 256 << 10


def make_raw(path, mib):
    """Half zero, a quarter text-like, a quarter random, in stretches of 256 KiB."""
    rng = random.Random(42)
    words = [("word%d " % i).encode() for i in range(400)]
    with open(path, "wb") as out:
        for _ in range(mib * 4):
            kind = rng.randrange(4)
            if kind < 2:
                out.seek(STRETCH, os.SEEK_CUR)
            elif kind == 2:
                text = b"".join(rng.choices(words, k=4000))
                out.write((text * (1 + STRETCH // len(text)))[:STRETCH])
            else:
                out.write(rng.randbytes(STRETCH))
        out.truncate(mib * MIB)


def make_random(path, mib):
    """Random bytes all over."""
    rng = random.Random(4)
    with open(path, "wb") as out:
        for _ in range(mib):
            out.write(rng.randbytes(MIB))


def make_packed(raw, path, stored):
    """A file without holes of so many bytes: the data of a raw disk, one after another, repeated as often as needed."""
    with open(raw, "rb") as source, open(path, "wb") as out:
        while out.tell() < stored:
            source.seek(0)
            while out.tell() < stored:
                stretch = source.read(STRETCH)
                if not stretch:
                    break
                if stretch.count(0) != len(stretch):
                    out.write(stretch[:stored - out.tell()])


def stored_bytes(*paths):
    return sum(os.stat(path).st_blocks * SECTOR for path in paths)


def make_dense(path, gib):
    """A disk with all grains, in runs of 1 MiB that lie anywhere in the file; the grains are holes there."""
    run(["qemu-img", "create", "-q", "-f", "vmdk", path, "%dG" % gib])
    with open(path, "r+b") as disk:
        header = disk.read(SECTOR)
        capacity, grain = struct.unpack_from("<QQ", header, 12)
        per_table, redundant, directory, overhead = struct.unpack_from("<IQQQ", header, 44)
        grains, per_run = capacity // grain, 16
        runs = list(range(grains // per_run))
        random.Random(5).shuffle(runs)
        entries = [overhead + (runs[i // per_run] * per_run + i % per_run) * grain for i in range(grains)]
        tables = grains // per_table
        for start in (redundant, directory):
            disk.seek(start * SECTOR)
            for number, place in enumerate(struct.unpack("<%dI" % tables, disk.read(4 * tables))):
                disk.seek(place * SECTOR)
                disk.write(struct.pack("<%dI" % per_table, *entries[number * per_table:(number + 1) * per_table]))
        disk.truncate((overhead + grains * grain) * SECTOR)


def places(capacity, allocated):
    """Where a large disk holds data: stretches of 1 MiB, ascending, by their start."""
    return [number * MIB for number in sorted(random.Random(5).sample(range(capacity // MIB), allocated // MIB))]


def make_large_hosted(path, capacity, allocated):
    """A healthy monolithicSparse disk of 64 KiB grains whose data are holes of the file; sizes in bytes."""
    run([VMDISK, "create", path, str(capacity), "-O", "monolithicSparse"])
    with open(path, "r+b") as disk:
        header = disk.read(SECTOR)
        redundant, directory, overhead = struct.unpack_from("<QQQ", header, 48)
        grain, per_table = 128, 512
        tables = capacity // SECTOR // grain // per_table
        copies = []
        for start in (redundant, directory):
            disk.seek(start * SECTOR)
            copies.append(struct.unpack("<%dI" % tables, disk.read(4 * tables)))
        sector = overhead
        for place in places(capacity, allocated):
            first = place // SECTOR // grain
            entries = struct.pack("<16I", *range(sector, sector + 16 * grain, grain))
            for copy in copies:
                disk.seek(copy[first // per_table] * SECTOR + first % per_table * 4)
                disk.write(entries)
            sector += 16 * grain
        disk.truncate(sector * SECTOR)


def make_large_sesparse(path, capacity, allocated):
    """A healthy seSparse disk of 4 KiB grains whose data are holes of the file; sizes in bytes."""
    run([VMDISK, "create", path, str(capacity), "-O", "seSparse"])
    with open(path.replace(".vmdk", "-sesparse.vmdk"), "r+b") as disk:
        regions = struct.unpack_from("<16Q", disk.read(SECTOR), 80)
        directory, tables, bitmap, back_map, grains = (regions[i] * SECTOR for i in (6, 8, 10, 12, 14))
        numbers, stored, count = {}, 0, MIB // 4096
        for place in places(capacity, allocated):
            first = place // 4096
            table = numbers.setdefault(first // 4096, len(numbers))
            slot = first % 4096
            disk.seek(directory + first // 4096 * 8)
            disk.write(struct.pack("<Q", 1 << 60 | table))
            disk.seek(tables + table * 32768 + slot * 8)
            disk.write(struct.pack("<%dQ" % count, *(3 << 60 | (i & 0xFFF) << 48 | i >> 12
                                                     for i in range(stored, stored + count))))
            disk.seek(back_map + stored * 8)
            disk.write(struct.pack("<%dQ" % count, *(1 << 60 | (slot + i) << 48 | table for i in range(count))))
            disk.seek(bitmap + stored // 8)
            disk.write(b"\xff" * (count // 8))
            stored += count
        disk.seek(regions[0] * SECTOR + 8)
        disk.write(struct.pack("<Q", len(numbers)))
        disk.truncate(grains + stored * 4096)


def add_links(folder, stem, base, mib, depth, per_link, sizes, seed):
    """Deltas over a base, each with so many bytes written in pieces of one of the sizes; all links, the base first."""
    rng = random.Random(seed)
    links = [base]
    for number in range(1, depth + 1):
        link = os.path.join(folder, "%s-%06d.vmdk" % (stem, number))
        run(["qemu-img", "create", "-q", "-f", "vmdk", "-F", "vmdk", "-b", os.path.basename(links[-1]), link])
        left, writes = per_link, []
        while left > 0:
            size = rng.choice(sizes)
            at = rng.randrange(mib * MIB // size) * size
            writes += ["-c", "write -q -P %d %d %d" % (1 + rng.randrange(255), at, size)]
            left -= size
        run(["qemu-io", "-f", "vmdk"] + writes + [link])
        links.append(link)
    return links


def make_chain(store, base, mib, depth):
    """A base of half the disk and deltas that overwrite and add: about as much again in the deltas."""
    first = store.path("chain%d.vmdk" % depth)
    shutil.copy(base, first)
    return add_links(store.folder, "chain%d" % depth, first, mib, depth, max(MIB, mib * MIB // 2 // depth), [MIB], 7)


class Aside:
    """Copies of files, to be put back as they were."""

    def __init__(self, store, files):
        self.folder = store.path("aside")
        os.makedirs(self.folder)
        self.files = files
        for number, file in enumerate(files):
            shutil.copy(file, os.path.join(self.folder, str(number)))

    def restore(self):
        for number, file in enumerate(self.files):
            shutil.copy(os.path.join(self.folder, str(number)), file)

    def forget(self):
        shutil.rmtree(self.folder)

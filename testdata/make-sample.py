#!/usr/bin/env python3
"""Makes the sample VMs: web01, a hosted sparse base, a VMFSsparse delta and an SEsparse delta, and app01, a hosted sparse
base and a delta of the same kind, as a product would leave it: there is nothing wrong with it.

Usage: make-sample.py [FOLDER]        (FOLDER is the folder of this script if not given)

Writes FOLDER/web01/, FOLDER/app01/, and for each FOLDER/NAME.sha256, the digest of the content a guest would see. The bytes are the same each
time. Only the Python standard library is needed; nothing here is shared with the Java code, so that each checks the
other.
"""
import hashlib
import os
import struct
import sys

SECTOR = 512
SIZE = 16 << 20
SECTORS = SIZE // SECTOR
GRAIN = 64 << 10  # of the hosted base
COWD_GRAIN = SECTOR
SE_GRAIN = 4096
LONG_ID = "5d0c8f1e2a4b6c7d8e9fa0b1"


def text(topic, length):
    """Readable filler that differs from sector to sector."""
    lines = []
    total = 0
    number = 0
    while total < length:
        line = "web01 %s line %06d: the quick brown fox jumps over the lazy dog\n" % (topic, number)
        lines.append(line)
        total += len(line)
        number += 1
    return "".join(lines).encode()[:length]


def descriptor(create_type, cid, parent, extent, ddb):
    pcid, hint = ("%08x" % parent[0], 'parentFileNameHint="%s"\n' % parent[1]) if parent else ("ffffffff", "")
    return (
        '# Disk DescriptorFile\nversion=1\nencoding="UTF-8"\nCID=%08x\nparentCID=%s\ncreateType="%s"\n%s'
        "\n# Extent description\n%s\n\n# The Disk Data Base\n#DDB\n\n%s"
        % (cid, pcid, create_type, hint, extent, "".join('ddb.%s = "%s"\n' % item for item in ddb))
    )


class Grains:
    """What one link of the chain says of its grains: bytes, or None for zeros that hide the parent."""

    def __init__(self, size):
        self.size = size
        self.known = {}

    def put(self, start, content):
        assert start % self.size == 0
        content += b"\0" * (-len(content) % self.size)
        for at in range(0, len(content), self.size):
            self.known[(start + at) // self.size] = content[at : at + self.size]

    def zero(self, start, length):
        for grain in range(start // self.size, (start + length) // self.size):
            self.known[grain] = None

    def lay_over(self, disk):
        for grain, content in self.known.items():
            disk[grain * self.size : (grain + 1) * self.size] = content or b"\0" * self.size

    def stored(self):
        return [grain for grain in sorted(self.known) if self.known[grain] is not None]


def pad(data, sectors):
    assert len(data) <= sectors * SECTOR
    return data.ljust(sectors * SECTOR, b"\0")


def hosted(path, grains, cid, parent=None):
    """monolithicSparse, version 1, with a redundant table."""
    entries = 512
    rgd, gd, overhead = 21, 26, 128
    name = os.path.basename(path)
    table = [0] * entries
    for place, grain in enumerate(grains.stored()):
        table[grain] = overhead + place * (GRAIN // SECTOR)
    packed = struct.pack("<%dI" % entries, *table)
    head = struct.pack(
        "<4sIIQQQQIQQQBcc2sH", b"KDMV", 1, 3, SECTORS, GRAIN // SECTOR, 1, 20, entries, rgd, gd, overhead,
        0, b"\n", b" ", b"\r\n", 0)
    ddb = [("longContentID", LONG_ID + "%08x" % cid)] if parent else [
        ("adapterType", "lsilogic"),
        ("geometry.cylinders", SECTORS // (64 * 32)),
        ("geometry.heads", 64),
        ("geometry.sectors", 32),
        ("longContentID", LONG_ID + "%08x" % cid),
        ("toolsVersion", "2147483647"),
        ("uuid", "60 00 C2 9a 3d 51 7e 02-8f 4c 11 d6 5b 20 a7 e9"),
        ("virtualHWVersion", "14"),
    ]
    text_part = descriptor("monolithicSparse", cid, parent, 'RW %d SPARSE "%s"' % (SECTORS, name), ddb)
    with open(path, "wb") as out:
        out.write(pad(head, 1) + pad(text_part.encode(), 20))
        out.write(pad(struct.pack("<I", rgd + 1), 1) + packed)
        out.write(pad(struct.pack("<I", gd + 1), 1) + packed)
        out.seek(overhead * SECTOR)
        for grain in grains.stored():
            out.write(grains.known[grain])


def cowd(stem, grains, cid, parent):
    """vmfsSparse: grain tables of 4096 entries for grains of one sector; zeros are stored as bytes."""
    per_table, table_sectors = 4096, 32
    directory = [0] * -(-SECTORS // per_table)
    first = 4
    free = first + -(-len(directory) * 4 // SECTOR)
    body = {}
    for slot in sorted({grain // per_table for grain in grains.known}):
        directory[slot] = free
        at, free = free, free + table_sectors
        table = [0] * per_table
        for grain in sorted(grain for grain in grains.known if grain // per_table == slot):
            table[grain % per_table] = free
            body[free] = grains.known[grain] or b"\0" * SECTOR
            free += 1
        body[at] = struct.pack("<%dI" % per_table, *table)
    head = struct.pack("<4s7I", b"COWD", 1, 3, SECTORS, 1, first, len(directory), free)
    with open(stem + "-delta.vmdk", "wb") as out:
        out.write(pad(head, 4))
        out.write(struct.pack("<%dI" % len(directory), *directory))
        for sector, content in body.items():
            out.seek(sector * SECTOR)
            out.write(content)
        out.truncate(free * SECTOR)
    name = os.path.basename(stem)
    write_text(stem + ".vmdk", descriptor(
        "vmfsSparse", cid, parent, 'RW %d VMFSSPARSE "%s-delta.vmdk"' % (SECTORS, name),
        [("longContentID", LONG_ID + "%08x" % cid)]))


def sesparse(stem, grains, cid, parent):
    """seSparse, version 2.1, with regions that begin every 8 sectors to keep the file small."""
    align, table_sectors, per_table = 8, 64, 4096
    total = SIZE // SE_GRAIN
    tables = -(-total // per_table)
    place = {"volatile": (1, 1), "journal header": (2, 2)}
    free = align
    for name, sectors in (
        ("journal", align), ("directory", 1), ("tables", tables * table_sectors),
        ("bitmap", -(-total // 8 // SECTOR)), ("back map", -(-total * 8 // SECTOR))):
        sectors = -(-sectors // align) * align
        place[name] = (free, sectors)
        free += sectors
    place["grains"] = (free, SECTORS)
    stored = grains.stored()
    number = {grain: place_ for place_, grain in enumerate(stored)}
    used = sorted({grain // per_table for grain in grains.known})

    def entry(kind, index):
        return kind << 60 | (index & 0xFFF) << 48 | index >> 12

    const = [0xCAFEBABE, 0x200000001, SECTORS, SE_GRAIN // SECTOR, table_sectors, 0, 0, 0, 0, 0]
    for name in ("volatile", "journal header", "journal", "directory", "tables", "bitmap", "back map", "grains"):
        const += place[name]
    back = b"".join(
        struct.pack("<Q", entry(1, used.index(grain // per_table) * per_table + grain % per_table)) for grain in stored)
    bits = sum(1 << place_ for place_ in range(len(stored)))
    with open(stem + "-sesparse.vmdk", "wb") as out:

        def at(sector, content):
            out.seek(sector * SECTOR)
            out.write(content)

        at(0, pad(struct.pack("<%dQ" % len(const), *const), 1))
        at(1, pad(struct.pack("<4Q", 0xCAFECAFE, len(used), 0, 0), 1))
        at(2, pad(struct.pack("<3Q", 0xDEAFC0DE, 0, 1), 2))
        for index, slot in enumerate(used):
            out.seek(place["directory"][0] * SECTOR + slot * 8)
            out.write(struct.pack("<Q", 0x1000000000000000 | index))
            table = [0] * per_table
            for grain in (grain for grain in grains.known if grain // per_table == slot):
                table[grain % per_table] = entry(3, number[grain]) if grain in number else entry(2, 0)
            at(place["tables"][0] + index * table_sectors, struct.pack("<%dQ" % per_table, *table))
        at(place["bitmap"][0], bits.to_bytes(-(-len(stored) // 8), "little"))
        at(place["back map"][0], back)
        for grain in stored:
            at(place["grains"][0] + number[grain] * SE_GRAIN // SECTOR, grains.known[grain])
    name = os.path.basename(stem)
    write_text(stem + ".vmdk", descriptor(
        "seSparse", cid, parent, 'RW %d SESPARSE "%s-sesparse.vmdk"' % (SECTORS, name),
        [("grain", SE_GRAIN // SECTOR), ("longContentID", LONG_ID + "%08x" % cid)]))


def vmx(disk, name="web01"):
    return (
        '.encoding = "UTF-8"\nconfig.version = "8"\nvirtualHW.version = "14"\ndisplayName = "%s"\n'
        'guestOS = "debian10-64"\nnumvcpus = "1"\nmemSize = "512"\n'
        'scsi0.present = "TRUE"\nscsi0.virtualDev = "lsilogic"\n'
        'scsi0:0.present = "TRUE"\nscsi0:0.fileName = "%s"\nscsi0:0.deviceType = "scsi-hardDisk"\n'
        'ethernet0.present = "TRUE"\nethernet0.virtualDev = "vmxnet3"\nethernet0.networkName = "VM Network"\n'
        'ethernet0.addressType = "generated"\nethernet0.generatedAddress = "00:0c:29:3d:51:7e"\n'
        'ethernet0.generatedAddressOffset = "0"\n'
        'uuid.bios = "56 4d 8f 1e 2a 4b 6c 7d-8e 9f a0 b1 29 3d 51 7e"\n'
        'uuid.location = "56 4d 8f 1e 2a 4b 6c 7d-8e 9f a0 b1 29 3d 51 7e"\n' % (name, disk)
    )


def vmsd(snapshots, name="web01"):
    lines = ['.encoding = "UTF-8"', 'snapshot.lastUID = "%d"' % len(snapshots),
             'snapshot.current = "%d"' % len(snapshots), 'snapshot.numSnapshots = "%d"' % len(snapshots)]
    for index, (shown, seconds, disk) in enumerate(snapshots):
        key = "snapshot%d." % index
        micros = seconds * 1000000
        low = micros & 0xFFFFFFFF
        lines.append('%suid = "%d"' % (key, index + 1))
        lines.append('%sfilename = "%s-Snapshot%d.vmsn"' % (key, name, index + 1))
        if index:
            lines.append('%sparent = "%d"' % (key, index))
        lines.append('%sdisplayName = "%s"' % (key, shown))
        lines.append('%screateTimeHigh = "%d"' % (key, micros >> 32))
        lines.append('%screateTimeLow = "%d"' % (key, low - (1 << 32) if low >> 31 else low))
        lines.append('%snumDisks = "1"' % key)
        lines.append('%sdisk0.fileName = "%s"' % (key, disk))
        lines.append('%sdisk0.node = "scsi0:0"' % key)
    return "\n".join(lines) + "\n"


def vmsn(config):
    """A checkpoint without memory: one group that holds the configuration of then."""
    data = config.encode()
    tag = struct.pack("<H", 7 << 8 | 0x3F) + b"cfgFile" + struct.pack("<QQH", len(data), len(data), 0) + data
    group = tag + struct.pack("<H", 0)
    head = struct.pack("<III", 0xBED2BED2, 8, 1)
    return head + struct.pack("<64sQQ", b"Snapshot", len(head) + 80, len(group)) + group


def write_text(path, content):
    with open(path, "w", encoding="utf-8", newline="\n") as out:
        out.write(content)


def app01(home):
    """Links of one kind, where a product puts everything, firmware's variables included."""
    folder = os.path.join(home, "app01")
    os.makedirs(folder, exist_ok=True)
    base = Grains(GRAIN)
    base.put(0, text("app boot", 50000))
    base.put(5 << 20, text("app data", 90000))
    delta = Grains(GRAIN)
    delta.put(5 << 20, text("app data, newer", GRAIN))
    stem = os.path.join(folder, "app01")
    hosted(stem + ".vmdk", base, 0x4D5E6F70)
    hosted(stem + "-000001.vmdk", delta, 0x5E6F7081, (0x4D5E6F70, "app01.vmdk"))
    write_text(stem + ".vmx", vmx("app01-000001.vmdk", "app01") + 'nvram = "app01.nvram"\n')
    write_text(stem + ".vmsd", vmsd([("before the update", 1590000000, "app01.vmdk")], "app01"))
    with open(stem + "-Snapshot1.vmsn", "wb") as out:
        out.write(vmsn(vmx("app01.vmdk", "app01")))
    with open(stem + ".nvram", "wb") as out:
        out.write(pad(b"MRVN", 17))
    disk = bytearray(SIZE)
    for link in (base, delta):
        link.lay_over(disk)
    write_text(os.path.join(home, "app01.sha256"), hashlib.sha256(disk).hexdigest() + "  app01.raw\n")


def main():
    home = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    folder = os.path.join(home, "web01")
    os.makedirs(folder, exist_ok=True)

    base = Grains(GRAIN)
    base.put(0, text("boot", 40000))
    base.put(8 << 20, text("data", 100000))
    base.put(SIZE - GRAIN, text("tail", GRAIN))

    first = Grains(COWD_GRAIN)
    first.put(4096, text("patched boot", 6000))
    first.put(3 << 20, text("logs", 20000))
    first.zero((8 << 20) + 65536, 4096)

    second = Grains(SE_GRAIN)
    second.put(4096, text("boot patched twice", 4096))
    second.zero(3 << 20, 8192)
    second.put(12 << 20, text("upgrade", 30000))

    stem = os.path.join(folder, "web01")
    hosted(stem + ".vmdk", base, 0x1A2B3C4D)
    cowd(stem + "-000001", first, 0x2B3C4D5E, (0x1A2B3C4D, "web01.vmdk"))
    sesparse(stem + "-000002", second, 0x3C4D5E6F, (0x2B3C4D5E, "web01-000001.vmdk"))
    write_text(stem + ".vmx", vmx("web01-000002.vmdk"))
    write_text(stem + ".vmsd", vmsd([
        ("installed", 1577880000, "web01.vmdk"), ("before the upgrade", 1580558400, "web01-000001.vmdk")]))
    for uid, disk in ((1, "web01.vmdk"), (2, "web01-000001.vmdk")):
        with open(stem + "-Snapshot%d.vmsn" % uid, "wb") as out:
            out.write(vmsn(vmx(disk)))

    disk = bytearray(SIZE)
    for link in (base, first, second):
        link.lay_over(disk)
    write_text(os.path.join(home, "web01.sha256"), hashlib.sha256(disk).hexdigest() + "  web01.raw\n")
    app01(home)


if __name__ == "__main__":
    main()

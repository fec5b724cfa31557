package io.vmdisk.guest.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Finding;
import io.vmdisk.Progress;
import io.vmdisk.Run;
import io.vmdisk.check.CheckOptions;
import io.vmdisk.check.DiskCheck;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.guest.GuestImage;
import io.vmdisk.guest.xfs.XfsFileSystemTest;
import io.vmdisk.space.DiskCompaction;
import io.vmdisk.space.DiskUnmap;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.transfer.ZeroScan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whole guests: a partition full of old data gets a file system by its own tools, is filled, half of it deleted, and what
 * the file system does not use is given back. By the count of those tools at least 95 % of the free blocks go; their
 * checkers and every file's bytes say that nothing else did.
 */
@Tag("long")
class GuestSpaceTest {
    private static final int MIB = 1 << 20;
    private static final int SECTOR = 512;
    private static final Map<String, byte[]> FILES = GuestImage.files(30, 400_000, 12);

    @TempDir
    Path folder;

    /** A guest and the disk it lies on. */
    enum Guest {
        EXT4(2048, 2, "mbr 83", DiskFormat.MONOLITHIC_SPARSE, "mke2fs -q -F -t ext4 -E nodiscard"),
        XFS(2048, 4, "gpt 8300", DiskFormat.SE_SPARSE, "mkfs.xfs -q -f -K -m rmapbt=1"),
        NTFS(2048, 4, "mbr 7", DiskFormat.TWO_GB_SPARSE, "mkntfs -q -Q -F"),
        FAT32(2048, 4, "gpt 0700", DiskFormat.MONOLITHIC_SPARSE, "mkfs.fat -F 32"),
        EXT3(128, 1, "gpt 8300", DiskFormat.MONOLITHIC_SPARSE, "mke2fs -q -F -t ext3 -E nodiscard"),
        EXT2(64, 1, "none", DiskFormat.SE_SPARSE, "mke2fs -q -F -t ext2 -E nodiscard"),
        FAT16(64, 1, "mbr 6", DiskFormat.VMFS_SPARSE, "mkfs.fat -F 16"),
        FAT12(16, 1, "mbr 1", DiskFormat.SE_SPARSE, "mkfs.fat -F 12 -s 8"),
        EXFAT(128, 1, "gpt 0700", DiskFormat.MONOLITHIC_SPARSE, "mkfs.exfat");

        final long bytes;
        final int stride;
        final String table;
        final DiskFormat format;
        final List<String> make;

        /** @param stride of so many MiB one holds old data */
        Guest(int mib, int stride, String table, DiskFormat format, String make) {
            this.bytes = (long) mib * MIB;
            this.stride = stride;
            this.table = table;
            this.format = format;
            this.make = List.of(make.split(" "));
        }

        long start() {
            return table.equals("none") ? 0 : MIB;
        }

        long length() {
            return table.equals("none") ? bytes : bytes - 2 * MIB;
        }
    }

    @BeforeAll
    static void needsTools() {
        GuestImage.requireTools("mke2fs", "debugfs", "dumpe2fs", "e2fsck", "mkfs.xfs", "xfs_db", "xfs_repair");
        GuestImage.requireTools("mkntfs", "ntfscp", "ntfscat", "ntfsinfo", "ntfsfix", "sfdisk", "sgdisk");
        GuestImage.requireTools("mkfs.fat", "fsck.fat", "mcopy", "mdel", "mkfs.exfat", "fsck.exfat");
    }

    @ParameterizedTest
    @EnumSource
    void givesBackWhatTheGuestDoesNotUseAndNothingElse(Guest guest) throws Exception {
        Map<String, byte[]> kept = new TreeMap<>();
        long free;
        Path disk = folder.resolve("disk.vmdk");
        try (GuestImage partition = GuestImage.create(folder.resolve("partition.img"), guest.length())) {
            fillWithOldData(partition, guest.stride);
            kept.putAll(makeFileSystem(guest, partition));
            free = freeBytes(guest, partition);
            makeDisk(guest, partition, disk);
        }
        long held = heldBytes(disk);

        DiskUnmap.GuestSpace space;
        try (VirtualDisk opened = VirtualDisk.open(disk, OpenOptions.writable())) {
            List<DiskUnmap.GuestSpace> spaces = new DiskUnmap(opened, DiskUnmap.Effect.UNMAP, 2, Progress.NONE).guest();
            assertThat(spaces).hasSize(1);
            space = spaces.get(0);
        }
        new DiskCompaction(disk, OpenOptions.writable(), Progress.NONE).run();

        long left = heldBytes(disk);
        assertThat(held - left).isEqualTo(space.bytes()).isGreaterThan(guest.bytes / guest.stride / 2);
        assertThat(left).isLessThan(guest.bytes - free + free / 20);
        assertThat(DiskCheck.run(disk, CheckOptions.standard(), Progress.NONE).findings())
                .allMatch(finding -> finding.severity() == Finding.Severity.INFO);
        try (GuestImage after = GuestImage.create(folder.resolve("after.img"), guest.length())) {
            export(guest, disk, after);
            requireWhole(guest, after, kept);
        }
    }

    private static void fillWithOldData(GuestImage image, int stride) throws IOException {
        byte[] old = Patterns.random(4, MIB);
        for (long at = 0; at + MIB <= image.size(); at += (long) stride * MIB) {
            image.write(at, old);
        }
    }

    /** Returns the files that were not deleted again. */
    private Map<String, byte[]> makeFileSystem(Guest guest, GuestImage image) throws Exception {
        Path source = GuestImage.write(folder.resolve("source"), FILES);
        List<String> make = new ArrayList<>(guest.make);
        StringBuilder script = new StringBuilder();
        switch (guest) {
            case EXT2, EXT3, EXT4 -> make.addAll(List.of("-d", source.toString()));
            case XFS -> {
                StringBuilder prototype = new StringBuilder("/\n0 0\nd--755 0 0\n");
                FILES.keySet()
                        .forEach(name -> prototype
                                .append(name)
                                .append(" ---644 0 0 ")
                                .append(source.resolve(name))
                                .append('\n'));
                make.addAll(List.of("-p", write("prototype", prototype.append("$\n"))));
            }
            case NTFS, FAT32, FAT16, FAT12, EXFAT -> {}
        }
        make.add(image.path());
        GuestImage.run(make.toArray(String[]::new));
        Map<String, byte[]> kept = new TreeMap<>();
        Map<String, byte[]> deleted = new TreeMap<>();
        FILES.forEach(
                (name, bytes) -> (Integer.parseInt(name.substring(4)) % 2 == 0 ? deleted : kept).put(name, bytes));
        switch (guest) {
            case EXT2, EXT3, EXT4 -> {
                deleted.keySet()
                        .forEach(name -> script.append("rm ").append(name).append('\n'));
                GuestImage.runWith(script.toString(), "debugfs", "-w", "-f", "-", image.path());
            }
            case XFS -> {
                // Repair frees the files whose inodes are wiped.
                Map<String, Long> inodes = XfsFileSystemTest.inodes(image);
                deleted.keySet()
                        .forEach(name ->
                                script.append("inode ").append(inodes.get(name)).append("\nwrite core.mode 0\n"));
                GuestImage.runWith(script.toString(), "xfs_db", "-x", image.path());
                GuestImage.run("xfs_repair", image.path());
            }
            case NTFS -> {
                for (String name : FILES.keySet()) {
                    GuestImage.run(
                            "ntfscp", "-q", image.path(), source.resolve(name).toString(), name);
                }
                // Nothing deletes a file without mounting, but a shorter one in its place frees its clusters.
                byte[] rest = Patterns.random(8, 1000);
                String shorter = Files.write(folder.resolve("shorter"), rest).toString();
                for (String name : deleted.keySet()) {
                    GuestImage.run("ntfscp", "-q", image.path(), shorter, name);
                    kept.put(name, rest);
                }
            }
            case FAT32, FAT16, FAT12 -> {
                List<String> copy = new ArrayList<>(List.of("mcopy", "-i", image.path()));
                FILES.keySet().forEach(name -> copy.add(source.resolve(name).toString()));
                copy.add("::");
                GuestImage.run(copy.toArray(String[]::new));
                List<String> delete = new ArrayList<>(List.of("mdel", "-i", image.path()));
                deleted.keySet().forEach(name -> delete.add("::" + name));
                GuestImage.run(delete.toArray(String[]::new));
            }
            case EXFAT -> kept.clear();
        }
        return kept;
    }

    private String write(String name, CharSequence text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    /** What the guest's own tool calls free. */
    private static long freeBytes(Guest guest, GuestImage image) throws Exception {
        return switch (guest) {
            case EXT2, EXT3, EXT4 -> {
                String dump = GuestImage.run("dumpe2fs", "-h", image.path());
                yield number(dump, "Free blocks: +(\\d+)") * number(dump, "Block size: +(\\d+)");
            }
            case XFS -> {
                String dump = GuestImage.run(
                        "xfs_db", "-r", "-c", "sb 0", "-c", "p fdblocks", "-c", "p blocksize", image.path());
                yield number(dump, "fdblocks = (\\d+)") * number(dump, "blocksize = (\\d+)");
            }
            case NTFS -> {
                String dump = GuestImage.run("ntfsinfo", "-m", image.path());
                yield number(dump, "Free Clusters: (\\d+)") * number(dump, "Cluster Size: (\\d+)");
            }
            case FAT32, FAT16, FAT12 -> {
                String dump = GuestImage.run("fsck.fat", "-n", "-v", image.path());
                long used = number(dump, "(\\d+)/\\d+ clusters");
                yield (number(dump, "\\d+/(\\d+) clusters") - used) * number(dump, "(\\d+) bytes per cluster");
            }
            // The tool does not count; the file system is empty.
            case EXFAT -> guest.length() * 95 / 100;
        };
    }

    private static long number(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as("%s in%n%s", pattern, text).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    private void makeDisk(Guest guest, GuestImage partition, Path disk) throws Exception {
        StagedDisk.createEmpty(disk, CreateSpec.of(guest.format, guest.bytes), Volume.system(), Progress.NONE);
        try (VirtualDisk opened = VirtualDisk.open(disk, OpenOptions.writable());
                GuestImage table = GuestImage.create(folder.resolve("table.img"), guest.bytes)) {
            if (guest.start() > 0) {
                String kind = guest.table.substring(4);
                long sectors = guest.length() / SECTOR;
                if (guest.table.startsWith("mbr")) {
                    String lines = "label: dos\n2048," + sectors + "," + kind + "\n";
                    GuestImage.runWith(lines, "sfdisk", "-q", table.path());
                } else {
                    GuestImage.run("sgdisk", "-n", "1:2048:" + (2047 + sectors), "-t", "1:" + kind, table.path());
                }
                copy(Path.of(table.path()), opened, 0, 0, MIB);
                copy(Path.of(table.path()), opened, guest.bytes - MIB, guest.bytes - MIB, MIB);
            }
            copy(Path.of(partition.path()), opened, 0, guest.start(), guest.length());
        }
    }

    private static void copy(Path from, VirtualDisk to, long at, long target, long length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(MIB);
        try (FileChannel source = FileChannel.open(from, StandardOpenOption.READ)) {
            for (long done = 0; done < length; done += buffer.limit()) {
                buffer.clear().limit((int) Math.min(MIB, length - done));
                while (buffer.hasRemaining()) {
                    source.read(buffer, at + done + buffer.position());
                }
                buffer.flip();
                if (!ZeroScan.isZero(buffer, 0, buffer.limit())) {
                    to.write(target + done, buffer.duplicate());
                }
            }
        }
    }

    private static void export(Guest guest, Path disk, GuestImage after) throws IOException {
        try (VirtualDisk opened = VirtualDisk.open(disk);
                FileChannel target = FileChannel.open(Path.of(after.path()), StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(MIB);
            for (long done = 0; done < guest.length(); done += buffer.limit()) {
                buffer.clear().limit((int) Math.min(MIB, guest.length() - done));
                opened.read(guest.start() + done, buffer);
                buffer.flip();
                if (!ZeroScan.isZero(buffer, 0, buffer.limit())) {
                    target.write(buffer.duplicate(), done);
                }
            }
        }
    }

    private static long heldBytes(Path disk) throws IOException {
        try (VirtualDisk opened = VirtualDisk.open(disk)) {
            return opened.runs(0, opened.capacity()).stream()
                    .filter(run -> run instanceof Run.Data)
                    .mapToLong(Run::length)
                    .sum();
        }
    }

    private void requireWhole(Guest guest, GuestImage image, Map<String, byte[]> kept) throws Exception {
        Path back = Files.createDirectories(folder.resolve("back"));
        switch (guest) {
            case EXT2, EXT3, EXT4 -> {
                GuestImage.run("e2fsck", "-fn", image.path());
                GuestImage.run("debugfs", "-R", "rdump / " + back, image.path());
            }
            case XFS -> {
                GuestImage.run("xfs_repair", "-n", image.path());
                XfsFileSystemTest.requireFiles(image, XfsFileSystemTest.inodes(image), kept);
                return;
            }
            case NTFS -> {
                GuestImage.run("ntfsfix", "-n", image.path());
                for (String name : kept.keySet()) {
                    String bytes = GuestImage.run("ntfscat", image.path(), name);
                    Files.write(back.resolve(name), bytes.getBytes(StandardCharsets.ISO_8859_1));
                }
            }
            case FAT32, FAT16, FAT12 -> {
                GuestImage.run("fsck.fat", "-n", image.path());
                GuestImage.run("mcopy", "-n", "-i", image.path(), "::*", back.toString());
            }
            case EXFAT -> GuestImage.run("fsck.exfat", "-n", image.path());
        }
        for (Map.Entry<String, byte[]> file : kept.entrySet()) {
            assertThat(back.resolve(file.getKey())).hasBinaryContent(file.getValue());
        }
    }
}

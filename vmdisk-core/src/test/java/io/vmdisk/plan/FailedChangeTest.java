package io.vmdisk.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Progress;
import io.vmdisk.RecoveryOutcome;
import io.vmdisk.VmdiskException;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.plan.disk.DiskRemoval;
import io.vmdisk.plan.disk.DiskRename;
import io.vmdisk.plan.step.Content;
import io.vmdisk.repair.ChainRepair;
import io.vmdisk.repair.TableRepair;
import io.vmdisk.space.DiskUnmap;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.FailedCalls;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Operations that change files of a disk, with each call of theirs failing: after recovery all is as before, or done. */
class FailedChangeTest {
    private static final int CAPACITY = 192 << 10;
    private static final int PART = 64 << 10;

    private final MemoryVolume volume = new MemoryVolume();
    private final Path base = MemoryVolume.folder().resolve("base.vmdk");
    private final Path disk = MemoryVolume.folder().resolve("disk.vmdk");

    private static OpenOptions writable(Volume files) {
        return OpenOptions.writable().withVolume(files);
    }

    private void make(Path path, CreateSpec spec) throws IOException {
        StagedDisk.createEmpty(path, spec, volume, Progress.NONE);
        try (VirtualDisk opened = VirtualDisk.open(path, writable(volume))) {
            opened.write(1000, ByteBuffer.wrap(Patterns.random(path.toString().length(), 70_000)));
        }
    }

    private void makeChain(DiskFormat format) throws IOException {
        make(base, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY));
        make(disk, CreateSpec.of(format, CAPACITY).withParent(base));
    }

    private void edit(Path path, String from, String to) throws IOException {
        String text = new String(volume.bytes(path), StandardCharsets.ISO_8859_1);
        assertThat(text).contains(from);
        volume.put(path, text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1));
    }

    private static byte[] read(Volume files, Path path, int length) throws IOException {
        try (VirtualDisk opened = VirtualDisk.open(path, OpenOptions.readOnly().withVolume(files))) {
            ByteBuffer bytes = ByteBuffer.allocate(length);
            opened.read(0, bytes);
            return bytes.array();
        }
    }

    private static RecoveryOutcome recover(MemoryVolume files) throws IOException {
        return new Recovery(files, Progress.NONE).recover(MemoryVolume.folder());
    }

    private static Map<String, Content> content(MemoryVolume files) throws IOException {
        Map<String, Content> content = new TreeMap<>();
        for (Path file : files.files()) {
            content.put(file.toString(), Content.of(files.bytes(file)));
        }
        return content;
    }

    /** Byte for byte, in all files, and no file of ours is left. */
    private void leavesAllAsBeforeOrDone(FailedCalls.Work work) throws IOException {
        MemoryVolume whole = volume.copy();
        work.on(whole);
        Map<String, Content> before = content(volume);
        Map<String, Content> after = content(whole);
        assertThat(after).isNotEqualTo(before);
        int failures = FailedCalls.each(volume, work, left -> {
            RecoveryOutcome outcome = recover(left.files());
            boolean done = left.end() == FailedCalls.End.DONE || outcome == RecoveryOutcome.FINISHED;
            boolean undone = outcome == RecoveryOutcome.UNDONE;
            Map<String, Content> found = content(left.files());
            if (done || !undone && found.equals(after)) {
                assertThat(found).as(left.call() + " " + outcome).isEqualTo(after);
            } else {
                assertThat(found).as(left.call() + " " + outcome).isEqualTo(before);
            }
        });
        assertThat(failures).isGreaterThan(20);
    }

    @ParameterizedTest
    @EnumSource(names = {"MONOLITHIC_SPARSE", "TWO_GB_SPARSE", "VMFS_SPARSE"})
    void givingADiskItsParentIsDoneOrNot(DiskFormat format) throws IOException {
        makeChain(format);
        Path moved = MemoryVolume.folder().resolve("moved.vmdk");
        volume.rename(base, moved);
        leavesAllAsBeforeOrDone(files -> ChainRepair.parent(disk, moved, writable(files), ChainRepair.Trust.USER)
                .execute(Progress.NONE));
    }

    @ParameterizedTest
    @EnumSource(names = {"MONOLITHIC_SPARSE", "TWO_GB_SPARSE", "VMFS_SPARSE"})
    void relinkingIsDoneOrNot(DiskFormat format) throws IOException {
        makeChain(format);
        String id;
        try (VirtualDisk opened = VirtualDisk.open(base, OpenOptions.readOnly().withVolume(volume))) {
            id = opened.links().get(0).contentId().toString();
        }
        edit(base, "\nCID=" + id, "\nCID=0badc1d0");
        leavesAllAsBeforeOrDone(files -> ChainRepair.relink(disk, writable(files), ChainRepair.Trust.USER)
                .execute(Progress.NONE));
    }

    @ParameterizedTest
    @EnumSource(names = {"MONOLITHIC_SPARSE", "TWO_GB_FLAT", "VMFS_SPARSE"})
    void renamingIsDoneOrNot(DiskFormat format) throws IOException {
        make(disk, CreateSpec.of(format, CAPACITY).withExtentBytes(PART));
        Path named = MemoryVolume.folder().resolve("other.vmdk");
        leavesAllAsBeforeOrDone(
                files -> new PlanExecutor(files, Progress.NONE).execute(DiskRename.plan(disk, named, writable(files))));
    }

    @ParameterizedTest
    @EnumSource(names = {"MONOLITHIC_SPARSE", "TWO_GB_FLAT", "VMFS_SPARSE"})
    void removingIsDoneOrNot(DiskFormat format) throws IOException {
        make(disk, CreateSpec.of(format, CAPACITY).withExtentBytes(PART));
        leavesAllAsBeforeOrDone(
                files -> new PlanExecutor(files, Progress.NONE).execute(DiskRemoval.plan(disk, writable(files))));
    }

    /** What the disk holds within the sizes, and which of two sizes it has. */
    private void keepsContentAndHasOneOfTwoSizes(FailedCalls.Work work, long wanted) throws IOException {
        int kept = (int) Math.min(CAPACITY, wanted);
        byte[] content = read(volume, disk, kept);
        int failures = FailedCalls.each(volume, work, left -> {
            RecoveryOutcome outcome = recover(left.files());
            String when = left.call() + " " + outcome;
            assertThat(Arrays.mismatch(read(left.files(), disk, kept), content))
                    .as(when)
                    .isEqualTo(-1);
            try (VirtualDisk opened =
                    VirtualDisk.open(disk, OpenOptions.readOnly().withVolume(left.files()))) {
                boolean done = left.end() == FailedCalls.End.DONE || outcome == RecoveryOutcome.FINISHED;
                assertThat(opened.capacity()).as(when).isIn(done ? wanted : CAPACITY, wanted);
            }
            assertThat(left.files().files())
                    .as(when)
                    .noneMatch(file -> file.toString().contains(".vmdisk-"));
            again(work, left.files());
            assertThat(sizes(left.files())).as(when + ", and again").isEqualTo(sizesDone(work));
        });
        assertThat(failures).isGreaterThan(20);
    }

    private Map<String, Long> sizesDone(FailedCalls.Work work) throws IOException {
        MemoryVolume whole = volume.copy();
        work.on(whole);
        return sizes(whole);
    }

    /** Lengths of parts; of one that grows inside more may be in use after a failure. */
    private static Map<String, Long> sizes(MemoryVolume files) throws IOException {
        Map<String, Long> sizes = new TreeMap<>();
        for (Path file : files.files()) {
            boolean flat = file.toString().contains("-f") || file.toString().contains("-flat");
            sizes.put(file.toString(), flat ? files.bytes(file).length : 0L);
        }
        return sizes;
    }

    /** May be refused where it was done already. */
    private static void again(FailedCalls.Work work, MemoryVolume files) throws IOException {
        try {
            work.on(files);
        } catch (VmdiskException e) {
            // The mark of the failure wants a repair first.
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MONOLITHIC_SPARSE", "TWO_GB_SPARSE", "TWO_GB_FLAT", "MONOLITHIC_FLAT", "VMFS_SPARSE"})
    void growingKeepsWhatIsThere(DiskFormat format) throws IOException {
        make(disk, CreateSpec.of(format, CAPACITY).withExtentBytes(PART));
        long wanted = CAPACITY + 2L * PART;
        keepsContentAndHasOneOfTwoSizes(
                files -> new JournalledResize(writable(files), Progress.NONE).grow(disk, wanted), wanted);
    }

    @ParameterizedTest
    @EnumSource(names = {"TWO_GB_SPARSE", "TWO_GB_FLAT", "MONOLITHIC_FLAT"})
    void shrinkingKeepsWhatIsThere(DiskFormat format) throws IOException {
        make(disk, CreateSpec.of(format, CAPACITY).withExtentBytes(PART));
        long wanted = 90 << 10;
        keepsContentAndHasOneOfTwoSizes(
                files -> new JournalledResize(writable(files), Progress.NONE).shrink(disk, wanted), wanted);
    }

    @Test
    void repairedTablesNeverReadAsSomethingElse() throws IOException {
        make(disk, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY));
        byte[] content = read(volume, disk, CAPACITY);
        byte[] bytes = volume.bytes(disk);
        ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int directory = (int) header.getLong(56) * 512;
        int table = header.getInt(directory) * 512;
        header.putInt(table, 0x7fff_ffff);
        volume.put(disk, bytes);
        FailedCalls.Work work = files ->
                TableRepair.of(disk, OpenOptions.readOnly().withVolume(files)).execute(Progress.NONE);
        int failures = FailedCalls.each(volume, work, left -> {
            readsAs(left.files(), content, left.call());
            recover(left.files());
            work.on(left.files());
            assertThat(read(left.files(), disk, CAPACITY)).as(left.call()).isEqualTo(content);
        });
        assertThat(failures).isGreaterThan(20);
    }

    private void readsAs(MemoryVolume files, byte[] content, String when) throws IOException {
        try {
            assertThat(read(files, disk, CAPACITY)).as(when).isEqualTo(content);
        } catch (VmdiskException e) {
            // Refused, as it should be.
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MONOLITHIC_SPARSE", "TWO_GB_SPARSE", "VMFS_THIN", "VMFS_SPARSE", "SE_SPARSE"})
    void givingFreeBlocksBackKeepsTheGuestsFiles(DiskFormat format) throws IOException {
        byte[] guest = fat();
        StagedDisk.createEmpty(disk, CreateSpec.of(format, guest.length), volume, Progress.NONE);
        try (VirtualDisk opened = VirtualDisk.open(disk, writable(volume))) {
            opened.write(0, ByteBuffer.wrap(guest));
        }
        FailedCalls.Work work = files -> {
            try (VirtualDisk opened = VirtualDisk.open(disk, writable(files))) {
                long freed = new DiskUnmap(opened, DiskUnmap.Effect.UNMAP, 1, Progress.NONE)
                        .guest()
                        .get(0)
                        .bytes();
                assertThat(freed).isPositive();
            }
        };
        int failures = FailedCalls.each(volume, work, left -> {
            recover(left.files());
            byte[] found = read(left.files(), disk, guest.length);
            for (int at = 0; at < guest.length; at += 512) {
                boolean used = at < FAT_USED;
                boolean same = Arrays.equals(found, at, at + 512, guest, at, at + 512);
                boolean zero = Arrays.equals(found, at, at + 512, new byte[512], 0, 512);
                assertThat(same || zero && !used).as(left.call() + " at " + at).isTrue();
            }
        });
        assertThat(failures).isGreaterThan(10);
    }

    private static final int FAT_USED = 4096 + 2 * 4096;

    /** FAT12 with clusters of 4 KiB: a boot sector, a table of 6 sectors, a root of one, and two clusters in use. */
    private static byte[] fat() {
        byte[] image = Patterns.random(12, 640 << 10);
        Arrays.fill(image, 0, 4096, (byte) 0);
        ByteBuffer b = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
        b.put(0, (byte) 0xEB).putShort(11, (short) 512).put(13, (byte) 8).putShort(14, (short) 1);
        b.put(16, (byte) 1).putShort(17, (short) 16).putShort(19, (short) (image.length / 512));
        b.put(21, (byte) 0xF8).putShort(22, (short) 6).putShort(510, (short) 0xAA55);
        // Entries 0 and 1, then a file of two clusters: 2 -> 3 -> end.
        b.put(512, (byte) 0xF8).put(513, (byte) 0xFF).put(514, (byte) 0xFF);
        b.put(515, (byte) 0x03).put(516, (byte) 0xF0).put(517, (byte) 0xFF);
        return image;
    }
}

package io.vmdisk.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Finding;
import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.check.CheckOptions;
import io.vmdisk.check.DiskCheck;
import io.vmdisk.repair.TableRepair;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Crash;
import io.vmdisk.testkit.CrashReplay;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.RecordingVolume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A whole session of a disk, new content ID included, crashed at every call with every kind of loss: what was flushed is
 * there, the rest is old or new by sectors, never foreign, and the next session works.
 */
class DiskCrashTest {
    private static final int SECTOR = 512;
    private static final int BLOCK = 4096;
    private static final int CAPACITY = 40 * BLOCK + 3 * SECTOR;

    /** A disk to crash. */
    record Victim(String name, MemoryVolume volume, Opener opener) {
        Victim(String name, MemoryVolume volume) {
            this(name, volume, VirtualDisk::open);
        }

        private VirtualDisk open(Volume files, OpenOptions options) throws IOException {
            return opener.open(TestDisks.DISK, options.withVolume(files));
        }

        private boolean isRaw() {
            return name.equals("raw");
        }

        private byte[] content(Volume files) throws IOException {
            try (VirtualDisk disk = open(files, OpenOptions.readOnly())) {
                return DiskContent.of(disk);
            }
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** How the disk is opened. */
    private interface Opener {
        VirtualDisk open(Path disk, OpenOptions options) throws IOException;
    }

    static Stream<Victim> victims() throws IOException {
        return Stream.of(
                new Victim("monolithicSparse", TestDisks.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY)),
                new Victim("twoGbMaxExtentSparse", TestDisks.of(DiskFormat.TWO_GB_SPARSE, CAPACITY)),
                new Victim("monolithicFlat", TestDisks.of(DiskFormat.MONOLITHIC_FLAT, CAPACITY)),
                new Victim("twoGbMaxExtentFlat", TestDisks.of(DiskFormat.TWO_GB_FLAT, CAPACITY)),
                new Victim(
                        "hosted over flat",
                        TestDisks.over(DiskFormat.MONOLITHIC_FLAT, DiskFormat.MONOLITHIC_SPARSE, CAPACITY)),
                new Victim(
                        "seSparse over hosted",
                        TestDisks.over(DiskFormat.MONOLITHIC_SPARSE, DiskFormat.SE_SPARSE, CAPACITY)),
                new Victim(
                        "cowd over hosted",
                        TestDisks.over(DiskFormat.MONOLITHIC_SPARSE, DiskFormat.VMFS_SPARSE, CAPACITY)),
                new Victim("without tables", withoutTables()),
                new Victim("vmfs thick", TestDisks.of(DiskFormat.VMFS, CAPACITY)),
                new Victim("vmfs thin", TestDisks.of(DiskFormat.VMFS_THIN, CAPACITY)),
                new Victim("raw", TestDisks.of(DiskFormat.RAW, CAPACITY), VirtualDisk::openRaw),
                new Victim("seSparse", TestDisks.of(DiskFormat.SE_SPARSE, CAPACITY)),
                new Victim("cowd", TestDisks.of(DiskFormat.VMFS_SPARSE, CAPACITY)),
                new Victim(
                        "seSparse over seSparse",
                        TestDisks.over(DiskFormat.SE_SPARSE, DiskFormat.SE_SPARSE, CAPACITY)));
    }

    /** A hosted disk whose directories are empty, as some writers leave them. */
    private static MemoryVolume withoutTables() throws IOException {
        MemoryVolume volume = new MemoryVolume();
        TestDisks.create(volume, TestDisks.DISK, TestDisks.small(DiskFormat.MONOLITHIC_SPARSE, CAPACITY));
        byte[] bytes = volume.bytes(TestDisks.DISK);
        ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int field : new int[] {48, 56}) {
            header.putInt((int) header.getLong(field) * SECTOR, 0);
        }
        volume.put(TestDisks.DISK, bytes);
        return volume;
    }

    /** Not closed in order, trimmed at the end, or without tables from the start. */
    private static final Set<String> NOT_IN_ORDER =
            Set.of("hosted.unclean", "hosted.table-missing", "cowd.unclean", "cowd.cut", "sesparse.unclean");

    /** Content after each step of the session, and the call of the log from which on it is durable. */
    private final List<byte[]> versions = new ArrayList<>();

    private final List<Integer> durableFrom = new ArrayList<>();

    @ParameterizedTest
    @MethodSource("victims")
    void keepsWhatWasFlushedAndShowsNothingForeign(Victim victim) throws IOException {
        byte[] before = victim.content(victim.volume());
        String contentId = victim.isRaw() ? "" : contentId(victim.volume());
        versions.add(before);
        durableFrom.add(0);
        byte[] model = before.clone();
        CrashReplay replay = CrashReplay.record(
                victim.volume(), volume -> session(victim.open(volume, OpenOptions.writable()), volume, model));

        List<Crash> crashes = replay.crashes(3, 7).toList();
        assertThat(crashes).hasSizeGreaterThan(30);
        for (Crash crash : crashes) {
            MemoryVolume after = crash.volume();
            byte[] found;
            try {
                found = victim.content(after);
                requireOldOrNew(crash, found);
                if (!victim.isRaw()) {
                    if (!Arrays.equals(found, before)) {
                        assertThat(contentId(after)).as("content ID").isNotEqualTo(contentId);
                    }
                    requireSound(after);
                }
                requireSoundTables(after);
                try {
                    requireWritable(victim, after, found);
                } catch (UnsafeStateException e) {
                    requireRepairable(victim, crash, after, e);
                }
            } catch (IOException | RuntimeException | AssertionError e) {
                throw new AssertionError(crash + "\n" + crash.losses() + e, e);
            }
        }
        assertThat(victim.content(replay.after())).isEqualTo(model);
    }

    private void session(VirtualDisk disk, RecordingVolume volume, byte[] model) throws IOException {
        write(disk, model, 3 * BLOCK, Patterns.filled(0x21, 2 * BLOCK));
        write(disk, model, 100, Patterns.filled(0x22, 700));
        flush(disk, volume, model);
        unmap(disk, model, 0, 2 * BLOCK);
        unmap(disk, model, 4 * BLOCK, BLOCK);
        flush(disk, volume, model);
        write(disk, model, 17 * BLOCK + 1000, Patterns.filled(0x23, 3 * BLOCK));
        write(disk, model, 8 * BLOCK, Patterns.filled(0x24, BLOCK));
        write(disk, model, 0, Patterns.filled(0x25, SECTOR));
        versions.add(model.clone());
        disk.close();
        durableFrom.add(volume.log().size());
    }

    private void write(VirtualDisk disk, byte[] model, int at, byte[] bytes) throws IOException {
        System.arraycopy(bytes, 0, model, at, bytes.length);
        versions.add(model.clone());
        durableFrom.add(Integer.MAX_VALUE);
        disk.write(at, ByteBuffer.wrap(bytes));
    }

    private void unmap(VirtualDisk disk, byte[] model, int at, int length) throws IOException {
        Arrays.fill(model, at, at + length, (byte) 0);
        versions.add(model.clone());
        durableFrom.add(Integer.MAX_VALUE);
        disk.unmap(at, length);
    }

    private void flush(VirtualDisk disk, RecordingVolume volume, byte[] model) throws IOException {
        versions.add(model.clone());
        disk.flush();
        durableFrom.add(volume.log().size());
    }

    private static String contentId(Volume volume) throws IOException {
        return DiskChain.of(TestDisks.DISK, OpenOptions.readOnly().withVolume(volume))
                .top()
                .contentId()
                .toString();
    }

    /** Any sector is as in the last durable version, or as in one written since; torn writes tear between sectors. */
    private void requireOldOrNew(Crash crash, byte[] content) {
        int oldest = 0;
        for (int version = 0; version < versions.size(); version++) {
            if (durableFrom.get(version) <= crash.at()) {
                oldest = version;
            }
        }
        for (int at = 0; at < content.length; at += SECTOR) {
            boolean known = false;
            for (int version = oldest; version < versions.size() && !known; version++) {
                known = Arrays.equals(content, at, at + SECTOR, versions.get(version), at, at + SECTOR);
            }
            assertThat(known).as("sector at byte %d", at).isTrue();
        }
    }

    /** Space may be lost and the file not be closed in order; nothing else is wrong. */
    private static void requireSound(MemoryVolume volume) throws IOException {
        CheckOptions options = CheckOptions.standard()
                .withThreads(1)
                .withOpening(OpenOptions.readOnly().withVolume(volume));
        for (Finding finding :
                DiskCheck.run(TestDisks.DISK, options, Progress.NONE).findings()) {
            assertThat(finding.severity()).as(finding.toString()).isNotEqualTo(Finding.Severity.ERROR);
            if (finding.severity() == Finding.Severity.WARNING) {
                assertThat(finding.id()).isIn(NOT_IN_ORDER);
            }
        }
    }

    /** No entry of a hosted file points out of the file, into the tables or at another's grain. */
    private static void requireSoundTables(MemoryVolume volume) throws IOException {
        for (Path file : volume.files()) {
            byte[] bytes = volume.bytes(file);
            if (bytes.length > SECTOR && ByteBuffer.wrap(bytes).getInt(0) == 0x4B444D56) {
                requireSoundTables(bytes);
            }
        }
    }

    private static void requireSoundTables(byte[] bytes) {
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long capacity = file.getLong(12);
        int grain = (int) file.getLong(20);
        long overhead = file.getLong(64);
        int tables = (int) ((capacity + 512L * grain - 1) / (512L * grain));
        for (int field : new int[] {48, 56}) {
            Set<Long> used = new HashSet<>();
            int directory = (int) file.getLong(field) * SECTOR;
            for (int table = 0; table < tables; table++) {
                int tableSector = file.getInt(directory + table * 4);
                for (int entry = 0; tableSector != 0 && entry < 512; entry++) {
                    long sector = Integer.toUnsignedLong(file.getInt(tableSector * SECTOR + entry * 4));
                    if (sector > 1) {
                        assertThat(sector).isGreaterThanOrEqualTo(overhead);
                        assertThat((sector + grain) * SECTOR).isLessThanOrEqualTo(bytes.length);
                        assertThat(used.add(sector))
                                .as("grain %d twice", sector)
                                .isTrue();
                    }
                }
            }
        }
    }

    /** Where a crash looks like a loss of entries, the next session is refused until the user has the tables repaired. */
    private void requireRepairable(Victim victim, Crash crash, MemoryVolume volume, UnsafeStateException refusal)
            throws IOException {
        assertThat(refusal.code()).isEqualTo("unsafe.tables-differ");
        assertThat(refusal).hasMessageContaining("a repair of the tables");
        Set<Path> files = Set.copyOf(volume.files());
        TableRepair.of(TestDisks.DISK, OpenOptions.writable().withVolume(volume))
                .execute(Progress.NONE);
        for (Path file : volume.files()) {
            if (!files.contains(file)) {
                volume.delete(file);
            }
        }
        byte[] found = victim.content(volume);
        requireOldOrNew(crash, found);
        requireSound(volume);
        requireWritable(victim, volume, found);
    }

    private static void requireWritable(Victim victim, MemoryVolume volume, byte[] before) throws IOException {
        byte[] model = before.clone();
        byte[] bytes = Patterns.filled(0x66, 5 * BLOCK);
        try (VirtualDisk disk = victim.open(volume, OpenOptions.writable())) {
            disk.write(2 * BLOCK + 77, ByteBuffer.wrap(bytes));
            System.arraycopy(bytes, 0, model, 2 * BLOCK + 77, bytes.length);
            disk.unmap(20 * BLOCK, BLOCK);
            Arrays.fill(model, 20 * BLOCK, 21 * BLOCK, (byte) 0);
        }
        assertThat(victim.content(volume)).isEqualTo(model);
        requireSoundTables(volume);
        if (!victim.isRaw()) {
            requireSound(volume);
        }
        assertThat(volume.openFiles()).isEmpty();
    }
}

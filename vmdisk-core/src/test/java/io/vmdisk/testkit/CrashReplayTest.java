package io.vmdisk.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CrashReplayTest {
    private static final Path FOLDER = MemoryVolume.folder();
    private static final Path DISK = FOLDER.resolve("disk.vmdk");
    private static final Path NEW = FOLDER.resolve("disk.new");

    private final MemoryVolume before = new MemoryVolume();

    @Test
    void leavesTheStartingPointAsItWas() throws IOException {
        before.put(DISK, new byte[] {1});
        CrashReplay replay = CrashReplay.record(before, volume -> write(volume, 0, new byte[] {2}));
        List<byte[]> seen = contents(replay, 3);

        assertThat(before.bytes(DISK)).containsExactly(1);
        assertThat(replay.before().bytes(DISK)).containsExactly(1);
        assertThat(replay.after().bytes(DISK)).containsExactly(2);
        assertThat(seen).isNotEmpty();
    }

    @Test
    void mayLoseOrKeepAWriteThatNoForceFollowed() throws IOException {
        before.put(DISK, new byte[512]);
        CrashReplay replay = CrashReplay.record(before, volume -> write(volume, 0, Patterns.filled(1, 512)));

        assertThat(distinct(contents(replay, 0))).containsExactlyInAnyOrder(0L, 512L);
    }

    @Test
    void neverLosesAWriteThatAForceFollowed() throws IOException {
        before.put(DISK, new byte[1024]);
        CrashReplay replay = CrashReplay.record(before, volume -> {
            try (BlockFile file = volume.open(DISK, OpenMode.WRITE)) {
                file.writeFully(0, ByteBuffer.wrap(Patterns.filled(1, 512)));
                file.force();
                file.writeFully(512, ByteBuffer.wrap(Patterns.filled(1, 512)));
            }
        });
        int second = 3;

        for (Crash crash : replay.crashes(20, 1, at -> at >= second).toList()) {
            assertThat(crash.volume().bytes(DISK)).as(crash.toString()).startsWith(Patterns.filled(1, 512));
        }
    }

    @Test
    void forcesOnlyTheFileThatIsForced() throws IOException {
        Path other = FOLDER.resolve("other");
        before.put(DISK, new byte[512]);
        before.put(other, new byte[512]);
        CrashReplay replay = CrashReplay.record(before, volume -> {
            write(volume, 0, Patterns.filled(1, 512));
            try (BlockFile file = volume.open(other, OpenMode.WRITE)) {
                file.force();
            }
        });

        assertThat(distinct(contents(replay, 0))).containsExactlyInAnyOrder(0L, 512L);
    }

    @Test
    void tearsWritesAtSectorsAndNowhereElse() throws IOException {
        before.put(DISK, new byte[4096]);
        CrashReplay replay = CrashReplay.record(before, volume -> write(volume, 100, Patterns.filled(1, 2000)));
        Set<Long> sums = new HashSet<>();
        for (byte[] content : contents(replay, 100)) {
            sums.add(sum(content));
            for (int sector = 0; sector < 8; sector++) {
                int start = Math.max(100, sector * 512);
                int end = Math.min(2100, sector * 512 + 512);
                if (start < end) {
                    byte[] part = Arrays.copyOfRange(content, start, end);
                    assertThat(part).isEqualTo(Patterns.filled(part[0], end - start));
                }
            }
        }

        assertThat(sums).hasSizeGreaterThan(10);
    }

    @Test
    void mayLoseEarlierWritesAndKeepLaterOnes() throws IOException {
        before.put(DISK, new byte[1024]);
        CrashReplay replay = CrashReplay.record(before, volume -> {
            write(volume, 0, Patterns.filled(1, 512));
            write(volume, 512, Patterns.filled(2, 512));
        });

        assertThat(distinct(contents(replay, 0))).containsExactlyInAnyOrder(0L, 512L, 1024L, 1536L);
    }

    @Test
    void mayLoseAnUnforcedChangeOfSize() throws IOException {
        before.put(DISK, new byte[1000]);
        CrashReplay replay = CrashReplay.record(before, volume -> {
            try (BlockFile file = volume.open(DISK, OpenMode.WRITE)) {
                file.setSize(10);
            }
        });

        assertThat(contents(replay, 0)).extracting(content -> content.length).contains(10, 1000);
    }

    @Test
    void mayLoseAnUnforcedPunch() throws IOException {
        before.put(DISK, Patterns.filled(1, 1000));
        CrashReplay replay = CrashReplay.record(before, volume -> {
            try (BlockFile file = volume.open(DISK, OpenMode.WRITE)) {
                file.punch(0, 500);
            }
        });

        assertThat(distinct(contents(replay, 0))).containsExactlyInAnyOrder(500L, 1000L);
    }

    @Test
    void mayLoseAForcedFileWhoseNameWasNotForced() throws IOException {
        CrashReplay replay = CrashReplay.record(before, CrashReplayTest::create);
        Crash lost = replay.crashes(0, 0, at -> at == replay.log().size())
                .filter(crash -> crash.toString().endsWith("none"))
                .findFirst()
                .orElseThrow();

        assertThat(lost.volume().exists(NEW)).isFalse();
        assertThat(lost.losses()).contains("lost create#0 disk.new");
    }

    @Test
    void neverLosesANameThatWasForced() throws IOException {
        CrashReplay replay = CrashReplay.record(before, volume -> {
            create(volume);
            volume.forceNames(FOLDER);
        });

        for (Crash crash : replay.crashes(5, 0, at -> at == replay.log().size()).toList()) {
            assertThat(crash.volume().bytes(NEW)).containsExactly(7);
        }
    }

    @Test
    void renamesAtOnceWithTheOldFileOrTheNewOneUnderTheName() throws IOException {
        before.put(DISK, new byte[] {1});
        before.put(NEW, new byte[] {2});
        CrashReplay replay = CrashReplay.record(before, volume -> volume.rename(NEW, DISK));
        Set<String> states = new HashSet<>();
        for (Crash crash : replay.crashes(5, 0).toList()) {
            states.add(
                    Arrays.toString(crash.volume().bytes(DISK)) + crash.volume().exists(NEW));
        }

        assertThat(states).containsExactlyInAnyOrder("[1]true", "[2]false");
    }

    @Test
    void keepsARenamedFilesUnforcedWritesAtStake() throws IOException {
        before.put(NEW, new byte[] {1});
        CrashReplay replay = CrashReplay.record(before, volume -> {
            try (BlockFile file = volume.open(NEW, OpenMode.WRITE)) {
                file.writeFully(0, ByteBuffer.wrap(new byte[] {2}));
            }
            volume.rename(NEW, DISK);
            volume.forceNames(FOLDER);
        });

        assertThat(distinct(contents(replay, 0, replay.log().size()))).containsExactlyInAnyOrder(1L, 2L);
    }

    @Test
    void catchesAReplaceThatForgetsToForceItsContent() throws IOException {
        assertThat(statesOfReplace(volume -> {
                    writeNew(volume, file -> {});
                    volume.rename(NEW, DISK);
                    volume.forceNames(FOLDER);
                }))
                .contains("old", "new", "neither");
    }

    @Test
    void catchesAReplaceThatForcesTooLate() throws IOException {
        assertThat(statesOfReplace(volume -> {
                    try (BlockFile file = volume.open(NEW, OpenMode.CREATE)) {
                        file.writeFully(0, ByteBuffer.wrap(Patterns.filled(2, 2000)));
                        volume.rename(NEW, DISK);
                        file.force();
                    }
                    volume.forceNames(FOLDER);
                }))
                .contains("neither");
    }

    @Test
    void catchesAReplaceThatDeletesFirst() throws IOException {
        assertThat(statesOfReplace(volume -> {
                    writeNew(volume, BlockFile::force);
                    volume.delete(DISK);
                    volume.rename(NEW, DISK);
                    volume.forceNames(FOLDER);
                }))
                .contains("missing");
    }

    @Test
    void findsNothingWrongWithAReplaceThatForcesInOrder() throws IOException {
        assertThat(statesOfReplace(volume -> {
                    writeNew(volume, BlockFile::force);
                    volume.rename(NEW, DISK);
                    volume.forceNames(FOLDER);
                }))
                .containsExactlyInAnyOrder("old", "new");
    }

    private interface FileWork {
        void on(BlockFile file) throws IOException;
    }

    private static void writeNew(Volume volume, FileWork then) throws IOException {
        try (BlockFile file = volume.open(NEW, OpenMode.CREATE)) {
            file.writeFully(0, ByteBuffer.wrap(Patterns.filled(2, 2000)));
            then.on(file);
        }
    }

    private Set<String> statesOfReplace(CrashReplay.Work replace) throws IOException {
        byte[] old = Patterns.filled(1, 1000);
        byte[] fresh = Patterns.filled(2, 2000);
        before.put(DISK, old);
        Set<String> states = new HashSet<>();
        for (Crash crash : CrashReplay.record(before, replace).crashes(20, 5).toList()) {
            MemoryVolume volume = crash.volume();
            if (!volume.exists(DISK)) {
                states.add("missing");
            } else {
                byte[] content = volume.bytes(DISK);
                states.add(Arrays.equals(content, old) ? "old" : Arrays.equals(content, fresh) ? "new" : "neither");
            }
        }
        return states;
    }

    @Test
    void losesWhatLiesInALostFolder() throws IOException {
        Path inside = FOLDER.resolve("sub").resolve("a");
        CrashReplay replay = CrashReplay.record(before, volume -> {
            volume.createFolder(FOLDER.resolve("sub"));
            volume.open(inside, OpenMode.CREATE).close();
            volume.forceNames(FOLDER.resolve("sub"));
        });

        for (Crash crash : replay.crashes(5, 0).toList()) {
            MemoryVolume volume = crash.volume();
            assertThat(volume.exists(inside) && !volume.exists(FOLDER.resolve("sub")))
                    .isFalse();
        }
        assertThat(replay.crashes(0, 0).anyMatch(crash -> crash.volume().exists(inside)))
                .isTrue();
    }

    @Test
    void namesPointsAfterTheCallAndItsLabel() throws IOException {
        before.put(DISK, new byte[512]);
        CrashReplay replay = CrashReplay.record(before, volume -> {
            volume.label("MergeInto[2]");
            write(volume, 65536, new byte[1024]);
        });

        assertThat(replay.crashes(1, 42).map(Crash::toString))
                .contains(
                        "MergeInto[2].write#1 disk.vmdk@65536+1024, none",
                        "MergeInto[2].write#1 disk.vmdk@65536+1024, all",
                        "MergeInto[2].write#1 disk.vmdk@65536+1024, torn",
                        "MergeInto[2].write#1 disk.vmdk@65536+1024, subset 0 of seed 42",
                        "end#3, all");
    }

    @Test
    void givesTheSameStatesInAnyOrderAndOnEveryRun() throws IOException {
        before.put(DISK, new byte[8192]);
        CrashReplay.Work work = volume -> {
            for (int i = 0; i < 6; i++) {
                write(volume, i * 1000, Patterns.random(i, 1500));
            }
            create(volume);
            volume.rename(NEW, FOLDER.resolve("b"));
        };
        List<Crash> forwards = CrashReplay.record(before, work).crashes(5, 9).toList();
        List<Crash> again = CrashReplay.record(before, work).crashes(5, 9).toList();

        List<String> hashes = forwards.stream().map(CrashReplayTest::hash).toList();
        for (int i = again.size() - 1; i >= 0; i--) {
            assertThat(hash(again.get(i))).isEqualTo(hashes.get(i));
        }
        assertThat(new HashSet<>(hashes)).hasSizeGreaterThan(20);
    }

    private static String hash(Crash crash) {
        try {
            MemoryVolume volume = crash.volume();
            StringBuilder all = new StringBuilder(crash.toString());
            for (Path path : volume.files()) {
                all.append(path).append(Sha256.of(volume.bytes(path)));
            }
            return all.toString();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void create(Volume volume) throws IOException {
        try (BlockFile file = volume.open(NEW, OpenMode.CREATE)) {
            file.writeFully(0, ByteBuffer.wrap(new byte[] {7}));
            file.force();
        }
    }

    private static void write(Volume volume, long at, byte[] bytes) throws IOException {
        try (BlockFile file = volume.open(DISK, OpenMode.WRITE)) {
            file.writeFully(at, ByteBuffer.wrap(bytes));
        }
    }

    private static List<byte[]> contents(CrashReplay replay, int subsets) throws IOException {
        return contents(replay, subsets, 0);
    }

    private static List<byte[]> contents(CrashReplay replay, int subsets, int from) throws IOException {
        List<byte[]> contents = new ArrayList<>();
        for (Crash crash : replay.crashes(subsets, 1, at -> at >= from).toList()) {
            contents.add(crash.volume().bytes(DISK));
        }
        return contents;
    }

    private static long sum(byte[] content) {
        long sum = 0;
        for (byte b : content) {
            sum += b;
        }
        return sum;
    }

    private static Set<Long> distinct(List<byte[]> contents) {
        Set<Long> sums = new HashSet<>();
        contents.forEach(content -> sums.add(sum(content)));
        return sums;
    }
}

package io.vmdisk.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Finding;
import io.vmdisk.OperationCancelledException;
import io.vmdisk.OutOfSpaceException;
import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.check.CheckOptions;
import io.vmdisk.check.CheckReport;
import io.vmdisk.check.DiskCheck;
import io.vmdisk.check.Verdict;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.disk.resize.DiskResize;
import io.vmdisk.plan.Repair;
import io.vmdisk.repair.LeakRepair;
import io.vmdisk.repair.TableRepair;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Crash;
import io.vmdisk.testkit.CrashReplay;
import io.vmdisk.testkit.FaultVolume;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files full of holes that are punched, and made shorter: never does anybody see another content. */
class DiskSpaceTest {
    private static final int BLOCK = 8192;
    private static final int CAPACITY = 300 * BLOCK + 512;
    private static final Path BASE = MemoryVolume.folder().resolve("base.vmdk");
    private static final Path DISK = MemoryVolume.folder().resolve("disk.vmdk");
    private static final Path CHILD = MemoryVolume.folder().resolve("child.vmdk");
    private static final OpenOptions.Permission[] KEEP = {
        OpenOptions.Permission.WRITE_SHARED, OpenOptions.Permission.KEEP_CONTENT_ID
    };

    /** A disk whose file has free space at its start and data at its end; a child stands on it. */
    record Victim(DiskFormat format, boolean delta) {
        @Override
        public String toString() {
            return format.word() + (delta ? " on a base" : "");
        }

        MemoryVolume make() throws IOException {
            return make(60);
        }

        MemoryVolume make(int blocks) throws IOException {
            MemoryVolume volume = new MemoryVolume();
            CreateSpec spec = CreateSpec.of(format, CAPACITY);
            if (delta) {
                StagedDisk.createEmpty(BASE, CreateSpec.of(DiskFormat.VMFS_THIN, CAPACITY), volume, Progress.NONE);
                write(volume, BASE, 0, Patterns.random(9, CAPACITY));
                spec = spec.withParent(BASE);
            }
            if (format == DiskFormat.MONOLITHIC_SPARSE || format == DiskFormat.TWO_GB_SPARSE) {
                spec = spec.withGrainBytes(BLOCK);
            }
            if (format == DiskFormat.TWO_GB_SPARSE || format == DiskFormat.TWO_GB_FLAT) {
                spec = spec.withExtentBytes(100 * BLOCK);
            }
            StagedDisk.createEmpty(DISK, spec, volume, Progress.NONE);
            for (int block = 0; block < blocks; block++) {
                // Places on the disk that do not follow the order in the file.
                write(volume, DISK, block * 7 % blocks * 5 * BLOCK, Patterns.random(block, BLOCK));
            }
            write(volume, DISK, CAPACITY - 700, Patterns.random(77, 700));
            StagedDisk.createEmpty(
                    CHILD,
                    CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY).withParent(DISK),
                    volume,
                    Progress.NONE);
            try (VirtualDisk disk = VirtualDisk.open(DISK, options(volume, KEEP))) {
                for (int block = 0; block < blocks; block++) {
                    if (block % 3 != 2) {
                        disk.unmap(block * 7L % blocks * 5 * BLOCK, BLOCK);
                    }
                }
            }
            return volume;
        }
    }

    static Stream<Victim> victims() {
        return Stream.of(
                new Victim(DiskFormat.MONOLITHIC_SPARSE, false),
                new Victim(DiskFormat.MONOLITHIC_SPARSE, true),
                new Victim(DiskFormat.TWO_GB_SPARSE, true),
                new Victim(DiskFormat.SE_SPARSE, false),
                new Victim(DiskFormat.SE_SPARSE, true),
                new Victim(DiskFormat.VMFS_SPARSE, false),
                new Victim(DiskFormat.VMFS_SPARSE, true),
                new Victim(DiskFormat.MONOLITHIC_FLAT, false),
                new Victim(DiskFormat.TWO_GB_FLAT, false));
    }

    private static OpenOptions options(Volume volume, OpenOptions.Permission... permissions) {
        OpenOptions options = OpenOptions.writable().withVolume(volume);
        for (OpenOptions.Permission permission : permissions) {
            options = options.withPermission(permission);
        }
        return options;
    }

    @ParameterizedTest
    @MethodSource("victims")
    void makesFilesAsSmallAsTheirGrains(Victim victim) throws IOException {
        MemoryVolume volume = victim.make();
        byte[] content = content(volume, DISK);
        byte[] childContent = content(volume, CHILD);
        byte[] descriptor = volume.bytes(DISK);
        DiskCompaction compaction = new DiskCompaction(DISK, options(volume), Progress.NONE);
        List<DiskCompaction.Part> plan = compaction.plan();
        long before = allocated(volume);

        compaction.run();

        assertThat(content(volume, DISK)).isEqualTo(content);
        assertThat(content(volume, CHILD)).isEqualTo(childContent);
        assertThat(findings(volume)).isEmpty();
        if (victim.format != DiskFormat.MONOLITHIC_SPARSE) {
            assertThat(volume.bytes(DISK)).isEqualTo(descriptor);
        }
        boolean flat = plan.get(0).file().toString().matches(".*-(flat|f001)\\.vmdk");
        for (DiskCompaction.Part part : plan) {
            if (!flat) {
                assertThat(part.bytesAfter())
                        .isEqualTo(volume.facts(part.file()).size());
            }
        }
        // Without a mark for zeros a delta stores them: then there is nothing to win.
        if (victim.format != DiskFormat.VMFS_SPARSE || !victim.delta) {
            assertThat(plan).anyMatch(part -> part.bytesAfter() < part.bytes() || flat);
            assertThat(allocated(volume)).isLessThanOrEqualTo(before);
        }
        assertThat(new DiskCompaction(DISK, options(volume), Progress.NONE).plan())
                .allMatch(part -> part.bytesAfter() == part.bytes() || flat);
        assertThat(volume.openFiles()).isEmpty();
        assertThat(volume.files()).noneMatch(file -> file.toString().contains("vmdisk"));
        stillWorks(volume, content);
    }

    @ParameterizedTest
    @EnumSource(names = {"MONOLITHIC_SPARSE", "TWO_GB_SPARSE", "VMFS_SPARSE"})
    void givesLeaksBackWhereTheFormatKeepsNoListOfThem(DiskFormat format) throws IOException {
        MemoryVolume volume = new Victim(format, false).make();
        byte[] content = content(volume, DISK);
        assertThat(check(volume).verdict()).isEqualTo(Verdict.LEAKS);

        Repair repair = LeakRepair.of(DISK, options(volume));
        repair.execute(Progress.NONE);

        assertThat(repair.describe()).isNotEmpty();
        assertThat(check(volume).verdict()).isEqualTo(Verdict.CLEAN);
        assertThat(content(volume, DISK)).isEqualTo(content);
        assertThat(LeakRepair.of(DISK, options(volume)).isEmpty()).isTrue();
    }

    @Test
    void saysThatSpaceBetweenTablesStays() throws IOException {
        MemoryVolume volume = new MemoryVolume();
        StagedDisk.createEmpty(DISK, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, 20 << 20), volume, Progress.NONE);
        try (VirtualDisk disk = VirtualDisk.open(DISK, options(volume).withAccess(OpenOptions.Access.WRITE))) {
            disk.write(0, ByteBuffer.wrap(Patterns.mixed(1, 300_000)));
        }
        DiskResize resize = new DiskResize(options(volume), Progress.NONE);
        resize.grow(DISK, 3L << 30);
        resize.shrink(DISK, 1L << 30);
        assertThat(check(volume).verdict()).isEqualTo(Verdict.LEAKS);

        assertThatThrownBy(() -> LeakRepair.of(DISK, options(volume)).execute(Progress.NONE))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("a conversion");
    }

    @ParameterizedTest
    @MethodSource("victims")
    void punchesWhatNothingUses(Victim victim) throws IOException {
        MemoryVolume volume = victim.make();
        byte[] content = content(volume, DISK);
        byte[] childContent = content(volume, CHILD);
        DiskPunch punch = new DiskPunch(DISK, options(volume), Progress.NONE);
        long could = punch.count();
        long before = allocated(volume);

        assertThat(punch.punch()).isEqualTo(could);

        assertThat(content(volume, DISK)).isEqualTo(content);
        assertThat(content(volume, CHILD)).isEqualTo(childContent);
        // Sectors that share a block of the file system with others stay.
        assertThat(findings(volume)).allMatch(finding -> finding.id().equals("cowd.leak"));
        assertThat(punch.count()).isZero();
        assertThat(allocated(volume)).isLessThanOrEqualTo(before);
        if (victim.format == DiskFormat.MONOLITHIC_SPARSE || victim.format == DiskFormat.SE_SPARSE) {
            assertThat(could).isGreaterThanOrEqualTo(38 * BLOCK);
            assertThat(before - allocated(volume)).isGreaterThanOrEqualTo(38 * BLOCK);
        }
        stillWorks(volume, content);
    }

    @ParameterizedTest
    @MethodSource("victims")
    void aCrashWhileFilesShrinkCostsNothing(Victim victim) throws IOException {
        aCrashWhileFilesShrinkCostsNothing(victim.make());
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {"MONOLITHIC_SPARSE", "SE_SPARSE", "MONOLITHIC_FLAT"})
    void whereFilesShareBlocksTheyShrinkWithoutMovingAny(DiskFormat format) throws IOException {
        MemoryVolume volume = new MemoryVolume().sharing();
        CreateSpec spec = CreateSpec.of(format, CAPACITY);
        if (format == DiskFormat.MONOLITHIC_SPARSE) {
            spec = spec.withGrainBytes(BLOCK);
        }
        StagedDisk.createEmpty(DISK, spec, volume, Progress.NONE);
        write(volume, DISK, 0, Patterns.random(1, 40 * BLOCK));
        write(volume, DISK, 100 * BLOCK, Patterns.random(2, 30 * BLOCK));
        StagedDisk.createEmpty(
                CHILD, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY).withParent(DISK), volume, Progress.NONE);
        if (format == DiskFormat.MONOLITHIC_FLAT) {
            write(volume, DISK, 0, new byte[20 * BLOCK]);
        } else {
            try (VirtualDisk disk = VirtualDisk.open(DISK, options(volume, KEEP))) {
                disk.unmap(0, 40 * BLOCK);
            }
        }
        aCrashWhileFilesShrinkCostsNothing(volume);

        new DiskCompaction(DISK, options(volume), Progress.NONE).run();
        assertThat(volume.sharedBytes()).isGreaterThanOrEqualTo(30 * BLOCK);
    }

    @Test
    void aFlatFileWhoseTwinSharesItsBlocksIsRewrittenInAFullStore() throws IOException {
        MemoryVolume volume = new MemoryVolume();
        StagedDisk.createEmpty(DISK, CreateSpec.of(DiskFormat.MONOLITHIC_FLAT, CAPACITY), volume, Progress.NONE);
        write(volume, DISK, 0, Patterns.random(1, 40 * BLOCK));
        write(volume, DISK, 40 * BLOCK, new byte[8 * BLOCK]);
        write(volume, DISK, 50 * BLOCK, Patterns.random(2, BLOCK));
        byte[] content = content(volume, DISK);
        volume.leaveFree(2 * BLOCK);
        assertThatThrownBy(() -> new DiskCompaction(DISK, options(volume), Progress.NONE).run())
                .isInstanceOf(OutOfSpaceException.class);

        volume.sharing().leaveFree(2 * BLOCK);
        assertThat(new DiskCompaction(DISK, options(volume), Progress.NONE).plan())
                .singleElement()
                .satisfies(part -> assertThat(part.room()).isEqualTo(BLOCK));
        new DiskCompaction(DISK, options(volume), Progress.NONE).run();

        assertThat(content(volume, DISK)).isEqualTo(content);
        assertThat(volume.sharedBytes()).isEqualTo(40L * BLOCK);
    }

    private static void aCrashWhileFilesShrinkCostsNothing(MemoryVolume before) throws IOException {
        byte[] content = content(before, DISK);
        CrashReplay replay =
                CrashReplay.record(before, volume -> new DiskCompaction(DISK, options(volume), Progress.NONE).run());

        List<Crash> crashes = replay.crashes(2, 5).toList();
        assertThat(crashes).isNotEmpty();
        for (Crash crash : crashes) {
            MemoryVolume after = crash.volume();
            try {
                assertThat(Arrays.mismatch(content(after, DISK), content)).isEqualTo(-1);
                assertThat(findings(after))
                        .allMatch(finding -> finding.severity().compareTo(Finding.Severity.LEAK) <= 0
                                || Set.of("hosted.unclean", "hosted.moving", "cowd.cut")
                                        .contains(finding.id()));
                TableRepair.of(DISK, options(after)).execute(Progress.NONE);
                assertThat(findings(after))
                        .allMatch(finding -> finding.severity().compareTo(Finding.Severity.LEAK) <= 0);
                stillWorks(after, content.clone());
            } catch (IOException | AssertionError e) {
                throw new AssertionError(crash + "\n" + crash.losses() + e, e);
            }
        }
        assertThat(content(replay.after(), DISK)).isEqualTo(content);
    }

    /** Split disks only repeat the same calls. */
    static Stream<Victim> inOneFile() {
        return victims()
                .filter(victim -> victim.format != DiskFormat.TWO_GB_SPARSE && victim.format != DiskFormat.TWO_GB_FLAT);
    }

    @ParameterizedTest
    @MethodSource("inOneFile")
    void aFaultWhileFilesShrinkCostsNothing(Victim victim) throws IOException {
        MemoryVolume before = victim.make(8);
        byte[] content = content(before, DISK);
        for (int n = 1; ; n++) {
            MemoryVolume files = before.copy();
            FaultVolume volume = FaultVolume.failOnce(files, n);
            try {
                new DiskCompaction(DISK, options(volume), Progress.NONE).run();
            } catch (IOException e) {
                assertThat(Arrays.mismatch(content(files, DISK), content))
                        .as(e.getMessage())
                        .isEqualTo(-1);
            }
            assertThat(files.openFiles()).isEmpty();
            if (volume.failed().isEmpty()) {
                break;
            }
        }
    }

    @Test
    void cancelledBetweenTwoMovesItLeavesASoundFile() throws IOException {
        MemoryVolume volume = new Victim(DiskFormat.SE_SPARSE, true).make();
        byte[] content = content(volume, DISK);
        int[] moves = {0};
        Progress impatient = new Progress() {
            @Override
            public void begin(String task, long totalBytes) {}

            @Override
            public void advance(long bytes) {
                moves[0] += bytes == BLOCK ? 1 : 0;
            }

            @Override
            public boolean cancelled() {
                return moves[0] >= 3;
            }
        };

        assertThatThrownBy(() -> new DiskCompaction(DISK, options(volume), impatient).run())
                .isInstanceOf(OperationCancelledException.class);

        assertThat(content(volume, DISK)).isEqualTo(content);
        assertThat(findings(volume)).allMatch(finding -> finding.severity() == Finding.Severity.INFO);
    }

    @Test
    void packsAroundTheTablesOfADiskThatWasGrown() throws IOException {
        MemoryVolume volume = new MemoryVolume();
        CreateSpec spec = CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, 4 << 20).withGrainBytes(BLOCK);
        StagedDisk.createEmpty(DISK, spec, volume, Progress.NONE);
        write(volume, DISK, 0, Patterns.random(1, 100 * BLOCK));
        new DiskResize(options(volume), Progress.NONE).grow(DISK, 12 << 20);
        write(volume, DISK, 6 << 20, Patterns.random(2, 100 * BLOCK));
        try (VirtualDisk disk = VirtualDisk.open(DISK, options(volume))) {
            disk.unmap(0, 60 * BLOCK);
            disk.unmap((6 << 20) + 90 * BLOCK, 10 * BLOCK);
        }
        byte[] content = content(volume, DISK);
        long before = volume.facts(DISK).size();

        new DiskCompaction(DISK, options(volume), Progress.NONE).run();

        assertThat(content(volume, DISK)).isEqualTo(content);
        assertThat(before - volume.facts(DISK).size()).isEqualTo(70 * BLOCK);
        assertThat(findings(volume)).isEmpty();
    }

    @Test
    void fillsUpALastGrainThatACopyToolTrimmed() throws IOException {
        MemoryVolume volume = new MemoryVolume();
        CreateSpec spec = CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY).withGrainBytes(BLOCK);
        StagedDisk.createEmpty(DISK, spec, volume, Progress.NONE);
        write(volume, DISK, 0, Patterns.random(1, 2 * BLOCK));
        write(volume, DISK, 50 * BLOCK, Patterns.random(2, 1000));
        byte[] bytes = volume.bytes(DISK);
        volume.put(DISK, Arrays.copyOf(bytes, bytes.length - BLOCK + 1024));
        byte[] content = content(volume, DISK);
        Arrays.fill(content, 0, BLOCK, (byte) 0);
        try (VirtualDisk disk = VirtualDisk.open(DISK, options(volume))) {
            disk.unmap(0, BLOCK);
        }

        new DiskCompaction(DISK, options(volume), Progress.NONE).run();

        assertThat(content(volume, DISK)).isEqualTo(content);
        assertThat(volume.facts(DISK).size()).isEqualTo(bytes.length - BLOCK);
        assertThat(findings(volume)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void keepsAModelOfTheDiskThroughRandomSessions(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        List<Victim> victims = victims().toList();
        Victim victim = victims.get(random.nextInt(victims.size()));
        MemoryVolume volume = victim.make(1 + random.nextInt(30));
        byte[] model = content(volume, DISK);
        for (int session = 0; session < 12; session++) {
            try (VirtualDisk disk = VirtualDisk.open(DISK, options(volume, KEEP))) {
                for (int step = 0; step < 8; step++) {
                    int at = random.nextInt(300) * BLOCK;
                    int length = Math.min(CAPACITY - at, (1 + random.nextInt(20)) * BLOCK);
                    if (random.nextInt(3) == 0) {
                        byte[] bytes = Patterns.random(random.nextLong(), length);
                        disk.write(at, ByteBuffer.wrap(bytes));
                        System.arraycopy(bytes, 0, model, at, length);
                    } else {
                        disk.unmap(at, length);
                        Arrays.fill(model, at, at + length, (byte) 0);
                    }
                }
            }
            if (random.nextBoolean()) {
                new DiskCompaction(DISK, options(volume), Progress.NONE).run();
            } else {
                new DiskPunch(DISK, options(volume), Progress.NONE).punch();
            }
            assertThat(Arrays.mismatch(content(volume, DISK), model))
                    .as("%s, session %d", victim, session)
                    .isEqualTo(-1);
            assertThat(findings(volume)).allMatch(finding -> finding.severity().compareTo(Finding.Severity.LEAK) <= 0);
        }
    }

    @Test
    void refusesADiskInUseByItsChild() throws IOException {
        MemoryVolume volume = new Victim(DiskFormat.MONOLITHIC_SPARSE, false).make();
        volume.createFolder(CHILD.resolveSibling("child.vmdk.lck"));

        assertThatThrownBy(() -> new DiskCompaction(DISK, options(volume), Progress.NONE).run())
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("child.vmdk.lck");
    }

    @Test
    void refusesADiskThatIsLocked() throws IOException {
        MemoryVolume volume = new Victim(DiskFormat.MONOLITHIC_SPARSE, false).make();
        volume.createFolder(DISK.resolveSibling("disk.vmdk.lck"));

        assertThatThrownBy(() -> new DiskCompaction(DISK, options(volume), Progress.NONE).run())
                .isInstanceOf(UnsafeStateException.class);
        assertThatThrownBy(() -> new DiskPunch(DISK, options(volume), Progress.NONE).punch())
                .isInstanceOf(UnsafeStateException.class);
    }

    @Test
    void refusesDamagedFiles() throws IOException {
        MemoryVolume volume = new Victim(DiskFormat.MONOLITHIC_SPARSE, false).make();
        byte[] bytes = volume.bytes(DISK);
        bytes[72] = 1;
        volume.put(DISK, bytes);

        assertThatThrownBy(() -> new DiskCompaction(DISK, options(volume), Progress.NONE).run())
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("not closed in order");
        assertThatThrownBy(() -> new DiskPunch(DISK, options(volume), Progress.NONE).punch())
                .isInstanceOf(UnsafeStateException.class);
        assertThat(volume.bytes(DISK)).isEqualTo(bytes);
    }

    @Test
    void saysWhenThereIsNoRoomForATwin() throws IOException {
        MemoryVolume files = new Victim(DiskFormat.VMFS_SPARSE, false).make();
        FaultVolume volume = FaultVolume.fullAfter(files, 4096);

        assertThatThrownBy(() -> new DiskCompaction(DISK, options(volume), Progress.NONE).run())
                .isInstanceOf(OutOfSpaceException.class);
        assertThat(files.files()).noneMatch(file -> file.toString().endsWith(".vmdisk-new"));
    }

    @Test
    void saysSoBeforeAnythingChangesWhereHolesCannotBePunched() throws IOException {
        Path folder = com.google.common.jimfs.Jimfs.newFileSystem(com.google.common.jimfs.Configuration.unix())
                .getPath("/work");
        java.nio.file.Files.createDirectories(folder);
        Path disk = folder.resolve("disk.vmdk");
        StagedDisk.createEmpty(disk, CreateSpec.of(DiskFormat.SE_SPARSE, CAPACITY), Volume.system(), Progress.NONE);

        assertThatThrownBy(() -> new DiskPunch(disk, OpenOptions.writable(), Progress.NONE).requirePossible())
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("punch");
        try (Stream<Path> files = java.nio.file.Files.list(folder)) {
            assertThat(files).noneMatch(file -> file.toString().contains("probe"));
        }
    }

    /** Free space is found again, and nothing of it is anybody's. */
    private static void stillWorks(MemoryVolume volume, byte[] content) throws IOException {
        byte[] more = Patterns.random(5, 40 * BLOCK);
        try (VirtualDisk disk = VirtualDisk.open(DISK, options(volume, KEEP))) {
            disk.write(20 * BLOCK, ByteBuffer.wrap(more));
        }
        System.arraycopy(more, 0, content, 20 * BLOCK, more.length);
        assertThat(content(volume, DISK)).isEqualTo(content);
        assertThat(findings(volume)).allMatch(finding -> finding.severity().compareTo(Finding.Severity.LEAK) <= 0);
    }

    private static List<Finding> findings(MemoryVolume volume) throws IOException {
        return check(volume).findings();
    }

    private static CheckReport check(MemoryVolume volume) throws IOException {
        CheckOptions options = CheckOptions.standard()
                .withOpening(OpenOptions.readOnly().withVolume(volume))
                .withScope(CheckOptions.Scope.DISK);
        return DiskCheck.run(DISK, options, Progress.NONE);
    }

    private static long allocated(MemoryVolume volume) throws IOException {
        long sum = 0;
        for (Path path : DiskChain.of(DISK, options(volume)).top().files()) {
            try (BlockFile file = volume.open(path, OpenMode.READ)) {
                sum += file.allocatedBytes();
            }
        }
        return sum;
    }

    private static void write(Volume volume, Path disk, int at, byte[] bytes) throws IOException {
        try (VirtualDisk opened = VirtualDisk.open(disk, options(volume, KEEP))) {
            opened.write(at, ByteBuffer.wrap(bytes));
        }
    }

    private static byte[] content(Volume volume, Path disk) throws IOException {
        try (VirtualDisk opened = VirtualDisk.open(disk, OpenOptions.readOnly().withVolume(volume))) {
            ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(opened.capacity()));
            opened.read(0, content);
            return content.array();
        }
    }
}

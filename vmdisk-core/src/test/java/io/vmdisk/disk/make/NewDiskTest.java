package io.vmdisk.disk.make;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vmdisk.OutOfSpaceException;
import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.VmdiskException;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.FolderLock;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.OwnStaging;
import io.vmdisk.testkit.RecordingVolume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is refused before there is a file. */
class NewDiskTest {
    private static final long MIB = 1L << 20;
    private static final long TIB = 1L << 40;

    private final MemoryVolume files = new MemoryVolume();
    private final RecordingVolume volume = new RecordingVolume(files);
    private final Path target = MemoryVolume.folder().resolve("x.vmdk");

    /** A disk that can't be, and what the refusal says. */
    record Impossible(CreateSpec spec, String problem) {}

    static Stream<Impossible> impossible() {
        Stream<Impossible> empty = Stream.of(DiskFormat.values())
                .filter(DiskFormat::startsOnEsxi)
                .map(format -> new Impossible(CreateSpec.of(format, 0), "at least a sector"));
        Stream<Impossible> beyondAll = Stream.of(DiskFormat.values())
                .map(format -> new Impossible(CreateSpec.of(format, Long.MAX_VALUE), Long.MAX_VALUE + " bytes"));
        Stream<Impossible> beyondHosts = Stream.of(DiskFormat.VMFS, DiskFormat.VMFS_EAGER, DiskFormat.VMFS_THIN)
                .map(format -> new Impossible(CreateSpec.of(format, 62 * TIB + 1), "62 TiB"));
        Stream<Impossible> grains = Stream.of(DiskFormat.MONOLITHIC_SPARSE, DiskFormat.TWO_GB_SPARSE)
                .flatMap(format -> Stream.of(512, 2048, 4096, 12288, 65600, 2 << 20, Integer.MAX_VALUE)
                        .map(grain -> new Impossible(CreateSpec.of(format, MIB).withGrainBytes(grain), "a grain of ")));
        Stream<Impossible> parents = Stream.of(DiskFormat.values())
                .filter(format -> !format.canBeDelta())
                .map(format -> new Impossible(
                        CreateSpec.of(format, MIB).withParent(Path.of("/vm/base.vmdk")), "can't have a parent"));
        Stream<Impossible> single = Stream.of(
                new Impossible(CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, 62 * TIB + 512), "62 TiB"),
                new Impossible(
                        CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, 65 * TIB).withGrainBytes(8192), "62 TiB"),
                new Impossible(
                        CreateSpec.of(DiskFormat.TWO_GB_SPARSE, 3 * TIB).withExtentBytes(3 * TIB),
                        "can't all be stored"),
                new Impossible(CreateSpec.of(DiskFormat.TWO_GB_SPARSE, 30 * TIB), "more than 9999 extents"),
                new Impossible(CreateSpec.of(DiskFormat.TWO_GB_FLAT, 30 * TIB), "more than 9999 extents"),
                new Impossible(CreateSpec.of(DiskFormat.VMFS_SPARSE, 2 * TIB), "2 TiB less a sector"),
                new Impossible(CreateSpec.of(DiskFormat.SE_SPARSE, 64 * TIB), "62 TiB"),
                new Impossible(CreateSpec.of(DiskFormat.STREAM_OPTIMIZED, MIB).withGrainBytes(4096), "expect 65536"));
        return Stream.of(empty, beyondAll, beyondHosts, grains, parents, single).flatMap(all -> all);
    }

    @ParameterizedTest
    @MethodSource("impossible")
    void namesTheTargetInEveryRefusalOfALimit(Impossible disk) {
        files.put(MemoryVolume.folder().resolve("base.vmdk"), new byte[512]);

        VmdiskException refused = catchThrowableOfType(VmdiskException.class, () -> make(disk.spec()));
        assertThat(refused).hasMessageContaining(disk.problem()).hasMessageNotContaining("vmdisk-new");
        Path named = refused.file().orElseThrow();
        assertThat(named.getParent()).isEqualTo(MemoryVolume.folder());
        assertThat(named.getFileName().toString()).startsWith("x");
        assertThat(volume.log()).isEmpty();
        assertThatThrownBy(() -> StagedDisk.rehearse(target, disk.spec(), volume))
                .hasMessage(refused.getMessage());
    }

    @Test
    void namesTheTargetIfTheWayToTheParentDoesNotFitIntoItsDescriptor() throws IOException {
        Path far = MemoryVolume.folder().resolve("b".repeat(11_000) + ".vmdk");
        StagedDisk.createEmpty(far, CreateSpec.of(DiskFormat.VMFS_THIN, MIB), files, Progress.NONE);

        assertThatThrownBy(() ->
                        make(CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, MIB).withParent(far)))
                .isInstanceOf(VmdiskException.class)
                .hasMessageStartingWith(target.toString())
                .hasMessageContaining("the file keeps 10240 for it")
                .hasMessageNotContaining("vmdisk-new");
        assertThat(files.files()).hasSize(2);
        assertThat(files.folders()).noneMatch(AtomicName::isUnfinished);
    }

    @ParameterizedTest
    @CsvSource({
        "VMFS, 10485760, 5242880",
        "VMFS_EAGER, 10485760, 10485760",
        "VMFS_THIN, 10485760, 0",
        "MONOLITHIC_FLAT, 10485760, 0",
        "TWO_GB_FLAT, 10485760, 0",
        "MONOLITHIC_SPARSE, 2000000000000, 200000",
        "TWO_GB_SPARSE, 2000000000000, 200000",
        "VMFS_SPARSE, 2000000000000, 2000",
        "SE_SPARSE, 20000000000000, 2000",
        "STREAM_OPTIMIZED, 10485760, 0"
    })
    void refusesADiskThatDoesNotFitBeforeThereIsAFile(DiskFormat format, long capacity, long free) {
        files.leaveFree(free);
        CreateSpec spec = CreateSpec.of(format, capacity);

        assertThatThrownBy(() -> make(spec))
                .isInstanceOf(OutOfSpaceException.class)
                .hasMessageStartingWith(target.toString())
                .hasMessageContaining("needs at least ")
                .hasMessageContaining(" has " + free + " left; nothing was made")
                .satisfies(
                        e -> assertThat(e.getMessage().contains("thin format")).isEqualTo(format.isThick()));
        assertThat(volume.log()).isEmpty();
        assertThat(files.files()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"RAW", "STREAM_OPTIMIZED"})
    void makesADiskThatFitsAndTakesWhatWasSaid(DiskFormat format) throws IOException {
        CreateSpec spec = CreateSpec.of(format, 300 * MIB);
        if (format == DiskFormat.VMFS || format == DiskFormat.VMFS_EAGER) {
            spec = CreateSpec.of(format, 3 * MIB);
        }
        long needed = StagedDisk.rehearse(target, spec, volume).needed();
        long before = files.freeBytes(MemoryVolume.folder());
        make(spec);

        long taken = before - files.freeBytes(MemoryVolume.folder());
        assertThat(needed).isPositive().isLessThanOrEqualTo(taken).isGreaterThan(taken - 24 * 1024);
    }

    @Test
    void asksTheStoreOfTheFolderThatWillHoldTheNewOne() throws IOException {
        files.leaveFree(2 * MIB);
        Path deep = MemoryVolume.folder().resolve("new/deeper/x.vmdk");

        assertThatThrownBy(() ->
                        StagedDisk.createEmpty(deep, CreateSpec.of(DiskFormat.VMFS, 3 * MIB), volume, Progress.NONE))
                .isInstanceOf(OutOfSpaceException.class);
        assertThat(files.exists(deep.getParent())).isFalse();
        StagedDisk.createEmpty(deep, CreateSpec.of(DiskFormat.VMFS, MIB), volume, Progress.NONE);
        assertThat(files.exists(deep)).isTrue();
    }

    @Test
    void leavesADiskToTheVmdiskThatIsMakingIt() throws IOException {
        CreateSpec spec = CreateSpec.of(DiskFormat.VMFS_THIN, MIB);
        try (StagedDisk first = StagedDisk.create(target, spec, volume, Progress.NONE)) {
            assertThatThrownBy(() -> make(spec))
                    .isInstanceOf(UnsafeStateException.class)
                    .hasMessageContaining("another vmdisk works");
            assertThat(StagedDisk.recover(volume, MemoryVolume.folder())).isEqualTo(StagedRecovery.NOTHING);
            first.publish();
        }
        assertThat(files.files()).containsExactly(target.resolveSibling("x-flat.vmdk"), target);
        assertThat(files.folders()).contains(MemoryVolume.folder()).noneMatch(AtomicName::isUnfinished);
    }

    @Test
    void takesAwayWhatAnEarlierRunLeft() throws IOException {
        Path left = AtomicName.beside(target);
        files.put(left.resolve(OwnStaging.NAME), OwnStaging.token("x.vmdk", "x-flat.vmdk"));
        files.put(left.resolve("x-flat.vmdk"), new byte[5000]);
        files.put(left.resolve(FolderLock.NAME), new byte[0]);
        make(CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, MIB));
        assertThat(files.files()).containsExactly(target);

        Path other = target.resolveSibling("y.vmdk");
        files.put(AtomicName.beside(other), new byte[100]);
        StagedDisk.createEmpty(other, CreateSpec.of(DiskFormat.RAW, MIB), volume, Progress.NONE);
        assertThat(files.files()).containsExactly(target, other);
    }

    @Test
    void keepsACompleteDiskWhoseNameWasTakenMeanwhile() throws IOException {
        Path left = AtomicName.beside(target);
        files.put(left.resolve(OwnStaging.NAME), OwnStaging.token("x.vmdk", "x-flat.vmdk"));
        files.put(left.resolve("x.vmdk"), new byte[500]);
        files.put(left.resolve(".vmdisk-complete"), new byte[0]);
        files.put(target, new byte[1]);

        assertThatThrownBy(() -> StagedDisk.recover(volume, MemoryVolume.folder()))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("x.vmdk")
                .hasMessageContaining("appeared");
        assertThat(files.bytes(left.resolve("x.vmdk"))).hasSize(500);
        assertThat(files.bytes(target)).hasSize(1);
        assertThat(files.locked()).isEmpty();
    }

    @Test
    void letsNoLockOfAFolderThatItCouldNotClean() throws IOException {
        Path left = AtomicName.beside(target);
        files.createFolder(left.resolve("inner"));
        files.put(left.resolve("inner/file"), new byte[1]);

        assertThatThrownBy(() -> make(CreateSpec.of(DiskFormat.RAW, MIB))).isInstanceOf(IOException.class);
        assertThat(files.locked()).isEmpty();
        Closeable lock = FolderLock.take(files, left);
        lock.close();
    }

    private void make(CreateSpec spec) throws IOException {
        if (spec.format() == DiskFormat.STREAM_OPTIMIZED) {
            StagedDisk.createStream(target, spec, volume).close();
        } else {
            StagedDisk.createEmpty(target, spec, volume, Progress.NONE);
        }
    }
}

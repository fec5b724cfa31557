package io.vmdisk.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Progress;
import io.vmdisk.Run;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.VmdiskException;
import io.vmdisk.compare.DiskCompare;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.plan.disk.DiskRebase;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.StrangeFileSystem;
import io.vmdisk.testkit.StrangeFileSystem.Habit;
import io.vmdisk.transfer.DiskConverter;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** File systems of others, with each bad habit that one can have: right bytes, or an exception of ours with the file. */
@Tag("long")
class StrangeFileSystemTest {
    private static final int CAPACITY = 5 << 20;

    /** With these everything that only reads must work. */
    private static final Set<Habit> HARMLESS_TO_READERS = EnumSet.of(
            Habit.MOVES_THE_SHARED_POSITION,
            Habit.READS_LITTLE,
            Habit.READS_NOTHING_NOW_AND_THEN,
            Habit.NULL_STORE,
            Habit.THROWS_FOR_STORES,
            Habit.LATE_VISIBILITY,
            Habit.THROWS_FOR_LOCKS,
            Habit.GIVES_ALL_LOCKS,
            Habit.NO_FILE_CHANNELS,
            Habit.REFUSES_OPTIONS);

    @TempDir
    private Path folder;

    private Path base;
    private byte[] content;

    @BeforeEach
    void makeBase() throws IOException {
        base = folder.resolve("base.vmdk");
        content = Patterns.mixed(7, CAPACITY);
        make(base, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY));
    }

    private void make(Path path, CreateSpec spec) throws IOException {
        if (spec.format() == DiskFormat.STREAM_OPTIMIZED) {
            try (VirtualDisk from = VirtualDisk.open(base)) {
                new DiskConverter(1, Progress.NONE).convert(from, path, spec);
            }
            return;
        }
        StagedDisk.createEmpty(path, spec, Volume.system(), Progress.NONE);
        try (VirtualDisk disk = VirtualDisk.open(path, OpenOptions.writable())) {
            disk.write(0, ByteBuffer.wrap(content));
        }
    }

    /** Small grains and extents: many pieces for many threads. */
    private Path chain(DiskFormat format) throws IOException {
        Path disk = folder.resolve("disk.vmdk");
        CreateSpec spec = CreateSpec.of(format, CAPACITY);
        if (format == DiskFormat.TWO_GB_SPARSE || format == DiskFormat.TWO_GB_FLAT) {
            spec = spec.withExtentBytes(1 << 20);
        }
        if (!format.canBeDelta()) {
            make(disk, spec);
            return disk;
        }
        StagedDisk.createEmpty(disk, spec.withParent(base), Volume.system(), Progress.NONE);
        try (VirtualDisk open = VirtualDisk.open(disk, OpenOptions.writable())) {
            byte[] own = Patterns.random(8, 700_000);
            System.arraycopy(own, 0, content, 100_000, own.length);
            open.write(100_000, ByteBuffer.wrap(own));
        }
        return disk;
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {"RAW"},
            mode = EnumSource.Mode.EXCLUDE)
    void everyFormatReadsRightOrIsRefused(DiskFormat format) throws IOException {
        Path real = chain(format);
        List<Run> runs;
        try (VirtualDisk disk = VirtualDisk.open(real)) {
            runs = disk.runs(0, CAPACITY);
        }
        for (Habit habit : Habit.values()) {
            try (StrangeFileSystem strange = new StrangeFileSystem(habit);
                    VirtualDisk disk = VirtualDisk.open(strange.of(real))) {
                requireSameBytes(disk, habit);
                if (habit != Habit.SIZES_TOO_LARGE && habit != Habit.SIZES_TOO_SMALL) {
                    requireSameRuns(disk, runs, habit);
                }
            } catch (IOException e) {
                assertThat(HARMLESS_TO_READERS).as("%s: %s", habit, e).doesNotContain(habit);
                requireOurs(e, habit);
            }
        }
    }

    private void requireSameBytes(VirtualDisk disk, Habit habit) throws IOException {
        byte[] read = new byte[CAPACITY];
        IOException[] failures = new IOException[4];
        Thread[] readers = new Thread[failures.length];
        for (int t = 0; t < readers.length; t++) {
            int first = t;
            readers[t] = new Thread(() -> {
                try {
                    for (int at = first * 10_240; at < CAPACITY; at += readers.length * 10_240) {
                        disk.read(at, ByteBuffer.wrap(read, at, Math.min(10_240, CAPACITY - at)));
                    }
                } catch (IOException e) {
                    failures[first] = e;
                }
            });
            readers[t].start();
        }
        for (Thread reader : readers) {
            try {
                reader.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        for (IOException failure : failures) {
            if (failure != null) {
                throw failure;
            }
        }
        assertThat(Arrays.mismatch(read, content))
                .as("first wrong byte, %s", habit)
                .isEqualTo(-1);
    }

    /** Where holes can't be asked for, what a flat file stores is told as data. */
    private static void requireSameRuns(VirtualDisk disk, List<Run> runs, Habit habit) throws IOException {
        assertThat(disk.runs(0, CAPACITY).stream().mapToLong(Run::length).sum())
                .as(habit.toString())
                .isEqualTo(runs.stream().mapToLong(Run::length).sum());
    }

    private static void requireOurs(IOException e, Habit habit) {
        assertThat(e).as(habit.toString()).isInstanceOfAny(VmdiskException.class, FileSystemException.class);
        if (e instanceof VmdiskException ours) {
            assertThat(ours.file().isPresent()).as("%s: %s", habit, e).isTrue();
        } else {
            assertThat(((FileSystemException) e).getFile())
                    .as("%s: %s", habit, e)
                    .isNotNull();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {"MONOLITHIC_SPARSE", "TWO_GB_FLAT", "STREAM_OPTIMIZED", "SE_SPARSE"})
    void convertsOutRightOrNotAtAll(DiskFormat format) throws IOException {
        for (Habit habit : Habit.values()) {
            Path target = folder.resolve("made-" + habit + ".vmdk");
            try (StrangeFileSystem strange = new StrangeFileSystem(habit);
                    VirtualDisk from = VirtualDisk.open(base)) {
                new DiskConverter(4, Progress.NONE).convert(from, strange.of(target), CreateSpec.of(format, CAPACITY));
            } catch (IOException e) {
                requireOurs(e, habit);
                continue;
            }
            try (VirtualDisk from = VirtualDisk.open(base);
                    VirtualDisk made = VirtualDisk.open(target)) {
                assertThat(new DiskCompare(2, Progress.NONE).firstDifference(from, made))
                        .as(habit.toString())
                        .isEmpty();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Habit.class,
            names = {"THROWS_FOR_LOCKS", "GIVES_ALL_LOCKS", "NO_FILE_CHANNELS"})
    void nothingIsChangedInPlaceWhereLocksAreNotReal(Habit habit) throws IOException {
        Path real = chain(DiskFormat.SE_SPARSE);
        Path disk = new StrangeFileSystem(habit).of(real);

        assertThatThrownBy(() -> VirtualDisk.open(disk, OpenOptions.writable()))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("strange")
                .hasMessageContaining("no locks that keep others out");
        assertThatThrownBy(() -> new DiskRebase(OpenOptions.writable(), Progress.NONE).ontoNothing(disk))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("no locks that keep others out");
        try (var names = Files.list(folder)) {
            assertThat(names).noneMatch(name -> name.toString().contains(".vmdisk-"));
        }
    }

    @Test
    void whereLocksAreRealADiskIsChangedInPlace() throws IOException {
        Path real = chain(DiskFormat.SE_SPARSE);
        byte[] fresh = Patterns.random(12, 9000);
        try (VirtualDisk disk = VirtualDisk.open(
                new StrangeFileSystem(Habit.MOVES_THE_SHARED_POSITION, Habit.READS_LITTLE).of(real),
                OpenOptions.writable())) {
            disk.write(77_777, ByteBuffer.wrap(fresh));
        }
        System.arraycopy(fresh, 0, content, 77_777, fresh.length);
        try (VirtualDisk disk = VirtualDisk.open(real)) {
            requireSameBytes(disk, Habit.MOVES_THE_SHARED_POSITION);
        }
    }

    @Test
    void disksAreReadOutOfAnArchive() throws IOException {
        Path real = chain(DiskFormat.TWO_GB_SPARSE);
        Path archive = folder.resolve("vm.zip");
        try (FileSystem zip =
                        FileSystems.newFileSystem(URI.create("jar:" + archive.toUri()), Map.of("create", "true"));
                var files = Files.list(folder)) {
            for (Path file :
                    (Iterable<Path>) files.filter(name -> name.toString().endsWith(".vmdk"))::iterator) {
                Files.copy(file, zip.getPath("/" + file.getFileName()));
            }
        }
        try (FileSystem zip = FileSystems.newFileSystem(archive)) {
            try (VirtualDisk disk = VirtualDisk.open(zip.getPath("/" + real.getFileName()))) {
                requireSameBytes(disk, Habit.NO_FILE_CHANNELS);
            }
            assertThatThrownBy(() -> VirtualDisk.open(zip.getPath("/" + real.getFileName()), OpenOptions.writable()))
                    .isInstanceOf(IOException.class);
            Path raw = zip.getPath("/made.vmdk");
            try (VirtualDisk from = VirtualDisk.open(real)) {
                new DiskConverter(2, Progress.NONE)
                        .convert(from, raw, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY));
            } catch (IOException e) {
                requireOurs(e, Habit.NO_FILE_CHANNELS);
            }
        }
    }
}

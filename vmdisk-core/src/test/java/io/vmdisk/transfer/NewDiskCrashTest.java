package io.vmdisk.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.vmdisk.ByteRange;
import io.vmdisk.OperationCancelledException;
import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.plan.Recovery;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Crash;
import io.vmdisk.testkit.CrashReplay;
import io.vmdisk.testkit.FaultVolume;
import io.vmdisk.testkit.InjectedFaultException;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The making of a disk, cut off at every call by a crash, a failure or a cancel: there is no disk under its name, or the
 * whole disk, and what is left besides goes with the next run or with recovery.
 */
@Tag("long")
class NewDiskCrashTest {
    private static final int CAPACITY = (40 << 10) + 3 * 512;
    private static final int PART = 20 << 10;
    private static final int SHARED = 40 << 10;
    private static final int LAST_CALLS = 30;
    private static final long SEED = 5;
    private static final Path FOLDER = MemoryVolume.folder();
    private static final Path SOURCE = FOLDER.resolve("source.vmdk");
    private static final Path TARGET = FOLDER.resolve("target.vmdk");

    /** A way to make a disk. */
    private interface Maker {
        void make(Volume volume, Progress progress) throws IOException;
    }

    /** A disk to make, and what it must read as. */
    record Work(String name, MemoryVolume before, DiskFormat format, Maker maker, byte[] content) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Work> works() throws IOException {
        byte[] content = Patterns.mixed(8, CAPACITY);
        Arrays.fill(content, 9_000, 25_000, (byte) 0);
        MemoryVolume files = new MemoryVolume();
        StagedDisk.createEmpty(SOURCE, CreateSpec.of(DiskFormat.SE_SPARSE, CAPACITY), files, Progress.NONE);
        try (VirtualDisk source =
                VirtualDisk.open(SOURCE, OpenOptions.writable().withVolume(files))) {
            source.write(0, ByteBuffer.wrap(content));
        }
        Stream<Work> others = Stream.concat(sharingWorks(content), Stream.of(partWork(files, content)));
        return Stream.concat(Stream.of(DiskFormat.values()).flatMap(format -> works(format, files, content)), others);
    }

    private static Work partWork(MemoryVolume files, byte[] content) {
        ByteRange part = new ByteRange(8 << 10, 24 << 10);
        Maker maker = (volume, progress) -> {
            try (VirtualDisk source =
                    VirtualDisk.open(SOURCE, OpenOptions.readOnly().withVolume(volume))) {
                new RawPart(1, volume, progress).write(source, part, TARGET);
            }
        };
        byte[] expected = Arrays.copyOfRange(content, (int) part.start(), (int) part.end());
        return new Work("a part as raw", files, DiskFormat.RAW, maker, expected);
    }

    /** Of a source whose blocks, but for the last, can be shared with a new file. */
    private static Stream<Work> sharingWorks(byte[] content) {
        MemoryVolume files = new MemoryVolume().sharing();
        files.put(SOURCE, content);
        Stream<Work> shared = Stream.of(
                        DiskFormat.RAW, DiskFormat.MONOLITHIC_FLAT, DiskFormat.TWO_GB_FLAT, DiskFormat.SE_SPARSE)
                .map(format -> new Work(
                        "share with " + format, files, format, share(CreateSpec.of(format, CAPACITY)), content));
        // The file system is asked before there is a file; what a thick disk does not share it gets at the end.
        MemoryVolume whole = new MemoryVolume().sharing();
        whole.put(SOURCE, Arrays.copyOf(content, CAPACITY + 5 * 512));
        return Stream.concat(
                shared,
                Stream.of(DiskFormat.RAW, DiskFormat.VMFS, DiskFormat.VMFS_EAGER, DiskFormat.MONOLITHIC_SPARSE)
                        .map(format -> new Work(
                                "convert where blocks are shared to " + format,
                                whole,
                                format,
                                convertShared(format),
                                Arrays.copyOf(content, CAPACITY + 5 * 512))));
    }

    private static Maker convertShared(DiskFormat format) {
        return (volume, progress) -> {
            try (VirtualDisk source =
                    VirtualDisk.openRaw(SOURCE, OpenOptions.readOnly().withVolume(volume))) {
                new DiskConverter(1, volume, progress)
                        .convert(source, TARGET, CreateSpec.of(format, source.capacity()));
            }
        };
    }

    /** All but the last sectors, which are no whole block. */
    private static Maker share(CreateSpec spec) {
        return (volume, progress) -> {
            try (VirtualDisk source =
                    VirtualDisk.openRaw(SOURCE, OpenOptions.readOnly().withVolume(volume))) {
                try (StagedDisk staged = StagedDisk.create(TARGET, spec, volume, progress)) {
                    try (VirtualDisk disk = staged.open()) {
                        progress.checkCancelled("sharing");
                        // What a crash leaves is a volume that can't share: there all is written.
                        int done = disk.share(0, SHARED, source, 0) ? SHARED : 0;
                        ByteBuffer rest = ByteBuffer.allocate(CAPACITY - done);
                        source.read(done, rest);
                        disk.write(done, rest.flip());
                    }
                    staged.publish();
                }
            }
        };
    }

    private static Stream<Work> works(DiskFormat format, MemoryVolume files, byte[] content) {
        CreateSpec spec = CreateSpec.of(format, CAPACITY).withExtentBytes(PART);
        Work convert = new Work("convert to " + format, files, format, convert(spec), content);
        Work create = new Work("create " + format, files, format, create(spec), new byte[CAPACITY]);
        if (!format.canBeDelta()) {
            return Stream.of(convert, create);
        }
        CreateSpec linked = spec.withParent(SOURCE);
        return Stream.of(
                convert, create, new Work("clone linked as " + format, files, format, create(linked), content));
    }

    private static Maker convert(CreateSpec spec) {
        return (volume, progress) -> {
            try (VirtualDisk source =
                    VirtualDisk.open(SOURCE, OpenOptions.readOnly().withVolume(volume))) {
                new DiskConverter(1, volume, progress).convert(source, TARGET, spec);
            }
        };
    }

    private static Maker create(CreateSpec spec) {
        return spec.format() == DiskFormat.STREAM_OPTIMIZED
                ? (volume, progress) -> StreamExport.createEmpty(TARGET, spec, volume)
                : (volume, progress) -> StagedDisk.createEmpty(TARGET, spec, volume, progress);
    }

    @ParameterizedTest
    @MethodSource("works")
    void aCrashLeavesNoDiskOrAllOfIt(Work work) throws IOException {
        CrashReplay replay =
                CrashReplay.record(work.before(), volume -> work.maker().make(volume, Progress.NONE));
        requireWhole(work, replay.after(), "without a crash");
        requireNothingBesides(replay.after(), "without a crash");

        int number = 0;
        for (Crash crash : (Iterable<Crash>) replay.states(2, SEED)::iterator) {
            String when = crash + "\n" + crash.losses();
            MemoryVolume files = crash.volume();
            requireSourceUntouched(work, files, when);
            if (files.exists(TARGET)) {
                requireWhole(work, files, when);
            }
            requireRecovers(work, files, when);
            requireRunsAgain(work, crash.volume(), when);
            number++;
        }
        assertThat(number).isGreaterThan(5);
    }

    private static void requireRecovers(Work work, MemoryVolume files, String when) throws IOException {
        boolean whole = files.exists(TARGET);
        new Recovery(files, Progress.NONE).recover(FOLDER);
        requireNothingBesides(files, when);
        if (whole || files.exists(TARGET)) {
            requireWhole(work, files, when);
        } else {
            assertThat(files.files()).as(when).isEqualTo(work.before().files());
        }
    }

    /** The same command again makes the disk, or says that it is there or can be completed. */
    private static void requireRunsAgain(Work work, MemoryVolume files, String when) throws IOException {
        boolean partsNamed = files.files().stream()
                .anyMatch(file -> FOLDER.equals(file.getParent())
                        && !work.before().files().contains(file));
        Throwable refused = catchThrowable(() -> work.maker().make(files, Progress.NONE));
        if (refused == null) {
            requireWhole(work, files, when);
            requireNothingBesides(files, when);
            return;
        }
        assertThat(refused).as(when).isInstanceOf(UnsafeStateException.class);
        if (!partsNamed) {
            assertThat(refused).as(when).hasMessageContaining("a recovery");
        }
        new Recovery(files, Progress.NONE).recover(FOLDER);
        requireWhole(work, files, when);
    }

    @ParameterizedTest
    @MethodSource("works")
    void aFailureOfAnyCallLeavesNoDiskOrAllOfIt(Work work) throws IOException {
        int n = 1;
        for (; ; n++) {
            MemoryVolume files = work.before().copy();
            FaultVolume faulty = FaultVolume.failOnce(files, n);
            Throwable failure = catchThrowable(() -> work.maker().make(faulty, Progress.NONE));
            if (faulty.failed().isEmpty()) {
                assertThat(failure).isNull();
                break;
            }
            String when = faulty.failed().get();
            assertThat(files.openFiles()).as(when).isEmpty();
            assertThat(files.locked()).as(when).isEmpty();
            if (failure == null) {
                // Cleaning up failed: the work itself is done, and recovery does the rest. Or a file's start could not
                // be
                // read at once, and was read in less.
                assertThat(when).matches("(entry|delete|read#\\d+ [^ ]+@0\\+4096).*");
                requireWhole(work, files, when);
                requireRecovers(work, files, when);
                continue;
            }
            assertThat(failure).as(when).isInstanceOf(InjectedFaultException.class);
            if (when.startsWith("delete")) {
                // What was to be taken away is still there.
                requireRecovers(work, files, when);
            } else {
                assertThat(files.files()).as(when).isEqualTo(work.before().files());
                requireNothingBesides(files, when);
            }
        }
        assertThat(n).isGreaterThan(10);
    }

    /** Not even cleaning up works any more: what is left is recovered once the drive is well. */
    @ParameterizedTest
    @MethodSource("works")
    void aDriveThatFailsForGoodLeavesWhatRecoveryDoesWith(Work work) throws IOException {
        FaultVolume calm = FaultVolume.failFrom(work.before().copy(), Integer.MAX_VALUE);
        work.maker().make(calm, Progress.NONE);
        // The copying is long and always the same; the names are given in the last calls.
        for (int n = 1; n <= calm.calls(); n += n < calm.calls() - LAST_CALLS ? 17 : 1) {
            MemoryVolume files = work.before().copy();
            FaultVolume faulty = FaultVolume.failFrom(files, n);
            catchThrowable(() -> work.maker().make(faulty, Progress.NONE));
            requireRecovers(work, files, faulty.failed().get());
        }
    }

    @ParameterizedTest
    @MethodSource("works")
    void aCancelLeavesNothing(Work work) throws IOException {
        for (int n = 1; ; n++) {
            AtomicInteger asked = new AtomicInteger();
            int last = n;
            Progress cancelling = new Progress() {
                @Override
                public boolean cancelled() {
                    return asked.incrementAndGet() >= last;
                }
            };
            MemoryVolume files = work.before().copy();
            Throwable failure = catchThrowable(() -> work.maker().make(files, cancelling));
            if (failure == null) {
                requireWhole(work, files, "not cancelled");
                break;
            }
            assertThat(failure).isInstanceOf(OperationCancelledException.class);
            assertThat(files.files()).isEqualTo(work.before().files());
            requireNothingBesides(files, "cancelled at question " + n);
        }
    }

    @ParameterizedTest
    @MethodSource("works")
    void neverTouchesADiskThatHasTheName(Work work) throws IOException {
        MemoryVolume files = work.before().copy();
        work.maker().make(files, Progress.NONE);
        for (Path part : List.copyOf(files.files())) {
            if (work.before().files().contains(part)) {
                continue;
            }
            MemoryVolume taken = work.before().copy();
            taken.put(part, new byte[] {1, 2, 3});
            assertThatThrownBy(() -> work.maker().make(taken, Progress.NONE))
                    .isInstanceOf(UnsafeStateException.class)
                    .hasMessageStartingWith(part.toString())
                    .hasMessageContaining("exists");
            assertThat(taken.bytes(part)).containsExactly(1, 2, 3);
            assertThat(taken.files()).hasSize(work.before().files().size() + 1);
        }
    }

    private static void requireSourceUntouched(Work work, MemoryVolume files, String when) throws IOException {
        for (Path file : work.before().files()) {
            assertThat(Arrays.equals(files.bytes(file), work.before().bytes(file)))
                    .as("%s: %s", when, file)
                    .isTrue();
        }
    }

    private static void requireNothingBesides(MemoryVolume files, String when) {
        assertThat(files.folders()).as(when).noneMatch(AtomicName::isUnfinished);
        assertThat(files.files()).as(when).noneMatch(file -> file.toString().contains(".vmdisk-"));
        assertThat(files.locked()).as(when).isEmpty();
        assertThat(files.openFiles()).as(when).isEmpty();
    }

    private static void requireWhole(Work work, MemoryVolume files, String when) throws IOException {
        OpenOptions options = OpenOptions.readOnly().withVolume(files);
        ByteBuffer bytes = ByteBuffer.allocate(work.content().length);
        try (VirtualDisk disk = work.format() == DiskFormat.RAW
                ? VirtualDisk.openRaw(TARGET, options)
                : VirtualDisk.open(TARGET, options)) {
            assertThat(disk.capacity()).as(when).isEqualTo(work.content().length);
            disk.read(0, bytes);
        }
        assertThat(Arrays.equals(bytes.array(), work.content())).as(when).isTrue();
    }
}

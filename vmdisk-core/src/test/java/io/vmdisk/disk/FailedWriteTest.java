package io.vmdisk.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Run;
import io.vmdisk.VmdiskException;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.FaultVolume;
import io.vmdisk.testkit.InjectedFaultException;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A change that fails half way is the last one, and publishes nothing. */
class FailedWriteTest {
    private static final int SECTOR = 512;
    private static final int CAPACITY = 120_320;
    private static final int AT = 10_240;
    private static final int LENGTH = 90_112;
    private static final byte[] WRITTEN = Patterns.random(9, LENGTH);

    private interface Fault {
        FaultVolume on(Volume volume, int call);
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {"STREAM_OPTIMIZED", "RAW"},
            mode = EnumSource.Mode.EXCLUDE)
    void publishesNothingWhenOneCallFails(DiskFormat format) throws IOException {
        failEach(format, FaultVolume::failOnce);
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {"STREAM_OPTIMIZED", "RAW"},
            mode = EnumSource.Mode.EXCLUDE)
    void publishesNothingWhenAllFailFromThere(DiskFormat format) throws IOException {
        failEach(format, FaultVolume::failFrom);
    }

    @Test
    void saysSoOfRawImagesToo() throws IOException {
        MemoryVolume volume = TestDisks.of(DiskFormat.RAW, CAPACITY);
        FaultVolume faulty = FaultVolume.fullAfter(volume, 4096);
        VirtualDisk disk =
                VirtualDisk.openRaw(TestDisks.DISK, OpenOptions.writable().withVolume(faulty));

        assertThatThrownBy(() -> disk.write(AT, ByteBuffer.wrap(WRITTEN))).isInstanceOf(InjectedFaultException.class);

        requireRefusals(disk, "a full store");
        assertThat(volume.openFiles()).isEmpty();
    }

    /** What is flushed counts, what came after it does not. */
    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {"MONOLITHIC_SPARSE", "TWO_GB_SPARSE", "VMFS_SPARSE", "SE_SPARSE"})
    void keepsWhatWasFlushedBefore(DiskFormat format) throws IOException {
        MemoryVolume volume = disk(format);
        byte[] flushed = Patterns.random(10, 8192);
        FaultVolume faulty = FaultVolume.fullAfter(volume, 500_000);
        VirtualDisk disk =
                VirtualDisk.open(TestDisks.DISK, OpenOptions.writable().withVolume(faulty));
        disk.write(AT, ByteBuffer.wrap(flushed));
        disk.flush();
        byte[] before = DiskContent.of(disk);
        assertThatThrownBy(() -> {
                    while (true) {
                        disk.write(AT + 8192, ByteBuffer.wrap(WRITTEN));
                    }
                })
                .isInstanceOf(InjectedFaultException.class);
        requireRefusals(disk, "a full store");

        byte[] after = contentOf(volume);
        assertThat(Arrays.copyOfRange(after, AT, AT + 8192)).isEqualTo(flushed);
        assertThat(Arrays.copyOf(after, AT)).isEqualTo(Arrays.copyOf(before, AT));
    }

    private static void failEach(DiskFormat format, Fault fault) throws IOException {
        int failures = 0;
        int calls = 0;
        MemoryVolume start = disk(format);
        boolean reached = true;
        for (int call = 1; reached; call++) {
            MemoryVolume volume = start.copy();
            FaultVolume faulty = fault.on(volume, call);
            failures += fails(format, volume, faulty) ? 1 : 0;
            reached = faulty.failed().isPresent();
            calls += reached ? 1 : 0;
            assertThat(volume.openFiles()).isEmpty();
            assertThat(volume.locked()).isEmpty();
        }
        assertThat(calls).isGreaterThan(5);
        assertThat(failures).isPositive();
    }

    private static MemoryVolume disk(DiskFormat format) throws IOException {
        return format.canBeDelta()
                ? TestDisks.over(DiskFormat.MONOLITHIC_SPARSE, format, CAPACITY)
                : TestDisks.of(format, CAPACITY);
    }

    /** Whether a change failed. */
    private static boolean fails(DiskFormat format, MemoryVolume volume, FaultVolume faulty) throws IOException {
        List<Run> runs;
        byte[] old;
        try (VirtualDisk disk =
                VirtualDisk.open(TestDisks.DISK, OpenOptions.readOnly().withVolume(volume))) {
            runs = disk.runs(0, CAPACITY);
            old = DiskContent.of(disk);
        }
        VirtualDisk disk;
        try {
            disk = VirtualDisk.open(TestDisks.DISK, OpenOptions.writable().withVolume(faulty));
        } catch (InjectedFaultException | VmdiskException e) {
            return false;
        }
        boolean failed = false;
        String when = "";
        try (disk) {
            // Every window of the chain is looked up before anything changes.
            DiskContent.of(disk);
            try {
                disk.write(AT, ByteBuffer.wrap(WRITTEN));
                disk.unmap(AT, LENGTH / 2);
            } catch (InjectedFaultException | VmdiskException e) {
                failed = true;
                when = faulty.failed().orElseThrow();
                if (isSpoiled(disk)) {
                    requireRefusals(disk, when);
                } else {
                    // The content ID could not be changed, which comes before all else.
                    assertThat(contentOf(volume)).as(when).isEqualTo(old);
                }
            }
        } catch (InjectedFaultException | VmdiskException e) {
            // A read before, or the close met it.
        }
        requireOldOrNew(volume, old, String.valueOf(faulty.failed()));
        if (failed && format.canBeDelta()) {
            requireSameRuns(volume, runs, when);
        }
        return failed;
    }

    private static boolean isSpoiled(VirtualDisk disk) throws IOException {
        try {
            disk.flush();
            return false;
        } catch (FileSystemException e) {
            return true;
        }
    }

    private static void requireRefusals(VirtualDisk disk, String when) {
        List<ThrowingCallable> calls = List.of(
                () -> disk.write(0, ByteBuffer.allocate(512)),
                () -> disk.zero(0, 4096),
                () -> disk.unmap(0, 4096),
                () -> disk.read(0, ByteBuffer.allocate(512)),
                () -> disk.runs(0, 512),
                disk::flush,
                disk::close);
        for (ThrowingCallable call : calls) {
            assertThatThrownBy(call)
                    .as(when)
                    .isInstanceOf(FileSystemException.class)
                    .hasMessageContaining(TestDisks.DISK.toString())
                    .hasMessageContaining("an earlier change failed")
                    .hasMessageContaining("open the disk again")
                    .hasCauseInstanceOf(InjectedFaultException.class);
        }
        assertThatCode(disk::close).as(when).doesNotThrowAnyException();
    }

    private static void requireSameRuns(MemoryVolume volume, List<Run> before, String when) throws IOException {
        try (VirtualDisk again =
                VirtualDisk.open(TestDisks.DISK, OpenOptions.readOnly().withVolume(volume))) {
            assertThat(again.runs(0, CAPACITY)).as(when).isEqualTo(before);
        }
    }

    private static byte[] contentOf(MemoryVolume volume) throws IOException {
        try (VirtualDisk again =
                VirtualDisk.open(TestDisks.DISK, OpenOptions.readOnly().withVolume(volume))) {
            return DiskContent.of(again);
        }
    }

    private static void requireOldOrNew(MemoryVolume volume, byte[] old, String when) throws IOException {
        byte[] shown = contentOf(volume);
        for (int at = 0; at < CAPACITY; at += SECTOR) {
            byte[] sector = Arrays.copyOfRange(shown, at, at + SECTOR);
            boolean inside = at >= AT && at < AT + LENGTH;
            boolean isOld = Arrays.equals(sector, 0, SECTOR, old, at, at + SECTOR);
            boolean isNew = inside && Arrays.equals(sector, 0, SECTOR, WRITTEN, at - AT, at - AT + SECTOR);
            boolean isGone = at >= AT && at < AT + LENGTH / 2 && Arrays.equals(sector, new byte[SECTOR]);
            assertThat(isOld || isNew || isGone)
                    .as("%s, sector at %d", when, at)
                    .isTrue();
        }
    }
}

package io.vmdisk.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.VmdiskException;
import io.vmdisk.testkit.FaultVolume;
import io.vmdisk.testkit.InjectedFaultException;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A change that fails half way shows at once what the next open will find. */
class FailedWriteTest {
    private static final int SECTOR = 512;
    private static final int CAPACITY = 120_320;
    private static final int AT = 10_240;
    private static final int LENGTH = 90_112;

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {"STREAM_OPTIMIZED", "RAW"},
            mode = EnumSource.Mode.EXCLUDE)
    void showsWhatTheNextOpenFinds(DiskFormat format) throws IOException {
        int failures = 0;
        for (int call = 1; fails(disk(format), call); call++) {
            failures++;
        }

        assertThat(failures).isGreaterThan(5);
    }

    private static MemoryVolume disk(DiskFormat format) throws IOException {
        return format.canBeDelta()
                ? TestDisks.over(DiskFormat.MONOLITHIC_SPARSE, format, CAPACITY)
                : TestDisks.of(format, CAPACITY);
    }

    /** Whether the session had a call of this number, which was failed. */
    private static boolean fails(MemoryVolume volume, int call) throws IOException {
        FaultVolume faulty = FaultVolume.failOnce(volume, call);
        byte[] shown;
        byte[] old;
        byte[] written = Patterns.random(9, LENGTH);
        try (VirtualDisk disk =
                VirtualDisk.open(TestDisks.DISK, OpenOptions.writable().withVolume(faulty))) {
            // Every window of the chain is looked up before anything changes.
            old = DiskContent.of(disk);
            boolean failed = false;
            try {
                disk.write(AT, ByteBuffer.wrap(written));
                disk.unmap(AT, LENGTH / 2);
            } catch (IOException e) {
                failed = true;
            }
            shown = DiskContent.of(disk);
            if (!failed) {
                // It was none of the changes that met the call.
                return faulty.failed().isPresent();
            }
            disk.flush();
        } catch (InjectedFaultException | VmdiskException e) {
            // The open, the first read or the flush met it.
            return true;
        }
        try (VirtualDisk again =
                VirtualDisk.open(TestDisks.DISK, OpenOptions.readOnly().withVolume(volume))) {
            assertThat(Arrays.mismatch(DiskContent.of(again), shown))
                    .as("first byte that differs after %s", faulty.failed())
                    .isEqualTo(-1);
        }
        for (int at = 0; at < CAPACITY; at += SECTOR) {
            byte[] sector = Arrays.copyOfRange(shown, at, at + SECTOR);
            boolean inside = at >= AT && at < AT + LENGTH;
            boolean isOld = Arrays.equals(sector, 0, SECTOR, old, at, at + SECTOR);
            boolean isNew = inside && Arrays.equals(sector, 0, SECTOR, written, at - AT, at - AT + SECTOR);
            boolean isGone = at >= AT && at < AT + LENGTH / 2 && Arrays.equals(sector, new byte[SECTOR]);
            assertThat(isOld || isNew || isGone)
                    .as("%s, sector at %d", faulty.failed(), at)
                    .isTrue();
        }
        return true;
    }
}

package io.vmdisk.extent.sesparse;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Finding;
import io.vmdisk.extent.Backing;
import io.vmdisk.extent.Extent;
import io.vmdisk.extent.TableCache;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.ExtentContent;
import io.vmdisk.testkit.ExtentModel;
import io.vmdisk.testkit.FaultVolume;
import io.vmdisk.testkit.InjectedFaultException;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Each call of a session fails once, or from then on: the caller hears of it, and the file stays good. */
class SeSparseFaultTest {
    private static final int CAPACITY = 1 << 20;
    private static final Path PATH = MemoryVolume.folder().resolve("d.vmdk");
    private static final byte[] OLD = Patterns.filled(0x11, 8192);
    private static final byte[] NEW = Patterns.filled(0x22, 8192);

    @Test
    void survivesAnyCallThatFailsOnce() throws IOException {
        failEach(FaultVolume::failOnce);
    }

    @Test
    void survivesADiskThatDies() throws IOException {
        failEach(FaultVolume::failFrom);
    }

    private interface Fault {
        FaultVolume on(Volume volume, int call);
    }

    private static void failEach(Fault fault) throws IOException {
        MemoryVolume start = new MemoryVolume();
        ExtentModel model = ExtentModel.create(new SeSparseFormat(), start, PATH, CAPACITY, new byte[0], 0);
        model.write(0, OLD);
        model.write(65536, OLD);
        model.close();
        boolean failed = true;
        for (int call = 1; failed; call++) {
            MemoryVolume volume = start.copy();
            FaultVolume faulty = fault.on(volume, call);
            failed = fails(faulty);
            assertThat(failed).isEqualTo(faulty.failed().isPresent());
            assertThat(volume.openFiles()).isEmpty();
            requireGood(volume, failed, "call " + call + " " + faulty.failed());
        }
    }

    private static boolean fails(FaultVolume volume) throws IOException {
        try (SessionFile session = new SessionFile(volume)) {
            session.run();
            return false;
        } catch (InjectedFaultException e) {
            return true;
        }
    }

    /** Closes what it opened, whatever happened. */
    private static final class SessionFile implements AutoCloseable {
        private final BlockFile file;

        SessionFile(Volume volume) throws IOException {
            file = volume.open(PATH, OpenMode.WRITE);
        }

        void run() throws IOException {
            try (var extent = new SeSparseFormat().open(file)) {
                extent.write(4096, ByteBuffer.wrap(NEW), Backing.NONE);
                extent.unmap(65536, 4096, Backing.NONE);
                extent.flush();
                extent.write(200_704, ByteBuffer.wrap(NEW), Backing.NONE);
            }
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    private static void requireGood(MemoryVolume volume, boolean failed, String what) throws IOException {
        try (BlockFile file = volume.open(PATH, OpenMode.READ)) {
            assertThat(new SeSparseFormat().check(file)).as(what).allMatch(SeSparseFaultTest::isHarmless);
        }
        BlockFile file = volume.open(PATH, OpenMode.READ);
        try (Extent extent = SeSparseExtents.open(file, new TableCache(1 << 20))) {
            byte[] content = ExtentContent.of(extent);
            require(content, 0, what, 0x11);
            require(content, 4096, what, failed ? new int[] {0x11, 0x22} : new int[] {0x22});
            require(content, 8192, what, failed ? new int[] {0, 0x22} : new int[] {0x22});
            require(content, 65536, what, failed ? new int[] {0x11, 0} : new int[] {0});
            require(content, 65536 + 4096, what, 0x11);
            require(content, 200_704, what, failed ? new int[] {0, 0x22} : new int[] {0x22});
        }
    }

    private static boolean isHarmless(Finding finding) {
        return finding.severity().compareTo(Finding.Severity.LEAK) <= 0;
    }

    /** The 512 bytes there are all the same, and one of these values. */
    private static void require(byte[] content, int at, String what, int... allowed) {
        IntFunction<byte[]> sector = value -> Patterns.filled(value, 512);
        assertThat(Arrays.stream(allowed)
                        .anyMatch(value -> Arrays.equals(content, at, at + 512, sector.apply(value), 0, 512)))
                .as("content at %d after %s", at, what)
                .isTrue();
    }
}

package io.vmdisk.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.Qemu;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Disks that qemu-img made, changed by us: a byte array says what they must hold, and qemu-img agrees. */
class HostedWriteTest {
    private static final int CAPACITY = (6 << 20) + 5 * 512;

    @TempDir
    Path folder;

    @BeforeAll
    static void needsQemu() {
        Qemu.assumePresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "subformat=monolithicSparse",
                "subformat=monolithicSparse,zeroed_grain=on",
                "subformat=twoGbMaxExtentSparse",
                "subformat=monolithicFlat"
            })
    void holdsWhatWasWritten(String options) throws IOException {
        Path disk = folder.resolve("disk.vmdk");
        Qemu.img("create", "-q", "-f", "vmdk", "-o", options, disk, CAPACITY);

        byte[] model = change(disk, new byte[CAPACITY], options.hashCode());

        assertHolds(disk, model);
        assertThat(Qemu.tryImg("check", "-f", "vmdk", disk).exitCode()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"zeroed_grain=on", "zeroed_grain=off"})
    void holdsWhatWasWrittenOverAParent(String options) throws IOException {
        Path base = folder.resolve("base.vmdk");
        Path child = folder.resolve("child.vmdk");
        Qemu.img("create", "-q", "-f", "vmdk", base, CAPACITY);
        byte[] content = change(base, new byte[CAPACITY], 7);
        Qemu.img("create", "-q", "-f", "vmdk", "-o", options, "-F", "vmdk", "-b", "base.vmdk", child);

        byte[] model = change(child, content, options.hashCode());

        assertHolds(child, model);
        assertHolds(base, content);
    }

    private static byte[] change(Path disk, byte[] start, long seed) throws IOException {
        byte[] model = start.clone();
        SplittableRandom random = new SplittableRandom(seed);
        for (int session = 0; session < 4; session++) {
            try (VirtualDisk opened = VirtualDisk.open(disk, OpenOptions.writable())) {
                for (int i = 0; i < 25; i++) {
                    int length = 1 + random.nextInt(300_000);
                    int at = random.nextInt(model.length - length);
                    switch (random.nextInt(6)) {
                        case 0 -> {
                            opened.zero(at, length);
                            Arrays.fill(model, at, at + length, (byte) 0);
                        }
                        case 1 -> {
                            opened.unmap(at, length);
                            Arrays.fill(model, at, at + length, (byte) 0);
                        }
                        case 2 -> opened.flush();
                        default -> {
                            byte[] bytes = Patterns.random(random.nextLong(), length);
                            opened.write(at, ByteBuffer.wrap(bytes));
                            System.arraycopy(bytes, 0, model, at, length);
                        }
                    }
                    byte[] around = new byte[Math.min(100_000, model.length - at)];
                    opened.read(at, ByteBuffer.wrap(around));
                    assertThat(around).isEqualTo(Arrays.copyOfRange(model, at, at + around.length));
                }
                assertThat(DiskContent.of(opened)).isEqualTo(model);
                DiskContent.assertRunsAgree(opened);
            }
        }
        return model;
    }

    private void assertHolds(Path disk, byte[] model) throws IOException {
        try (VirtualDisk opened = VirtualDisk.open(disk)) {
            assertThat(DiskContent.of(opened)).isEqualTo(model);
        }
        Path raw = folder.resolve("expected.raw");
        Qemu.toRaw("vmdk", disk, raw);
        assertThat(Files.readAllBytes(raw)).isEqualTo(model);
    }
}

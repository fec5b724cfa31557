package io.vmdisk.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.testkit.Qemu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything that qemu-img can make reads as qemu-img itself reads it. */
class QemuDisksTest {
    @TempDir
    Path folder;

    @BeforeAll
    static void needsQemu() {
        Qemu.assumePresent();
    }

    static Stream<Arguments> everyKind() {
        List<Arguments> kinds = new ArrayList<>();
        for (String subformat :
                List.of("monolithicSparse", "monolithicFlat", "twoGbMaxExtentSparse", "twoGbMaxExtentFlat")) {
            for (String adapter : List.of("ide", "lsilogic", "buslogic", "legacyESX")) {
                kinds.add(Arguments.of(subformat, "adapter_type=" + adapter));
            }
        }
        kinds.add(Arguments.of("monolithicSparse", "zeroed_grain=on"));
        kinds.add(Arguments.of("twoGbMaxExtentSparse", "zeroed_grain=on"));
        kinds.add(Arguments.of("monolithicSparse", "compat6=on"));
        kinds.add(Arguments.of("monolithicFlat", "compat6=on"));
        return kinds.stream();
    }

    @ParameterizedTest
    @MethodSource("everyKind")
    void readsWhatQemuIoWrote(String subformat, String option) throws IOException {
        Path disk = folder.resolve("disk.vmdk");
        Qemu.img("create", "-q", "-f", "vmdk", "-o", "subformat=" + subformat + "," + option, disk, "9777664");
        Qemu.io("vmdk", disk, randomWrites(subformat.hashCode() + option.hashCode(), 9777664));

        assertReadsLikeQemu(disk);
    }

    @ParameterizedTest
    @MethodSource("everyKind")
    void readsDeltasOverEveryKind(String subformat, String option) throws IOException {
        Path base = folder.resolve("base.vmdk");
        Path middle = folder.resolve("middle.vmdk");
        Path top = folder.resolve("top.vmdk");
        Qemu.img("create", "-q", "-f", "vmdk", "-o", "subformat=" + subformat + "," + option, base, "5M");
        Qemu.io("vmdk", base, randomWrites(1, 5 << 20));
        delta(middle, base, "zeroed_grain=on");
        Qemu.io("vmdk", middle, randomWrites(2, 5 << 20));
        delta(top, middle, "zeroed_grain=off");
        Qemu.io("vmdk", top, randomWrites(3, 5 << 20));

        assertReadsLikeQemu(top);
    }

    @Test
    void readsStreamOptimisedDisks() throws IOException {
        Path raw = folder.resolve("content.raw");
        Files.write(raw, io.vmdisk.testkit.Patterns.mixed(5, (3 << 20) + 2560));
        Path disk = folder.resolve("stream.vmdk");
        Qemu.img("convert", "-f", "raw", "-O", "vmdk", "-o", "subformat=streamOptimized", raw, disk);

        assertReadsLikeQemu(disk);
    }

    @Test
    void readsADiskAcrossTheBorderOfItsSplitExtents() throws IOException {
        Path disk = folder.resolve("split.vmdk");
        Qemu.img("create", "-q", "-f", "vmdk", "-o", "subformat=twoGbMaxExtentSparse", disk, "5G");
        Qemu.io("vmdk", disk, "write -P 0x5a 2147483136 1024", "write -P 0x6b 5368708608 512");

        try (VirtualDisk opened = VirtualDisk.open(disk)) {
            java.nio.ByteBuffer border = java.nio.ByteBuffer.allocate(2048);
            opened.read(2147483136L - 512, border);
            assertThat(border.array()[511]).isZero();
            assertThat(border.array()[512]).isEqualTo((byte) 0x5a);
            assertThat(border.array()[1535]).isEqualTo((byte) 0x5a);
            assertThat(border.array()[1536]).isZero();
            java.nio.ByteBuffer end = java.nio.ByteBuffer.allocate(2048);
            assertThat(opened.read(5368708608L, end)).isEqualTo(512);
            assertThat(end.array()[0]).isEqualTo((byte) 0x6b);
            assertThat(opened.read(opened.capacity(), end)).isEqualTo(-1);
        }
    }

    @Test
    void opensARenamedMonolithicFile() throws IOException {
        Path disk = folder.resolve("old-name.vmdk");
        Qemu.img("create", "-q", "-f", "vmdk", disk, "2M");
        Qemu.io("vmdk", disk, "write -P 0x11 64k 64k");
        Path renamed = folder.resolve("new-name.vmdk");
        Files.move(disk, renamed);

        assertReadsLikeQemu(renamed);
    }

    private void delta(Path child, Path parent, String option) throws IOException {
        Qemu.img("create", "-q", "-f", "vmdk", "-o", option, "-F", "vmdk", "-b", parent.getFileName(), child);
    }

    static String[] randomWrites(long seed, int capacity) {
        SplittableRandom random = new SplittableRandom(seed);
        return Stream.generate(() -> {
                    int length = 512 * (1 + random.nextInt(400));
                    long at = 512L * random.nextInt((capacity - length) / 512);
                    return random.nextInt(5) == 0
                            ? "write -z " + at + " " + length
                            : "write -P " + (1 + random.nextInt(255)) + " " + at + " " + length;
                })
                .limit(25)
                .toArray(String[]::new);
    }

    private void assertReadsLikeQemu(Path disk) throws IOException {
        Path raw = folder.resolve("expected.raw");
        Qemu.toRaw("vmdk", disk, raw);
        try (VirtualDisk opened = VirtualDisk.open(disk)) {
            assertThat(DiskContent.of(opened)).isEqualTo(Files.readAllBytes(raw));
            DiskContent.assertRunsAgree(opened);
        }
    }
}

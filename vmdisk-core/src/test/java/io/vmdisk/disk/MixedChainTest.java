package io.vmdisk.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Progress;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Generators;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.Qemu;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** SEsparse and COWD disks of the generators, alone and in chains of mixed formats, read as expected and as qemu does. */
@Tag("long")
class MixedChainTest {
    private static final int MIB = 1 << 20;

    @TempDir
    Path folder;

    @BeforeAll
    static void needsQemu() {
        Qemu.assumePresent();
    }

    @Test
    void readsGeneratedDisksAlone() throws IOException {
        Path source = content("source.raw", 1, 4 * MIB);
        Path se = Generators.sesparse(
                folder,
                "se",
                "--size-mib",
                9,
                "--source",
                source,
                "--scatter",
                3,
                "--unmap",
                "1m:64k",
                "--expect",
                "se.raw");
        Path cowd = Generators.cowd(folder, "cowd", "--size-mib", 9, "--source", source, "--expect", "cowd.raw");

        assertReads(se, "se.raw");
        assertReads(cowd, "cowd.raw");
    }

    static Stream<List<String>> chains() {
        return Stream.of(
                List.of("flat", "se", "cowd", "hosted"),
                List.of("hosted", "cowd", "se", "hosted", "se"),
                List.of("split", "hosted", "cowd", "cowd", "se"),
                List.of("stream", "se", "hosted"),
                List.of("cowd", "hosted", "se", "hosted"),
                List.of("se", "cowd", "hosted"));
    }

    @ParameterizedTest
    @MethodSource("chains")
    void readsAChainOfMixedFormats(List<String> formats) throws IOException {
        Path disk = link(formats.get(0), "link0", null, 0);
        for (int depth = 1; depth < formats.size(); depth++) {
            disk = link(formats.get(depth), "link" + depth, disk, depth);
        }

        String expected = "link" + (formats.size() - 1) + ".raw";
        assertReads(disk, expected);
        assertWritesInto(disk, Files.readAllBytes(folder.resolve(expected)));
    }

    /** Makes one more link with data of its own, and the raw content that it must have. */
    private Path link(String format, String name, @Nullable Path parent, int seed) throws IOException {
        return switch (format) {
            case "se", "cowd" -> generated(format, name, parent, seed);
            case "hosted" -> hosted(name, parent, seed);
            default -> base(format, name, seed);
        };
    }

    private Path generated(String format, String name, @Nullable Path parent, int seed) throws IOException {
        Stream<Object> options = Stream.of(
                "--size-mib",
                5,
                "--data",
                "0:40k",
                "--data",
                (64 + seed * 300) + "k:500k",
                "--data",
                "4m:32k",
                "--cid",
                "0000aa0" + seed,
                "--expect",
                name + ".raw",
                "--zero",
                "3m:64k");
        if (parent != null) {
            Path raw = Path.of(parent.toString().replace(".vmdk", ".raw"));
            options = Stream.concat(options, Stream.of("--parent", parent, "--parent-raw", raw));
        }
        Object[] all = options.map(option -> format.equals("cowd") && option.equals("--zero") ? "--real-zero" : option)
                .toArray();
        return format.equals("se") ? Generators.sesparse(folder, name, all) : Generators.cowd(folder, name, all);
    }

    private Path hosted(String name, @Nullable Path parent, int seed) throws IOException {
        Path disk = folder.resolve(name + ".vmdk");
        if (parent == null) {
            Qemu.img("create", "-q", "-f", "vmdk", disk, 5 * MIB);
        } else {
            Qemu.img(
                    "create",
                    "-q",
                    "-f",
                    "vmdk",
                    "-F",
                    "vmdk",
                    "-b",
                    parent.getFileName(),
                    "-o",
                    "zeroed_grain=on",
                    disk);
        }
        Qemu.io("vmdk", disk, QemuDisksTest.randomWrites(seed, 5 * MIB).toArray(String[]::new));
        Qemu.toRaw("vmdk", disk, folder.resolve(name + ".raw"));
        return disk;
    }

    private Path base(String format, String name, int seed) throws IOException {
        Path raw = content(name + ".raw", seed, 5 * MIB);
        Path disk = folder.resolve(name + ".vmdk");
        String subformat = switch (format) {
            case "flat" -> "monolithicFlat";
            case "split" -> "twoGbMaxExtentSparse";
            default -> "streamOptimized";
        };
        Qemu.img("convert", "-f", "raw", "-O", "vmdk", "-o", "subformat=" + subformat, raw, disk);
        return disk;
    }

    private Path content(String name, int seed, int length) throws IOException {
        return Files.write(folder.resolve(name), Patterns.mixed(seed, length));
    }

    private void assertReads(Path disk, String expected) throws IOException {
        byte[] content = Files.readAllBytes(folder.resolve(expected));
        Path raw = folder.resolve("qemu.raw");
        Qemu.toRaw("vmdk", disk, raw);
        assertThat(Files.readAllBytes(raw)).isEqualTo(content);
        try (VirtualDisk opened = VirtualDisk.open(disk)) {
            assertThat(DiskContent.of(opened)).isEqualTo(content);
            DiskContent.assertRunsAgree(opened);
        }
    }

    /** A new link of each format on top: what is written to it is seen by us and by qemu, what is not is as below. */
    private void assertWritesInto(Path parent, byte[] below) throws IOException {
        for (DiskFormat format : new DiskFormat[] {
            DiskFormat.MONOLITHIC_SPARSE, DiskFormat.VMFS_SPARSE, DiskFormat.SE_SPARSE, DiskFormat.TWO_GB_SPARSE
        }) {
            Path child = folder.resolve("child-" + format.word() + ".vmdk");
            CreateSpec spec = CreateSpec.of(format, below.length).withParent(parent);
            StagedDisk.createEmpty(child, spec, Volume.system(), Progress.NONE);
            byte[] model = below.clone();
            SplittableRandom random = new SplittableRandom(format.ordinal());
            try (VirtualDisk disk = VirtualDisk.open(child, OpenOptions.writable())) {
                for (int i = 0; i < 6; i++) {
                    int length = 1 + random.nextInt(100_000);
                    int at = random.nextInt(model.length - length);
                    byte[] bytes = Patterns.random(random.nextLong(), length);
                    disk.write(at, ByteBuffer.wrap(bytes));
                    System.arraycopy(bytes, 0, model, at, length);
                }
                disk.unmap(123, 300_000);
                Arrays.fill(model, 123, 300_123, (byte) 0);
                disk.zero(2_000_000, 70_001);
                Arrays.fill(model, 2_000_000, 2_070_001, (byte) 0);
            }
            String expected = "child.raw";
            Files.write(folder.resolve(expected), model);
            assertReads(child, expected);
        }
    }
}

package io.vmdisk.extent.sesparse;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Finding;
import io.vmdisk.Progress;
import io.vmdisk.extent.Backing;
import io.vmdisk.extent.Extent;
import io.vmdisk.extent.ExtentSink;
import io.vmdisk.extent.TableCache;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.ExtentContent;
import io.vmdisk.testkit.ExtentModel;
import io.vmdisk.testkit.Generators;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.Qemu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the generator, which knows nothing of our code, and against qemu-img, which reads this format. */
class SeSparseInteropTest {
    private static final String EXAMPLE = "--size-mib 40 --data 0:12k:a1 --zero 12k:4k --unmap 16k:4k --data 16m:4k:b2";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                EXAMPLE,
                "--size-mib 17 --data 0:12k:a1 --zero 12k:4k --unmap 16k:4k --data 16m:4k:b2 --scatter 5 --align 8",
                "--size-mib 36 --data 0:18m --unmap 1m:300k --zero 17m:1m --data 33m:64k --scatter 1"
            })
    void readsWhatTheGeneratorMeantAndFindsItSound(String arguments) throws IOException {
        byte[] expected = generate("d", arguments);

        requireSame(read("d", Backing.NONE), expected);
        assertThat(check("d"))
                .allMatch(finding -> finding.severity() == Finding.Severity.INFO
                        // Its grains of junk behind unmapped entries are free, but the regions may be packed more
                        // tightly.
                        || finding.id().equals("sesparse.regions"));
    }

    @Test
    void readsADiskThatEndsInsideAGrain() throws IOException {
        byte[] content = Patterns.mixed(3, 9766 * 512);
        Files.write(folder.resolve("source"), content);

        requireSame(generate("d", "--align 8 --source " + folder.resolve("source")), content);
        requireSame(read("d", Backing.NONE), content);
    }

    @Test
    void hidesTheParentBehindZerosAndUnmappedGrains() throws IOException {
        byte[] parent = parent(20 << 20);

        byte[] expected = generate(
                "d",
                "--size-mib 20 --data 4k:8k:41 --zero 1m:64k --unmap 17m:4k --parent " + folder.resolve("p.vmdk")
                        + " --parent-raw " + folder.resolve("p.raw"));

        requireSame(read("d", ExtentContent.backing(parent)), expected);
    }

    @Test
    void tellsRunsAndJoinsNeighbours() throws IOException {
        generate("d", EXAMPLE);
        List<String> runs = new ArrayList<>();

        try (Extent extent = open("d")) {
            assertThat(extent.capacity()).isEqualTo(40 << 20);
            assertThat(extent.grainBytes()).isEqualTo(4096);
            extent.locate(0, extent.capacity(), new ExtentSink() {
                @Override
                public void data(long start, long length, long fileOffset) {
                    runs.add("data " + start + " " + length + " @" + fileOffset);
                }

                @Override
                public void compressed(long start, long length, long fileOffset, int storedLength) {
                    runs.add("compressed");
                }

                @Override
                public void zero(long start, long length, long heldOffset) {
                    runs.add("zero " + start + " " + length + " @" + heldOffset);
                }

                @Override
                public void unallocated(long start, long length) {
                    runs.add("none " + start + " " + length);
                }
            });
        }

        assertThat(runs)
                .containsExactly(
                        "data 0 12288 @6291456",
                        "zero 12288 4096 @-1",
                        "zero 16384 4096 @-1",
                        "none 20480 16756736",
                        "data 16777216 4096 @6307840",
                        "none 16781312 25161728");
    }

    @Test
    void writesTheVeryBytesOfTheGenerator() throws IOException {
        byte[] content = Patterns.mixed(5, 34 << 20);
        Arrays.fill(content, 100 << 10, 17 << 20, (byte) 0);
        Files.write(folder.resolve("source"), content);
        generate("d", "--source " + folder.resolve("source"));

        try (BlockFile file = Volume.system().open(folder.resolve("ours"), OpenMode.CREATE)) {
            SeSparseExtents.create(file, content.length);
        }
        ExtentModel model = ExtentModel.over(
                new SeSparseFormat(),
                Volume.system(),
                folder.resolve("ours"),
                new byte[content.length],
                new byte[0],
                0);
        for (int at = 0; at < content.length; at += 4096) {
            byte[] grain = Arrays.copyOfRange(content, at, at + 4096);
            if (Arrays.mismatch(grain, new byte[4096]) >= 0) {
                model.write(at, grain);
            }
        }
        model.close();

        assertThat(Files.mismatch(folder.resolve("ours"), folder.resolve("d-sesparse.vmdk")))
                .isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void isReadByQemuAsWeReadIt(long seed) throws IOException {
        int capacity = (20 << 20) + 512 * 9;
        byte[] parent = parent(capacity - 512 * 9);
        Path extent = folder.resolve("d-sesparse.vmdk");
        ExtentModel model = ExtentModel.create(
                new SeSparseFormat(), Volume.system(), extent, capacity, parent, 0, 16 << 20, capacity);
        SplittableRandom random = new SplittableRandom(seed);
        for (int step = 0; step < 60; step++) {
            model.step(random);
        }
        model.close();
        Files.writeString(
                folder.resolve("d.vmdk"),
                "# Disk DescriptorFile\nversion=1\nencoding=\"UTF-8\"\nCID=00000001\nparentCID=12345678\n"
                        + "createType=\"seSparse\"\nparentFileNameHint=\"p.vmdk\"\nRW " + capacity / 512
                        + " SESPARSE \"d-sesparse.vmdk\"\nddb.grain = \"8\"\n");

        Qemu.toRaw("vmdk", folder.resolve("d.vmdk"), folder.resolve("raw"));

        requireSame(Files.readAllBytes(folder.resolve("raw")), model.content());
        model.requireSound(Finding.Severity.LEAK);
    }

    private static void requireSame(byte[] found, byte[] expected) {
        assertThat(Arrays.mismatch(found, expected))
                .as("first byte that differs")
                .isEqualTo(-1);
    }

    private byte[] parent(int length) throws IOException {
        byte[] parent = Patterns.random(9, length);
        Files.write(folder.resolve("p.raw"), parent);
        Files.writeString(
                folder.resolve("p.vmdk"),
                "# Disk DescriptorFile\nversion=1\nCID=12345678\nparentCID=ffffffff\ncreateType=\"vmfs\"\n" + "RW "
                        + length / 512 + " FLAT \"p.raw\" 0\nddb.adapterType = \"lsilogic\"\n");
        return parent;
    }

    private byte[] generate(String name, String arguments) throws IOException {
        Path expect = folder.resolve(name + ".expect");
        Generators.sesparse(folder, name, (Object[]) (arguments + " --expect " + expect).split(" "));
        return Files.readAllBytes(expect);
    }

    private Extent open(String name) throws IOException {
        BlockFile file = Volume.system().open(folder.resolve(name + "-sesparse.vmdk"), OpenMode.READ);
        return SeSparseExtents.open(file, new TableCache(TableCache.DEFAULT_BUDGET_BYTES));
    }

    private byte[] read(String name, Backing backing) throws IOException {
        try (Extent extent = open(name)) {
            return ExtentContent.of(extent, backing);
        }
    }

    private List<Finding> check(String name) throws IOException {
        try (BlockFile file = Volume.system().open(folder.resolve(name + "-sesparse.vmdk"), OpenMode.READ)) {
            return SeSparseChecker.check(file, Progress.NONE);
        }
    }
}

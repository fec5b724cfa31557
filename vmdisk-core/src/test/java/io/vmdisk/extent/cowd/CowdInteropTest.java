package io.vmdisk.extent.cowd;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Finding;
import io.vmdisk.Progress;
import io.vmdisk.extent.Backing;
import io.vmdisk.extent.Extent;
import io.vmdisk.extent.LinkRole;
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
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the generator, which knows nothing of our code, and against qemu-img, which reads this format. */
class CowdInteropTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--size-mib 10 --data 0:1k:41 --data 2m:512:42 --data 9m:64k:43",
                "--size-mib 18 --grain-sectors 8 --data 0:4k:41 --data 15m:2m --real-zero 16m:4k",
                "--size-mib 7 --data 6m:1m --real-zero 4m:1k --dirty"
            })
    void readsWhatTheGeneratorMeantAndFindsItSound(String arguments) throws IOException {
        byte[] expected = generate("d", arguments);

        requireSame(read("d", Backing.NONE), expected);
        assertThat(check("d"))
                .allMatch(finding -> finding.severity() == Finding.Severity.INFO
                        || finding.id().equals("cowd.unclean"));
    }

    @Test
    void readsTheRestFromTheParent() throws IOException {
        byte[] parent = parent(10 << 20);

        byte[] expected = generate(
                "d",
                "--size-mib 10 --data 1k:512:41 --real-zero 3m:1k --parent " + folder.resolve("p.vmdk")
                        + " --parent-raw " + folder.resolve("p.raw"));

        requireSame(read("d", ExtentContent.backing(parent)), expected);
    }

    @Test
    void readsAnEntryOfOneAsZerosAndReportsIt() throws IOException {
        byte[] parent = Patterns.random(9, 3 << 20);
        byte[] expected = generate("d", "--size-mib 3 --data 0:4k --zero 1k:512");

        byte[] content = read("d", ExtentContent.backing(parent));

        assertThat(content).startsWith(Arrays.copyOf(expected, 4096));
        assertThat(Arrays.copyOfRange(content, 1024, 1536)).containsOnly(0);
        assertThat(check("d")).extracting(Finding::id).containsExactly("cowd.entry-one");
    }

    @Test
    void writesTheVeryBytesOfTheGenerator() throws IOException {
        byte[] content = Patterns.mixed(5, 7 << 20);
        Arrays.fill(content, 100 << 10, 5 << 20, (byte) 0);
        Files.write(folder.resolve("source"), content);
        generate("d", "--source " + folder.resolve("source"));

        try (BlockFile file = Volume.system().open(folder.resolve("ours"), OpenMode.CREATE)) {
            CowdExtents.create(file, content.length, LinkRole.BASE);
        }
        ExtentModel model = ExtentModel.over(
                new CowdFormat(), Volume.system(), folder.resolve("ours"), new byte[content.length], new byte[0], 0);
        for (int at = 0; at < content.length; at += 512) {
            byte[] grain = Arrays.copyOfRange(content, at, at + 512);
            if (Arrays.mismatch(grain, new byte[512]) >= 0) {
                model.write(at, grain);
            }
        }
        model.close();

        assertThat(Files.mismatch(folder.resolve("ours"), folder.resolve("d-delta.vmdk")))
                .isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void isReadByQemuAsWeReadIt(long seed) throws IOException {
        int capacity = (4 << 20) + 512 * 9;
        byte[] parent = parent(capacity - 512 * 9);
        Path extent = folder.resolve("d-delta.vmdk");
        ExtentModel model =
                ExtentModel.create(new CowdFormat(), Volume.system(), extent, capacity, parent, 0, 2 << 20, 4 << 20);
        SplittableRandom random = new SplittableRandom(seed);
        for (int step = 0; step < 60; step++) {
            model.step(random);
        }
        model.close();
        Files.writeString(
                folder.resolve("d.vmdk"),
                "# Disk DescriptorFile\nversion=1\nencoding=\"UTF-8\"\nCID=00000001\nparentCID=12345678\n"
                        + "createType=\"vmfsSparse\"\nparentFileNameHint=\"p.vmdk\"\nRW " + capacity / 512
                        + " VMFSSPARSE \"d-delta.vmdk\"\n");

        Qemu.toRaw("vmdk", folder.resolve("d.vmdk"), folder.resolve("raw"));

        requireSame(Files.readAllBytes(folder.resolve("raw")), model.content());
        model.requireSound(Finding.Severity.LEAK);
    }

    @Test
    void survivesAFreeSectorThatQemuDidNotRaise() throws IOException {
        byte[] expected = generate("d", "--size-mib 3 --data 0:1k:41 --data 2m:512:42");
        Qemu.io("vmdk", folder.resolve("d.vmdk"), "write -P 0x5a 4k 512");
        Arrays.fill(expected, 4096, 4608, (byte) 0x5a);
        assertThat(check("d")).extracting(Finding::id).containsExactly("cowd.free-sector");

        ExtentModel model = ExtentModel.over(
                new CowdFormat(), Volume.system(), folder.resolve("d-delta.vmdk"), expected, new byte[0], 0);
        model.write(8192, Patterns.filled(0x77, 5000));
        model.close();
        model.reopen();

        model.requireEqual();
        model.close();
        assertThat(check("d")).isEmpty();
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
        Generators.cowd(folder, name, (Object[]) (arguments + " --expect " + expect).split(" "));
        return Files.readAllBytes(expect);
    }

    private byte[] read(String name, Backing backing) throws IOException {
        BlockFile file = Volume.system().open(folder.resolve(name + "-delta.vmdk"), OpenMode.READ);
        try (Extent extent = CowdExtents.open(file, new TableCache(TableCache.DEFAULT_BUDGET_BYTES))) {
            return ExtentContent.of(extent, backing);
        }
    }

    private List<Finding> check(String name) throws IOException {
        try (BlockFile file = Volume.system().open(folder.resolve(name + "-delta.vmdk"), OpenMode.READ)) {
            return CowdChecker.check(file, Progress.NONE);
        }
    }
}

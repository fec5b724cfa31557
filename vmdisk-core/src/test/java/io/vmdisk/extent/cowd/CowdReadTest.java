package io.vmdisk.extent.cowd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.extent.Backing;
import io.vmdisk.extent.Extent;
import io.vmdisk.extent.TableCache;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.ExtentContent;
import io.vmdisk.testkit.ForeignTools;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CowdReadTest {
    private static final String EXAMPLE = "--size-mib 10 --data 0:1k:41 --data 2m:512:42 --data 9m:64k:43";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                EXAMPLE,
                "--size-mib 18 --grain-sectors 8 --data 0:4k:41 --data 15m:2m --real-zero 16m:4k",
                "--size-mib 13 --data 12m:1m --real-zero 4m:1k",
                "--size-mib 1"
            })
    void readsWhatTheGeneratorMeant(String arguments) throws IOException {
        byte[] expected = generate("d", arguments);

        assertThat(read("d", Backing.NONE)).isEqualTo(expected);
        assertThat(ForeignTools.qemuRaw(folder.resolve("d.vmdk"))).isEqualTo(expected);
    }

    @Test
    void readsTheRestFromTheParent() throws IOException {
        byte[] parent = Patterns.random(9, 10 << 20);
        Files.write(folder.resolve("p.raw"), parent);
        Files.writeString(
                folder.resolve("p.vmdk"),
                "# Disk DescriptorFile\nversion=1\nCID=12345678\nparentCID=ffffffff\ncreateType=\"vmfs\"\n"
                        + "RW 20480 FLAT \"p.raw\" 0\nddb.adapterType = \"lsilogic\"\n");

        byte[] expected = generate(
                "d",
                "--size-mib 10 --data 1k:512:41 --real-zero 3m:1k --parent " + folder.resolve("p.vmdk")
                        + " --parent-raw " + folder.resolve("p.raw"));

        assertThat(read("d", ExtentContent.backing(parent))).isEqualTo(expected);
        assertThat(ForeignTools.qemuRaw(folder.resolve("d.vmdk"))).isEqualTo(expected);
    }

    @Test
    void readsAnEntryOfOneAsZeros() throws IOException {
        byte[] parent = Patterns.random(9, 10 << 20);
        byte[] expected = generate("d", "--size-mib 10 --data 0:4k --zero 1k:512");

        byte[] content = read("d", ExtentContent.backing(parent));

        assertThat(content).startsWith(Arrays.copyOf(expected, 4096));
        assertThat(Arrays.copyOfRange(content, 1024, 1536)).containsOnly(0);
    }

    @Test
    void readsAFileThatWasNotClosedInOrder() throws IOException {
        assertThat(generate("d", EXAMPLE + " --dirty")).isEqualTo(read("d", Backing.NONE));
    }

    @Test
    void acceptsADirectoryThatEndsInsideTheLastSector() throws IOException {
        byte[] expected = generate("d", "--size-mib 10");
        cut("d", 2048 + 20);

        assertThat(read("d", Backing.NONE)).isEqualTo(expected);
    }

    @Test
    void takesAShortFileForDamage() throws IOException {
        generate("d", EXAMPLE);
        byte[] whole = Files.readAllBytes(extentFile("d").toPath());
        for (int size : new int[] {0, 2047, 2048, 2067, 2560, 2560 + 16383, 118784 - 512, 118783}) {
            Files.write(extentFile("d").toPath(), Arrays.copyOf(whole, size));

            assertThatThrownBy(() -> read("d", Backing.NONE))
                    .as("cut to %d", size)
                    .isInstanceOf(MalformedFileException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void refusesGrainsAndTablesOverTheHeader(int sector) throws IOException {
        generate("d", EXAMPLE);
        patch("d", 0xA04, sector);
        assertThatThrownBy(() -> read("d", Backing.NONE))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("grain 1 ");

        generate("d", EXAMPLE);
        patch("d", 0x804, sector);
        assertThatThrownBy(() -> read("d", Backing.NONE))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("table 1 ");
    }

    @Test
    void refusesGrainsBehindTheEnd() throws IOException {
        generate("d", EXAMPLE);
        patch("d", 0xA04, -1);

        assertThatThrownBy(() -> read("d", Backing.NONE))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("2199023255040");
    }

    @Test
    void refusesAWorkstation3Disk() throws IOException {
        generate("d", EXAMPLE);
        patch("d", 4, 3);

        assertThatThrownBy(() -> read("d", Backing.NONE)).isInstanceOf(UnsupportedFeatureException.class);
    }

    private byte[] generate(String name, String arguments) throws IOException {
        Path expect = folder.resolve(name + ".expect");
        List<String> all =
                new ArrayList<>(List.of("--out", folder.resolve(name).toString(), "--expect", expect.toString()));
        all.addAll(List.of(arguments.split(" ")));
        ForeignTools.generator("gen_cowd.py", all.toArray(new String[0]));
        return Files.readAllBytes(expect);
    }

    private void patch(String name, long at, int value) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(extentFile(name), "rw")) {
            file.seek(at);
            file.write(ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(value)
                    .array());
        }
    }

    private void cut(String name, long size) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(extentFile(name), "rw")) {
            file.setLength(size);
        }
    }

    private java.io.File extentFile(String name) {
        return folder.resolve(name + "-delta.vmdk").toFile();
    }

    private byte[] read(String name, Backing backing) throws IOException {
        BlockFile file = Volume.system().open(folder.resolve(name + "-delta.vmdk"), OpenMode.READ);
        try (file;
                Extent extent = CowdExtents.open(file, new TableCache(TableCache.DEFAULT_BUDGET_BYTES))) {
            return ExtentContent.of(extent, backing);
        }
    }
}

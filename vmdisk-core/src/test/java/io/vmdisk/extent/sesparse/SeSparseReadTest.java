package io.vmdisk.extent.sesparse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.extent.Backing;
import io.vmdisk.extent.Extent;
import io.vmdisk.extent.ExtentSink;
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

class SeSparseReadTest {
    private static final String SCRIPT = "gen_sesparse.py";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--size-mib 17 --data 0:12k:a1 --zero 12k:4k --unmap 16k:4k --data 16m:4k:b2",
                "--size-mib 17 --data 0:12k:a1 --zero 12k:4k --unmap 16k:4k --data 16m:4k:b2 --scatter 5 --align 8",
                "--size-mib 36 --data 0:18m --unmap 1m:300k --zero 17m:1m --data 33m:64k --scatter 1",
                "--size-mib 17 --align 8 --data 0:17m",
                "--size-mib 1"
            })
    void readsWhatTheGeneratorMeant(String arguments) throws IOException {
        byte[] expected = generate("d", arguments.split(" "));

        assertThat(read("d", Backing.NONE)).isEqualTo(expected);
        assertThat(ForeignTools.qemuRaw(folder.resolve("d.vmdk"))).isEqualTo(expected);
    }

    @Test
    void readsADiskThatEndsInsideAGrain() throws IOException {
        byte[] content = Patterns.mixed(3, 9766 * 512);
        Files.write(folder.resolve("source"), content);

        byte[] expected = generate("d", "--source", folder.resolve("source").toString(), "--align", "8");

        assertThat(expected).isEqualTo(content);
        assertThat(read("d", Backing.NONE)).isEqualTo(content);
    }

    @Test
    void hidesTheParentBehindZerosAndUnmappedGrains() throws IOException {
        byte[] parent = Patterns.random(9, 20 << 20);
        Files.write(folder.resolve("p.raw"), parent);
        Files.writeString(
                folder.resolve("p.vmdk"),
                "# Disk DescriptorFile\nversion=1\nCID=12345678\nparentCID=ffffffff\ncreateType=\"vmfs\"\n"
                        + "RW 40960 FLAT \"p.raw\" 0\nddb.adapterType = \"lsilogic\"\n");

        byte[] expected = generate(
                "d",
                "--size-mib 20 --data 4k:8k:41 --zero 1m:64k --unmap 17m:4k".split(" "),
                "--parent",
                folder.resolve("p.vmdk").toString(),
                "--parent-raw",
                folder.resolve("p.raw").toString());

        assertThat(read("d", ExtentContent.backing(parent))).isEqualTo(expected);
        assertThat(ForeignTools.qemuRaw(folder.resolve("d.vmdk"))).isEqualTo(expected);
    }

    @Test
    void tellsRunsAndJoinsNeighbours() throws IOException {
        generate("d", "--size-mib 40 --data 0:12k:a1 --zero 12k:4k --unmap 16k:4k --data 16m:4k:b2".split(" "));
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
    void refusesADirtyFileUnlessTold() throws IOException {
        byte[] expected = generate("d", "--size-mib 2 --data 0:1m".split(" "));
        patch("d", 512 + SeSparseVolatileHeader.AT_REPLAY_JOURNAL, 1);

        assertThatThrownBy(() -> open("d"))
                .isInstanceOfSatisfying(
                        UnsafeStateException.class,
                        e -> assertThat(e.condition()).isEqualTo("journal"))
                .hasMessageContaining("d-sesparse.vmdk")
                .hasMessageContaining("journal");
        BlockFile file = Volume.system().open(folder.resolve("d-sesparse.vmdk"), OpenMode.READ);
        try (Extent extent = SeSparseExtents.openWithoutJournal(file, cache())) {
            assertThat(ExtentContent.of(extent)).isEqualTo(expected);
        }
    }

    @Test
    void acceptsTheSectorFormatOfNewerFiles() throws IOException {
        byte[] expected = generate("d", "--size-mib 2 --data 0:1m".split(" "));
        patch("d", SeSparseHeader.AT_SECTOR_FORMAT, 512);

        assertThat(read("d", Backing.NONE)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                0x4000000000000000L,
                0xF000000000000000L,
                1,
                0x0001000000000000L,
                0x3000000000000003L,
                0x3FFF_FFFF_FFFF_FFFFL
            })
    void refusesEntriesThatMeanNothing(long entry) throws IOException {
        generate("d", "--size-mib 17 --data 0:12k:a1".split(" "));
        patch("d", 0x300008, entry);

        assertThatThrownBy(() -> read("d", Backing.NONE))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("grain 1 ")
                .hasMessageContaining(Long.toHexString(entry));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 0x2000000000000000L, 0x1000000000000020L, 0x1000000100000000L, -1})
    void refusesDirectoryEntriesThatMeanNothing(long entry) throws IOException {
        generate("d", "--size-mib 17 --data 0:12k:a1".split(" "));
        patch("d", 0x200008, entry);

        assertThatThrownBy(() -> read("d", Backing.NONE))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("table 1 ");
    }

    @Test
    void takesAShortFileForDamageAndNotForZeros() throws IOException {
        generate("d", "--size-mib 17 --data 0:12k:a1".split(" "));
        byte[] whole = Files.readAllBytes(extentFile("d").toPath());
        for (int size : new int[] {
            0, 511, 512, 1023, 4096 * 512, 4096 * 512 + 15, 6144 * 512, 6144 * 512 + 32767, 12288 * 512 + 12287
        }) {
            Files.write(extentFile("d").toPath(), Arrays.copyOf(whole, size));
            assertThatThrownBy(() -> read("d", Backing.NONE))
                    .as("cut to %d", size)
                    .isInstanceOf(MalformedFileException.class);
        }
    }

    private java.io.File extentFile(String name) {
        return folder.resolve(name + "-sesparse.vmdk").toFile();
    }

    private byte[] generate(String name, String[] arguments, String... more) throws IOException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of(more));
        return generate(name, all.toArray(new String[0]));
    }

    private byte[] generate(String name, String... arguments) throws IOException {
        Path expect = folder.resolve(name + ".expect");
        List<String> all =
                new ArrayList<>(List.of("--out", folder.resolve(name).toString(), "--expect", expect.toString()));
        all.addAll(List.of(arguments));
        ForeignTools.generator(SCRIPT, all.toArray(new String[0]));
        return Files.readAllBytes(expect);
    }

    private void patch(String name, long at, long value) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(extentFile(name), "rw")) {
            file.seek(at);
            file.write(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(value)
                    .array());
        }
    }

    private Extent open(String name) throws IOException {
        BlockFile file = Volume.system().open(folder.resolve(name + "-sesparse.vmdk"), OpenMode.READ);
        try {
            return SeSparseExtents.open(file, cache());
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private byte[] read(String name, Backing backing) throws IOException {
        try (Extent extent = open(name)) {
            return ExtentContent.of(extent, backing);
        }
    }

    private static TableCache cache() {
        return new TableCache(TableCache.DEFAULT_BUDGET_BYTES);
    }
}

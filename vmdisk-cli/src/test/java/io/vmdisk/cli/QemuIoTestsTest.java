package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.Qemu;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What number 059 of qemu's own I/O tests, the one for VMDK, does with qemu-img, done with both programs. Its sample of
 * version 3 is not ours to ship; such files are made by the tests of the formats.
 */
class QemuIoTestsTest {
    private static final int MIB = 1 << 20;

    @TempDir
    Path folder;

    private Path disk;

    @BeforeEach
    void requireQemu() throws IOException {
        Qemu.assumePresent();
        disk = folder.resolve("t.vmdk");
    }

    private static CommandLineRun run(Object... words) {
        return CommandLineRun.of(words);
    }

    private static CommandLineRun done(Object... words) {
        CommandLineRun run = run(words);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run;
    }

    private void poke(long at, int... bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.seek(at);
            for (int each : bytes) {
                file.write(each);
            }
        }
    }

    private boolean qemuRefuses() throws IOException {
        return Qemu.tryImg("info", "-f", "vmdk", disk).exitCode() != 0;
    }

    /** "Testing invalid granularity", "too big L2 table size", "too big L1 table size": places of the header, and values. */
    @ParameterizedTest
    @CsvSource({"20, 255 255 255 255 255 255 255 255", "44, 255 255 255 255", "12, 255 255 255 255", "44, 1"})
    void refusesHeadersThatCannotBe(long at, String values) throws IOException {
        done("create", disk, "64M", "-O", "monolithicSparse");
        poke(at, Arrays.stream(values.split(" ")).mapToInt(Integer::parseInt).toArray());

        CommandLineRun read = run("read", disk, "--offset", "0", "--length", "512");

        assertThat(read.exitCode()).as("qemu refuses it: " + qemuRefuses()).isIn(3, 4);
        assertThat(run("check", disk).exitCode()).isEqualTo(2);
    }

    /** "Testing monolithicFlat creation and opening", "Testing twoGbMaxExtentFlat". */
    @ParameterizedTest
    @CsvSource({"monolithicFlat, 2G, 2147483648", "twoGbMaxExtentFlat, 12G, 12884901888"})
    void makesFlatDisksThatQemuOpens(String format, String size, long bytes) throws IOException {
        done("create", disk, size, "-O", format);

        assertThat(Qemu.img("info", "-f", "vmdk", "--output=json", disk)).contains("\"virtual-size\": " + bytes);
    }

    /** "Testing malformed VMFS extent description line": an offset, which such lines do not have. */
    @Test
    void takesNoDataForThatOfALineThatQemuRefuses() throws IOException {
        Files.writeString(disk, """
                # Disk DescriptorFile
                version=1
                CID=58ab4847
                parentCID=ffffffff
                createType="vmfs"
                RW 12582912 VMFS "dummy.vmdk" 1
                """);

        assertThat(qemuRefuses()).isTrue();
        assertThat(run("read", disk, "--offset", "0", "--length", "512").exitCode())
                .isNotZero();
        assertThat(run("check", disk).exitCode()).isEqualTo(2);
    }

    /** "Testing truncated sparse". */
    @Test
    void seesThatASparseFileWasCut() throws IOException {
        Qemu.img("create", "-q", "-f", "vmdk", disk, "100G");
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(MIB);
        }

        assertThat(qemuRefuses()).isTrue();
        assertThat(run("check", disk).exitCode()).isEqualTo(2);
        assertThat(run("convert", disk, folder.resolve("o.raw"), "-O", "raw").exitCode())
                .isEqualTo(3);
        assertThat(folder.resolve("o.raw")).doesNotExist();
    }

    /** "Converting to streamOptimized from image with small cluster size". */
    @Test
    void convertsPiecesSmallerThanGrainsToAStream() throws IOException {
        byte[] content = new byte[4 * MIB];
        for (int at = 0; at < content.length; at += 200 * 512) {
            System.arraycopy(Patterns.random(at, 512), 0, content, at, 512);
        }
        Path raw = Files.write(folder.resolve("r.raw"), content);
        done("convert", "raw:" + raw, folder.resolve("small.vmdk"), "-O", "seSparse");
        done("convert", folder.resolve("small.vmdk"), disk, "-O", "streamOptimized");

        Qemu.img("compare", "-f", "raw", "-F", "vmdk", raw, disk);
    }

    /** "Testing 4TB monolithicFlat creation and IO". */
    @Test
    void writesBehindFourTerabytesLessSome() throws IOException {
        byte[] data = Patterns.random(1, 512);
        Path input = Files.write(folder.resolve("in"), data);
        done("create", disk, "4T", "-O", "monolithicFlat");

        done("write", disk, "--offset", "3995417255936", "-i", input);

        assertThat(done("read", disk, "--offset", "3995417255936", "--length", "512")
                        .outBytes())
                .isEqualTo(data);
        Path theirs = folder.resolve("theirs.raw");
        Qemu.img(
                "dd",
                "-f",
                "vmdk",
                "-O",
                "raw",
                "bs=512",
                "skip=7803549328",
                "count=7803549329",
                "if=" + disk,
                "of=" + theirs);
        assertThat(theirs).hasBinaryContent(data);
    }

    /** "Testing qemu-img map on extents". */
    @ParameterizedTest
    @CsvSource({"monolithicSparse", "twoGbMaxExtentSparse"})
    void mapsExtentsAsQemuDoes(String format) throws IOException {
        Path input = Files.write(folder.resolve("in"), Patterns.random(2, 65_536));
        done("create", disk, "31G", "-O", format);
        for (String at : new String[] {"0", "33554432", "2147483648", "33285931008"}) {
            done("write", disk, "--offset", at, "-i", input);
        }

        assertThat(MapStretch.joined(
                        MapStretch.parse(done("map", "--json", disk).out())))
                .isEqualTo(MapStretch.joined(MapStretch.parse(Qemu.img("map", "-f", "vmdk", "--output=json", disk))));
    }
}

package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Disks that come through a pipe, several that become one, and what stays of a disk that is written over. */
class PipedDisksTest {
    private static final int BYTES = (3 << 20) + 512;

    @TempDir
    Path folder;

    private Path file(String name) {
        return folder.resolve(name);
    }

    private static CommandLineRun done(Object... words) {
        CommandLineRun run = CommandLineRun.of(words);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run;
    }

    private byte[] content(Object disk) throws IOException {
        Path back = file("back.raw");
        Files.deleteIfExists(back);
        done("convert", disk, back, "-O", "raw");
        return Files.readAllBytes(back);
    }

    @ParameterizedTest
    @ValueSource(strings = {"thin", "monolithicFlat", "raw"})
    void findsTheSizeOfRawBytesAtTheirEnd(String format) throws IOException {
        byte[] bytes = Patterns.mixed(1, BYTES);

        CommandLineRun run = CommandLineRun.withInput(bytes, "convert", "-", file("x.vmdk"), "-O", format);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(content(format.equals("raw") ? "raw:" + file("x.vmdk") : file("x.vmdk")))
                .isEqualTo(bytes);
        if (!format.equals("raw")) {
            done("check", file("x.vmdk"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"monolithicSparse", "seSparse", "vmfs", "2gbsparse"})
    void needsTheSizeForFormatsThatBeginWithTheirTables(String format) throws IOException {
        byte[] bytes = Patterns.mixed(2, BYTES);

        CommandLineRun unsaid = CommandLineRun.withInput(bytes, "convert", "-", file("x.vmdk"), "-O", format);
        assertThat(unsaid.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(unsaid.err()).contains("--size");
        CommandLineRun said =
                CommandLineRun.withInput(bytes, "convert", "-", file("x.vmdk"), "-O", format, "--size", "4M");
        assertThat(said.exitCode()).as(said.err()).isZero();

        assertThat(content(file("x.vmdk"))).isEqualTo(Arrays.copyOf(bytes, 4 << 20));
    }

    @Test
    void refusesMoreBytesThanTheSizeAndLeavesNothing() throws IOException {
        CommandLineRun run = CommandLineRun.withInput(
                Patterns.random(3, BYTES), "convert", "raw:-", file("x.vmdk"), "-O", "thin", "--size", "1M");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.INPUT);
        assertThat(run.err()).contains("--size");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void refusesOtherProductsFilesUnlessTheyAreMeantAsTheyAre() throws IOException {
        byte[] gzip = Patterns.random(4, 4096);
        gzip[0] = 0x1f;
        gzip[1] = (byte) 0x8b;

        CommandLineRun run = CommandLineRun.withInput(gzip, "convert", "-", file("x.vmdk"), "-O", "thin");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.INPUT);
        assertThat(run.err()).contains("an archive", "zcat", "raw:-");
        assertThat(CommandLineRun.withInput(gzip, "convert", "raw:-", file("x.vmdk"), "-O", "thin")
                        .exitCode())
                .isZero();
    }

    @Test
    void makesWhatAHostCanStartOfAPipe() throws IOException {
        byte[] bytes = Patterns.mixed(5, BYTES);
        Path raw = Files.write(file("source.raw"), bytes);
        done("convert", "raw:" + raw, file("s.vmdk"), "-O", "stream");

        CommandLineRun ofRaw = CommandLineRun.withInput(bytes, "convert", "--for", "esxi", "-", file("r.vmdk"));
        CommandLineRun ofStream = CommandLineRun.withInput(
                Files.readAllBytes(file("s.vmdk")), "convert", "--for", "esxi", "-", file("t.vmdk"));

        assertThat(ofRaw.exitCode()).as(ofRaw.err()).isZero();
        assertThat(ofStream.exitCode()).as(ofStream.err()).isZero();
        assertThat(content(file("r.vmdk"))).isEqualTo(bytes);
        assertThat(content(file("t.vmdk"))).isEqualTo(bytes);
        assertThat(Files.readString(file("t.vmdk"))).contains("createType=\"vmfs\"");
    }

    @Test
    void leavesWhatLiesBehindTheEndOfWhatIsWrittenOver() throws IOException {
        byte[] target = Patterns.random(6, 8 << 20);
        byte[] small = Patterns.mixed(7, BYTES);
        byte[] expected = target.clone();
        System.arraycopy(small, 0, expected, 0, BYTES);
        Path raw = Files.write(file("small.raw"), small);
        done("convert", "raw:" + raw, file("small.vmdk"), "-O", "stream");
        byte[] stream = Files.readAllBytes(file("small.vmdk"));
        for (int way = 0; way < 3; way++) {
            Path old = Files.write(file("old.raw"), target);
            if (way == 0) {
                done("convert", "-n", "raw:" + raw, "raw:" + old);
            } else {
                CommandLineRun run =
                        CommandLineRun.withInput(way == 1 ? small : stream, "convert", "-n", "-", "raw:" + old);
                assertThat(run.exitCode()).as(run.err()).isZero();
            }
            assertThat(Files.readAllBytes(old)).as("way " + way).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"thin", "monolithicSparse", "seSparse", "raw"})
    void putsSeveralDisksBehindOneAnother(String format) throws IOException {
        byte[] a = Patterns.mixed(8, BYTES);
        byte[] b = Patterns.mixed(9, 2 << 20);
        done("convert", "raw:" + Files.write(file("a.raw"), a), file("a.vmdk"), "-O", "monolithicSparse");
        Files.write(file("b.raw"), b);

        done("convert", file("a.vmdk"), "raw:" + file("b.raw"), file("a.vmdk"), file("x.vmdk"), "-O", format);

        ByteBuffer all =
                ByteBuffer.allocate(2 * a.length + b.length).put(a).put(b).put(a);
        assertThat(content(format.equals("raw") ? "raw:" + file("x.vmdk") : file("x.vmdk")))
                .isEqualTo(all.array());
    }

    @Test
    void growsAndShrinksByAnAmount() throws IOException {
        Path raw = Files.write(file("a.raw"), new byte[2 << 20]);
        done("convert", "raw:" + raw, file("a.vmdk"), "-O", "thin");

        done("resize", file("a.vmdk"), "+1M");
        assertThat(done("info", "--json", file("a.vmdk")).out()).contains("\"capacity\": 3145728");
        done("resize", file("a.vmdk"), "-1M", "--shrink");
        assertThat(done("info", "--json", file("a.vmdk")).out()).contains("\"capacity\": 2097152");
        CommandLineRun run = CommandLineRun.of("resize", file("a.vmdk"), "-3M", "--shrink");
        assertThat(run.exitCode()).isEqualTo(ExitCodes.INPUT);
        assertThat(CommandLineRun.of("resize", file("a.vmdk"), "--shrnk", "1M").exitCode())
                .isEqualTo(ExitCodes.USAGE);
    }

    @Test
    void showsAPartOfAMap() throws IOException {
        byte[] bytes = new byte[4 << 20];
        Arrays.fill(bytes, 1 << 20, 3 << 20, (byte) 1);
        done("convert", "raw:" + Files.write(file("a.raw"), bytes), file("a.vmdk"), "-O", "stream");

        String json = done("map", "--json", "--start", "1000k", "--length", "1M", file("a.vmdk"))
                .out();

        assertThat(MapStretch.parse(json).get(0).start()).isEqualTo(1000 << 10);
        assertThat(MapStretch.parse(json).stream().mapToLong(MapStretch::length).sum())
                .isEqualTo(1 << 20);
        assertThat(done("map", "--json", "--start", "1G", file("a.vmdk")).out().strip())
                .matches("\\[\\s*\\]");
    }

    @Test
    void measuresAsQemuDoes() throws IOException {
        byte[] bytes = Patterns.random(9, 3 << 20);
        done("convert", "raw:" + Files.write(file("a.raw"), bytes), file("a.vmdk"), "-O", "monolithicSparse");
        for (String format : new String[] {"monolithicSparse", "vmfsSparse", "seSparse", "thin", "qcow2", "vhdx"}) {
            String json =
                    done("measure", "--json", file("a.vmdk"), "-O", format).out();
            Path made = Files.createDirectory(file(format)).resolve("x.vmdk");
            done("convert", file("a.vmdk"), made, "-O", format);
            long length = 0;
            try (java.util.stream.Stream<Path> files = Files.list(made.getParent())) {
                for (Path each : files.toList()) {
                    length +=
                            each.equals(made) && !format.matches("monolithicSparse|qcow2|vhdx") ? 0 : Files.size(each);
                }
            }
            assertThat(json).as(format).contains("\"required\": " + length).contains("\"fully-allocated\": ");
        }
    }

    @Test
    void tellsSizesAndPlacesApartOnlyIfStrict() throws IOException {
        Path zeros = Files.write(file("a.raw"), new byte[1 << 20]);
        done("create", file("b.vmdk"), "1M", "-O", "monolithicSparse");
        done("create", file("c.vmdk"), "2M", "-O", "monolithicSparse");
        done("convert", "raw:" + zeros, file("d.vmdk"), "-O", "monolithicSparse", "--sparse-size", "0");

        done("compare", file("b.vmdk"), file("c.vmdk"));
        done("compare", file("b.vmdk"), file("d.vmdk"));
        done("compare", "--strict", file("b.vmdk"), file("b.vmdk"));
        assertThat(CommandLineRun.of("compare", "--strict", file("b.vmdk"), file("c.vmdk"))
                        .exitCode())
                .isEqualTo(ExitCodes.NO);
        assertThat(CommandLineRun.of("compare", "-s", file("b.vmdk"), file("d.vmdk"))
                        .exitCode())
                .isEqualTo(ExitCodes.NO);
    }
}

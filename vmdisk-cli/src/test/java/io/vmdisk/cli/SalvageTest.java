package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.ExitCodes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left of damaged disks of every format is given, and what is lost is listed. */
class SalvageTest {
    private static final int CAPACITY = 4 << 20;
    private static final int CUT = 512 << 10;

    @TempDir
    private Path folder;

    private final byte[] content = new byte[CAPACITY];
    private Path raw;

    @BeforeEach
    void makeContent() throws IOException {
        new Random(16).nextBytes(content);
        raw = Files.write(folder.resolve("content.raw"), content);
    }

    @ParameterizedTest
    @ValueSource(strings = {"monolithicSparse", "vmfsSparse", "seSparse", "thin", "streamOptimized"})
    void savesAllThatStandsBeforeACut(String format) throws IOException {
        Path disk = damaged(format);
        Path saved = folder.resolve("saved.raw");
        Path map = folder.resolve("saved.map");

        CommandLineRun run =
                CommandLineRun.of("convert", "--json", "--salvage", "--lost-map", map, disk, saved, "-O", "raw");

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.NO);
        assertThat(run.out()).contains("\"lost\"");
        assertThat(Files.readString(map)).contains("  +\n").contains("  -\n");
        byte[] got = Files.readAllBytes(saved);
        int good = CAPACITY - 2 * CUT;
        assertThat(Arrays.equals(got, 0, good, content, 0, good)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"monolithicSparse", "vmfsSparse", "seSparse", "thin", "streamOptimized"})
    void repairMakesANewDiskOfACutOne(String format) throws IOException {
        Path disk = damaged(format);
        Path saved = folder.resolve("saved.vmdk");

        CommandLineRun run = CommandLineRun.of("repair", disk, "--salvage", saved);

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.NO);
        assertThat(run.out()).contains("lost, reads as zeros");
        assertThat(CommandLineRun.of("check", saved).exitCode()).isZero();
    }

    @Test
    void whatStopsAtDamageSaysHowTheRestIsSaved() throws IOException {
        Path disk = damaged("monolithicSparse");

        CommandLineRun stopped = CommandLineRun.of("convert", disk, folder.resolve("copy.raw"), "-O", "raw");
        CommandLineRun nothing = CommandLineRun.of("repair", disk, "--tables");

        assertThat(stopped.exitCode()).isEqualTo(ExitCodes.INPUT);
        assertThat(stopped.err()).contains("convert --salvage");
        assertThat(nothing.exitCode()).as(nothing.out()).isEqualTo(ExitCodes.NO);
        assertThat(nothing.out()).contains("nothing to do");
        assertThat(nothing.err()).contains("something is wrong", "convert --salvage");
    }

    @Test
    void aMapThatIsThereIsRefusedBeforeAnythingIsMade() throws IOException {
        Path map = Files.writeString(folder.resolve("old.map"), "old");
        Path saved = folder.resolve("saved.raw");

        CommandLineRun run = CommandLineRun.of(
                "convert", "--salvage", "--lost-map", map, damaged("monolithicSparse"), saved, "-O", "raw");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.IO);
        assertThat(saved).doesNotExist();
        assertThat(map).hasContent("old");
    }

    @Test
    void aSoundDiskLosesNothing() throws IOException {
        Path disk = folder.resolve("disk.vmdk");
        assertThat(CommandLineRun.of("convert", "raw:" + raw, disk, "-O", "monolithicSparse")
                        .exitCode())
                .isZero();
        Path saved = folder.resolve("saved.raw");

        CommandLineRun run = CommandLineRun.of("convert", "--salvage", disk, saved, "-O", "raw");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(Files.readAllBytes(saved)).isEqualTo(content);
    }

    @Test
    void aMapIsForSalvageOnly() {
        assertThat(CommandLineRun.of("convert", "--lost-map", "m", "raw:" + raw, folder.resolve("x"), "-O", "raw")
                        .exitCode())
                .isEqualTo(ExitCodes.USAGE);
    }

    /** A disk whose data file lacks its last bytes. */
    private Path damaged(String format) throws IOException {
        Path disk = folder.resolve("disk.vmdk");
        CommandLineRun made = CommandLineRun.of("convert", "raw:" + raw, disk, "-O", format);
        assertThat(made.exitCode()).as(made.err()).isZero();
        try (var files = Files.list(folder)) {
            Path data = files.filter(
                            file -> !file.equals(raw) && file.toString().endsWith(".vmdk"))
                    .max((a, b) -> Long.compare(a.toFile().length(), b.toFile().length()))
                    .orElseThrow();
            try (RandomAccessFile file = new RandomAccessFile(data.toFile(), "rw")) {
                file.setLength(file.length() - CUT);
            }
        }
        return disk;
    }
}

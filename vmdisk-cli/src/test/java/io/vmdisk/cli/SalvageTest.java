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

    @ParameterizedTest
    @ValueSource(
            strings = {"convert --salvage D N -O raw", "repair D --salvage N", "convert --salvage --json D N -O raw"})
    void saysThatChangesInAnOpenJournalAreMissing(String line) throws IOException {
        Path disk = folder.resolve("d.vmdk");
        assertThat(CommandLineRun.of("convert", "raw:" + raw, disk, "-O", "seSparse")
                        .exitCode())
                .isZero();
        // The mark in the volatile header, which lies in the second sector.
        try (RandomAccessFile file =
                new RandomAccessFile(folder.resolve("d-sesparse.vmdk").toFile(), "rw")) {
            file.seek(512 + 24);
            file.write(1);
        }
        Path saved = folder.resolve("saved.vmdk");
        Object[] words = line.replace("D", disk.toString())
                .replace("N", saved.toString())
                .split(" ");

        CommandLineRun run = CommandLineRun.of(words);

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.NO);
        assertThat(run.out())
                .contains("d-sesparse.vmdk was not closed in order")
                .doesNotContain("lost, reads as");
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
    void allDisksOfAMachineAreSavedWithOneReportAndAMapForEach() throws IOException {
        Path vm = Files.createDirectory(folder.resolve("vm"));
        Path whole = vm.resolve("a.vmdk");
        Path cut = vm.resolve("b.vmdk");
        for (Path disk : new Path[] {whole, cut}) {
            assertThat(CommandLineRun.of("convert", "raw:" + raw, disk, "-O", "monolithicSparse")
                            .exitCode())
                    .isZero();
        }
        try (RandomAccessFile file = new RandomAccessFile(cut.toFile(), "rw")) {
            file.setLength(file.length() - CUT);
        }
        Path vmx = Files.writeString(vm.resolve("m.vmx"), """
                .encoding = "UTF-8"
                config.version = "8"
                virtualHW.version = "19"
                displayName = "m"
                scsi0.present = "TRUE"
                scsi0:0.present = "TRUE"
                scsi0:0.fileName = "a.vmdk"
                scsi0:1.present = "TRUE"
                scsi0:1.fileName = "b.vmdk"
                scsi0:2.present = "TRUE"
                scsi0:2.fileName = "gone.vmdk"
                """);
        Path saved = folder.resolve("saved");

        CommandLineRun dry = CommandLineRun.of("repair", vmx, "--salvage", saved, "--dry-run");
        assertThat(dry.exitCode()).as(dry.err()).isZero();
        assertThat(dry.out()).contains("scsi0:1 b.vmdk: would be saved as");
        assertThat(saved).doesNotExist();
        CommandLineRun run = CommandLineRun.of("repair", vmx, "--salvage", saved);

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.NO);
        assertThat(run.out())
                .contains("scsi0:0 a.vmdk: see ", "scsi0:1 b.vmdk: see ", "scsi0:2 gone.vmdk: nothing is saved")
                .contains("lost, reads as zeros");
        assertThat(Files.readString(saved.resolve("a.map"))).doesNotContain("  -\n");
        assertThat(Files.readString(saved.resolve("b.map"))).contains("  -\n");
        for (String name : new String[] {"a.vmdk", "b.vmdk"}) {
            assertThat(CommandLineRun.of("check", saved.resolve(name)).exitCode())
                    .isZero();
        }
        assertThat(CommandLineRun.of("compare", whole, saved.resolve("a.vmdk")).exitCode())
                .isZero();
        CommandLineRun again = CommandLineRun.of("repair", vmx, "--salvage", saved);
        assertThat(again.exitCode()).isEqualTo(ExitCodes.IO);
        assertThat(again.err()).contains("exists already");
    }

    @Test
    void aDryRunSaysWhatASalvageCostsAndRefusesWhatItWould() throws IOException {
        Path disk = damaged("monolithicSparse");
        Path saved = folder.resolve("saved.vmdk");

        CommandLineRun dry = CommandLineRun.of("repair", disk, "--salvage", saved, "--dry-run");

        assertThat(dry.exitCode()).as(dry.err()).isZero();
        assertThat(dry.out()).contains("save what can be read as ", "copies");
        assertThat(saved).doesNotExist();
        Files.createFile(saved);
        assertThat(CommandLineRun.of("repair", disk, "--salvage", saved, "--dry-run")
                        .exitCode())
                .isNotZero();
    }

    @Test
    void whatIsLostReadsAsTheParentIfThatIsAskedFor() throws IOException {
        Path base = folder.resolve("base.vmdk");
        assertThat(CommandLineRun.of("convert", "raw:" + raw, base, "-O", "monolithicSparse")
                        .exitCode())
                .isZero();
        Path child = folder.resolve("child.vmdk");
        assertThat(CommandLineRun.of("create", child, "-b", base, "-O", "vmfsSparse")
                        .exitCode())
                .isZero();
        byte[] newer = new byte[4096];
        Arrays.fill(newer, (byte) 7);
        assertThat(CommandLineRun.withInput(newer, "write", child, "--offset", "8192")
                        .exitCode())
                .isZero();
        try (RandomAccessFile file =
                new RandomAccessFile(folder.resolve("child-delta.vmdk").toFile(), "rw")) {
            // The entry of sector 16, in the table behind header and directory, leads nowhere.
            file.seek(2048 + 512 + 16 * 4);
            file.write(new byte[] {-16, -1, -1, 0x7f});
        }
        Path zeros = folder.resolve("zeros.raw");
        Path older = folder.resolve("older.raw");

        CommandLineRun asZeros = CommandLineRun.of("convert", "--salvage", child, zeros, "-O", "raw");
        CommandLineRun asParent =
                CommandLineRun.of("convert", "--salvage", "--lost-as", "parent", child, older, "-O", "raw");

        assertThat(asZeros.exitCode()).as(asZeros.err()).isEqualTo(ExitCodes.NO);
        assertThat(asZeros.out()).contains("lost, reads as zeros: 512 bytes at 8192");
        assertThat(asParent.exitCode()).isEqualTo(ExitCodes.NO);
        assertThat(asParent.out()).contains("lost, reads as the parent or zeros: 512 bytes at 8192");
        System.arraycopy(newer, 512, content, 8192 + 512, newer.length - 512);
        assertThat(Files.readAllBytes(older)).isEqualTo(content);
        Arrays.fill(content, 8192, 8192 + 512, (byte) 0);
        assertThat(Files.readAllBytes(zeros)).isEqualTo(content);
        assertThat(CommandLineRun.of("convert", "--lost-as", "parent", child, folder.resolve("x"), "-O", "raw")
                        .exitCode())
                .isEqualTo(ExitCodes.USAGE);
        assertThat(CommandLineRun.of("repair", child, "--lost-as", "parent").exitCode())
                .isEqualTo(ExitCodes.USAGE);
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

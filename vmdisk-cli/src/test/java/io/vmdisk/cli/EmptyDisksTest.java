package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.testkit.Qemu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Disks of 0 bytes, from qemu-img and to it. */
class EmptyDisksTest {
    @TempDir
    Path folder;

    private static CommandLineRun done(Object... words) {
        CommandLineRun run = CommandLineRun.of(words);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "monolithicSparse",
                "monolithicFlat",
                "twoGbMaxExtentSparse",
                "twoGbMaxExtentFlat",
                "streamOptimized"
            })
    void thoseOfQemuAreToldOfCheckedAndConverted(String format) throws IOException {
        Qemu.assumePresent();
        Path disk = folder.resolve("q.vmdk");
        Qemu.img("create", "-q", "-f", "vmdk", "-o", "subformat=" + format, disk, "0");

        assertThat(done("info", disk).out()).contains("capacity:         0 bytes");
        assertThat(done("map", "--json", disk).out()).isEqualToIgnoringWhitespace("[]");
        assertThat(done("check", disk).out()).contains("no damage found");
        done("convert", disk, folder.resolve("q.raw"), "-O", "raw");
        assertThat(folder.resolve("q.raw")).isEmptyFile();
        done("convert", disk, folder.resolve("again.vmdk"), "-O", format);
        done("compare", disk, folder.resolve("again.vmdk"));
        done("compare", "raw:" + folder.resolve("q.raw"), disk);
    }

    @Test
    void arePassedOnToQemuAsItTakesThem() throws IOException {
        Qemu.assumePresent();
        Path raw = folder.resolve("e.raw");
        done("create", raw, "0", "-O", "raw");

        Path image = folder.resolve("e.qcow2");
        done("convert", "raw:" + raw, image, "-O", "qcow2");
        Qemu.img("check", "-f", "qcow2", image);
        Qemu.img("compare", "-f", "raw", "-F", "qcow2", raw, image);
        for (String format : new String[] {"vhdx", "vhd"}) {
            assertThat(CommandLineRun.of("convert", "raw:" + raw, folder.resolve("e." + format), "-O", format)
                            .err())
                    .contains("has at least a sector");
        }
        assertThat(Files.size(raw)).isZero();
    }

    @Test
    void areNoneOfAHosts() {
        Path disk = folder.resolve("h.vmdk");

        for (String format : new String[] {"thin", "vmfsSparse", "seSparse"}) {
            CommandLineRun run = CommandLineRun.of("create", disk, "0", "-O", format);
            assertThat(run.exitCode()).isEqualTo(3);
            assertThat(run.err()).contains("a disk of 0 bytes");
        }
        assertThat(folder).isEmptyDirectory();
    }
}

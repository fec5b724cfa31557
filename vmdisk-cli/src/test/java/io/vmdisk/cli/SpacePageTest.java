package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Progress;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the lines of docs/space.md. */
class SpacePageTest {
    private static final int MIB = 1 << 20;

    @TempDir
    Path folder;

    @Test
    void eachLineGivesSpaceBackOrSaysWhyItCannot() throws IOException {
        Path disk = folder.resolve("web01.vmdk");
        StagedDisk.createEmpty(disk, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, 8L * MIB), Progress.NONE);
        try (VirtualDisk open = VirtualDisk.open(disk, OpenOptions.writable())) {
            open.write(0, ByteBuffer.wrap(Patterns.random(1, 4 * MIB)));
            open.write(MIB, ByteBuffer.wrap(new byte[2 * MIB]));
        }

        String[] lines = new ShellPage("space.md").text("give").strip().split("\n");

        assertThat(lines).hasSizeGreaterThan(3);
        for (String line : lines) {
            String[] words = line.replaceFirst(" *#.*", "")
                    .replace("web01.vmdk", disk.toString())
                    .split(" ");
            assertThat(words[0]).isEqualTo("vmdisk");
            CommandLineRun run = CommandLineRun.of(Arrays.copyOfRange(words, 1, words.length, Object[].class));
            if (line.contains("--punch") && run.exitCode() != 0) {
                // Holes need system calls, which classes outside a jar don't have.
                assertThat(run.err()).contains("holes");
            } else {
                assertThat(run.exitCode()).as(line + run.err()).isZero();
            }
        }
        assertThat(disk.toFile()).satisfies(file -> assertThat(file.length()).isLessThan(3L * MIB));
    }
}

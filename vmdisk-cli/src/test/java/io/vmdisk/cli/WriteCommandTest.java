package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.disk.WriteSource;
import io.vmdisk.cli.line.CancelSwitch;
import io.vmdisk.cli.line.Console;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.Terminal;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What does not fit is refused before a byte of the disk has changed. */
class WriteCommandTest {
    private static final int CAPACITY = 20 << 20;

    @TempDir
    private Path folder;

    private Path disk;
    private byte[] content;

    @BeforeEach
    void makeDisk() {
        disk = folder.resolve("disk.vmdk");
        content = new byte[CAPACITY];
        byte[] old = Patterns.random(3, 1 << 20);
        System.arraycopy(old, 0, content, 0, old.length);
        System.arraycopy(old, 0, content, CAPACITY - old.length, old.length);
        done("create", disk, "20M", "-O", "monolithicSparse");
        done("write", disk, "--offset", "0", "-i", file("old", old));
        done("write", disk, "--offset", CAPACITY - old.length, "-i", file("old", old));
    }

    private Path file(String name, byte[] bytes) {
        try {
            return Files.write(folder.resolve(name), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CommandLineRun done(Object... arguments) {
        CommandLineRun run = CommandLineRun.of(arguments);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run;
    }

    private void requireUntouched() throws IOException {
        requireContent(content);
    }

    private void requireContent(byte[] wanted) throws IOException {
        try (VirtualDisk open = VirtualDisk.open(disk)) {
            ByteBuffer bytes = ByteBuffer.allocate(CAPACITY);
            open.read(0, bytes);
            assertThat(Arrays.mismatch(bytes.array(), wanted)).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "512", "5M"})
    void aFileThatIsTooLongChangesNothing(String offset) throws IOException {
        CommandLineRun run = CommandLineRun.of(
                "write", disk, "--offset", offset, "-i", file("long", Patterns.random(4, CAPACITY + 1)));

        assertThat(run.exitCode()).isEqualTo(ExitCodes.INPUT);
        assertThat(run.err()).contains("the input has 20971521 bytes", "nothing is written");
        requireUntouched();
    }

    @Test
    void aShortPipeThatIsTooLongForTheRestOfTheDiskChangesNothing() throws IOException {
        CommandLineRun run = CommandLineRun.withInput(
                Patterns.random(4, 600_000), "write", disk, "--offset", String.valueOf(CAPACITY - 599_999));

        assertThat(run.exitCode()).isEqualTo(ExitCodes.INPUT);
        assertThat(run.err()).contains("the input has 600000 bytes", "nothing is written");
        requireUntouched();
    }

    @Test
    void aLongPipeIsRefusedUnlessItsLengthIsGiven() throws IOException {
        byte[] fresh = Patterns.random(4, WriteSource.READ_AHEAD + 1);
        CommandLineRun unknown = CommandLineRun.withInput(fresh, "write", disk, "--offset", "0");
        assertThat(unknown.exitCode()).isEqualTo(ExitCodes.INPUT);
        assertThat(unknown.err()).contains("16 MiB", "--length", "nothing is written");
        requireUntouched();

        CommandLineRun tooLong =
                CommandLineRun.withInput(fresh, "write", disk, "--offset", "4M", "--length", fresh.length);
        assertThat(tooLong.exitCode()).isEqualTo(ExitCodes.INPUT);
        requireUntouched();

        CommandLineRun known =
                CommandLineRun.withInput(fresh, "write", disk, "--offset", "0", "--length", fresh.length);
        assertThat(known.exitCode()).as(known.err()).isZero();
        System.arraycopy(fresh, 0, content, 0, fresh.length);
        requireContent(content);
    }

    @Test
    void lengthTakesThatManyBytesAndNoMore() throws IOException {
        byte[] fresh = Patterns.random(4, 5000);

        done("write", disk, "--offset", "512", "--length", "1k", "-i", file("fresh", fresh));

        System.arraycopy(fresh, 0, content, 512, 1024);
        requireContent(content);
    }

    @Test
    void anInputShorterThanItsLengthIsTold() throws IOException {
        CommandLineRun file = CommandLineRun.of(
                "write", disk, "--offset", "0", "--length", "1M", "-i", file("short", new byte[] {1, 2}));
        assertThat(file.exitCode()).isEqualTo(ExitCodes.INPUT);
        assertThat(file.err()).contains("the input has 2 bytes, --length says 1048576");
        requireUntouched();

        CommandLineRun pipe =
                CommandLineRun.withInput(new byte[] {1, 2}, "write", disk, "--offset", "0", "--length", "1M");
        assertThat(pipe.exitCode()).isEqualTo(ExitCodes.INPUT);
        assertThat(pipe.err()).contains("the input ended after 2 bytes, 1048576 were to come; what came is written");
        content[0] = 1;
        content[1] = 2;
        requireContent(content);
    }

    @Test
    void aRehearsalMeasuresAPipeAndChangesNothing() throws IOException {
        byte[] fresh = Patterns.random(4, CAPACITY);
        assertThat(CommandLineRun.withInput(fresh, "write", "--dry-run", disk, "--offset", "0")
                        .exitCode())
                .isZero();
        assertThat(CommandLineRun.withInput(fresh, "write", "--dry-run", disk, "--offset", "1")
                        .exitCode())
                .isEqualTo(ExitCodes.INPUT);
        requireUntouched();
    }

    @Test
    void aFileAsStandardInputHasALength() throws IOException {
        Path file = file("input", new byte[1000]);
        try (InputStream in = Files.newInputStream(file);
                java.io.FileInputStream redirected = new java.io.FileInputStream(file.toFile())) {
            assertThat(redirected.skip(100)).isEqualTo(100);
            assertThat(lengthOf(redirected)).hasValue(900);
            assertThat(lengthOf(new java.io.ByteArrayInputStream(in.readAllBytes())))
                    .isEmpty();
        }
    }

    private static OptionalLong lengthOf(InputStream in) {
        return new Console(
                        in,
                        java.io.OutputStream.nullOutputStream(),
                        java.io.OutputStream.nullOutputStream(),
                        Terminal.NONE,
                        System::nanoTime,
                        new CancelSwitch())
                .inputLength();
    }
}

package io.vmdisk.cli.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.Sample;
import io.vmdisk.cli.StepClock;
import io.vmdisk.cli.line.Attempt;
import io.vmdisk.cli.line.CancelSwitch;
import io.vmdisk.cli.line.Console;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.PlainCommand;
import io.vmdisk.cli.line.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A plain line means what picocli would make of it, and whatever is not plain is left to picocli. */
class PlainLineTest {
    @TempDir
    Path folder;

    private record Told(int code, String out, String err) {}

    private interface Way {
        int run(GlobalOptions options) throws Exception;
    }

    private static Told tell(Way way) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                new ByteArrayInputStream(new byte[0]), out, err, Terminal.NONE, new StepClock(), new CancelSwitch());
        int code = way.run(new GlobalOptions(console));
        return new Told(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private List<String> words(String line) throws IOException {
        Path vm = Sample.copyTo(folder);
        return List.of(line.replace("VM", vm.toString()).split(" "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "info VM/web01-000002.vmdk",
                "info --json VM/web01-000002.vmdk",
                "info VM/web01.vmdk --json",
                "info raw:VM/web01.vmdk",
                "info VM/missing.vmdk",
                "info --json VM/missing.vmdk",
                "info VM/web01.vmsd",
                "map VM/web01-000002.vmdk",
                "map --json VM/web01-000002.vmdk",
                "map raw:VM/web01.vmdk",
                "map VM/missing.vmdk",
                "map -q VM/web01.vmdk",
                "info --quiet --json VM/web01.vmdk",
                "compare VM/web01-000002.vmdk VM/web01.vmdk",
                "compare VM/web01.vmdk VM/web01.vmdk --json",
                "compare -q VM/web01.vmdk raw:VM/web01.vmdk",
                "compare VM/web01.vmdk VM/missing.vmdk",
                "convert VM/missing.vmdk VM/new.raw -O raw",
                "convert VM/web01.vmdk VM/web01-000001.vmdk -O monolithicSparse",
            })
    void aPlainLineMeansWhatPicocliMakesOfIt(String line) throws Exception {
        List<String> words = words(line);

        Told plain = tell(options -> {
            PlainCommand command = PlainLine.of(words, options);
            assertThat(command).isNotNull();
            return new Attempt(options, ExitCodes.GENERAL).run(command);
        });

        assertThat(plain).isEqualTo(tell(options -> new FullLine(options).run(words)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "convert VM/web01-000002.vmdk VM/new.raw -O raw",
                "convert --format MONOLITHICSPARSE --json VM/web01.vmdk VM/new.raw",
                "convert -q -O thin raw:VM/web01.vmdk VM/new.raw",
            })
    void aPlainConversionMakesWhatPicocliMakesOfIt(String line) throws Exception {
        List<String> words = words(line);
        Path made = folder.resolve(words.stream()
                .filter(word -> word.endsWith("new.raw"))
                .findFirst()
                .orElseThrow());

        Told plain = tell(options -> new Attempt(options, ExitCodes.GENERAL).run(PlainLine.of(words, options)));
        long size = Files.size(made);
        Files.delete(made);
        Files.deleteIfExists(made.resolveSibling("new-flat.vmdk"));
        Files.deleteIfExists(made.resolveSibling("new.raw-flat.vmdk"));
        Told full = tell(options -> new FullLine(options).run(words));

        assertThat(plain).isEqualTo(full);
        assertThat(full.code()).isZero();
        assertThat(Files.size(made)).isEqualTo(size);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "info",
                "info --json",
                "info --json --json disk",
                "info one two",
                "info @arguments",
                "info --help",
                "info -q -q disk",
                "compare one",
                "compare --regions one two",
                "convert one two",
                "convert one two -O",
                "convert one two -O raw -O raw",
                "convert one two -O raw --format raw",
                "convert one two -O nonsense",
                "convert one - -O raw",
                "convert one raw:two -O raw",
                "convert one two --for esxi",
                "info --parent base disk",
                "info -- disk",
                "info raw:",
                "infos disk",
                "read disk",
                "--json info disk",
            })
    void anyOtherLineIsLeftToPicocli(String line) throws Exception {
        tell(options -> {
            assertThat(PlainLine.of(List.of(line.split(" ")), options)).isNull();
            assertThat(options.json()).isFalse();
            return ExitCodes.DONE;
        });
    }

    @Test
    void noWordsAndEmptyWordsAreLeftToPicocli() throws Exception {
        tell(options -> {
            assertThat(PlainLine.of(List.of(), options)).isNull();
            assertThat(PlainLine.of(List.of("info", ""), options)).isNull();
            assertThat(PlainLine.of(List.of("info", "a\0b"), options)).isNull();
            return ExitCodes.DONE;
        });
    }
}

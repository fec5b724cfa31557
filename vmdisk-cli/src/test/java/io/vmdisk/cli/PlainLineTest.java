package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
            })
    void aPlainLineMeansWhatPicocliMakesOfIt(String line) throws Exception {
        List<String> words = words(line);

        Told plain = tell(options -> {
            PlainLine.Command command = PlainLine.of(words, options);
            assertThat(command).isNotNull();
            return new Attempt(options, ExitCodes.GENERAL).run(command);
        });

        assertThat(plain).isEqualTo(tell(options -> new FullLine(options).run(words)));
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
                "info -q disk",
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

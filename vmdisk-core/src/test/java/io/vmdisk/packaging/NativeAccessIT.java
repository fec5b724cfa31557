package io.vmdisk.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmdisk.testkit.Command;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The native tier is used when granted, and when not, nobody hears of it. */
class NativeAccessIT {
    @TempDir
    Path folder;

    @Test
    void staysSilentAndInJavaWhereAccessWasNotGranted() throws IOException {
        Command.Result result = probe();

        assertThat(result.outOrFail()).startsWith("java.util.zip false");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void staysSilentWhereAccessIsForbidden() throws IOException {
        assumeTrue(Runtime.version().feature() >= 24, "the option came with 24");

        Command.Result result = probe("--illegal-native-access=deny");

        assertThat(result.outOrFail()).startsWith("java.util.zip false");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void usesTheTierWhereAccessWasGranted() throws IOException {
        assumeTrue(Runtime.version().feature() >= 22, "this JVM has no such tier");
        assumeTrue(System.getProperty("os.name").equals("Linux"), "the tier is for Linux");

        Command.Result result = probe("--enable-native-access=ALL-UNNAMED");

        assertThat(result.outOrFail()).contains(" true");
        assertThat(result.err()).isEmpty();
    }

    private Command.Result probe(String... options) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(TierProbe.class.getName());
        command.add(folder.resolve("probe").toString());
        return Command.run(null, command);
    }
}

package io.vmdisk.cli.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.Console;
import io.vmdisk.cli.line.GlobalOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** {@code docs/cli.md} is what the commands say of themselves; {@code -Dvmdisk.cli.update=true} writes it anew. */
class CliPageTest {
    private static final Path PAGE = Path.of(System.getProperty("vmdisk.testdata", "../testdata"))
            .toAbsolutePath()
            .normalize()
            .resolveSibling("docs")
            .resolve("cli.md");

    private static final String HEAD = """
            # Every command

            Made from the commands themselves, as `vmdisk COMMAND --help` and the man pages are; a test compares. What they answer
            in JSON: [json.md](json.md). Jobs rather than commands: [tutorials](tutorials.md).

            """;

    private static String page() {
        CommandLine root = CommandTree.all(new GlobalOptions(Console.silent()));
        StringBuilder page = new StringBuilder(HEAD);
        for (String path : Commands.PATHS) {
            page.append("- [")
                    .append(path)
                    .append("](#")
                    .append(path.replace(' ', '-'))
                    .append(")\n");
        }
        page.append("\n## vmdisk\n\n").append(fenced(root));
        for (String path : Commands.PATHS) {
            CommandLine command = root;
            for (String word : path.split(" ")) {
                command = command.getSubcommands().get(word);
            }
            page.append("\n## ").append(path).append("\n\n").append(fenced(command));
        }
        return page.toString();
    }

    private static String fenced(CommandLine command) {
        command.setUsageHelpWidth(100);
        String help = command.getUsageMessage(Ansi.OFF)
                .replace("\r\n", "\n")
                .replaceAll(" +\n", "\n")
                .strip();
        return "```text\n" + help + "\n```\n";
    }

    @Test
    void thePageIsWhatTheCommandsSay() throws IOException {
        String page = page();
        if (Boolean.getBoolean("vmdisk.cli.update")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }
}

package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.testkit.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The blocks of a page of docs that are marked {@code sh NAME}, typed into a shell beside a copy of the sample. */
final class ShellPage {
    private static final Pattern BLOCK = Pattern.compile("```sh ([a-z]+)\\n(.*?)```", Pattern.DOTALL);

    private final Map<String, String> blocks = new LinkedHashMap<>();

    ShellPage(String name) throws IOException {
        Matcher block = BLOCK.matcher(
                Files.readString(Sample.TESTDATA.resolveSibling("docs").resolve(name)));
        while (block.find()) {
            assertThat(blocks.put(block.group(1), block.group(2))).isNull();
        }
    }

    /** The names, in the page's order. */
    List<String> names() {
        return List.copyOf(blocks.keySet());
    }

    /** The lines of a block. */
    String text(String name) {
        return blocks.get(name);
    }

    /** What is left of a block. */
    record Typed(Path folder, String out) {}

    /** Types a block in a new folder with the sample machine in {@code web01}; it must succeed. */
    Typed type(String name, Path temp) throws IOException {
        return type(name, temp, "");
    }

    /**
     * As {@link #type(String, Path)}.
     *
     * @param before lines that are typed first and do not stand on the page
     */
    Typed type(String name, Path temp, String before) throws IOException {
        Path folder = Files.createDirectory(temp.resolve(name));
        Path machine = Files.createDirectory(folder.resolve("web01"));
        try (Stream<Path> files = Files.list(Sample.TESTDATA.resolve("web01"))) {
            for (Path file : files.toList()) {
                Files.copy(file, machine.resolve(file.getFileName().toString()));
            }
        }
        Path program = Files.createDirectories(folder.resolve("bin")).resolve("vmdisk");
        Files.writeString(
                program,
                "#!/bin/sh\nexec '" + Path.of(System.getProperty("java.home"), "bin", "java")
                        + "' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx256m -cp '"
                        + System.getProperty("java.class.path") + "' io.vmdisk.cli.Main \"$@\"\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        String script = "set -e\nset -m\nPATH=" + folder + "/bin:$PATH\n" + before + blocks.get(name);
        Path file = Files.writeString(folder.resolve("script"), script);

        Command.Result result = Command.run(folder, List.of("bash", file.toString()));

        assertThat(result.exitCode()).as("%s%s", result.out(), result.err()).isZero();
        return new Typed(folder, result.out());
    }
}

package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.testkit.Patterns;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.commons.util.StringUtils;
import org.opentest4j.TestAbortedException;

/**
 * All commands of docs/rescue.md, with names of several scripts, in the JVM that the launcher starts in a shell without a
 * language and in one with UTF-8. One JVM types them all: {@link RescueNames} stands in the place of the command line's own
 * {@code main}, behind everything that the launcher does.
 */
@Tag("long")
@EnabledOnOs(OS.LINUX)
class RescueNamesIT {
    @TempDir
    Path temp;

    @Test
    void everySituationIsRescuedInAnyLocaleUnderAnyName() throws Exception {
        Process[] shells = {start("c", "LC_ALL=C"), start("utf8", "LC_ALL=C.UTF-8")};
        for (Process shell : shells) {
            shell.waitFor();
        }
        for (String name : List.of("c", "utf8")) {
            assertThat(Files.readAllLines(temp.resolve(name + ".txt")))
                    .as(name)
                    .hasSizeGreaterThanOrEqualTo(21)
                    .allMatch(line -> line.startsWith("tried: "));
        }
        for (Process shell : shells) {
            assertThat(shell.exitValue()).isZero();
        }
    }

    private Process start(String name, String language) throws Exception {
        Path folder = Files.createDirectory(temp.resolve(name));
        String options = "-Dvmdisk.rescue.folder=" + folder + " -Dvmdisk.root=" + ProcessRun.ROOT
                + " -Dvmdisk.testdata=" + Sample.TESTDATA + " -cp "
                + classPath() + " " + RescueNames.class.getName();
        String script = "exec env -i PATH=/usr/bin:/bin VMDISK_CACHE=none %s VMDISK_JAVA_OPTS=\"$OPTIONS\" '%s' info"
                .formatted(language, ProcessRun.ROOT.resolve("vmdisk"));
        ProcessBuilder shell = new ProcessBuilder("sh", "-c", script)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(temp.resolve(name + ".txt").toFile());
        shell.environment().putAll(Map.of("OPTIONS", options));
        return shell.start();
    }

    private static String classPath() throws Exception {
        List<String> places;
        try (Stream<Path> jars = Files.list(ProcessRun.LIB)) {
            places = new java.util.ArrayList<>(jars.map(Path::toString).toList());
        }
        for (Class<?> each : List.of(
                RescueNames.class,
                Patterns.class,
                Assertions.class,
                Test.class,
                StringUtils.class,
                TestAbortedException.class)) {
            places.add(Path.of(each.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString());
        }
        return places.stream().distinct().collect(Collectors.joining(File.pathSeparator));
    }
}

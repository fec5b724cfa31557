package io.vmdisk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/architecture.md tells of places is true: every room, and every class of the table "where is". */
class ArchitecturePageTest {
    private static final Path ROOT =
            Path.of(System.getProperty("vmdisk.root", "..")).toAbsolutePath().normalize();
    /** A class by its name, with its package below {@code io.vmdisk}. */
    private static final Pattern CLASS = Pattern.compile("`((?:[a-z]+\\.)*[A-Z]\\w+)`");

    private static final Pattern ROOM = Pattern.compile("`(io\\.vmdisk[a-z.]*|\\.[a-z.]+)`");

    private final List<String> page;
    private final Set<String> classes = new TreeSet<>();
    private final Set<String> rooms = new TreeSet<>();

    ArchitecturePageTest() throws IOException {
        page = Files.readAllLines(ROOT.resolve("docs/architecture.md"));
        for (String module : List.of("vmdisk-core", "vmdisk-snapshot", "vmdisk-cli")) {
            for (String set : List.of("main", "test")) {
                Path java = ROOT.resolve(module).resolve("src").resolve(set).resolve("java");
                try (Stream<Path> files = Files.walk(java)) {
                    files.filter(file -> file.toString().endsWith(".java"))
                            .forEach(file -> collect(java.relativize(file), set.equals("main")));
                }
            }
        }
    }

    private void collect(Path file, boolean main) {
        String name = file.toString().replace('/', '.').replace('\\', '.').replaceAll("\\.java$", "");
        if (name.startsWith("io.vmdisk.")) {
            classes.add(name.substring("io.vmdisk.".length()));
            if (main) {
                rooms.add(name.substring(0, name.lastIndexOf('.')));
            }
        }
    }

    @Test
    void whateverTheTableOfPlacesNamesIsThere() {
        Set<String> missing = new TreeSet<>();
        int places = 0;
        for (String row : rowsBehind("| where is |")) {
            Matcher named = CLASS.matcher(row.substring(row.indexOf('|', 1)));
            while (named.find()) {
                places++;
                if (!classes.contains(named.group(1))) {
                    missing.add(named.group(1));
                }
            }
        }

        assertThat(missing).isEmpty();
        assertThat(places).isGreaterThanOrEqualTo(20);
    }

    @Test
    void everyRoomIsInTheTableOfRoomsAndNoOther() {
        Set<String> told = new TreeSet<>();
        for (String row : rowsBehind("| package |")) {
            String first = "";
            Matcher room = ROOM.matcher(row.substring(0, row.indexOf('|', 1)));
            while (room.find()) {
                String name = room.group(1);
                String full = name.startsWith(".") ? above(first, name) : name;
                told.add(full);
                first = name.startsWith(".") ? first : name;
            }
        }

        assertThat(told).isEqualTo(rooms);
    }

    /** {@code .step} beside {@code io.vmdisk.plan}: below it, or below what it lies in. */
    private String above(String first, String name) {
        String below = first + name;
        return rooms.contains(below) ? below : first.substring(0, first.lastIndexOf('.')) + name;
    }

    private List<String> rowsBehind(String head) {
        int at = 0;
        while (!page.get(at).startsWith(head)) {
            at++;
        }
        int end = at + 2;
        while (end < page.size() && page.get(end).startsWith("|")) {
            end++;
        }
        return page.subList(at + 2, end);
    }
}

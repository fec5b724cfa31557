package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damages disks and machines, asks {@code check} what is wrong, and types every command that it prints, each on a copy of the
 * damage that printed it: it helps, or says why it can't.
 */
class RemedyTrialTest {
    private static final Pattern FINDING =
            Pattern.compile("(?m)^(?:error|warning|leak|info) ([a-z.0-9-]+): .*\\n    (.*)$");
    private static final Pattern COMMAND = Pattern.compile("'vmdisk ((?:\"(?:[^\"\\\\]|\\\\.)*\"|[^'\"])*)'");
    private static final Pattern WORD = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"|(\\S+)");
    private static final int DAMAGES = 8;

    @TempDir
    private Path temp;

    private final Map<String, TreeSet<String>> tried = new LinkedHashMap<>();
    private int copies;

    @Test
    void everyCommandThatACheckOfADamagedDiskPrintsHelpsOrSaysWhyNot() throws IOException {
        for (String format : List.of("monolithicSparse", "2gbsparse", "vmfsSparse", "seSparse", "thin", "stream")) {
            Path sound = chain(format);
            for (int seed = 0; seed < DAMAGES; seed++) {
                Path harmed = copy(sound);
                String harm = harm(harmed, new Random(31L * seed + format.hashCode()), seed);
                tryRemedies(harmed, format + ", " + harm, "check", "--chain", "top.vmdk");
            }
        }
        assertThat(tried.keySet()).hasSizeGreaterThanOrEqualTo(9);
        assertThat(verbs()).contains("repair --tables", "repair --descriptor", "repair --parent", "repair --cid");
    }

    @Test
    void everyCommandThatACheckOfADamagedMachinePrintsHelpsOrSaysWhyNot() throws IOException {
        Path sound = Files.createDirectory(temp.resolve("machine"));
        new RescueScene(sound, new GuidePage()).machine("2gbsparse", "delta", "delta");
        Map<String, Harm> harms = new LinkedHashMap<>();
        harms.put("list lost", folder -> Files.delete(folder.resolve("web01.vmsd")));
        harms.put("list garbled", folder -> Files.write(folder.resolve("web01.vmsd"), Patterns.random(1, 300)));
        harms.put("configuration renamed", folder -> Files.move(folder.resolve("web01.vmx"), folder.resolve("x.vmx")));
        harms.put("base descriptor lost", folder -> Files.delete(folder.resolve("web01.vmdk")));
        harms.put("delta descriptor lost", folder -> Files.delete(folder.resolve("web01-000001.vmdk")));
        harms.put("link lost", folder -> {
            Files.delete(folder.resolve("web01-000001.vmdk"));
            Files.delete(folder.resolve("web01-000001-delta.vmdk"));
        });
        harms.put("content ID", folder -> edit(folder.resolve("web01.vmdk"), "(?m)^CID=\\w+", "CID=12345678"));
        harms.put("capacity", folder -> edit(folder.resolve("web01-000001.vmdk"), "RW \\d+ ", "RW 9000 "));
        harms.put(
                "no snapshots listed",
                folder -> edit(
                        folder.resolve("web01.vmsd"),
                        "(?s)^.*$",
                        ".encoding = \"UTF-8\"\nsnapshot.lastUID = \"2\"\nsnapshot.needConsolidate = \"TRUE\"\n"));
        harms.put(
                "suspended",
                folder -> edit(folder.resolve("web01.vmx"), "\\z", "checkpoint.vmState = \"web01-1a2b3c4d.vmss\"\n"));
        harms.put(
                "a disk too many",
                folder -> edit(
                        folder.resolve("web01.vmx"),
                        "\\z",
                        "scsi0:1.present = \"TRUE\"\nscsi0:1.fileName = \"gone.vmdk\"\n"));
        harms.put("keys twice", folder -> edit(folder.resolve("web01.vmx"), "\\z", "scsi0:0.fileName = \"b.vmdk\"\n"));
        for (Map.Entry<String, Harm> harm : harms.entrySet()) {
            Path harmed = copy(sound);
            harm.getValue().on(harmed);
            tryRemedies(harmed, harm.getKey(), "check", ".");
        }
        assertThat(tried.keySet()).hasSizeGreaterThanOrEqualTo(9);
        assertThat(verbs()).contains("repair --vmsd", "repair --descriptor", "vmx unset", "vmx lint", "consolidate");
    }

    @FunctionalInterface
    private interface Harm {
        void on(Path folder) throws IOException;
    }

    private TreeSet<String> verbs() {
        TreeSet<String> verbs = new TreeSet<>();
        tried.values().forEach(verbs::addAll);
        return verbs;
    }

    private Path chain(String format) throws IOException {
        Path folder = Files.createDirectory(temp.resolve("sound-" + format));
        Path raw = Files.write(temp.resolve(format + ".raw"), Patterns.mixed(7, 1 << 20));
        boolean delta = format.equals("vmfsSparse") || format.equals("seSparse");
        Path base = folder.resolve(delta ? "base.vmdk" : "top.vmdk");
        done("convert", "raw:" + raw, base, "-O", delta ? "thin" : format);
        if (delta) {
            done("create", folder.resolve("top.vmdk"), "-b", base, "-O", format);
            CommandLineRun write = CommandLineRun.withInput(
                    Patterns.random(8, 200_000), "write", folder.resolve("top.vmdk"), "--offset", 4096);
            assertThat(write.exitCode()).as(write.err()).isZero();
        }
        return folder;
    }

    private static void done(Object... words) {
        CommandLineRun run = CommandLineRun.of(words);
        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    }

    private Path copy(Path folder) throws IOException {
        Path made = Files.createDirectory(temp.resolve("copy" + copies++));
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.copy(file, made.resolve(file.getFileName().toString()));
            }
        }
        return made;
    }

    private static void edit(Path file, String regex, String replacement) throws IOException {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        Files.writeString(
                file, Pattern.compile(regex).matcher(text).replaceFirst(replacement), StandardCharsets.ISO_8859_1);
    }

    /** Damages a file in one of several ways; says how. */
    private static String harm(Path folder, Random random, int way) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.sorted().toList();
        }
        Path file = files.get(random.nextInt(files.size()));
        byte[] bytes = Files.readAllBytes(file);
        if (way >= 4) {
            return known(folder, way);
        }
        switch (way) {
            case 0 -> Files.write(file, Arrays.copyOf(bytes, bytes.length - 1 - random.nextInt(bytes.length / 2)));
            case 1 -> {
                byte[] noise = Patterns.random(way, Math.min(bytes.length, 64 << random.nextInt(5)));
                int at = random.nextInt(Math.min(bytes.length - noise.length, 70_000) + 1);
                System.arraycopy(noise, 0, bytes, at, noise.length);
                Files.write(file, bytes);
            }
            case 2 -> {
                edit(folder.resolve("top.vmdk"), "RW \\d+ ", "RW 99 ");
                return "text";
            }
            default -> Files.delete(file);
        }
        return "way " + way + " on " + file.getFileName();
    }

    /** Damages that have a remedy of their own. */
    private static String known(Path folder, int way) throws IOException {
        Path base = folder.resolve("base.vmdk");
        Path data = Stream.of("top-delta.vmdk", "top-sesparse.vmdk", "top-s001.vmdk", "top-flat.vmdk", "top.vmdk")
                .map(folder::resolve)
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
        switch (way) {
            case 4 -> {
                if (Files.exists(base)) {
                    edit(base, "(?m)^CID=\\w+", "CID=12345678");
                }
            }
            case 5 -> {
                if (Files.exists(base)) {
                    Files.move(base, folder.resolve("moved.vmdk"));
                }
            }
            case 6 -> {
                byte[] bytes = Files.readAllBytes(data);
                ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
                switch (header.getInt(0)) {
                    case 0x564D444B -> header.put(72, (byte) 1);
                    case 0x44574F43 -> header.putInt(28, 5);
                    case 0xCAFEBABE ->
                        Arrays.fill(
                                bytes, (int) header.getLong(0xA0) * 512, (int) header.getLong(0xA0) * 512 + 8, (byte)
                                        0);
                    default -> bytes = Arrays.copyOf(bytes, bytes.length + 4096);
                }
                Files.write(data, bytes);
            }
            default -> {
                byte[] bytes = Files.readAllBytes(data);
                ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
                if (header.getInt(0) == 0x564D444B && header.getLong(56) > 0) {
                    int table = header.getInt((int) header.getLong(56) * 512) * 512;
                    header.putInt(table, 980705138);
                    Files.write(data, bytes);
                }
            }
        }
        return "known " + way;
    }

    private void tryRemedies(Path harmed, String what, String... check) throws IOException {
        CommandLineRun found = type(harmed, List.of(check));
        Matcher finding = FINDING.matcher(found.out());
        while (finding.find()) {
            Matcher command = COMMAND.matcher(finding.group(2));
            while (command.find()) {
                List<String> words = words(command.group(1));
                String verb = verb(words);
                // A single word only mentions a command.
                if (words.size() > 1
                        && tried.computeIfAbsent(finding.group(1), id -> new TreeSet<>())
                                .add(verb)) {
                    tryOn(copy(harmed), harmed, words, what + ": " + finding.group(1) + ": " + command.group(), check);
                }
            }
        }
    }

    /** The command and its first option, or its second word where that is one of its own. */
    private static String verb(List<String> words) {
        boolean two = words.size() > 1 && words.get(1).startsWith("--")
                || words.get(0).matches("vmx|snapshot");
        return two ? words.get(0) + " " + words.get(1) : words.get(0);
    }

    private static List<String> words(String command) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(command);
        while (word.find()) {
            words.add(
                    word.group(1) == null
                            ? word.group(2)
                            : word.group(1).replaceAll("\\\\(.)", Matcher.quoteReplacement("$1")));
        }
        return words;
    }

    private void tryOn(Path copy, Path harmed, List<String> printed, String what, String... check) {
        List<String> words = new ArrayList<>();
        for (String word : printed) {
            words.add(
                    switch (word) {
                        case "NEW" -> "new.vmdk";
                        case "FORMAT" -> "monolithicSparse";
                        case "PATH" -> Files.exists(copy.resolve("base.vmdk")) ? "base.vmdk" : "moved.vmdk";
                        case "SIZE" -> "2M";
                        case "NAME" -> "other.vmdk";
                        case "NODE.fileName" -> "scsi0:1.fileName";
                        default -> word.replace(harmed.toString(), copy.toString());
                    });
        }
        CommandLineRun run = type(copy, words);
        String all = what + "\n" + words + "\n" + run.out() + run.err();
        assertThat(run.exitCode()).as(all).isNotIn(ExitCodes.USAGE, ExitCodes.BUG);
        if (run.exitCode() != ExitCodes.DONE) {
            assertThat(run.out() + run.err()).as(all).isNotBlank();
        } else if (Files.exists(copy.resolve("new.vmdk"))) {
            assertThat(type(copy, List.of("check", "new.vmdk")).exitCode())
                    .as(all)
                    .isIn(0, 1);
        } else if (words.get(0).equals("repair") && !run.out().contains("left as it is")) {
            String id = what.replaceAll("(?s)^.*: ([a-z.0-9-]+): '.*$", "$1");
            assertThat(type(copy, List.of(check)).out()).as(all).doesNotContain(" " + id + ": ");
        }
    }

    /** Names of files are those of a folder; the JVM's own folder stays what it is. */
    private static CommandLineRun type(Path folder, List<String> words) {
        Object[] typed = words.stream()
                .map(word -> word.equals(".")
                        ? folder.toString()
                        : word.matches("[^-/][^/]*\\.(vmdk|vmx|vmsd)")
                                ? folder.resolve(word).toString()
                                : word)
                .toArray();
        return CommandLineRun.of(typed);
    }
}

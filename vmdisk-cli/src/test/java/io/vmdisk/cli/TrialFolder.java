package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A folder in which the lines of a trial are carried out; {@code @name} is a file in it, {@code @} the folder. */
record TrialFolder(Path path) {
    private static final int SECTOR = 512;

    Path file(String name) {
        return path.resolve(name);
    }

    /** Names become those of files here. */
    List<String> words(String line) {
        return Arrays.stream(line.trim().split(" +"))
                .map(word -> word.equals("@")
                        ? path.toString()
                        : word.replaceAll("^@|(?<=[=:])@", Matcher.quoteReplacement(path + "/")))
                .toList();
    }

    CommandLineRun type(List<String> words) {
        return CommandLineRun.of(words.toArray());
    }

    /** Does what one line of a scene says. */
    void carryOut(String line) throws IOException {
        String[] parts = line.split(" ", 3);
        String rest = parts.length > 2 ? parts[2] : "";
        Path file = parts[0].equals("$") ? path : file(parts[1]);
        switch (parts[0]) {
            case "$" -> {
                CommandLineRun run = type(words(line.substring(2)));
                assertThat(run.exitCode())
                        .as(line + "\n" + run.out() + run.err())
                        .isZero();
            }
            case "text" ->
                Files.writeString(file, rest.replace("\\n", "\n").replace("@", path + "/"), StandardCharsets.UTF_8);
            case "bytes" -> Files.write(file, Patterns.random(5, Integer.parseInt(rest)));
            case "edit" -> edit(file, rest);
            case "put" -> put(file, rest);
            case "cut" -> {
                byte[] bytes = Files.readAllBytes(file);
                int length = Integer.parseInt(rest);
                Files.write(file, Arrays.copyOf(bytes, length < 0 ? bytes.length + length : length));
            }
            case "rm" -> Files.delete(file);
            case "mv" -> Files.move(file, file(rest));
            case "cp" -> copyAll(file, file(rest));
            case "mkdir" -> Files.createDirectories(file);
            default -> throw new IllegalArgumentException(line);
        }
    }

    /** {@code |regex|replacement|}, with the first character in place of the bars. */
    private void edit(Path file, String change) throws IOException {
        String[] parts = change.split(Pattern.quote(change.substring(0, 1)));
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        Matcher found = Pattern.compile("(?m)" + parts[1]).matcher(text);
        assertThat(found.find()).as(change + " in " + file).isTrue();
        String by = parts.length > 2 ? parts[2].replace("\\n", "\n") : "";
        Files.writeString(file, found.replaceAll(by), StandardCharsets.ISO_8859_1);
    }

    /**
     * {@code PLACE HEX}: a byte offset, a place that a number of sectors leads to, or one that two lead to: {@code 48*+4}
     * is 4 bytes behind the sector whose number stands at byte 48.
     */
    private void put(Path file, String what) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        String place = what.substring(0, what.indexOf(' '));
        long at = 0;
        for (String step : place.split("(?=\\+)|(?<=\\*)")) {
            String number = step.replaceAll("[+*]", "");
            at += number.isEmpty() ? 0 : Long.decode(number);
            if (step.endsWith("*")) {
                at = Integer.toUnsignedLong(buffer.getInt((int) at)) * SECTOR;
            }
        }
        byte[] hex =
                HexFormat.of().parseHex(what.substring(what.indexOf(' ') + 1).trim());
        if (at + hex.length > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) at + hex.length);
        }
        System.arraycopy(hex, 0, bytes, (int) at, hex.length);
        Files.write(file, bytes);
    }

    /** A copy of all of it, where absolute names within follow. */
    TrialFolder copyTo(Path target) throws IOException {
        copyAll(path, target);
        return new TrialFolder(target);
    }

    private void copyAll(Path from, Path to) throws IOException {
        if (!Files.isDirectory(from)) {
            Files.copy(from, to);
            return;
        }
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes facts) throws IOException {
                Files.createDirectories(to.resolve(from.relativize(folder).toString()));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes facts) throws IOException {
                Path target = to.resolve(from.relativize(file).toString());
                byte[] bytes = Files.readAllBytes(file);
                boolean small = bytes.length < 5000;
                String text = small ? new String(bytes, StandardCharsets.ISO_8859_1) : "";
                Files.write(
                        target,
                        text.contains(path.toString())
                                ? text.replace(path.toString(), to.toString()).getBytes(StandardCharsets.ISO_8859_1)
                                : bytes);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}

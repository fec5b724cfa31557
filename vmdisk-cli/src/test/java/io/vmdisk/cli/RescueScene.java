package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.xml.XmlEscapers;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A machine in a folder of its own, what its disks read as while all was well, and what was typed then.
 *
 * <p>The page and the tests call it {@code web01}; on disk it has the name that is given here.
 */
final class RescueScene {
    private static final String ON_PAGE = "web01";
    static final int CAPACITY = 4 << 20;
    private static final int PIECE = 64 << 10;

    final Path folder;
    private final GuidePage page;
    private final String name;
    private final Map<String, byte[]> contents = new LinkedHashMap<>();
    private final StringBuilder output = new StringBuilder();

    RescueScene(Path folder, GuidePage page) {
        this(folder, page, ON_PAGE);
    }

    /** @param name of the machine and its files */
    RescueScene(Path folder, GuidePage page, String name) {
        this.folder = folder;
        this.page = page;
        this.name = name;
    }

    /** A machine with one disk of a format, and as many snapshots as formats of links are given. */
    RescueScene machine(String format, String... links) throws IOException {
        Files.writeString(file("web01.vmx"), """
                .encoding = "UTF-8"
                config.version = "8"
                virtualHW.version = "17"
                displayName = "web01"
                scsi0.present = "TRUE"
                scsi0.virtualDev = "pvscsi"
                scsi0:0.present = "TRUE"
                scsi0:0.fileName = "web01.vmdk"
                """.replace(ON_PAGE, name));
        done("create", "web01.vmdk", String.valueOf(CAPACITY), "-O", format);
        write("web01.vmdk", 0);
        for (int i = 1; i <= links.length; i++) {
            done("snapshot", "create", "web01.vmx", "snapshot" + i, "--format", links[i - 1]);
            write("web01-00000" + i + ".vmdk", i);
        }
        for (String disk : disks()) {
            contents.put(disk, read(disk));
        }
        return this;
    }

    /** Writes some pieces of a disk: some that the links below have too, some that only this one has. */
    void write(String disk, int number) throws IOException {
        Random random = new Random(number);
        try (VirtualDisk opened = VirtualDisk.open(file(disk), OpenOptions.writable())) {
            for (int at : new int[] {0, 3 + 5 * number, 8 + 5 * number, 40}) {
                byte[] piece = new byte[PIECE];
                random.nextBytes(piece);
                opened.write((long) at * PIECE, ByteBuffer.wrap(piece));
            }
        }
    }

    /** The file that the page calls so. */
    Path file(String onPage) {
        return folder.resolve(onPage.replace(ON_PAGE, name));
    }

    /** The descriptors, the base first. */
    List<String> disks() throws IOException {
        return files().stream()
                .filter(name -> name.matches("web01(-\\d{6})?\\.vmdk"))
                .sorted((a, b) -> a.length() == b.length() ? a.compareTo(b) : a.length() - b.length())
                .toList();
    }

    List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString().replace(name, ON_PAGE))
                    .sorted()
                    .toList();
        }
    }

    byte[] read(String disk) throws IOException {
        try (VirtualDisk opened = VirtualDisk.open(file(disk), OpenOptions.readOnly())) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(opened.capacity()));
            opened.read(0, bytes);
            return bytes.array();
        }
    }

    /** What a disk read as while all was well. */
    byte[] before(String disk) {
        return contents.get(disk);
    }

    /** A drawing or an answer with the name that the page has for the machine. */
    String onPage(String text) {
        return text.replace(name, ON_PAGE)
                .replace(XmlEscapers.xmlAttributeEscaper().escape(name), ON_PAGE);
    }

    /** Replaces something in a text, which must be there. */
    void edit(String name, String regex, String replacement) throws IOException {
        String text = Files.readString(file(name), StandardCharsets.ISO_8859_1);
        String edited = text.replaceAll(regex, replacement);
        assertThat(edited).isNotEqualTo(text);
        Files.writeString(file(name), edited, StandardCharsets.ISO_8859_1);
    }

    /** Types the commands of the page in the machine's folder, and sees what the page says one sees. */
    void rescue(String situation) throws IOException, InterruptedException {
        List<String> commands = page.commands(situation);
        assertThat(commands).as("docs/rescue.md has commands for " + situation).isNotEmpty();
        for (String command : commands) {
            output.append("$ ").append(command).append('\n');
            if (command.startsWith("vmdisk ")) {
                CommandLineRun run = CommandLineRun.of((Object[]) words(command));
                output.append((run.out(folder) + run.err(folder)).replace(name, ON_PAGE));
                assertThat(run.exitCode())
                        .as(output.toString())
                        .isNotIn(ExitCodes.USAGE, ExitCodes.BUG, ExitCodes.INPUT, ExitCodes.IO);
            } else {
                ProcessBuilder typed = new ProcessBuilder("sh", "-c", command.replace(ON_PAGE, "\"$NAME\""))
                        .directory(folder.toFile())
                        .redirectErrorStream(true);
                typed.environment().put("NAME", name);
                Process shell = typed.start();
                output.append(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
                assertThat(shell.waitFor(1, TimeUnit.MINUTES)).isTrue();
            }
        }
        for (String line : page.seen(situation)) {
            assertThat(output.toString()).contains(line.strip());
        }
    }

    private String[] words(String command) {
        List<String> words = new ArrayList<>();
        for (String word : command.substring("vmdisk ".length()).split(" +")) {
            if (word.contains("=../")) {
                int equals = word.indexOf('=');
                words.add(word.substring(0, equals + 1)
                        + file(word.substring(equals + 1)).normalize());
                continue;
            }
            boolean folder =
                    !words.isEmpty() && words.get(words.size() - 1).equals("--salvage") && !word.startsWith("-");
            words.add(
                    folder || word.matches("[^-].*\\.(vmdk|vmx|svg|map)")
                            ? file(word).toString()
                            : word);
        }
        return words.toArray(String[]::new);
    }

    /** What was typed and answered so far. */
    String output() {
        return output.toString();
    }

    /** Runs a command that must succeed; names of files are those of the folder. */
    void done(String... words) {
        CommandLineRun run = CommandLineRun.of((Object[]) words("vmdisk " + String.join(" ", words)));
        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    }

    /** Everything reads as before, and nothing is wrong any more. */
    void assertAllIsBack() throws IOException {
        for (Map.Entry<String, byte[]> disk : contents.entrySet()) {
            assertThat(read(disk.getKey()))
                    .as(disk.getKey() + " after\n" + output)
                    .isEqualTo(disk.getValue());
        }
        CommandLineRun check = CommandLineRun.of("check", file("web01.vmx"));
        assertThat(check.exitCode()).as(check.out()).isZero();
    }
}

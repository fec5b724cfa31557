package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.CancelSwitch;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.storage.Hold;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.Sha256;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every two commands that write, on one machine or disk by whatever name: the second begins and ends while the first is
 * stopped at work. One does what it was asked, the other refuses, and what is left is what the one alone leaves.
 */
@Tag("long")
class WhoMayWriteTest {
    private static final int CAPACITY = 1 << 20;
    private static final byte[] INPUT = Patterns.random(5, 300_000);

    /** Where the first command is stopped: at the n-th place at which it asks whether to go on. */
    private static final int[] STOPS = {1, 3};

    @TempDir
    Path scenes;

    private int scenesMade;

    /** Other names of a file that lies in the scene's folder {@code vm}, made when they are needed. */
    private enum Name {
        PLAIN,
        DOTTED,
        FOLDER_LINK,
        SOFT_LINK,
        HARD_LINK;

        Path of(Path scene, String file) throws IOException {
            Path plain = scene.resolve("vm").resolve(file);
            return switch (this) {
                case PLAIN -> plain;
                case DOTTED -> scene.resolve("vm/../vm").resolve(file);
                case FOLDER_LINK -> {
                    Path link = scene.resolve("link");
                    if (!Files.exists(link)) {
                        Files.createSymbolicLink(link, scene.resolve("vm"));
                    }
                    yield link.resolve(file);
                }
                case SOFT_LINK -> Files.createSymbolicLink(plain.resolveSibling("soft.vmdk"), plain.getFileName());
                case HARD_LINK -> Files.createLink(plain.resolveSibling("hard.vmdk"), plain);
            };
        }

        void clear(Path scene) throws IOException {
            Files.deleteIfExists(scene.resolve("vm/soft.vmdk"));
            Files.deleteIfExists(scene.resolve("vm/hard.vmdk"));
        }
    }

    /**
     * A command.
     *
     * @param target the file it works on, in the folder {@code vm}; empty for the folder itself
     * @param words where {@code %} stands for the target, {@code @} for its folder and {@code $} for the scene's
     */
    private record Command(String name, String target, List<String> words) {
        static Command of(String name, String target, String... words) {
            return new Command(name, target, List.of(words));
        }

        boolean isOnDisk() {
            return target.endsWith(".vmdk");
        }

        Object[] words(Path scene, Name by) throws IOException {
            Path file = by.of(scene, target);
            return words.stream()
                    .map(word -> word.equals("%")
                            ? file.toString()
                            : word.replace("@", String.valueOf(file.getParent()))
                                    .replace("$", scene.toString()))
                    .toArray();
        }
    }

    private static final List<Command> ON_MACHINE = List.of(
            Command.of("write", "a-000001.vmdk", "write", "%", "--offset", "4096"),
            Command.of("unmap", "a-000001.vmdk", "unmap", "%", "--range", "0:131072"),
            Command.of("convert -n", "a-000001.vmdk", "convert", "raw:$/other.raw", "%", "-n"),
            Command.of("rebase", "a-000001.vmdk", "rebase", "%", "--onto", "none"),
            Command.of("snapshot create", "", "snapshot", "create", "%", "new"),
            Command.of("snapshot revert", "", "snapshot", "revert", "%", "s1"),
            Command.of("snapshot delete", "", "snapshot", "delete", "%", "s1"),
            Command.of("snapshot delete-all", "a.vmx", "snapshot", "delete-all", "%"),
            Command.of("rename", "", "rename", "%", "b"),
            Command.of("template", "", "template", "%", "--keep-snapshots"));

    private static final List<Command> ON_DISK = List.of(
            Command.of("write", "a.vmdk", "write", "%", "--offset", "4096"),
            Command.of("unmap", "a.vmdk", "unmap", "%", "--range", "0:131072"),
            Command.of("unmap --compact", "a.vmdk", "unmap", "%", "--zero", "--compact"),
            Command.of("convert -n", "a.vmdk", "convert", "raw:$/other.raw", "%", "-n"),
            Command.of("resize", "a.vmdk", "resize", "%", "2M"),
            Command.of("remove", "a.vmdk", "remove", "%"),
            Command.of("rename", "a.vmdk", "rename", "%", "@/b.vmdk"));

    private Path scene(boolean machine) throws IOException {
        Path scene = Files.createDirectories(scenes.toRealPath().resolve("scene" + scenesMade++));
        Path vm = Files.createDirectory(scene.resolve("vm"));
        Files.write(scene.resolve("other.raw"), Patterns.random(9, CAPACITY));
        done("create", vm.resolve("a.vmdk"), "1M", "-O", "monolithicSparse", "-q");
        write(vm.resolve("a.vmdk"), Patterns.random(1, 200_000));
        if (machine) {
            Files.writeString(vm.resolve("a.vmx"), """
                    .encoding = "UTF-8"
                    config.version = "8"
                    virtualHW.version = "14"
                    displayName = "a"
                    guestOS = "other"
                    scsi0.present = "TRUE"
                    scsi0:0.present = "TRUE"
                    scsi0:0.fileName = "a.vmdk"
                    """);
            done("snapshot", "create", vm, "s1", "-q");
            write(vm.resolve("a-000001.vmdk"), Patterns.random(2, 100_000));
        }
        return scene;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private Path fresh(Path model) throws IOException {
        Path scene = scenes.toRealPath().resolve("scene" + scenesMade++);
        copy(model, scene);
        return scene;
    }

    private static void done(Object... words) {
        CommandLineRun run = CommandLineRun.of(words);
        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    private static void write(Path disk, byte[] bytes) throws IOException {
        try (VirtualDisk open = VirtualDisk.open(disk, OpenOptions.writable())) {
            open.write(0, java.nio.ByteBuffer.wrap(bytes));
        }
    }

    /** What the user's disk holds now: that which the machine names, or the one that is there; "none" without any. */
    private static String content(Path scene) throws IOException {
        Path vm = scene.resolve("vm");
        try (Stream<Path> files = Files.list(vm)) {
            List<Path> all = files.sorted().toList();
            for (Path file : all) {
                String name = file.getFileName().toString();
                if (name.endsWith(".vmx") || name.endsWith(".vmtx")) {
                    String disk = Files.readAllLines(file, StandardCharsets.UTF_8).stream()
                            .filter(line -> line.startsWith("scsi0:0.fileName"))
                            .map(line -> line.substring(line.indexOf('"') + 1, line.lastIndexOf('"')))
                            .findFirst()
                            .orElseThrow();
                    return hash(vm.resolve(disk));
                }
            }
            for (Path file : all) {
                if (file.toString().endsWith(".vmdk")) {
                    return hash(file);
                }
            }
            return "none";
        }
    }

    private static String hash(Path disk) throws IOException {
        try (VirtualDisk open = VirtualDisk.open(disk);
                InputStream bytes = open.inputStream()) {
            return open.capacity() + " " + Sha256.of(bytes.readAllBytes());
        }
    }

    /** Runs something the first few times that it is asked whether to go on. */
    private static final class Stop extends CancelSwitch {
        private final int at;
        private final Runnable meanwhile;
        private int asked;

        Stop(int at, Runnable meanwhile) {
            this.at = at;
            this.meanwhile = meanwhile;
        }

        @Override
        public synchronized boolean cancelled() {
            if (++asked == at) {
                meanwhile.run();
            }
            return false;
        }
    }

    private record Pair(Command first, Command second, Name by, int stop) {
        @Override
        public String toString() {
            return first.name + ", at stop " + stop + " " + second.name + " by its name " + by;
        }
    }

    private Stream<DynamicTest> pairs(boolean machine, List<Command> commands) throws IOException {
        Path model = scene(machine);
        Map<String, String> alone = new HashMap<>();
        for (Command command : commands) {
            Path scene = fresh(model);
            CommandLineRun run = CommandLineRun.withInput(INPUT, command.words(scene, Name.PLAIN));
            assertThat(run.exitCode()).as(command.name + ": " + run.err()).isZero();
            alone.put(command.name, content(scene));
        }
        List<Pair> pairs = new ArrayList<>();
        for (Command first : commands) {
            for (Command second : commands) {
                for (int stop : STOPS) {
                    pairs.add(new Pair(first, second, nameFor(second, pairs.size()), stop));
                }
            }
        }
        return pairs.stream().map(pair -> DynamicTest.dynamicTest(pair.toString(), () -> check(pair, model, alone)));
    }

    /** All names in turn. */
    private static Name nameFor(Command command, int number) {
        Name[] fitting = command.isOnDisk() ? Name.values() : new Name[] {Name.PLAIN, Name.DOTTED, Name.FOLDER_LINK};
        return fitting[number % fitting.length];
    }

    private void check(Pair pair, Path model, Map<String, String> alone) throws IOException {
        Path scene = fresh(model);
        @Nullable CommandLineRun[] second = new CommandLineRun[1];
        Stop stop = new Stop(pair.stop, () -> {
            try {
                second[0] = CommandLineRun.withInput(INPUT, pair.second.words(scene, pair.by));
                pair.by.clear(scene);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        CommandLineRun first = CommandLineRun.stopping(stop, INPUT, pair.first.words(scene, Name.PLAIN));

        CommandLineRun other = second[0];
        if (other == null) {
            // It was done before.
            assertThat(first.exitCode()).as(first.err()).isZero();
            return;
        }
        String said =
                "first: " + first.exitCode() + " " + first.err() + "second: " + other.exitCode() + " " + other.err();
        assertThat(List.of(first.exitCode(), other.exitCode())).as(said).containsExactlyInAnyOrder(0, 4);
        String winner = first.exitCode() == 0 ? pair.first.name : pair.second.name;
        assertThat(content(scene)).as(said).isEqualTo(alone.get(winner));
        CommandLineRun check = CommandLineRun.of("check", scene.resolve("vm"));
        if (Files.exists(scene.resolve("vm/a.vmx"))) {
            assertThat(check.exitCode()).as(check.out() + check.err()).isIn(0, 3);
        }
    }

    private static final List<Command> COPIES = List.of(
            Command.of("convert", "a.vmdk", "convert", "%", "$/copy.vmdk", "-O", "monolithicFlat"),
            Command.of("convert to QCOW2", "a.vmdk", "convert", "%", "$/copy.qcow2", "-O", "qcow2"),
            Command.of("clone", "a.vmdk", "clone", "%", "$/copy.vmdk"),
            Command.of("convert --salvage", "a.vmdk", "convert", "%", "$/copy.vmdk", "-O", "thin", "--salvage"),
            Command.of("repair --salvage", "a.vmdk", "repair", "%", "--salvage", "$/copy.vmdk"),
            Command.of("consolidate --into", "a.vmdk", "consolidate", "%", "--into", "$/copy.vmdk"));

    /** A copy holds its source as it is: the one that came second is refused, whichever it is. */
    private void checkCopy(Command copy, Command writer, Name by, Path model) throws IOException {
        Path scene = fresh(model);
        String before = content(scene);
        @Nullable CommandLineRun[] second = new CommandLineRun[1];
        CommandLineRun first = CommandLineRun.stopping(
                new Stop(1, () -> {
                    try {
                        second[0] = CommandLineRun.withInput(INPUT, writer.words(scene, by));
                        by.clear(scene);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }),
                INPUT,
                copy.words(scene, Name.PLAIN));
        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(Objects.requireNonNull(second[0]).exitCode())
                .as(second[0].err())
                .isEqualTo(4);
        assertThat(content(scene)).isEqualTo(before);

        Path other = fresh(model);
        second[0] = null;
        CommandLineRun writing = CommandLineRun.stopping(
                new Stop(1, () -> {
                    try {
                        second[0] = CommandLineRun.withInput(INPUT, copy.words(other, by));
                        by.clear(other);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }),
                INPUT,
                writer.words(other, Name.PLAIN));
        assertThat(writing.exitCode()).as(writing.err()).isZero();
        if (second[0] != null) {
            assertThat(second[0].exitCode()).as(second[0].err()).isEqualTo(4);
            assertThat(other.resolve("copy.vmdk")).doesNotExist();
        }
    }

    @TestFactory
    Stream<DynamicTest> aCopyAndAWriterKeepEachOtherOut() throws IOException {
        Path model = scene(false);
        List<DynamicTest> tests = new ArrayList<>();
        for (Command copy : COPIES) {
            for (Command writer : ON_DISK) {
                Name by = nameFor(writer, tests.size());
                tests.add(DynamicTest.dynamicTest(
                        copy.name + " beside " + writer.name + " by its name " + by,
                        () -> checkCopy(copy, writer, by, model)));
            }
        }
        return tests.stream();
    }

    /** Of a stream, and of what is left of a disk that lost a file. */
    @Test
    void whatIsSavedOfADamagedDiskStaysAsItIsMeanwhile() throws IOException {
        Path scene = scene(false);
        Path stream = scene.resolve("vm/s.vmdk");
        done("convert", scene.resolve("vm/a.vmdk"), stream, "-O", "stream", "-q");
        Path split = scene.resolve("vm/e.vmdk");
        done("create", split, "4M", "-O", "twoGbMaxExtentFlat", "--extent-size", "2M", "-q");
        Files.delete(scene.resolve("vm/e-f002.vmdk"));

        for (Path damaged : List.of(stream, split)) {
            Path file = damaged.equals(stream) ? stream : scene.resolve("vm/e-f001.vmdk");
            Closeable writer = Volume.system().hold(file, Hold.EXCLUSIVE);
            try (writer) {
                for (Object[] words : List.<Object[]>of(
                        new Object[] {"repair", damaged, "--salvage", scene.resolve("saved.vmdk")},
                        new Object[] {"convert", damaged, scene.resolve("saved.vmdk"), "-O", "thin", "--salvage"})) {
                    CommandLineRun run = CommandLineRun.of(words);
                    assertThat(run.exitCode())
                            .as(Arrays.toString(words) + run.err())
                            .isEqualTo(4);
                    assertThat(scene.resolve("saved.vmdk")).doesNotExist();
                }
            }
        }
        assertThat(CommandLineRun.of("repair", split, "--salvage", scene.resolve("saved.vmdk"))
                        .exitCode())
                .isEqualTo(1);
    }

    @Test
    void copiesDoNotHinderEachOther() throws IOException {
        Path scene = scene(false);
        @Nullable CommandLineRun[] second = new CommandLineRun[1];
        CommandLineRun first = CommandLineRun.stopping(
                new Stop(
                        1,
                        () -> second[0] =
                                CommandLineRun.of("clone", scene.resolve("vm/a.vmdk"), scene.resolve("other.vmdk"))),
                INPUT,
                "convert",
                scene.resolve("vm/a.vmdk"),
                scene.resolve("copy.vmdk"),
                "-O",
                "thin");
        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(Objects.requireNonNull(second[0]).exitCode())
                .as(second[0].err())
                .isZero();
        assertThat(hash(scene.resolve("copy.vmdk"))).isEqualTo(hash(scene.resolve("vm/a.vmdk")));
    }

    @Test
    void whatIsCopiedCannotBeTheTargetToo() throws IOException {
        Path scene = scene(true);
        Path base = scene.resolve("vm/a.vmdk");
        CommandLineRun run = CommandLineRun.of("convert", scene.resolve("vm/a-000001.vmdk"), base, "-n");
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.err()).contains("the source is read from");
    }

    @TestFactory
    Stream<DynamicTest> onOneMachine() throws IOException {
        return pairs(true, ON_MACHINE);
    }

    @TestFactory
    Stream<DynamicTest> onOneDisk() throws IOException {
        return pairs(false, ON_DISK);
    }
}

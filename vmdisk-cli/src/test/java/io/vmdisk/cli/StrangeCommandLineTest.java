package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.StrangeDefault;
import io.vmdisk.testkit.StrangeFileSystem.Habit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The command line in a JVM whose file system is somebody's own, with each bad habit: every command gives what it gives
 * elsewhere, or refuses in words of ours, and what is left is what was there before or what the command makes of it.
 */
@Tag("long")
class StrangeCommandLineTest {
    private static final int CAPACITY = 1 << 20;

    /** With these everything that only reads must work. */
    private static final Set<Habit> HARMLESS_TO_READERS = EnumSet.of(
            Habit.MOVES_THE_SHARED_POSITION,
            Habit.READS_LITTLE,
            Habit.READS_NOTHING_NOW_AND_THEN,
            Habit.NULL_STORE,
            Habit.THROWS_FOR_STORES,
            Habit.THROWS_FOR_LOCKS,
            Habit.GIVES_ALL_LOCKS,
            Habit.NO_FILE_CHANNELS,
            Habit.REFUSES_OPTIONS);

    /** With these nothing is changed in place. */
    private static final Set<Habit> WITHOUT_LOCKS =
            EnumSet.of(Habit.THROWS_FOR_LOCKS, Habit.GIVES_ALL_LOCKS, Habit.NO_FILE_CHANNELS);

    private static CommandShell shell;

    @TempDir
    static Path folder;

    private Path vm;
    private Path bytes;

    @BeforeAll
    static void start() throws IOException {
        shell = CommandShell.start(
                folder,
                Map.of(),
                List.of("-Djava.nio.file.spi.DefaultFileSystemProvider=" + StrangeDefault.class.getName()));
    }

    @AfterAll
    static void end() {
        shell.close();
    }

    @BeforeEach
    void makeMachine() throws IOException {
        vm = folder.resolve("vm");
        if (Files.exists(vm)) {
            try (Stream<Path> files = Files.walk(vm)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        Files.createDirectory(vm);
        bytes = Files.write(folder.resolve("bytes"), Patterns.random(3, 100_000));
        Files.writeString(vm.resolve("a.vmx"), """
                .encoding = "UTF-8"
                config.version = "8"
                virtualHW.version = "14"
                displayName = "a"
                guestOS = "other"
                memSize = "1024"
                scsi0.present = "TRUE"
                scsi0:0.present = "TRUE"
                scsi0:0.fileName = "a.vmdk"
                """);
        here("create", vm.resolve("a.vmdk"), "1M", "-O", "monolithicSparse", "-q");
        here("write", vm.resolve("a.vmdk"), "--offset", 4096, "-i", bytes, "-q");
        here("snapshot", "create", vm, "s1", "-q");
        here("write", vm.resolve("a-000001.vmdk"), "--offset", 300_000, "-i", bytes, "-q");
    }

    private static CommandLineRun here(Object... words) {
        CommandLineRun run = CommandLineRun.of(words);
        assertThat(run.exitCode()).as(Arrays.toString(words) + run.err()).isZero();
        return run;
    }

    private static CommandLineRun there(Habit habit, Object... words) throws Exception {
        List<String> all = new ArrayList<>(List.of("-D" + StrangeDefault.HABIT + "=" + habit));
        Arrays.stream(words).forEach(word -> all.add(word.toString()));
        CommandLineRun run = shell.run(all);
        assertThat(run.exitCode()).as(all + run.err()).isIn(0, 1, 2, 3, 4, 5);
        if (run.exitCode() > 2) {
            assertThat(run.err())
                    .as(all.toString())
                    .containsPattern("^vmdisk: |^\\{\"error\":")
                    .doesNotContain("Exception:");
        }
        return run;
    }

    private byte[] content(String disk) throws IOException {
        try (VirtualDisk open = VirtualDisk.open(vm.resolve(disk));
                InputStream all = open.inputStream()) {
            return all.readAllBytes();
        }
    }

    @ParameterizedTest
    @EnumSource(Habit.class)
    void whatIsReadIsRightOrRefused(Habit habit) throws Exception {
        Path top = vm.resolve("a-000001.vmdk");
        for (Object[] words : List.<Object[]>of(
                new Object[] {"read", top, "--offset", 0, "--length", CAPACITY},
                new Object[] {"map", top, "--json"},
                new Object[] {"hash", top},
                new Object[] {"convert", top, "-", "-O", "raw"},
                new Object[] {"hash", top, "--tree"},
                new Object[] {"splits", top, "--target", "64k"},
                new Object[] {"measure", top, "-O", "thin"},
                new Object[] {"compare", top, top},
                new Object[] {"files", vm},
                new Object[] {"info", top},
                new Object[] {"snapshot", "list", vm},
                new Object[] {"vmx", "get", vm, "memSize"})) {
            CommandLineRun expected = here(words);
            CommandLineRun run = there(habit, words);
            if (HARMLESS_TO_READERS.contains(habit)) {
                assertThat(run.exitCode())
                        .as(Arrays.toString(words) + run.err())
                        .isZero();
            }
            if (run.exitCode() == 0 && words[0] != "info") {
                assertThat(run.outBytes()).as(Arrays.toString(words)).isEqualTo(expected.outBytes());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Habit.class)
    void whatIsChangedIsBeforeOrAfter(Habit habit) throws Exception {
        byte[] before = content("a-000001.vmdk");
        byte[] after = before.clone();
        ByteBuffer.wrap(after).position(700_000).put(Files.readAllBytes(bytes));

        CommandLineRun write = there(habit, "write", vm.resolve("a-000001.vmdk"), "--offset", 700_000, "-i", bytes);
        assertThat(content("a-000001.vmdk"))
                .as(write.err())
                .isIn(write.exitCode() == 0 ? List.of(after) : List.of(before, after));
        if (WITHOUT_LOCKS.contains(habit)) {
            assertThat(write.exitCode()).as(write.err()).isEqualTo(3);
            assertThat(write.err()).contains("no locks that keep others out");
        }
        byte[] now = content("a-000001.vmdk");

        CommandLineRun copy =
                there(habit, "convert", vm.resolve("a-000001.vmdk"), vm.resolve("new.vmdk"), "-O", "thin");
        if (copy.exitCode() == 0) {
            assertThat(content("new.vmdk")).isEqualTo(now);
        } else {
            recover();
            assertThat(Files.exists(vm.resolve("new.vmdk")) ? content("new.vmdk") : now)
                    .isEqualTo(now);
        }

        CommandLineRun page = there(habit, "report", vm, "-o", vm.resolve("page.html"));
        assertThat(Files.exists(vm.resolve("page.html"))).as(page.err()).isEqualTo(page.exitCode() < 2);

        CommandLineRun set = there(habit, "vmx", "set", vm, "memSize", "2048");
        recover();
        assertThat(here("vmx", "get", vm, "memSize").out().strip())
                .as(set.err())
                .isIn(set.exitCode() == 0 ? List.of("2048") : List.of("1024", "2048"));

        CommandLineRun snapshot = there(habit, "snapshot", "create", vm, "s2");
        recover();
        assertThat(here("snapshot", "list", vm, "--json").out().contains("\"s2\""))
                .as(snapshot.err())
                .isIn(snapshot.exitCode() == 0 ? List.of(true) : List.of(false, true));
        assertThat(content("a-000001.vmdk")).isEqualTo(now);

        there(habit, "snapshot", "delete-all", vm);
        recover();
        String disk = here("vmx", "get", vm, "scsi0:0.fileName").out().strip();
        assertThat(content(disk)).isEqualTo(now);
    }

    private void recover() {
        here("recover", vm);
    }
}

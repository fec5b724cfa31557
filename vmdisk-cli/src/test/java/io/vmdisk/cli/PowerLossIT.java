package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.Qemu;
import io.vmdisk.testkit.Tally;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The power goes, on real file systems: ext4 and XFS in an image that is mounted by a loop device. An operation dies before
 * one of its calls, or ends, and what the image holds at that moment is what the drive has: what the kernel kept in memory
 * is lost. Of what came after the last flush a drive may have lost all, or any part, so that is tried too. The file system
 * then replays its journal, vmdisk recovers, and each disk reads as before or as after the operation; as after, if the
 * operation had said that it was done.
 *
 * <p>Only root can mount: elsewhere the test is skipped and says so. The normal run takes the power from one operation on
 * each, on the way and at its end, of another one on another JDK; {@code -Dvmdisk.powerloss=all} from all, before each call, or
 * before every n-th with {@code -Dvmdisk.powerloss.every=N}. The counts are printed.
 */
@Tag("long")
class PowerLossIT {
    private static final boolean ALL = "all".equals(System.getProperty("vmdisk.powerloss"));
    private static final int EVERY = Integer.getInteger("vmdisk.powerloss.every", 1);
    private static final int BLOCK = 4096;
    private static final int CHUNK = 4 << 20;

    @TempDir
    Path folder;

    private HarmedProcesses processes;
    private Readings readings;
    private Path image;
    private Path flushed;
    private int losses;

    /** A file system. */
    private enum Store {
        EXT4("64M", List.of("mkfs.ext4", "-q", "-F"), "loop,commit=300"),
        XFS("300M", List.of("mkfs.xfs", "-q", "-f"), "loop");

        private final String size;
        private final List<String> maker;
        private final String options;

        Store(String size, List<String> maker, String options) {
            this.size = size;
            this.maker = maker;
            this.options = options;
        }
    }

    /** What the drive has when the power goes. */
    private enum Drive {
        ALL_THAT_WAS_WRITTEN,
        ALL_THAT_WAS_FLUSHED,
        SOME_BLOCKS_OF_THE_REST
    }

    /** A command in a folder of disks or of a machine; {@code DIR} in its words is that folder. */
    private record Operation(String pristine, List<String> words) {
        static Operation of(String pristine, String... words) {
            return new Operation(pristine, List.of(words));
        }

        List<String> in(Path at) {
            return words.stream()
                    .map(word -> word.replace("DIR", at.toString()))
                    .toList();
        }
    }

    private static final List<Operation> OPERATIONS = List.of(
            Operation.of("machine", "snapshot", "delete-all", "DIR"),
            Operation.of("disks", "rebase", "DIR/h1.vmdk", "--onto", "none"),
            Operation.of("machine", "snapshot", "create", "DIR", "new"),
            Operation.of("disks", "resize", "DIR/e0.vmdk", "3M"),
            Operation.of("disks", "convert", "DIR/h1.vmdk", "DIR/new.vmdk", "-O", "2gbsparse"),
            Operation.of("machine", "vmx", "set", "DIR", "memSize", "2048"));

    @BeforeEach
    void prepare() throws Exception {
        Qemu.assumePresent();
        processes = HarmedProcesses.in(folder);
        readings = new Readings(folder);
        image = folder.resolve("image");
        flushed = folder.resolve("flushed");
        Path bytes = folder.resolve("bytes");
        Files.write(bytes, Patterns.random(4, 300_000));
        Path disks = Files.createDirectory(folder.resolve("disks"));
        must("create", disks.resolve("h0.vmdk"), "2M", "-O", "monolithicSparse", "-q");
        must("write", disks.resolve("h0.vmdk"), "--offset", 0, "-i", bytes, "-q");
        must("create", disks.resolve("h1.vmdk"), "-b", disks.resolve("h0.vmdk"), "-O", "monolithicSparse", "-q");
        must("write", disks.resolve("h1.vmdk"), "--offset", 500_000, "-i", bytes, "-q");
        must("create", disks.resolve("e0.vmdk"), "2M", "-O", "2gbsparse", "-q");
        must("write", disks.resolve("e0.vmdk"), "--offset", 100_000, "-i", bytes, "-q");
        Path machine = Files.createDirectory(folder.resolve("machine"));
        Files.writeString(machine.resolve("web01.vmx"), """
                .encoding = "UTF-8"
                config.version = "8"
                virtualHW.version = "17"
                displayName = "web01"
                guestOS = "other"
                scsi0.present = "TRUE"
                scsi0:0.present = "TRUE"
                scsi0:0.fileName = "h0.vmdk"
                """);
        Files.copy(disks.resolve("h0.vmdk"), machine.resolve("h0.vmdk"));
        must("snapshot", "create", machine, "s1", "-q");
        must("write", machine.resolve("h0-000001.vmdk"), "--offset", 200_000, "-i", bytes, "-q");
    }

    private static void must(Object... words) {
        CommandLineRun run = CommandLineRun.of(words);
        assertThat(run.exitCode()).as(Arrays.toString(words) + run.err()).isZero();
    }

    @AfterEach
    void end() {
        processes.close();
    }

    @ParameterizedTest
    @EnumSource(Store.class)
    void whenThePowerGoesEveryStateIsBeforeOrAfter(Store store) throws Exception {
        int chosen = (Runtime.version().feature() + store.ordinal()) % OPERATIONS.size();
        for (Operation operation : ALL ? OPERATIONS : List.of(OPERATIONS.get(chosen))) {
            takePower(store, operation, format(store, operation.pristine));
        }
        Tally.POWER_LOSSES.count(losses);
        System.out.println("power losses on " + store + ": " + losses + ", 0 wrong");
    }

    /** An image with a copy of a folder, as it is after a clean unmount. */
    private Path format(Store store, String pristine) throws Exception {
        Path made = folder.resolve(pristine + ".img");
        call("truncate", "-s", store.size, made.toString());
        List<String> maker = new ArrayList<>(store.maker);
        maker.add(made.toString());
        ProcessRun formatting;
        try {
            formatting = ProcessRun.of(folder, Map.of(), maker);
        } catch (IOException e) {
            formatting = new ProcessRun(127, "", "no " + maker.get(0));
        }
        assumeThat(formatting.exitCode()).as(formatting.err()).isZero();
        Path at = Files.createDirectories(folder.resolve("mounted"));
        ProcessRun mounting = mount(store, made, at);
        assumeThat(mounting.exitCode())
                .as("not run: " + mounting.err() + " (root must be able to mount)")
                .isZero();
        try {
            copy(folder.resolve(pristine), Files.createDirectory(at.resolve("work")));
        } finally {
            call("umount", at.toString());
        }
        return made;
    }

    private ProcessRun mount(Store store, Path of, Path at) throws Exception {
        return ProcessRun.of(
                folder,
                Map.of(),
                List.of(
                        "mount",
                        "-t",
                        store.name().toLowerCase(Locale.ROOT),
                        "-o",
                        store.options,
                        of.toString(),
                        at.toString()));
    }

    private void takePower(Store store, Operation operation, Path formatted) throws Exception {
        Path pristine = folder.resolve(operation.pristine);
        Map<String, byte[]> before = readings.of(pristine, name -> true);
        Path whole = folder.resolve("whole");
        remove(whole);
        copy(pristine, Files.createDirectory(whole));
        ProcessRun complete = processes.run(whole, operation.in(whole), Harm.NONE, 0);
        assertThat(complete.exitCode()).as(operation.words + complete.err()).isZero();
        int calls = processes.control().calls();
        Map<String, byte[]> after = readings.of(whole, name -> true);

        int middle = Math.floorMod(operation.hashCode(), calls) + 1;
        for (int at = ALL ? 1 : middle; at <= (ALL ? calls : middle); at += EVERY) {
            lose(store, operation, formatted, at, before, after);
        }
        lose(store, operation, formatted, Integer.MAX_VALUE, before, after);
    }

    /** Lets an operation begin, takes the power before a call, and looks at what is left. */
    private void lose(
            Store store,
            Operation operation,
            Path formatted,
            int at,
            Map<String, byte[]> before,
            Map<String, byte[]> after)
            throws Exception {
        Path dying = folder.resolve("dying.img");
        call("cp", "--sparse=always", formatted.toString(), dying.toString());
        call("cp", "--sparse=always", formatted.toString(), flushed.toString());
        Path mounted = folder.resolve("mounted");
        assertThat(mount(store, dying, mounted).exitCode()).isZero();
        ProcessRun run;
        try {
            Path work = mounted.resolve("work");
            Map<String, String> keep = Map.of("FAULTS_IMAGE", dying.toString(), "FAULTS_FLUSHED", flushed.toString());
            run = ALL
                    ? processes.runInShell(work, operation.in(work), Harm.GONE, at, keep)
                    : processes.run(work, operation.in(work), Harm.KILL, at, keep);
            call("cp", "--sparse=always", dying.toString(), image.toString());
        } finally {
            call("umount", mounted.toString());
        }
        assertThat(run.exitCode()).as(operation.words + run.err()).isIn(0, 3, 4, 5, 128 + 9);
        for (Drive drive : Drive.values()) {
            Path left = left(drive, at);
            String when = store + ", " + operation.words + ", at call " + at + ", " + drive;
            assertThat(mount(store, left, mounted).exitCode()).as(when).isZero();
            try {
                judge(when, mounted.resolve("work"), run.exitCode() == 0, before, after);
            } finally {
                call("umount", mounted.toString());
            }
            losses++;
        }
    }

    private Path left(Drive drive, int seed) throws Exception {
        Path left = folder.resolve("left.img");
        Path from = drive == Drive.ALL_THAT_WAS_FLUSHED ? flushed : image;
        call("cp", "--sparse=always", from.toString(), left.toString());
        if (drive == Drive.SOME_BLOCKS_OF_THE_REST) {
            Random random = new Random(seed);
            try (RandomAccessFile whole = new RandomAccessFile(left.toFile(), "rw");
                    RandomAccessFile old = new RandomAccessFile(flushed.toFile(), "r")) {
                byte[] now = new byte[CHUNK];
                byte[] then = new byte[CHUNK];
                for (long at = 0; at < whole.length(); at += CHUNK) {
                    int length = (int) Math.min(CHUNK, whole.length() - at);
                    whole.seek(at);
                    whole.readFully(now, 0, length);
                    old.seek(at);
                    old.readFully(then, 0, length);
                    for (int in = 0; in < length; in += BLOCK) {
                        if (!Arrays.equals(now, in, in + BLOCK, then, in, in + BLOCK) && random.nextBoolean()) {
                            whole.seek(at + in);
                            whole.write(then, in, BLOCK);
                        }
                    }
                }
            }
        }
        return left;
    }

    private void judge(String when, Path work, boolean done, Map<String, byte[]> before, Map<String, byte[]> after)
            throws IOException {
        CommandLineRun recovered = CommandLineRun.of("recover", work);
        assertThat(recovered.exitCode()).as(when + recovered.err()).isZero();
        Map<String, byte[]> found = readings.of(work, name -> true);
        assertThat(Readings.isSame(found, after) || (!done && Readings.isSame(found, before)))
                .as(when + (done ? ", done" : "") + ": " + found.keySet() + recovered.out())
                .isTrue();
    }

    private void call(String... words) throws Exception {
        ProcessRun run = ProcessRun.of(folder, Map.of(), List.of(words));
        assertThat(run.exitCode()).as(Arrays.toString(words) + run.err()).isZero();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private static void remove(Path old) throws IOException {
        if (Files.exists(old)) {
            try (Stream<Path> files = Files.walk(old)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}

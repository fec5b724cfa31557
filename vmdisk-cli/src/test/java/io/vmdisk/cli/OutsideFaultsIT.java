package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.FaultScenes.Operation;
import io.vmdisk.cli.FaultScenes.Rule;
import io.vmdisk.testkit.Qemu;
import io.vmdisk.testkit.Tally;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults from outside the JVM: a library that is loaded before the C library counts the calls of an operation that change
 * files, and makes one of them fail, be cut short, or be the last before the process is gone. Every state that is left, after
 * {@code recover}, reads as before or as after the operation, and qemu-img agrees.
 *
 * <p>Most commands run one after another in one process, where a death is played by letting no further call do anything;
 * some run in processes of their own and are killed. The normal run harms one call of each operation in two ways, others
 * on another JDK; {@code -Dvmdisk.faults=all} takes every call of every operation, and
 * {@code -Dvmdisk.faults.only=REGEX} those operations alone that it finds.
 */
@Tag("long")
class OutsideFaultsIT {
    private static final int SECTOR = 512;
    private static final boolean ALL = "all".equals(System.getProperty("vmdisk.faults"));
    private static final Pattern ONLY = Pattern.compile(System.getProperty("vmdisk.faults.only", ""));
    private static final int JDK = Runtime.version().feature();
    private static final List<Harm> PLAYED = List.of(Harm.ERROR, Harm.FULL, Harm.SHORT, Harm.GONE, Harm.HALF);
    private static final List<Harm> REAL = List.of(Harm.KILL, Harm.TORN);

    /** One in so many operations is killed in earnest, too: that takes a start of the JVM. */
    private static final int KILLED = ALL ? 4 : 12;

    private final Map<Harm, Integer> counts = new EnumMap<>(Harm.class);
    private final List<String> wrong = new ArrayList<>();

    @TempDir
    Path folder;

    private HarmedProcesses processes;
    private Readings readings;
    private FaultScenes scenes;

    /** What a run may leave: what was read before, and what the operation makes of it. */
    private record Expected(Operation operation, Map<String, byte[]> before, Map<String, byte[]> after) {}

    @BeforeEach
    void prepare() throws Exception {
        Qemu.assumePresent();
        processes = HarmedProcesses.in(folder);
        readings = new Readings(folder);
        scenes = new FaultScenes(folder);
    }

    @AfterEach
    void end() {
        processes.close();
    }

    @Test
    void leaveEveryDiskAsItWasOrAsItShallBe() throws Exception {
        harm("disks", scenes.onDisks());
    }

    @Test
    void leaveEveryMachineAsItWasOrAsItShallBe() throws Exception {
        harm("machines", scenes.onMachines());
    }

    private void harm(String what, List<Operation> operations) throws Exception {
        int done = 0;
        for (Operation operation : operations) {
            if (ONLY.matcher(operation.toString()).find()) {
                harm(operation, done++);
            }
        }
        Tally.HARMED_CALLS.count(sum());
        System.out.println("faults from outside the JVM, " + what + ": " + sum() + " calls of " + done
                + " operations harmed " + counts + ", " + wrong.size() + " wrong");
        assertThat(wrong).isEmpty();
    }

    private int sum() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    private void harm(Operation operation, int number) throws Exception {
        Map<String, byte[]> before = readings.of(operation.pristine(), operation::concerns);
        int interruption = callsOf(operation) * operation.eighths() / 8;
        Path whole = scene(operation, interruption);
        ProcessRun complete = run(whole, operation, Harm.NONE, 0);
        assertThat(complete.exitCode()).as(operation + complete.err()).isZero();
        String letters = processes.control().letters();
        Map<String, byte[]> after = readings.of(whole, operation::concerns);
        boolean recovers = !operation.interrupted().isEmpty();
        assertThat(letters.length()).as("calls of %s", operation).isGreaterThan(recovers ? -1 : 0);
        Expected expected = new Expected(operation, recovers ? after : before, after);
        long started = System.nanoTime();
        int sum = 0;
        for (Harm harm : playedWith(number)) {
            List<Integer> calls = callsFor(harm, letters, operation, ALL);
            for (int at : calls) {
                sum += trial(expected, interruption, harm, at);
            }
        }
        for (Harm harm : number % KILLED == 0 ? REAL : List.<Harm>of()) {
            for (int at : callsFor(harm, letters, operation, false)) {
                sum += trial(expected, interruption, harm, at);
            }
        }
        if (ALL) {
            System.out.printf(
                    "  %s: %d calls, harmed %d times in %d s, of %d so far %d wrong%n",
                    operation,
                    letters.length(),
                    sum,
                    TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started),
                    sum(),
                    wrong.size());
        }
    }

    /** All ways, or two of them. */
    private static List<Harm> playedWith(int number) {
        int way = (number + JDK) % PLAYED.size();
        return ALL ? PLAYED : List.of(PLAYED.get(way), PLAYED.get((way + 2) % PLAYED.size()));
    }

    /** The calls of an operation that are harmed: all that can be harmed so, or one of them. */
    private static List<Integer> callsFor(Harm harm, String letters, Operation operation, boolean all) {
        List<Integer> fitting = new ArrayList<>();
        for (int i = 0; i < letters.length(); i++) {
            if (harm.fits(letters.charAt(i))) {
                fitting.add(i + 1);
            }
        }
        if (all || fitting.isEmpty()) {
            return fitting;
        }
        int chosen = Math.floorMod(
                Objects.hash(operation.words(), operation.eighths(), harm.toString(), JDK), fitting.size());
        return List.of(fitting.get(chosen));
    }

    /** Calls of the operation that is to be interrupted first. */
    private int callsOf(Operation operation) throws Exception {
        if (operation.interrupted().isEmpty()) {
            return 0;
        }
        Path victim = copyFor(operation);
        processes.runInShell(victim, Operation.in(victim, operation.interrupted()), Harm.NONE, 0);
        return processes.control().calls();
    }

    /** A copy of the operation's folder, in the state in which it finds it. */
    private Path scene(Operation operation, int interruption) throws Exception {
        Path victim = copyFor(operation);
        if (interruption > 0) {
            processes.runInShell(victim, Operation.in(victim, operation.interrupted()), Harm.GONE, interruption);
        }
        return victim;
    }

    private ProcessRun run(Path victim, Operation operation, Harm harm, int at) throws Exception {
        List<String> words = Operation.in(victim, operation.words());
        return harm.isFatal() ? processes.run(victim, words, harm, at) : processes.runInShell(victim, words, harm, at);
    }

    /** Harms a call and judges what is left; 1, or 0 if the call was not made this time. */
    private int trial(Expected expected, int interruption, Harm harm, int at) throws Exception {
        Operation operation = expected.operation();
        Path victim = scene(operation, interruption);
        ProcessRun run = run(victim, operation, harm, at);
        if (!processes.control().hit()) {
            return 0;
        }
        String when = operation + ", " + harm + " at call " + at + ": exit " + run.exitCode() + " " + run.err();
        try {
            judge(expected, victim, run, harm);
        } catch (IOException | RuntimeException | AssertionError e) {
            wrong.add(when + ": " + e);
            System.out.println("  WRONG " + when + ": " + e);
        }
        counts.merge(harm, 1, Integer::sum);
        return 1;
    }

    private void judge(Expected expected, Path victim, ProcessRun run, Harm harm) throws IOException {
        if (harm.isFatal()) {
            assertThat(run.exitCode()).isEqualTo(128 + 9);
        } else {
            assertThat(run.exitCode()).isIn(0, 1, 3, 4, 5);
        }
        if (run.exitCode() != 0) {
            CommandLineRun recovered = CommandLineRun.of("recover", victim);
            assertThat(recovered.exitCode()).as(recovered.err()).isZero();
        }
        Map<String, byte[]> before = expected.before();
        Map<String, byte[]> after = expected.after();
        Map<String, byte[]> left = readings.of(victim, expected.operation()::concerns);
        if (expected.operation().rule() == Rule.BY_SECTORS) {
            assertThat(left.keySet()).isEqualTo(before.keySet());
            left.forEach((name, content) -> assertMixed(name, content, before.get(name), after.get(name)));
        } else if (run.exitCode() == 0) {
            assertThat(left.keySet()).isEqualTo(after.keySet());
            left.forEach((name, content) -> assertThat(Arrays.mismatch(content, after.get(name)))
                    .as(name)
                    .isEqualTo(-1));
        } else {
            assertThat(Readings.isSame(left, before) || Readings.isSame(left, after))
                    .as("%s left, before %s, after %s", left.keySet(), before.keySet(), after.keySet())
                    .isTrue();
        }
    }

    private static void assertMixed(String name, byte[] left, byte[] before, byte[] after) {
        assertThat(left.length).as(name).isEqualTo(before.length);
        for (int at = 0; at < left.length; at += SECTOR) {
            int to = Math.min(left.length, at + SECTOR);
            if (!Arrays.equals(left, at, to, before, at, to) && !Arrays.equals(left, at, to, after, at, to)) {
                throw new AssertionError(name + ", the sector at " + at + " is neither");
            }
        }
    }

    private Path copyFor(Operation operation) throws IOException {
        Path copy = folder.resolve("victim");
        if (Files.exists(copy)) {
            try (Stream<Path> files = Files.walk(copy)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        Files.createDirectory(copy);
        try (Stream<Path> files = Files.list(operation.pristine())) {
            for (Path file : files.filter(operation::needs).toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        return copy;
    }
}

package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.Qemu;
import io.vmdisk.testkit.Tally;
import io.vmdisk.vm.VirtualMachine;
import io.vmdisk.vmx.VmxDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults from outside the JVM: a library that is loaded before the C library counts the calls of an operation that change
 * files, and makes one of them fail, be cut short, or be the last before the power goes. Every state that is left, after
 * {@code recover}, reads as before or as after the operation, and qemu-img agrees.
 *
 * <p>The normal run harms one call of each operation in each way, another one on another JDK; {@code -Dvmdisk.faults=all}
 * takes every call of every operation.
 */
@Tag("native-calls")
class OutsideFaultsIT {
    private static final int CAPACITY = 2 << 20;
    private static final int SECTOR = 512;
    private static final boolean ALL = "all".equals(System.getProperty("vmdisk.faults"));
    private static final int JDK = Runtime.version().feature();

    @TempDir
    Path folder;

    private HarmedProcesses processes;
    private Readings readings;
    private Path bytes;
    private int harmed;

    /** What is done to a call. */
    private enum Harm {
        ERROR,
        FULL,
        SHORT,
        KILL,
        TORN;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        boolean isFatal() {
            return this == KILL || this == TORN;
        }
    }

    /** What may be left of a disk that was written to. */
    private enum Rule {
        /** All as before, or all as after. */
        WHOLE,
        /** Each sector as before or as after: a write that was not flushed. */
        BY_SECTORS
    }

    /** A command, on a copy of a folder; {@code DIR} in its words is that copy. */
    private record Operation(Path pristine, Rule rule, List<String> words) {
        List<String> in(Path victim) {
            return words.stream()
                    .map(word -> word.replace("DIR", victim.toString()))
                    .toList();
        }

        /** Whether a disk is of a chain that the operation names, or is made by it. */
        boolean concerns(String disk) {
            return disk.startsWith("new") || words.stream().anyMatch(word -> word.startsWith("DIR/" + disk.charAt(0)));
        }
    }

    @BeforeEach
    void buildProcesses() throws Exception {
        processes = HarmedProcesses.in(folder);
        readings = new Readings(folder);
        Qemu.assumePresent();
        bytes = folder.resolve("bytes");
        Files.write(bytes, Patterns.random(99, 300_000));
    }

    @Test
    void leaveEveryDiskAsItWasOrAsItShallBe() throws Exception {
        Path disks = Files.createDirectory(folder.resolve("disks"));
        chain(disks, "h", List.of("monolithicSparse", "monolithicSparse", "monolithicSparse", "monolithicSparse"));
        chain(disks, "s", List.of("thin", "seSparse", "seSparse"));
        chain(disks, "c", List.of("thin", "vmfsSparse", "vmfsSparse"));
        chain(disks, "z", List.of("monolithicSparse"));
        chain(disks, "e", List.of("2gbsparse"));

        harm(disks, Rule.WHOLE, "rebase", "DIR/h3.vmdk", "--onto", "DIR/h0.vmdk");
        harm(disks, Rule.WHOLE, "rebase", "DIR/h3.vmdk", "--onto", "none");
        harm(disks, Rule.WHOLE, "rebase", "DIR/s2.vmdk", "--onto", "DIR/s0.vmdk");
        harm(disks, Rule.WHOLE, "rebase", "DIR/c2.vmdk", "--onto", "DIR/c0.vmdk");
        harm(disks, Rule.WHOLE, "consolidate", "DIR/h3.vmdk");
        harm(disks, Rule.WHOLE, "consolidate", "DIR/s2.vmdk");
        harm(disks, Rule.WHOLE, "consolidate", "DIR/c2.vmdk", "--low-space");
        harm(disks, Rule.BY_SECTORS, "write", "DIR/h3.vmdk", "--offset", "70000", "-i", bytes.toString());
        harm(disks, Rule.BY_SECTORS, "write", "DIR/s2.vmdk", "--offset", "70000", "-i", bytes.toString());
        harm(disks, Rule.BY_SECTORS, "write", "DIR/c2.vmdk", "--offset", "70000", "-i", bytes.toString());
        harm(disks, Rule.BY_SECTORS, "unmap", "DIR/z0.vmdk", "--range", "0:1M");
        harm(disks, Rule.BY_SECTORS, "unmap", "DIR/z0.vmdk", "--range", "0:128k", "--compact");
        harm(disks, Rule.WHOLE, "resize", "DIR/z0.vmdk", "3M");
        harm(disks, Rule.WHOLE, "resize", "DIR/e0.vmdk", "3M");
        harm(disks, Rule.WHOLE, "convert", "DIR/h3.vmdk", "DIR/new.vmdk", "-O", "2gbsparse");
        harm(disks, Rule.WHOLE, "convert", "DIR/s2.vmdk", "DIR/new.vmdk", "-O", "thin");
        harm(disks, Rule.WHOLE, "convert", "DIR/h3.vmdk", "DIR/new.vmdk", "-O", "stream");
        harm(disks, Rule.WHOLE, "create", "DIR/new.vmdk", "-O", "seSparse", "-b", "DIR/s0.vmdk");
        harm(disks, Rule.WHOLE, "rename", "DIR/z0.vmdk", "DIR/new.vmdk");
        harm(disks, Rule.WHOLE, "remove", "DIR/h3.vmdk");
        report("disks");
    }

    @Test
    void leaveEveryMachineAsItWasOrAsItShallBe() throws Exception {
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
                scsi0:1.present = "TRUE"
                scsi0:1.fileName = "t0.vmdk"
                """);
        chain(machine, "h", List.of("monolithicSparse"));
        chain(machine, "t", List.of("2gbsparse"));
        for (String name : List.of("s1", "s2")) {
            must("snapshot", "create", machine, name);
            VirtualMachine opened = VirtualMachine.open(machine, List.of(), Volume.system());
            for (VmxDisk disk : opened.configuration().devices().disks()) {
                must("write", machine.resolve(disk.file().toString()), "--offset", "4096", "-i", bytes);
            }
        }

        harm(machine, Rule.WHOLE, "snapshot", "create", "DIR", "new");
        harm(machine, Rule.WHOLE, "snapshot", "delete", "DIR", "s1");
        harm(machine, Rule.WHOLE, "snapshot", "delete", "DIR", "s2");
        harm(machine, Rule.WHOLE, "snapshot", "delete-all", "DIR");
        harm(machine, Rule.WHOLE, "snapshot", "revert", "DIR", "s1");
        harm(machine, Rule.WHOLE, "clone", "DIR", "DIR/clone", "--name", "web02");
        harm(machine, Rule.WHOLE, "rename", "DIR", "web03");
        harm(machine, Rule.WHOLE, "template", "DIR", "--keep-snapshots");
        harm(machine, Rule.WHOLE, "vmx", "set", "DIR", "memSize", "2048");
        report("machines");
    }

    /** A base and its deltas, each with bytes of its own. */
    private void chain(Path at, String name, List<String> formats) throws IOException {
        for (int i = 0; i < formats.size(); i++) {
            Path disk = at.resolve(name + i + ".vmdk");
            List<Object> words = new ArrayList<>(List.of("create", disk, "-O", formats.get(i), "-q"));
            words.addAll(i == 0 ? List.of(CAPACITY) : List.of("-b", at.resolve(name + (i - 1) + ".vmdk")));
            must(words.toArray());
            Path own = folder.resolve("own");
            Files.write(own, Patterns.random(name.hashCode() + i, 150_000));
            must("write", disk, "--offset", 200_000 * i, "-i", own, "-q");
        }
    }

    private static void must(Object... words) {
        CommandLineRun run = CommandLineRun.of(words);
        assertThat(run.exitCode()).as(Arrays.toString(words) + run.err()).isZero();
    }

    private void harm(Path pristine, Rule rule, String... words) throws Exception {
        Operation operation = new Operation(pristine, rule, List.of(words));
        Map<String, byte[]> before = readings.of(pristine, operation::concerns);
        Path whole = copyOf(pristine);
        ProcessRun complete = run(whole, operation, "none", 0);
        assertThat(complete.exitCode()).as(operation.words() + complete.err()).isZero();
        Map<String, byte[]> after = readings.of(whole, operation::concerns);
        int calls = processes.calls();
        assertThat(calls).as("calls of %s", operation.words()).isGreaterThan(2);
        for (Harm harm : Harm.values()) {
            int chosen = Math.floorMod(Objects.hash(operation.words(), harm.word(), JDK), calls) + 1;
            for (int at = ALL ? 1 : chosen; at <= (ALL ? calls : chosen); at++) {
                Path victim = copyOf(pristine);
                ProcessRun run = run(victim, operation, harm.word(), at);
                judge(operation, victim, run, harm, at, before, after);
                harmed++;
            }
        }
        if (ALL) {
            System.out.println("  " + String.join(" ", operation.words()) + ": " + calls + " calls, all harmed in "
                    + Harm.values().length + " ways; " + harmed + " in all, 0 wrong");
        }
    }

    private void judge(
            Operation operation,
            Path victim,
            ProcessRun run,
            Harm harm,
            int at,
            Map<String, byte[]> before,
            Map<String, byte[]> after)
            throws IOException {
        String when = operation.words() + ", " + harm.word() + " at call " + at + ": exit " + run.exitCode() + " "
                + run.err();
        if (harm.isFatal()) {
            assertThat(run.exitCode()).as(when).isEqualTo(128 + 9);
        } else {
            assertThat(run.exitCode()).as(when).isIn(0, 1, 3, 4, 5);
        }
        if (run.exitCode() != 0) {
            CommandLineRun recovered = CommandLineRun.of("recover", victim);
            assertThat(recovered.exitCode()).as(when + recovered.err()).isZero();
        }
        Map<String, byte[]> left = readings.of(victim, operation::concerns);
        if (operation.rule() == Rule.BY_SECTORS) {
            left.forEach((name, content) -> assertMixed(when + name, content, before.get(name), after.get(name)));
            assertThat(left.keySet()).as(when).isEqualTo(before.keySet());
        } else if (run.exitCode() == 0) {
            assertSame(when, left, after);
        } else {
            assertThat(Readings.isSame(left, before) || Readings.isSame(left, after))
                    .as("%s left %s, before %s, after %s", when, left.keySet(), before.keySet(), after.keySet())
                    .isTrue();
        }
    }

    private static void assertSame(String when, Map<String, byte[]> left, Map<String, byte[]> expected) {
        assertThat(left.keySet()).as(when).isEqualTo(expected.keySet());
        left.forEach((name, content) -> assertThat(Arrays.mismatch(content, expected.get(name)))
                .as(when + name)
                .isEqualTo(-1));
    }

    private static void assertMixed(String when, byte[] left, byte[] before, byte[] after) {
        for (int at = 0; at < left.length; at += SECTOR) {
            int to = Math.min(left.length, at + SECTOR);
            assertThat(Arrays.equals(left, at, to, before, at, to) || Arrays.equals(left, at, to, after, at, to))
                    .as("%s, the sector at %d", when, at)
                    .isTrue();
        }
    }

    private ProcessRun run(Path victim, Operation operation, String harm, int at) throws Exception {
        return processes.run(victim, operation.in(victim), harm, at);
    }

    private void report(String of) {
        Tally.HARMED_CALLS.count(harmed);
        System.out.println("faults from outside the JVM, " + of + ": " + harmed + " calls harmed, 0 wrong");
    }

    private Path copyOf(Path pristine) throws IOException {
        Path copy = folder.resolve("victim");
        if (Files.exists(copy)) {
            try (Stream<Path> files = Files.walk(copy)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        Files.createDirectory(copy);
        try (Stream<Path> files = Files.list(pristine)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        return copy;
    }
}

package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.Qemu;
import io.vmdisk.testkit.Sha256;
import io.vmdisk.testkit.Tally;
import io.vmdisk.vm.VirtualMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two processes on one machine: the first is stopped before one of its calls that change files, the second runs to its
 * end, then the first goes on. What is left, as qemu-img reads it, is what one of them alone leaves if the other refused,
 * and what one after the other leaves if both did their work.
 *
 * <p>The normal run takes a few pairs; {@code -Dvmdisk.pairs=all} takes every pair at two stops, and prints the count.
 */
@Tag("long")
class ProcessPairsIT {
    private static final boolean ALL = "all".equals(System.getProperty("vmdisk.pairs"));
    private static final int SAMPLE = Integer.getInteger("vmdisk.pairs.sample", 1);
    private static final int LOOK_NANOS = 500_000;
    private static final int CAPACITY = 1 << 20;

    /** Where the header of a hosted disk says that it was not closed. */
    private static final int UNCLEAN_AT = 72;

    @TempDir
    Path folder;

    private HarmedProcesses processes;
    private Path bytes;
    private Path image;
    private int pairs;
    private int both;

    /** A command; {@code VM} in its words is the machine's folder, {@code OUT} a folder beside it. */
    private record Job(List<String> words) {
        static Job of(String... words) {
            return new Job(List.of(words));
        }

        List<String> in(Path vm) {
            return words.stream()
                    .map(word -> word.replace("VM", vm.toString()).replace("OUT", vm + "-out"))
                    .toList();
        }

        @Override
        public String toString() {
            return String.join(" ", words);
        }
    }

    private record Pair(Job first, Job second, Stop stop) {}

    /** Where the first is stopped. */
    private enum Stop {
        EARLY,
        LATE;

        int of(int calls) {
            return this == EARLY ? calls / 3 + 1 : Math.min(calls, calls * 4 / 5 + 1);
        }
    }

    /** What a command leaves alone, and how many calls it takes. */
    private record Alone(String state, int calls) {}

    /** A machine, and where {@code snapshot delete-all} of it is killed first; 0 for nowhere. */
    private record Scene(Path model, int killed, List<Job> jobs) {}

    @BeforeEach
    void buildProcesses() throws Exception {
        Qemu.assumePresent();
        processes = HarmedProcesses.in(folder);
        bytes = folder.resolve("bytes");
        Files.write(bytes, Patterns.random(3, 200_000));
        image = folder.resolve("image");
        Files.write(image, Patterns.random(4, CAPACITY));
    }

    private Path machine(String name) throws IOException {
        Path vm = Files.createDirectory(folder.resolve(name));
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
        done("create", vm.resolve("a.vmdk"), "1M", "-O", "monolithicSparse", "-q");
        done("write", vm.resolve("a.vmdk"), "--offset", 0, "-i", bytes, "-q");
        done("snapshot", "create", vm, "s1", "-q");
        done("write", vm.resolve("a-000001.vmdk"), "--offset", 300_000, "-i", bytes, "-q");
        return vm;
    }

    private static void done(Object... words) {
        CommandLineRun run = CommandLineRun.of(words);
        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    /** A machine with a snapshot. */
    private Scene withSnapshot() throws IOException {
        return new Scene(
                machine("listed"),
                0,
                List.of(
                        Job.of("write", "VM/a-000001.vmdk", "--offset", "4096", "-i", bytes.toString()),
                        Job.of("unmap", "VM/a-000001.vmdk", "--range", "0:131072"),
                        Job.of("rebase", "VM/a-000001.vmdk", "--onto", "none"),
                        Job.of("snapshot", "create", "VM", "new"),
                        Job.of("snapshot", "revert", "VM", "s1"),
                        Job.of("snapshot", "delete-all", "VM"),
                        Job.of("clone", "VM", "OUT"),
                        Job.of("clone", "VM/a-000001.vmdk", "OUT.vmdk"),
                        Job.of("convert", "VM/a-000001.vmdk", "OUT.vmdk", "-O", "thin"),
                        Job.of("rename", "VM", "b"),
                        Job.of("template", "VM", "--keep-snapshots"),
                        Job.of("vmx", "set", "VM", "memSize", "2048"),
                        Job.of("vmx", "upgrade", "VM", "--hw", "17"),
                        Job.of("snapshot", "delete", "VM", "s1", "--low-space"),
                        Job.of("convert", "raw:" + image, "VM/a-000001.vmdk", "-n"),
                        Job.of("unmap", "VM/a-000001.vmdk", "--zero", "--compact"),
                        Job.of("clone", "VM", "OUT", "--linked", "s1"),
                        Job.of("repair", "VM", "--salvage", "OUT"),
                        Job.of("report", "VM", "-o", "OUT.html"),
                        Job.of("hash", "VM/a-000001.vmdk", "--tree", "--range", "0:1M", "-o", "OUT.part"),
                        Job.of("recover", "VM")));
    }

    /** A disk of a machine without snapshots, on which a repair was done that can be undone. */
    private Scene repaired() throws IOException {
        Path vm = machine("repaired");
        done("snapshot", "delete-all", vm, "-q");
        Path disk = vm.resolve("a.vmdk");
        byte[] whole = Files.readAllBytes(disk);
        whole[UNCLEAN_AT] = 1;
        Files.write(disk, whole);
        done("repair", disk, "--tables", "-q");
        assertThat(vm.resolve("a.vmdk.orig.undo")).exists();
        return new Scene(
                vm,
                0,
                List.of(
                        Job.of("repair", "VM/a.vmdk", "--undo"),
                        Job.of("repair", "VM", "--undo"),
                        Job.of("write", "VM/a.vmdk", "--offset", "4096", "-i", bytes.toString()),
                        Job.of("unmap", "VM/a.vmdk", "--range", "0:128k", "--compact"),
                        Job.of("resize", "VM/a.vmdk", "2M"),
                        Job.of("rename", "VM/a.vmdk", "VM/c.vmdk"),
                        Job.of("snapshot", "create", "VM", "new"),
                        Job.of("repair", "VM/a.vmdk", "--leaks"),
                        Job.of("consolidate", "VM/a.vmdk", "--into", "OUT.vmdk"),
                        Job.of("rename", "VM", "b")));
    }

    /** A machine that names its disks as another host did. */
    private Scene moved() throws IOException {
        Path vm = machine("moved");
        for (String name : List.of("a.vmx", "a.vmsd")) {
            Path file = vm.resolve(name);
            Files.writeString(
                    file, Files.readString(file).replace("fileName = \"a", "fileName = \"/vmfs/volumes/old/a/a"));
        }
        String map = "/vmfs/volumes/old/a=VM";
        return new Scene(
                vm,
                0,
                List.of(
                        Job.of("repair", "VM", "--paths", "--map", map),
                        Job.of("write", "VM/a-000001.vmdk", "--offset", "4096", "-i", bytes.toString()),
                        Job.of("snapshot", "create", "VM", "new", "--map", map),
                        Job.of("vmx", "set", "VM", "memSize", "2048")));
    }

    /** A chain without a machine but for one that names another disk. */
    private Scene chain() throws IOException {
        Path vm = machine("chain");
        done("snapshot", "delete-all", vm, "-q");
        done("create", vm.resolve("x.vmdk"), "1M", "-O", "monolithicSparse", "-q");
        done("write", vm.resolve("x.vmdk"), "--offset", 0, "-i", bytes, "-q");
        done("create", vm.resolve("x-1.vmdk"), "-O", "monolithicSparse", "-b", vm.resolve("x.vmdk"), "-q");
        done("write", vm.resolve("x-1.vmdk"), "--offset", 300_000, "-i", bytes, "-q");
        return new Scene(
                vm,
                0,
                List.of(
                        Job.of("consolidate", "VM/x-1.vmdk"),
                        Job.of("consolidate", "VM/x-1.vmdk", "--one"),
                        Job.of("consolidate", "VM/x-1.vmdk", "--up"),
                        Job.of("rebase", "VM/x-1.vmdk", "--onto", "none"),
                        Job.of("write", "VM/x-1.vmdk", "--offset", "4096", "-i", bytes.toString()),
                        Job.of("rename", "VM/x-1.vmdk", "VM/y.vmdk"),
                        Job.of("remove", "VM/x-1.vmdk"),
                        Job.of("convert", "VM/x-1.vmdk", "OUT.vmdk", "-O", "monolithicSparse")));
    }

    /** A machine whose list is lost. */
    private Scene withoutList() throws IOException {
        Path vm = machine("unlisted");
        Files.delete(vm.resolve("a.vmsd"));
        return new Scene(
                vm,
                0,
                List.of(
                        Job.of("consolidate", "VM"),
                        Job.of("repair", "VM", "--vmsd"),
                        Job.of("write", "VM/a-000001.vmdk", "--offset", "4096", "-i", bytes.toString()),
                        Job.of("clone", "VM", "OUT"),
                        Job.of("vmx", "set", "VM", "memSize", "2048"),
                        Job.of("recover", "VM")));
    }

    /** A machine that waits for recovery. */
    private Scene interrupted() throws Exception {
        Path vm = machine("interrupted");
        Path whole = copyOf(vm, "whole");
        processes.run(whole, List.of("snapshot", "delete-all", whole.toString()), Harm.NONE, 0);
        return new Scene(
                vm,
                processes.control().calls() * 2 / 3,
                List.of(
                        Job.of("recover", "VM"),
                        Job.of("write", "VM/a.vmdk", "--offset", "4096", "-i", bytes.toString()),
                        Job.of("snapshot", "create", "VM", "new"),
                        Job.of("clone", "VM", "OUT"),
                        Job.of("vmx", "set", "VM", "memSize", "2048")));
    }

    @Test
    void oneDoesItsWorkAndTheOtherRefusesOrTheyComeOneAfterTheOther() throws Exception {
        for (Scene scene : List.of(withSnapshot(), repaired(), moved(), chain(), withoutList(), interrupted())) {
            Map<Job, Alone> alone = new HashMap<>();
            int left = ALL ? Integer.MAX_VALUE : SAMPLE;
            for (Pair pair : candidates(scene)) {
                if (left > 0 && alone(scene, pair.first, alone).calls > 0) {
                    alone(scene, pair.second, alone);
                    check(scene, pair, alone);
                    pairs++;
                    left--;
                }
            }
        }
        Tally.PROCESS_PAIRS.count(pairs);
        System.out.println("pairs of processes: " + pairs + ", of which " + both + " both did their work, 0 wrong");
    }

    private List<Pair> candidates(Scene scene) {
        List<Pair> all = new ArrayList<>();
        for (Job first : scene.jobs) {
            for (Job second : scene.jobs) {
                for (Stop stop : Stop.values()) {
                    all.add(new Pair(first, second, stop));
                }
            }
        }
        if (!ALL) {
            Collections.shuffle(all, new Random(Runtime.version().feature()));
        }
        return all;
    }

    private Alone alone(Scene scene, Job job, Map<Job, Alone> known) throws Exception {
        Alone found = known.get(job);
        if (found == null) {
            Path vm = fresh(scene);
            processes.run(vm, job.in(vm), Harm.NONE, 0);
            int calls = processes.control().calls();
            found = new Alone(state(vm), calls);
            known.put(job, found);
        }
        return found;
    }

    private void check(Scene scene, Pair pair, Map<Job, Alone> alone) throws Exception {
        Path vm = fresh(scene);
        Path out = folder.resolve("first.txt");
        int stop = pair.stop.of(alone.get(pair.first).calls);
        Process first = processes.startStopping(vm, pair.first.in(vm), stop, out);
        try {
            awaitStop(first);
            CommandLineRun second = CommandLineRun.of(pair.second.in(vm).toArray());
            boolean open = Files.exists(vm.resolve(".vmdisk-journal"));
            resume(first);
            assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
            int code = first.exitValue();
            String said = pair.first + " stopped at call " + stop + ": " + code + " " + Files.readString(out) + "; "
                    + pair.second + ": " + second.exitCode() + " " + second.err();
            assertThat(code).as(said).isIn(0, 4);
            String left = state(vm);
            if (second.exitCode() != 0 && second.exitCode() != 4) {
                // The disk is gone for good: only the locks of the first were left to be given back.
                assertThat(open).as("journal: " + said).isFalse();
                assertThat(code).as(said).isZero();
                assertThat(left).as(said).isEqualTo(alone.get(pair.first).state);
            } else if (code == 0 && second.exitCode() == 0) {
                both++;
                assertThat(left)
                        .as(said)
                        .isIn(serial(scene, pair.first, pair.second), serial(scene, pair.second, pair.first));
            } else if (code == 4 && second.exitCode() == 4) {
                // Where a journal waits: one is refused because of it, alone too, the other because the one is looking.
                assertThat(left).as(said).isEqualTo(state(fresh(scene)));
                assertThat(List.of(alone.get(pair.first).state, alone.get(pair.second).state))
                        .as(said)
                        .contains(left);
            } else {
                assertThat(left).as(said).isEqualTo(alone.get(code == 0 ? pair.first : pair.second).state);
            }
        } finally {
            first.destroyForcibly().waitFor();
        }
    }

    private static void awaitStop(Process process) throws IOException {
        Path stat = Path.of("/proc/" + process.pid() + "/stat");
        while (process.isAlive()) {
            String text = Files.exists(stat) ? Files.readString(stat) : ") Z";
            if (text.startsWith(") T", text.lastIndexOf(')'))) {
                return;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private void resume(Process process) throws Exception {
        if (process.isAlive()) {
            ProcessRun.of(folder, Map.of(), List.of("kill", "-CONT", Long.toString(process.pid())));
        }
    }

    private String serial(Scene scene, Job one, Job other) throws Exception {
        Path vm = fresh(scene);
        CommandLineRun.of(one.in(vm).toArray());
        CommandLineRun.of(other.in(vm).toArray());
        return state(vm);
    }

    /** What the machine is and reads as; of one that waits for recovery, that it does. */
    private String state(Path vm) throws IOException {
        if (Files.exists(vm.resolve(".vmdisk-journal"))) {
            return "interrupted";
        }
        VirtualMachine machine = VirtualMachine.open(vm, List.of(), Volume.system());
        String named = machine.configuration().devices().disks().get(0).file().toString();
        return machine.configurationFile().getFileName()
                + " " + machine.configuration().dictionary().get("memSize").orElse("none")
                + " "
                + machine.configuration().dictionary().get("virtualHW.version").orElse("none")
                + " " + named.contains("/vmfs")
                + " "
                + machine.snapshots().snapshots().stream().map(Snapshot::name).toList()
                + " " + content(vm.resolve(Path.of(named).getFileName()))
                + " " + chain(vm)
                + " " + Files.exists(vm.resolve("a.vmdk.orig.undo"));
    }

    private String content(Path disk) throws IOException {
        Path raw = folder.resolve("qemu.raw");
        Qemu.toRaw("vmdk", disk, raw);
        return Sha256.of(Files.readAllBytes(raw));
    }

    /** What the chain beside the machine is called, and reads as. */
    private String chain(Path vm) throws IOException {
        for (String name : List.of("y.vmdk", "x-1.vmdk", "x.vmdk")) {
            if (Files.exists(vm.resolve(name))) {
                return name + " " + content(vm.resolve(name));
            }
        }
        return "no chain";
    }

    private Path fresh(Scene scene) throws Exception {
        Path vm = copyOf(scene.model, "vm");
        if (scene.killed > 0) {
            processes.run(vm, List.of("snapshot", "delete-all", vm.toString()), Harm.KILL, scene.killed);
            assertThat(vm.resolve(".vmdisk-journal")).exists();
        }
        return vm;
    }

    private Path copyOf(Path model, String name) throws IOException {
        Path copy = folder.resolve(name);
        for (Path old : List.of(copy, folder.resolve(name + "-out"), folder.resolve(name + "-out.vmdk"))) {
            remove(old);
        }
        remove(folder.resolve(name + "-out-flat.vmdk"));
        Files.createDirectory(copy);
        try (Stream<Path> files = Files.list(model)) {
            for (Path file : files.toList()) {
                Path target = copy.resolve(file.getFileName());
                if (Files.isDirectory(file)) {
                    Files.createDirectory(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
        return copy;
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

package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Progress;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.snapshot.vmsd.SnapshotDisk;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.Sha256;
import io.vmdisk.vm.VirtualMachine;
import io.vmdisk.vmx.VmxDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real thing: a process of its own works on a machine and is killed with SIGKILL somewhere in the middle, again and
 * again; once per operation the recovery is killed too. What is left must read as it did before or as it does afterwards.
 */
@Tag("long")
class SnapshotKillIT {
    private static final int CAPACITY = 8 << 20;
    private static final int KILLS = 4;
    private static final int LOOK_NANOS = 100_000;

    @TempDir
    Path folder;

    private Path pristine;
    private final SplittableRandom random = new SplittableRandom(20261124);
    private int interrupted;

    /** What a machine reads as: for each snapshot by name, and for the present state by no name, the hash of each disk. */
    private record Content(Map<String, List<String>> states) {
        static Content of(Path machineFolder) throws IOException {
            VirtualMachine machine = VirtualMachine.open(machineFolder, List.of(), Volume.system());
            Map<String, List<String>> states = new TreeMap<>();
            List<String> present = new ArrayList<>();
            for (VmxDisk disk : machine.configuration().devices().disks()) {
                present.add(hash(machineFolder.resolve(disk.file().toString())));
            }
            states.put("", present);
            for (Snapshot snapshot : machine.snapshots().snapshots()) {
                List<String> frozen = new ArrayList<>();
                for (SnapshotDisk disk : snapshot.disks()) {
                    frozen.add(hash(machineFolder.resolve(disk.fileName())));
                }
                states.put(snapshot.name(), frozen);
            }
            return new Content(states);
        }

        private static String hash(Path disk) throws IOException {
            try (VirtualDisk opened = VirtualDisk.open(disk)) {
                ByteBuffer bytes = ByteBuffer.allocate(CAPACITY);
                opened.read(0, bytes);
                return Sha256.of(bytes.array());
            }
        }
    }

    @BeforeEach
    void makeMachine() throws IOException {
        pristine = Files.createDirectory(folder.resolve("pristine"));
        Files.writeString(pristine.resolve("web01.vmx"), """
                .encoding = "UTF-8"
                virtualHW.version = "17"
                displayName = "web01"
                scsi0.present = "TRUE"
                scsi0:0.present = "TRUE"
                scsi0:0.fileName = "web01.vmdk"
                scsi0:1.present = "TRUE"
                scsi0:1.fileName = "data.vmdk"
                """);
        make("web01.vmdk", DiskFormat.MONOLITHIC_SPARSE);
        make("data.vmdk", DiskFormat.VMFS_THIN);
        for (int i = 1; i <= 5; i++) {
            write();
            CommandLineRun run = CommandLineRun.of("snapshot", "create", pristine, "s" + i);
            assertThat(run.exitCode()).as(run.err()).isZero();
        }
        write();
    }

    private void make(String name, DiskFormat format) throws IOException {
        StagedDisk.createEmpty(pristine.resolve(name), CreateSpec.of(format, CAPACITY), Volume.system(), Progress.NONE);
    }

    private void write() throws IOException {
        VirtualMachine machine = VirtualMachine.open(pristine, List.of(), Volume.system());
        for (VmxDisk disk : machine.configuration().devices().disks()) {
            try (VirtualDisk opened =
                    VirtualDisk.open(pristine.resolve(disk.file().toString()), OpenOptions.writable())) {
                for (int n = 0; n < 12; n++) {
                    byte[] bytes = Patterns.random(random.nextLong(), 1 + random.nextInt(100_000));
                    opened.write(random.nextInt(CAPACITY - bytes.length), ByteBuffer.wrap(bytes));
                }
            }
        }
    }

    @Test
    void losesNothingWhenItIsKilled() throws Exception {
        List<List<String>> operations = List.of(
                List.of("snapshot", "create", "VM", "new"),
                List.of("snapshot", "delete", "VM", "s3"),
                List.of("snapshot", "delete-all", "VM", "--low-space"),
                List.of("snapshot", "revert", "VM", "s2"),
                List.of("consolidate", "VM"));
        for (List<String> operation : operations) {
            killAgainAndAgain(operation);
        }
        // Delays are drawn from the whole time the operation took, so most of them must hit it.
        assertThat(interrupted).isGreaterThanOrEqualTo(operations.size() * KILLS / 4);
    }

    private void killAgainAndAgain(List<String> operation) throws Exception {
        Path before = copyOf(pristine, "before");
        if (operation.get(0).equals("consolidate")) {
            // Nobody knows the snapshots any more, so all disks merge.
            Files.delete(before.resolve("web01.vmsd"));
            for (int i = 1; i <= 5; i++) {
                Files.delete(before.resolve("web01-Snapshot" + i + ".vmsn"));
            }
        }
        Content old = Content.of(before);
        Path whole = copyOf(before, "whole");
        Process complete = start(whole, operation);
        awaitJournal(whole, complete);
        long began = System.nanoTime();
        assertThat(complete.waitFor()).as(operation + text(whole)).isZero();
        long nanos = System.nanoTime() - began;
        Content fresh = Content.of(whole);

        for (int kill = 0; kill < KILLS; kill++) {
            Path victim = copyOf(before, "victim");
            Process process = start(victim, operation);
            awaitJournal(victim, process);
            LockSupport.parkNanos(random.nextLong(nanos));
            process.destroyForcibly().waitFor();
            String when = operation + ", kill " + kill + " " + text(victim);
            boolean open = Files.exists(victim.resolve(".vmdisk-journal"));
            interrupted += open ? 1 : 0;
            if (open && kill == 1) {
                Process recovery = start(victim, List.of("recover", "VM"));
                LockSupport.parkNanos(nanos + random.nextLong(nanos));
                recovery.destroyForcibly().waitFor();
            }
            CommandLineRun recovered = CommandLineRun.of("recover", victim);
            assertThat(recovered.exitCode()).as(when + recovered.err()).isZero();
            assertThat(Content.of(victim)).as(when + recovered.out()).isIn(old, fresh);
            try (Stream<Path> files = Files.list(victim)) {
                assertThat(files.map(file -> file.getFileName().toString()))
                        .as(when + recovered.out())
                        .noneMatch(name -> name.contains("vmdisk") || name.endsWith(".lck"));
            }
            assertThat(CommandLineRun.of("snapshot", "create", victim, "and on").exitCode())
                    .as(when + recovered.out())
                    .isZero();
        }
    }

    private static String text(Path victim) throws IOException {
        return Files.readString(victim.resolveSibling("out.txt"));
    }

    private Process start(Path victim, List<String> operation) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-cp",
                ProcessRun.LIB + "/*",
                "io.vmdisk.cli.Main"));
        operation.forEach(word -> command.add(word.equals("VM") ? victim.toString() : word));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out.txt").toFile())
                .start();
    }

    private static void awaitJournal(Path victim, Process process) {
        Path journal = victim.resolve(".vmdisk-journal");
        while (process.isAlive() && !Files.exists(journal)) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private Path copyOf(Path machine, String name) throws IOException {
        Path copy = folder.resolve(name);
        if (Files.exists(copy)) {
            try (Stream<Path> files = Files.walk(copy)) {
                for (Path file :
                        files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        Files.createDirectory(copy);
        try (Stream<Path> files = Files.list(machine)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        return copy;
    }
}

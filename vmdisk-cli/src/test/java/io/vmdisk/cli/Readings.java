package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.snapshot.vmsd.SnapshotDisk;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Qemu;
import io.vmdisk.vm.VirtualMachine;
import io.vmdisk.vmx.VmxDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What the disks in a folder read as, by our reader, with which qemu-img must agree. */
final class Readings {
    private final Path scratch;

    /** Puts qemu-img's answers in a folder of the test's. */
    Readings(Path scratch) {
        this.scratch = scratch;
    }

    /** All states of the machines in and below a folder; without a machine its disks, as far as their names matter. */
    Map<String, byte[]> of(Path at, Predicate<String> matters) throws IOException {
        Map<String, byte[]> found = new TreeMap<>();
        boolean isMachine = false;
        try (Stream<Path> files = Files.walk(at)) {
            for (Path file : files.sorted().toList()) {
                String name = at.relativize(file).toString();
                if (name.endsWith(".vmx") || name.endsWith(".vmtx")) {
                    isMachine = true;
                    states(file, found);
                }
            }
        }
        if (!isMachine) {
            try (Stream<Path> files = Files.list(at)) {
                for (Path file : files.sorted().toList()) {
                    String name = at.relativize(file).toString();
                    if (name.matches("([a-z]\\d|new)\\.vmdk") && matters.test(name)) {
                        found.put(name, content(file));
                    }
                }
            }
        }
        return found;
    }

    static boolean isSame(Map<String, byte[]> left, Map<String, byte[]> right) {
        return left.keySet().equals(right.keySet())
                && left.keySet().stream().allMatch(name -> Arrays.equals(left.get(name), right.get(name)));
    }

    private void states(Path configuration, Map<String, byte[]> found) throws IOException {
        VirtualMachine machine = VirtualMachine.open(configuration, List.of(), Volume.system());
        Path at = machine.path();
        String name = machine.configuration().displayName() + configuration.getFileName();
        int number = 0;
        for (VmxDisk disk : machine.configuration().devices().disks()) {
            found.put(name + " now " + number++, content(at.resolve(disk.file().toString())));
        }
        for (Snapshot snapshot : machine.snapshots().snapshots()) {
            int frozen = 0;
            for (SnapshotDisk disk : snapshot.disks()) {
                found.put(name + " " + snapshot.name() + " " + frozen++, content(at.resolve(disk.fileName())));
            }
        }
    }

    private byte[] content(Path disk) throws IOException {
        byte[] ours;
        try (VirtualDisk opened = VirtualDisk.open(disk)) {
            ours = new byte[(int) opened.capacity()];
            opened.read(0, ByteBuffer.wrap(ours));
        }
        Path raw = scratch.resolve("qemu.raw");
        Qemu.toRaw("vmdk", disk, raw);
        assertThat(Arrays.mismatch(ours, Files.readAllBytes(raw)))
                .as("first byte of %s at which qemu-img sees another", disk)
                .isEqualTo(-1);
        return ours;
    }
}

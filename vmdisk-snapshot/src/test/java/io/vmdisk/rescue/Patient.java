package io.vmdisk.rescue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.vmdisk.Finding;
import io.vmdisk.Progress;
import io.vmdisk.check.CheckOptions;
import io.vmdisk.check.CheckReport;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.machine.model.SnapshotRequest;
import io.vmdisk.plan.PlanExecutor;
import io.vmdisk.snapshot.SnapshotPlanner;
import io.vmdisk.snapshot.vmsd.SnapshotTree;
import io.vmdisk.storage.Volume;
import io.vmdisk.vm.VirtualMachine;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The machine web01 in memory, sound at first, with short words for what tests break. */
final class Patient implements Closeable {
    static final int CAPACITY = 1 << 20;
    static final Instant NOW = Instant.parse("2026-11-24T20:15:00Z");

    private final FileSystem files = Jimfs.newFileSystem(Configuration.unix());
    final Path folder = files.getPath("/vms/web01");
    final Volume volume = Volume.system();

    /** A machine with a disk of each format, at scsi0:0, scsi0:1 and so on. */
    Patient(DiskFormat... disks) throws IOException {
        Files.createDirectories(folder);
        StringBuilder text = new StringBuilder("""
                .encoding = "UTF-8"
                config.version = "8"
                virtualHW.version = "17"
                nvram = "web01.nvram"
                displayName = "web01"
                scsi0.present = "TRUE"
                scsi0.virtualDev = "pvscsi"
                """);
        for (int i = 0; i < disks.length; i++) {
            String name = i == 0 ? "web01.vmdk" : "web01_" + i + ".vmdk";
            StagedDisk.createEmpty(
                    folder.resolve(name),
                    CreateSpec.of(disks[i], CAPACITY)
                            .withExtentBytes(CAPACITY / 2)
                            .withHardwareVersion(17),
                    volume,
                    Progress.NONE);
            text.append("scsi0:%d.present = \"TRUE\"\nscsi0:%d.fileName = \"%s\"\n".formatted(i, i, name));
            write(name, "base of " + name);
        }
        text("web01.vmx", text.toString());
        text("web01.nvram", "MRVN");
    }

    void text(String name, String text) throws IOException {
        bytes(name, text.getBytes(StandardCharsets.UTF_8));
    }

    void bytes(String name, byte[] bytes) throws IOException {
        Files.createDirectories(folder.resolve(name).getParent());
        Files.write(folder.resolve(name), bytes);
    }

    String text(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }

    void delete(String name) throws IOException {
        Files.delete(folder.resolve(name));
    }

    /** Moves a file to a path seen from the folder. */
    void move(String name, String to) throws IOException {
        Path target = folder.resolve(to).normalize();
        Files.createDirectories(target.getParent());
        Files.move(folder.resolve(name), target);
    }

    /** Copies a file to a path seen from the folder. */
    void copy(String name, String to) throws IOException {
        Path target = folder.resolve(to).normalize();
        Files.createDirectories(target.getParent());
        Files.copy(folder.resolve(name), target);
    }

    /** Replaces text in a small file, which must be there. */
    void edit(String name, String from, String to) throws IOException {
        String text = text(name);
        if (!text.contains(from)) {
            throw new IllegalArgumentException(name + " has no " + from + ":\n" + text);
        }
        text(name, text.replace(from, to));
    }

    VirtualMachine open() throws IOException {
        return VirtualMachine.open(folder, List.of(), volume);
    }

    /** One of several machines of the folder. */
    VirtualMachine open(String configuration) throws IOException {
        return VirtualMachine.open(folder.resolve(configuration), List.of(), volume);
    }

    SnapshotTree tree() throws IOException {
        return SnapshotTree.read(volume, folder.resolve("web01.vmsd"));
    }

    private SnapshotPlanner planner() throws IOException {
        return new SnapshotPlanner(open(), NOW, Set.of());
    }

    /** Takes a snapshot and writes something else to every disk in use. */
    long snapshot(String name) throws IOException {
        new PlanExecutor(volume, Progress.NONE).execute(planner().create(SnapshotRequest.of(name, NOW)));
        for (String disk : active()) {
            write(disk, "after " + name + " in " + disk);
        }
        return tree().lastUid();
    }

    void revert(long uid) throws IOException {
        new PlanExecutor(volume, Progress.NONE)
                .execute(planner().revert(tree().snapshot(uid).orElseThrow()));
        for (String disk : active()) {
            write(disk, "after the revert in " + disk);
        }
    }

    void deleteSnapshot(long uid) throws IOException {
        new PlanExecutor(volume, Progress.NONE)
                .execute(planner().delete(tree().snapshot(uid).orElseThrow(), LinkSpace.KEEP));
    }

    /** The names of the disks in use. */
    List<String> active() throws IOException {
        return open().folder().disks().stream()
                .map(disk -> disk.device().file().text())
                .toList();
    }

    void write(String disk, String text) throws IOException {
        try (VirtualDisk opened =
                VirtualDisk.open(folder.resolve(disk), OpenOptions.writable().withVolume(volume))) {
            opened.write(64 << 10, ByteBuffer.wrap(Arrays.copyOf(text.getBytes(StandardCharsets.UTF_8), 4096)));
        }
    }

    byte[] read(String disk) throws IOException {
        return read(disk, CAPACITY);
    }

    byte[] read(String disk, int capacity) throws IOException {
        try (VirtualDisk opened =
                VirtualDisk.open(folder.resolve(disk), OpenOptions.readOnly().withVolume(volume))) {
            ByteBuffer bytes = ByteBuffer.allocate(capacity);
            opened.read(0, bytes);
            return bytes.array();
        }
    }

    /** The names of all files, sorted. */
    List<String> files() throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    CheckReport check() throws IOException {
        return MachineCheck.run(
                folder,
                List.of(),
                CheckOptions.standard().withOpening(OpenOptions.readOnly().withVolume(volume)),
                NOW,
                Progress.NONE);
    }

    /** The ids of what a check finds, without notes. */
    List<String> findings() throws IOException {
        return check().findings().stream()
                .filter(finding -> finding.severity() != Finding.Severity.INFO)
                .map(Finding::id)
                .toList();
    }

    @Override
    public void close() throws IOException {
        files.close();
    }
}

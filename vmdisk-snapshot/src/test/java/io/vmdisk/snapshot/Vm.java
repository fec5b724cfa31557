package io.vmdisk.snapshot;

import io.vmdisk.Progress;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.machine.model.Consent;
import io.vmdisk.machine.model.SnapshotRequest;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.PlanExecutor;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.snapshot.vmsd.SnapshotTree;
import io.vmdisk.storage.Volume;
import io.vmdisk.vm.VirtualMachine;
import io.vmdisk.vm.VmFolder;
import io.vmdisk.vmx.VmxDisk;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** The machine web01 in a folder of any volume, with short words for what tests do to it. */
public record Vm(Volume volume, Path folder) {
    public static final int CAPACITY = 1 << 18;
    public static final Instant NOW = Instant.parse("2026-11-24T20:15:00.123456Z");

    public static Vm create(Volume volume, Path folder, DiskFormat... disks) throws IOException {
        return create(volume, folder, CAPACITY, disks);
    }

    /** With disks of another size. */
    public static Vm create(Volume volume, Path folder, int capacity, DiskFormat... disks) throws IOException {
        Vm vm = new Vm(volume, folder);
        StringBuilder text = new StringBuilder("""
                .encoding = "UTF-8"
                config.version = "8"
                virtualHW.version = "17"
                nvram = "web01.nvram"
                displayName = "web01"
                guestOS = "ubuntu-64"
                memSize = "2048"
                scsi0.present = "TRUE"
                """);
        for (int i = 0; i < disks.length; i++) {
            String name = i == 0 ? "web01.vmdk" : "web01_" + i + ".vmdk";
            StagedDisk.createEmpty(
                    folder.resolve(name),
                    CreateSpec.of(disks[i], capacity).withExtentBytes(capacity / 2),
                    volume,
                    Progress.NONE);
            text.append("scsi0:%d.present = \"TRUE\"\nscsi0:%d.fileName = \"%s\"\n".formatted(i, i, name));
        }
        vm.put("web01.vmx", text.toString());
        vm.put("web01.nvram", "firmware");
        return vm;
    }

    public void put(String name, String text) throws IOException {
        volume.replace(folder.resolve(name), text.getBytes(StandardCharsets.UTF_8));
    }

    public String text(String name) throws IOException {
        return new String(volume.readAll(folder.resolve(name), 1 << 20), StandardCharsets.UTF_8);
    }

    public boolean has(String name) {
        return volume.exists(folder.resolve(name));
    }

    /** The names of all files, sorted. */
    public List<String> files() throws IOException {
        return volume.list(folder).stream()
                .map(file -> String.valueOf(file.getFileName()))
                .sorted()
                .toList();
    }

    public VirtualMachine open() throws IOException {
        Path store = store();
        return VirtualMachine.open(folder, volume.exists(store) ? List.of(store) : List.of(), volume);
    }

    /** A folder on another datastore, if the test has made one. */
    public Path store() {
        return folder.resolveSibling("store2");
    }

    public SnapshotTree tree() throws IOException {
        return SnapshotTree.read(volume, configuration().resolveSibling(vmx().stem() + ".vmsd"));
    }

    public VmxFile vmx() throws IOException {
        return VmxFile.read(volume, configuration());
    }

    /** What the machine is called by now. */
    private Path configuration() throws IOException {
        Path first = folder.resolve("web01.vmx");
        return volume.exists(first) ? first : VmFolder.configurationOf(folder, volume);
    }

    public SnapshotPlanner planner(Consent... consents) throws IOException {
        return new SnapshotPlanner(open(), NOW, Set.of(consents));
    }

    public Plan run(Plan plan) throws IOException {
        new PlanExecutor(volume, Progress.NONE).execute(plan);
        return plan;
    }

    public long snapshot(String name) throws IOException {
        run(planner().create(SnapshotRequest.of(name, NOW)));
        return tree().lastUid();
    }

    public Plan delete(long uid) throws IOException {
        return run(planner().delete(uid(uid), LinkSpace.KEEP));
    }

    public Plan revert(long uid) throws IOException {
        return run(planner().revert(uid(uid)));
    }

    public Snapshot uid(long uid) throws IOException {
        return tree().snapshot(uid).orElseThrow();
    }

    /** The names of the disks in use. */
    public List<String> active() throws IOException {
        return vmx().devices().disks().stream()
                .map(VmxDisk::file)
                .map(Object::toString)
                .toList();
    }

    public void write(String disk, long at, byte[] bytes) throws IOException {
        try (VirtualDisk opened =
                VirtualDisk.open(folder.resolve(disk), OpenOptions.writable().withVolume(volume))) {
            opened.write(at, ByteBuffer.wrap(bytes));
        }
    }

    public void zero(String disk, long at, long length) throws IOException {
        try (VirtualDisk opened =
                VirtualDisk.open(folder.resolve(disk), OpenOptions.writable().withVolume(volume))) {
            opened.zero(at, length);
        }
    }

    public byte[] read(String disk) throws IOException {
        return read(disk, CAPACITY);
    }

    public byte[] read(String disk, int capacity) throws IOException {
        try (VirtualDisk opened =
                VirtualDisk.open(folder.resolve(disk), OpenOptions.readOnly().withVolume(volume))) {
            ByteBuffer bytes = ByteBuffer.allocate(capacity);
            opened.read(0, bytes);
            return bytes.array();
        }
    }

    public Descriptor descriptor(String disk) throws IOException {
        return DiskChain.of(folder.resolve(disk), OpenOptions.readOnly().withVolume(volume))
                .top()
                .descriptor();
    }

    /** The chain as text: {@code web01-000001 > web01}. */
    public String chain(String disk) throws IOException {
        DiskChain chain =
                DiskChain.of(folder.resolve(disk), OpenOptions.readOnly().withVolume(volume));
        return (chain.isWhole() ? "" : "BROKEN ")
                + String.join(
                        " > ",
                        chain.links().stream()
                                .map(link -> String.valueOf(link.path().getFileName())
                                        .replace(".vmdk", ""))
                                .toList());
    }
}

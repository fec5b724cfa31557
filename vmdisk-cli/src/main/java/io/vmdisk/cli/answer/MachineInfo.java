package io.vmdisk.cli.answer;

import io.vmdisk.Finding;
import io.vmdisk.cli.view.ByteSize;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.Result;
import io.vmdisk.cli.view.TableView;
import io.vmdisk.cli.view.TableView.Column;
import io.vmdisk.cli.view.TableView.Mood;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.machine.model.PowerVerdict;
import io.vmdisk.machine.model.VmDisk;
import io.vmdisk.machine.model.VmFile;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.storage.Volume;
import io.vmdisk.vm.VmFolder;
import io.vmdisk.vmx.VmxFile;
import io.vmdisk.vmx.VmxNic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code info} says of a machine.
 *
 * @param vm its folder
 * @param vmx its configuration
 * @param power what its files tell of its state
 */
public record MachineInfo(VmFolder vm, VmxFile vmx, PowerVerdict power) implements Result {

    /**
     * Looks at a machine.
     *
     * @param search folders that may hold files which it names elsewhere
     */
    public static MachineInfo of(Path target, List<Path> search, Volume volume) throws IOException {
        return of(VmFolder.read(target, search, volume), Instant.now());
    }

    /**
     * What is known of a machine whose folder has been read.
     *
     * @param now what "just changed" is measured against
     */
    public static MachineInfo of(VmFolder vm, Instant now) throws IOException {
        return new MachineInfo(vm, vm.configuration(), vm.power(now));
    }

    private Optional<String> path() {
        return vmx.file().map(Path::toString);
    }

    @Override
    public void print(TableView text) throws IOException {
        text.fact("machine", vmx.displayName());
        text.fact("configuration", path().orElse("none"));
        text.fact("guest", vmx.guestOs());
        if (vmx.hardwareVersion().isPresent()) {
            text.fact("hardware version", Long.toString(vmx.hardwareVersion().getAsLong()));
        }
        text.fact("firmware", vmx.firmware() + (vmx.secureBoot() ? ", secure boot" : ""));
        text.fact(
                "processors",
                vmx.cpu().count() + " in " + vmx.cpu().sockets() + (vmx.cpu().sockets() == 1 ? " socket" : " sockets"));
        text.fact("memory", vmx.memory().mib() + " MiB");
        if (vmx.encryption() != VmxFile.Encryption.NONE) {
            text.fact("encryption", LibraryWords.text(vmx.encryption()), Mood.WARNING);
        }
        text.fact("state", LibraryWords.text(power.state()), power.allowsChanges() ? Mood.GOOD : Mood.WARNING);
        for (String reason : power.reasons()) {
            text.fact("", reason);
        }
        disks(text);
        snapshots(text);
        nics(text);
        text.gap();
        FileList.of(vm).print(text);
        for (Finding finding : vm.findings()) {
            text.fact(
                    LibraryWords.text(finding.severity()),
                    finding.file() == null ? finding.message() : finding.file() + ": " + finding.message(),
                    finding.severity() == Finding.Severity.ERROR ? Mood.BAD : Mood.WARNING);
        }
    }

    private void disks(TableView text) throws IOException {
        text.gap();
        try (TableView.Table table = text.table(
                Column.left("disk"),
                Column.left("file"),
                Column.right("capacity"),
                Column.right("links"),
                Column.left("mode"),
                Column.left("chain"))) {
            for (VmDisk disk : vm.disks()) {
                DiskChain chain = disk.chain().orElse(null);
                table.row(
                        disk.device().node().toString(),
                        disk.device().file().text(),
                        chain == null ? "unknown" : ByteSize.print(chain.top().capacity()),
                        chain == null ? "" : Integer.toString(chain.links().size()),
                        LibraryWords.text(disk.device().mode()),
                        vm.lackOf(disk).orElse("whole"));
            }
        }
        for (VmDisk disk : vm.disks()) {
            if (tracking(disk) != null) {
                text.fact("tracking", disk.device().node() + ": changes are tracked in " + tracking(disk));
            }
        }
        for (VmFile log : vm.redoLogs()) {
            text.fact(
                    "redo log",
                    log.path().getFileName()
                            + ": what the last run of a nonpersistent disk wrote; 'vmdisk check' tells what to do",
                    Mood.WARNING);
        }
    }

    private static @Nullable String tracking(VmDisk disk) {
        return disk.chain()
                .flatMap(chain -> chain.top().descriptor().changeTrackPath())
                .orElse(null);
    }

    private void snapshots(TableView text) throws IOException {
        if (vm.snapshots().isEmpty()) {
            return;
        }
        long current = vm.snapshots().current().map(Snapshot::uid).orElse(-1L);
        text.gap();
        try (TableView.Table table = text.table(
                Column.right("snapshot"),
                Column.right("parent"),
                Column.left("name"),
                Column.left("taken"),
                Column.left("memory"),
                Column.left(""))) {
            for (Snapshot snapshot : vm.snapshots().snapshots()) {
                table.row(
                        Long.toString(snapshot.uid()),
                        snapshot.parent().isPresent()
                                ? Long.toString(snapshot.parent().getAsLong())
                                : "",
                        snapshot.name(),
                        snapshot.created().map(Instant::toString).orElse("unknown"),
                        snapshot.memory() ? "yes" : "no",
                        snapshot.uid() == current ? "you are here" : "");
            }
        }
    }

    private void nics(TableView text) throws IOException {
        List<VmxNic> nics = vmx.devices().nics();
        if (nics.isEmpty()) {
            return;
        }
        text.gap();
        try (TableView.Table table = text.table(
                Column.left("network card"),
                Column.left("type"),
                Column.left("network"),
                Column.left("address"),
                Column.left("given by"))) {
            for (VmxNic nic : nics) {
                table.row(
                        nic.name(),
                        nic.type().isEmpty() ? "default" : nic.type(),
                        nic.network().isEmpty() ? nic.connection() : nic.network(),
                        nic.address(),
                        LibraryWords.text(nic.addressType()));
            }
        }
    }

    @Override
    public void write(JsonView json) throws IOException {
        json.field("kind", "machine").field("path", path().orElse(null));
        json.field("name", vmx.displayName());
        json.field("guestOs", vmx.guestOs());
        if (vmx.hardwareVersion().isPresent()) {
            json.field("hardwareVersion", vmx.hardwareVersion().getAsLong());
        } else {
            json.nothing("hardwareVersion");
        }
        json.field("firmware", LibraryWords.key(vmx.firmware()));
        json.field("secureBoot", vmx.secureBoot());
        json.field("processors", vmx.cpu().count());
        json.field("coresPerSocket", vmx.cpu().coresPerSocket());
        json.field("memory", ByteSize.ofMib(vmx.memory().mib()));
        json.field("encryption", LibraryWords.key(vmx.encryption()));
        json.field("state", LibraryWords.key(power.state()));
        json.array("reasons");
        for (String reason : power.reasons()) {
            json.element(reason);
        }
        json.endArray();
        writeDisks(json);
        writeSnapshots(json);
        writeNics(json);
        FileList.of(vm).array(json);
        FindingJson.array(json, vm.findings());
    }

    private void writeDisks(JsonView json) throws IOException {
        json.array("disks");
        for (VmDisk disk : vm.disks()) {
            DiskChain chain = disk.chain().orElse(null);
            json.object()
                    .field("node", disk.device().node().toString())
                    .field("file", disk.device().file().text())
                    .field("path", disk.path().map(Path::toString).orElse(null))
                    .field("mode", LibraryWords.key(disk.device().mode()));
            if (chain == null) {
                json.nothing("capacity").nothing("links").nothing("whole");
            } else {
                json.field("capacity", chain.top().capacity())
                        .field("links", chain.links().size())
                        .field("whole", vm.lackOf(disk).isEmpty());
            }
            json.field("lack", vm.lackOf(disk).orElse(null))
                    .field("changeTracking", tracking(disk))
                    .endObject();
        }
        json.endArray();
        json.array("redoLogs");
        for (VmFile log : vm.redoLogs()) {
            json.element(log.path().toString());
        }
        json.endArray();
    }

    private void writeSnapshots(JsonView json) throws IOException {
        long current = vm.snapshots().current().map(Snapshot::uid).orElse(-1L);
        json.array("snapshots");
        for (Snapshot snapshot : vm.snapshots().snapshots()) {
            json.object().field("uid", snapshot.uid());
            if (snapshot.parent().isPresent()) {
                json.field("parent", snapshot.parent().getAsLong());
            } else {
                json.nothing("parent");
            }
            json.field("name", snapshot.name())
                    .field("description", snapshot.description())
                    .field("created", snapshot.created().map(Instant::toString).orElse(null))
                    .field("memory", snapshot.memory())
                    .field("current", snapshot.uid() == current)
                    .endObject();
        }
        json.endArray();
    }

    private void writeNics(JsonView json) throws IOException {
        json.array("networkCards");
        for (VmxNic nic : vmx.devices().nics()) {
            json.object()
                    .field("name", nic.name())
                    .field("type", nic.type())
                    .field("connection", nic.connection())
                    .field("network", nic.network())
                    .field("address", nic.address())
                    .field("addressType", LibraryWords.key(nic.addressType()))
                    .field("connected", nic.connected())
                    .endObject();
        }
        json.endArray();
    }
}

package io.vmdisk.clone;

import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.machine.model.VmDisk;
import io.vmdisk.plan.step.Content;
import io.vmdisk.snapshot.RevertedConfiguration;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.snapshot.vmsd.SnapshotDisk;
import io.vmdisk.storage.FileFacts;
import io.vmdisk.vm.DiskNode;
import io.vmdisk.vm.VirtualMachine;
import io.vmdisk.vmx.DeviceNode;
import io.vmdisk.vmx.DiskMode;
import io.vmdisk.vmx.VmxDisk;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The state of a machine that clones are made from: the present one, or a snapshot's.
 *
 * <p>Where a snapshot's disks are is taken from the list; the configuration in its checkpoint may have names of old.
 */
final class CloneState {
    private final VirtualMachine machine;
    private final List<SourceDisk> disks = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Configuration configuration;
    private Optional<Content> nvram = Optional.empty();

    /** A fresh configuration of the state, with disks by other names. */
    @FunctionalInterface
    private interface Configuration {
        VmxFile with(Map<DeviceNode, String> names) throws IOException;
    }

    private CloneState(VirtualMachine machine, Configuration configuration) {
        this.machine = machine;
        this.configuration = configuration;
    }

    /** The present state. */
    static CloneState present(VirtualMachine machine) throws IOException {
        CloneState state = new CloneState(machine, names -> {
            VmxFile vmx = machine.configuration();
            for (Map.Entry<DeviceNode, String> name : names.entrySet()) {
                vmx.edit().setDiskFile(name.getKey(), name.getValue());
            }
            return vmx;
        });
        for (VmDisk disk : machine.folder().disks()) {
            state.add(disk.device(), machine.active(disk.device().node()));
        }
        return state;
    }

    /** A snapshot's state. Independent disks are no part of it; they are those of today. */
    static CloneState of(VirtualMachine machine, Snapshot snapshot) throws IOException {
        List<String> notes = new ArrayList<>();
        RevertedConfiguration saved = new RevertedConfiguration(machine, snapshot, notes::add);
        CloneState state = new CloneState(machine, saved::withDisks);
        Map<DeviceNode, String> names = new LinkedHashMap<>();
        for (SnapshotDisk disk : snapshot.disks()) {
            DeviceNode place = DeviceNode.parse(disk.node()).orElseThrow(() -> state.missing(disk.node()));
            DiskNode frozen = machine.frozen(disk).orElseThrow(() -> state.missing(disk.fileName()));
            state.disks.add(new SourceDisk(place, frozen, SourceDisk.Sharing.FROZEN));
            names.put(place, disk.fileName());
        }
        for (VmxDisk disk : saved.withDisks(names).devices().disks()) {
            if (!names.containsKey(disk.node())) {
                Optional<Path> path = disk.file().place(machine.path());
                state.add(disk, path.isPresent() ? machine.disks().find(path.get()) : Optional.empty());
            }
        }
        state.nvram = saved.nvram().map(Content::of);
        state.notes.addAll(notes);
        return state;
    }

    private void add(VmxDisk disk, Optional<DiskNode> node) throws IOException {
        if (disk.mode().isLegacy()) {
            throw new UnsupportedFeatureException(
                    "disk-mode",
                    machine.configuration().file().orElse(null),
                    "the disk at " + disk.node() + " has the mode "
                            + disk.mode().text() + " of products of two decades ago",
                    "commit its log in that product, then make it persistent");
        }
        DiskNode found = node.orElseThrow(() -> missing(disk.file().text()));
        boolean frozen = disk.mode() == DiskMode.PERSISTENT;
        disks.add(new SourceDisk(disk.node(), found, frozen ? SourceDisk.Sharing.FROZEN : SourceDisk.Sharing.WRITTEN));
        if (disk.multiWriter()) {
            notes.add("the disk at " + disk.node() + " may be shared with other machines; the clone has its own");
        }
    }

    private UnsafeStateException missing(String what) {
        return new UnsafeStateException(
                "disk-missing",
                machine.configuration().file().orElse(null),
                "'" + what + "' of the state to be cloned is no disk that can be read here",
                Remedy.say("bring it back, or name its folder with ").with(Kind.SEARCH));
    }

    /** Its disks. */
    List<SourceDisk> disks() {
        return disks;
    }

    /** Its configuration, for the caller to change, with disks by these names. */
    VmxFile configuration(Map<DeviceNode, String> names) throws IOException {
        return configuration.with(names);
    }

    /** The firmware variables that a snapshot saved. */
    Optional<Content> savedNvram() {
        return nvram;
    }

    /** The file with the firmware variables of today, if it is the machine's own. */
    Optional<Path> nvramFile() throws IOException {
        Optional<Path> file = machine.configuration()
                .nvram()
                .place(machine.path())
                .filter(machine::reaches)
                .filter(machine.volume()::exists);
        return file.isPresent() && machine.volume().facts(file.get()).kind() == FileFacts.Kind.FILE
                ? file
                : Optional.empty();
    }

    /** What people should know. */
    List<String> notes() {
        return notes;
    }
}

package io.vmdisk.rescue;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.machine.model.FileRole;
import io.vmdisk.machine.model.VmFile;
import io.vmdisk.snapshot.vmsd.SnapshotTree;
import io.vmdisk.vm.DiskNode;
import io.vmdisk.vm.VirtualMachine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Tells a snapshot list that was lost from a machine that never had one: links and checkpoints stay behind. */
final class ListCheck {
    private final VirtualMachine machine;

    ListCheck(VirtualMachine machine) {
        this.machine = machine;
    }

    List<Finding> find() throws IOException {
        SnapshotTree list = machine.snapshots();
        if (!list.saysNothing()) {
            return List.of();
        }
        List<String> links = machine.ownDisks().stream()
                .filter(disk -> disk.link().descriptor().hasParent())
                .map(DiskNode::name)
                .sorted()
                .toList();
        List<String> checkpoints = machine.folder().files(FileRole.SNAPSHOT_CHECKPOINT).stream()
                .filter(VmFile::orphan)
                .map(file -> String.valueOf(file.path().getFileName()))
                .toList();
        if (links.isEmpty() && checkpoints.isEmpty()) {
            return List.of();
        }
        Path file = list.source().orElse(machine.path());
        boolean empty =
                machine.volume().exists(file) && machine.volume().facts(file).size() == 0;
        String state = !machine.volume().exists(file) ? "is not there" : empty ? "is empty" : "lists nothing";
        return List.of(new Finding(
                "vm.list-lost",
                Severity.ERROR,
                file,
                -1,
                "the snapshot list " + state + ", but the machine has " + what("links", links)
                        + (links.isEmpty() || checkpoints.isEmpty() ? "" : " and ")
                        + what("checkpoints", checkpoints),
                ""));
    }

    private static String what(String kind, List<String> names) {
        return names.isEmpty() ? "" : kind + " of snapshots (" + String.join(", ", names) + ")";
    }
}

package io.vmdisk.cli.answer;

import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.Result;
import io.vmdisk.cli.view.TableView;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.snapshot.vmsd.SnapshotDisk;
import io.vmdisk.snapshot.vmsd.SnapshotTree;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/**
 * The snapshots of a machine, as a tree for people.
 *
 * @param tree the snapshots
 */
public record SnapshotListing(SnapshotTree tree) implements Result {
    public static SnapshotListing of(SnapshotTree tree) {
        return new SnapshotListing(tree);
    }

    @Override
    public void print(TableView text) throws IOException {
        if (tree.isEmpty()) {
            text.line("no snapshots");
        }
        print(text, tree.roots(), "");
        if (tree.needsConsolidation()) {
            text.line("the list asks for consolidation: 'vmdisk consolidate'");
        }
    }

    private void print(TableView text, List<Snapshot> snapshots, String indent) throws IOException {
        for (Snapshot snapshot : snapshots) {
            text.line(indent + snapshot.name() + "  uid:" + snapshot.uid()
                    + snapshot.created().map(time -> "  " + time).orElse("")
                    + (snapshot.memory() ? "  with memory" : "")
                    + (isCurrent(snapshot) ? "  <- the machine is here" : ""));
            print(text, tree.children(snapshot), indent + "  ");
        }
    }

    private boolean isCurrent(Snapshot snapshot) {
        return tree.current()
                .map(Snapshot::uid)
                .filter(uid -> uid == snapshot.uid())
                .isPresent();
    }

    @Override
    public void write(JsonView json) throws IOException {
        json.field("needsConsolidation", tree.needsConsolidation());
        json.array("snapshots");
        for (Snapshot snapshot : tree.snapshots()) {
            json.object()
                    .field("uid", snapshot.uid())
                    .field("name", snapshot.name())
                    .field("description", snapshot.description())
                    .field("created", snapshot.created().map(Instant::toString).orElse(null));
            if (snapshot.parent().isPresent()) {
                json.field("parent", snapshot.parent().getAsLong());
            } else {
                json.nothing("parent");
            }
            json.field("current", isCurrent(snapshot)).field("memory", snapshot.memory());
            json.array("disks");
            for (SnapshotDisk disk : snapshot.disks()) {
                json.object()
                        .field("node", disk.node())
                        .field("file", disk.fileName())
                        .endObject();
            }
            json.endArray().endObject();
        }
        json.endArray();
    }
}
